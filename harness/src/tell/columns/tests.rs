use std::sync::Arc;

use bcr_protocol::identity::{ClientId, RequestNumber};

use super::*;
use crate::diagnostic::SourceFile;
use crate::runs::machines::ChainReplication;
use crate::runs::simulated;
use crate::scenario;

const PLAIN: Layout = Layout {
    width: 100,
    colour: Colour::None,
};

/// A crash of the head, and a value with a character that would clear a terminal.
fn trace() -> Trace {
    let text = "t = 1\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
                nonhead_timeout = 3000\ncheckpt_interval = 10\n\
                workload[0] = put('k','\u{1b}c'); get('k')\n\
                failures[0,0] = client_request(0,1), crash()\n";
    let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
    let scenario = Arc::new(reading.scenario.expect("no mistakes"));
    simulated::run(&scenario, &ChainReplication, simulated::Options::seed(0))
}

fn lines(filter: &Filter, layout: Layout) -> Vec<String> {
    let text: String = columns(&trace(), filter, layout).collect();
    text.lines().map(str::to_owned).collect()
}

fn named(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_process_has_a_column_and_messages_are_arrows() {
    let all = lines(&Filter::default(), PLAIN);
    let heads = [
        "                   R R R R R R",
        "                   0 0 0 1 1 1",
        "                 C . . . . . .",
        "  n        ms  O 0 0 1 2 0 1 2",
    ];
    assert_eq!(all[2..6], heads);
    let one = |start: &str| {
        let line = all.iter().find(|line| line.contains(start));
        line.map(String::as_str).unwrap_or_default()
    };
    assert_eq!(
        one("executed, slot 0"),
        " 12         1  | | + | |        executed, slot 0, request 0:0, put('k', '\\u{1b}c'), result OK"
    );
    assert_eq!(
        one("result to C0"),
        " 19         3  | <-----o        result to C0, slot 0, request 0:0"
    );
    // From its crash on the head is there no more, and arrows pass over where it was.
    assert_eq!(
        one("failure_applied"),
        " 33         5  | | X | |        failure_applied: client_request(0,1), crash(), at a client_request …"
    );
    assert_eq!(
        one("wedge_request to R0.1"),
        " 70      6008  o-----> |        wedge_request to R0.1"
    );
    assert!(one("timer_expired, request-0:1").contains("| T   | |"));
}

#[test]
fn lines_are_cut_to_the_width_and_move_no_cursor() {
    for width in [60, 100] {
        let layout = Layout { width, ..PLAIN };
        for line in lines(&Filter::default(), layout).iter().skip(2) {
            assert!(line.chars().count() <= width, "{line}");
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
    let layout = Layout { width: 0, ..PLAIN };
    let whole = lines(&Filter::default(), layout);
    assert!(!whole.iter().any(|line| line.contains('…')));
}

#[test]
fn filters_leave_the_columns_of_what_is_concerned() {
    let replica = "replica-0-2".parse().expect("a process");
    let filter = Filter {
        processes: BTreeSet::from([replica]),
        events: named(&["shuttle"]),
        ..Filter::default()
    };
    let found = lines(&filter, PLAIN);
    assert_eq!(
        found[2..],
        [
            "               R R",
            "               0 0",
            "               . .",
            "  n        ms  1 2",
            " 16         2  o->  shuttle to R0.2, slot 0, request 0:0",
            " 17         3  | @  shuttle from R0.1, slot 0, request 0:0",
            &format!("{} other events are left out", trace().records.len() - 2),
        ]
    );
}

#[test]
fn what_came_of_a_message_is_shown_with_whoever_sent_it() {
    let mut senders = processes(&trace());
    senders.remove(&ProcessId::Olympus);
    let filter = Filter {
        processes: senders,
        events: named(&["reconfiguration_requested"]),
        ..Filter::default()
    };
    let found = lines(&filter, PLAIN);
    let shown = found
        .iter()
        .filter(|line| line.contains("  reconfiguration_requested"));
    assert_eq!(shown.count(), 1, "{found:#?}");
}

#[test]
fn a_slot_a_request_and_an_event_can_be_picked() {
    let request = RequestId {
        client: ClientId(0),
        number: RequestNumber(1),
    };
    let of_request = Filter {
        request: Some(request),
        events: named(&["invoked", "timer_expired", "accepted"]),
        ..Filter::default()
    };
    let found = lines(&of_request, PLAIN);
    let words = |line: &String| line.rsplit("  ").next().unwrap_or_default().to_owned();
    let told: Vec<String> = found[2..].iter().map(words).collect();
    assert!(
        told.contains(&"invoked, request 0:1, get('k')".to_owned()),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|words| words.starts_with("timer_expired, request-0:1")),
        "{told:?}"
    );
    assert!(!told.iter().any(|words| words.contains("0:0")), "{told:?}");
    let of_slot = Filter {
        slot: Some(Slot(1)),
        ..Filter::default()
    };
    let found = lines(&of_slot, PLAIN);
    let events = &found[6..found.len() - 1];
    assert!(events.len() > 5 && events.iter().all(|line| line.contains("slot 1")));
}

#[test]
fn colours_are_for_terminals() {
    let layout = Layout {
        colour: Colour::Ansi,
        ..PLAIN
    };
    let found = lines(&Filter::default(), layout);
    assert!(found.iter().any(|line| line.contains("\x1b[1;31mX\x1b[0m")));
    assert!(!lines(&Filter::default(), PLAIN).concat().contains('\x1b'));
}
