use bcr_protocol::identity::ClientId;

use super::*;
use crate::runs::net::clock::Source;
use crate::trace::samples;

const OLYMPUS: ProcessId = ProcessId::Olympus;

const fn client(number: u32) -> ProcessId {
    ProcessId::Client(ClientId(number))
}

fn sent(at: u64, to: ProcessId) -> Entry {
    let message = Message::ClientRequest(samples::request());
    event(at, samples::send(to, message))
}

fn received(at: u64, from: ProcessId, sent: u64) -> Entry {
    Entry {
        at: Micros(at),
        what: What::Received { from, sent },
    }
}

fn slept(at: u64) -> Entry {
    event(at, HarnessEvent::Slept { ms: at })
}

fn event(at: u64, event: HarnessEvent) -> Entry {
    Entry {
        at: Micros(at),
        what: What::Event(event.into()),
    }
}

/// Who did what when, and for what was received the event that sent it.
fn story(parts: Parts) -> Result<Vec<String>, Incomplete> {
    let (trace, incomplete) = merge(parts, &Clock::start(Source::MACHINE));
    if let Some(incomplete) = incomplete {
        return Err(incomplete);
    }
    let line = |(index, record): (usize, &Record)| {
        assert_eq!(record.n, index as u64, "numbers are positions");
        let (at, process) = (record.at.0, record.process);
        match &record.event {
            TraceEvent::Harness(HarnessEvent::Sent { .. }) => format!("{at} {process} sends"),
            TraceEvent::Harness(HarnessEvent::Received { sent, .. }) => {
                format!("{at} {process} receives {}", sent.expect("over a link"))
            }
            _ => format!("{at} {process}"),
        }
    };
    Ok(trace.records.iter().enumerate().map(line).collect())
}

#[test]
fn time_decides_between_processes() {
    let parts = Parts::from([
        (OLYMPUS, vec![slept(1), slept(5)]),
        (client(0), vec![slept(0), slept(3), slept(5)]),
        (client(1), vec![]),
    ]);
    let expected = [
        "0 client-0",
        "1 olympus",
        "3 client-0",
        "5 olympus",
        "5 client-0",
    ];
    assert_eq!(story(parts).expect("complete"), expected);
}

#[test]
fn a_message_is_sent_before_it_is_received_whatever_the_clocks_say() {
    let parts = Parts::from([
        (
            OLYMPUS,
            vec![received(1, client(0), 1), received(2, client(1), 0)],
        ),
        (client(0), vec![slept(4), sent(9, OLYMPUS)]),
        (client(1), vec![sent(3, OLYMPUS), slept(20)]),
    ]);
    let expected = [
        "3 client-1 sends",
        "4 client-0",
        "9 client-0 sends",
        "9 olympus receives 2",
        "9 olympus receives 0",
        "20 client-1",
    ];
    assert_eq!(story(parts).expect("complete"), expected);
}

#[test]
fn a_message_that_nobody_sent_is_found() {
    let missing = |from, number| Incomplete {
        to: OLYMPUS,
        from,
        sent: number,
    };
    let receiving = |from, number| vec![slept(0), received(1, from, number), slept(2)];
    for (from, number, why) in [
        (client(1), 0, "no such process"),
        (client(0), 3, "no such event"),
        (client(0), 0, "an event that sends nothing"),
        (client(0), 1, "sent to somebody else"),
        (client(0), u64::MAX, "no such event"),
    ] {
        let parts = Parts::from([
            (OLYMPUS, receiving(from, number)),
            (
                client(0),
                vec![slept(0), sent(0, client(0)), sent(1, OLYMPUS)],
            ),
        ]);
        assert_eq!(story(parts), Err(missing(from, number)), "{why}");
    }
}

#[test]
fn what_follows_from_what_is_missing_is_left_out_and_the_rest_is_there() {
    let parts = Parts::from([
        (
            OLYMPUS,
            vec![slept(0), received(2, client(0), 9), sent(3, client(1))],
        ),
        (client(0), vec![slept(1)]),
        (client(1), vec![slept(4), received(5, OLYMPUS, 2), slept(6)]),
    ]);
    let (trace, incomplete) = merge(parts, &Clock::start(Source::MACHINE));
    let there = trace.records.iter();
    let there: Vec<_> = there.map(|record| (record.at.0, record.process)).collect();
    assert_eq!(there, [(0, OLYMPUS), (1, client(0)), (4, client(1))]);
    assert!(incomplete.is_some());
}
