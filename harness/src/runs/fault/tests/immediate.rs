//! Failures that happen at their trigger: crash, drop, sleep and the two levers (P9.4, P10).

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::{Message, MessageKind, Terminate};

use super::{Chain, client, get, put, timer};
use crate::runs::process::Occurrence;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn a_crash_comes_before_its_message_is_processed_and_nothing_after_it() {
    for (position, failure, told) in [
        (1, "shuttle(0,0), crash()", &["received shuttle"][..]),
        (
            0,
            "shuttle(0,0), crash()",
            &["received client_request", "received shuttle"],
        ),
        (
            2,
            "result_shuttle(0,0), crash()",
            &[
                "received shuttle",
                "executed 0: OK",
                "sent result to client-0",
                "received result_shuttle",
            ],
        ),
    ] {
        let mut chain = Chain::new(position, failure);
        chain.request(0, 0, &put("k", "v"));
        let crash = [
            format!(
                "applied crash() to {}",
                failure.split('(').next().unwrap_or_default()
            ),
            "crashed".to_owned(),
            "halt, crashed".to_owned(),
        ];
        let mut expected: Vec<String> = told.iter().map(|&line| line.to_owned()).collect();
        expected.extend(crash);
        assert_eq!(chain.told(position), expected, "{failure}");

        chain.forget();
        let message = chain.client_request(1, 0, &get("k"));
        chain.deliver(client(1), position, message);
        chain.handle(position, Occurrence::TimerFired(timer(0, 0)));
        chain.handle(position, Occurrence::Woken);
        assert_eq!(chain.told(position), [""; 0], "{failure}");
    }
}

#[test]
fn a_crash_at_a_self_delivery_ends_what_the_message_before_it_began() {
    // The head would set a timer for the forwarded request after it has started the shuttle.
    let run = |failures| {
        let mut chain = Chain::new(0, failures);
        let message = chain.client_request(0, 0, &put("k", "v"));
        chain.deliver(client(0), 1, message);
        chain.flow_some(1);
        chain
    };
    let timer = "set result-0:0 1000".to_owned();
    assert_eq!(run("").told(0).last(), Some(&timer));
    let told = run("shuttle(0,0), crash()").told(0);
    assert_eq!(told.last().map(String::as_str), Some("halt, crashed"));
    assert!(!told.contains(&timer), "{told:?}");
}

#[test]
fn a_crash_and_a_drop_come_last_whatever_the_order_of_writing() {
    let mut chain = Chain::new(
        1,
        "shuttle(0,0), drop(); shuttle(0,0), crash(); shuttle(0,0), extra_op(); \
         shuttle(0,0), sleep(5); shuttle(0,0), omit_send()",
    );
    chain.request(0, 0, &put("k", "v"));
    chain.request(0, 1, &get("k"));
    chain.handle(1, Occurrence::Woken);
    assert_eq!(
        chain.told(1),
        [
            "received shuttle",
            "applied extra_op() to shuttle",
            "applied sleep(5) to shuttle",
            "armed omit_send() by shuttle",
            "slept 5",
            "sleeps 5",
            "applied drop() to shuttle in vain",
            "applied crash() to shuttle",
            "crashed",
            "halt, crashed",
        ],
        "what queued behind the sleep is lost"
    );
}

#[test]
fn a_dropped_message_is_received_and_ignored() {
    let mut chain = Chain::new(1, "shuttle(0,0), drop(); shuttle(0,0), extra_op()");
    chain.request(0, 0, &get("a"));
    assert_eq!(
        chain.told(1),
        [
            "received shuttle",
            "applied extra_op() to shuttle",
            "applied drop() to shuttle"
        ],
        "the lever has its effect on a message that is not handled, too"
    );
    assert_eq!(chain.dictionary(1), pairs(&[("a", "a")]));
    // Handled, this one would have made the lever superfluous.
    let mut chain = Chain::new(1, "shuttle(0,0), extra_op(); shuttle(0,0), drop()");
    chain.request(0, 0, &put("a", "a"));
    assert_eq!(
        chain.fates(),
        ["applied extra_op() to shuttle", "applied drop() to shuttle"]
    );
}

#[test]
fn to_drop_what_would_be_ignored_has_no_effect() {
    let mut chain = Chain::new(1, "result_shuttle(0,1), drop()");
    chain.request(0, 0, &put("k", "v"));
    let again = chain.sent(2, MessageKind::ResultShuttle).remove(0).message;
    let tail = chain.at(2);
    chain.deliver(tail, 1, again);
    assert_eq!(chain.fates(), ["applied drop() to result_shuttle in vain"]);
}

#[test]
fn a_sleeper_handles_its_message_then_what_queued_then_timers_and_sleeps_add_up() {
    let mut chain = Chain::new(
        1,
        "client_request(0,1), sleep(30); client_request(0,1), sleep(12)",
    );
    for number in [0, 1] {
        let message = chain.client_request(0, 0, &put("k", "v"));
        chain.deliver(client(0), 1, message);
        let told = chain.told(1);
        if number == 0 {
            assert_eq!(
                told[1..],
                [
                    "sent forwarded_request to replica-0-0",
                    "set result-0:0 2000"
                ]
            );
            chain.forget();
        }
    }
    assert_eq!(
        chain.told(1),
        [
            "received client_request",
            "applied sleep(30) to client_request",
            "applied sleep(12) to client_request",
            "slept 42",
            "sleeps 42",
        ]
    );
    chain.forget();
    // Its timer falls due before anything arrives, and all the same it comes last.
    chain.handle(1, Occurrence::TimerFired(timer(0, 0)));
    chain.links.clear();
    let messages = [
        chain.client_request(1, 0, &get("k")),
        chain.client_request(1, 0, &get("k")),
    ];
    for message in messages {
        chain.deliver(client(1), 1, message);
    }
    assert_eq!(chain.told(1), [""; 0], "nothing at all");
    chain.handle(1, Occurrence::Woken);
    assert_eq!(
        chain.told(1),
        [
            "sent forwarded_request to replica-0-0",
            "received client_request",
            "sent forwarded_request to replica-0-0",
            "set result-1:0 2000",
            "received client_request",
            "sent forwarded_request to replica-0-0",
            "expired result-0:0",
            "sent reconfiguration_request to olympus",
        ]
    );
}

#[test]
fn a_timer_that_queued_behind_the_message_it_waits_for_does_nothing() {
    let mut chain = Chain::new(1, "client_request(0,0), sleep(9)");
    let request = chain.client_request(0, 0, &put("k", "v"));
    chain.deliver(client(0), 0, request.clone());
    chain.flow();
    chain.deliver(client(0), 1, request);
    chain.handle(1, Occurrence::TimerFired(timer(0, 0)));
    chain.forget();
    chain.handle(1, Occurrence::Woken);
    assert_eq!(chain.told(1), ["sent result to client-0"]);
}

#[test]
fn a_sleeper_that_falls_asleep_again_keeps_the_order_of_what_waits() {
    let mut chain = Chain::new(
        1,
        "client_request(0,0), sleep(10); client_request(0,1), sleep(20); client_request(1,1), drop()",
    );
    for (of, number) in [(0, 0), (0, 0), (1, 0), (1, 0)] {
        let message = chain.client_request(of, number, &get("k"));
        chain.deliver(client(of), 1, message);
        chain.handle(1, Occurrence::TimerFired(timer(0, 0)));
    }
    chain.forget();
    chain.handle(1, Occurrence::Woken);
    assert_eq!(
        chain.told(1),
        [
            "sent forwarded_request to replica-0-0",
            "set result-0:0 2000",
            "received client_request",
            "applied sleep(20) to client_request",
            "slept 20",
            "sleeps 20",
        ]
    );
    chain.forget();
    chain.handle(1, Occurrence::Woken);
    assert_eq!(
        chain.told(1),
        [
            "sent forwarded_request to replica-0-0",
            "received client_request",
            "sent forwarded_request to replica-0-0",
            "set result-1:0 2000",
            "received client_request",
            "applied drop() to client_request",
            "expired result-0:0",
            "sent reconfiguration_request to olympus",
        ]
    );
}

#[test]
fn a_sleep_of_no_time_is_none() {
    let mut chain = Chain::new(1, "shuttle(0,0), sleep(0)");
    chain.request(0, 0, &put("k", "v"));
    assert_eq!(
        chain.told(1)[..3],
        [
            "received shuttle",
            "applied sleep(0) to shuttle in vain",
            "executed 0: OK"
        ]
    );
}

#[test]
fn increment_slot_skips_a_number_at_the_head_before_it_assigns_one_and_nothing_elsewhere() {
    for (failure, slots) in [
        ("client_request(0,0), increment_slot()", [1, 2]),
        // The slot of this shuttle has been assigned already.
        ("shuttle(0,0), increment_slot()", [0, 2]),
        (
            "client_request(0,1), increment_slot(); client_request(0,1), increment_slot()",
            [0, 3],
        ),
    ] {
        let mut chain = Chain::new(0, failure);
        chain.request(0, 0, &put("k", "v"));
        chain.request(0, 1, &get("k"));
        let history = &chain.wedged(0).body.history.entries;
        let held: Vec<u64> = history.iter().map(|entry| entry.slot.0).collect();
        assert_eq!(held, slots, "{failure}");
        let kind = failure.split('(').next().unwrap_or_default();
        let fates = chain.fates();
        assert_eq!(fates[0], format!("applied increment_slot() to {kind}"));
        let refused = chain.told(1).contains(&"refused: slot_skipped".to_owned());
        assert!(refused, "{failure}: the successor sees the hole");
    }
    for position in [1, 2] {
        let run = |failures| {
            let mut chain = Chain::new(position, failures);
            chain.request(0, 0, &put("k", "v"));
            chain
        };
        let (chain, clean) = (run("shuttle(0,0), increment_slot()"), run(""));
        assert_eq!(
            chain.fates(),
            ["applied increment_slot() to shuttle in vain"]
        );
        assert_eq!(chain.all_sent(), clean.all_sent());
    }
}

#[test]
fn increment_slot_has_no_effect_at_a_head_that_assigns_no_slot_any_more() {
    let mut wedged_by_it = Chain::new(0, "wedge_request(0), increment_slot()");
    wedged_by_it.wedged(0);
    let mut wedged_before = Chain::new(0, "client_request(0,0), increment_slot()");
    wedged_before.wedged(0);
    wedged_before.request(0, 0, &put("k", "v"));
    let mut never_started = Chain::pending(
        0,
        "new_configuration(0), increment_slot(); new_configuration(0), drop()",
    );
    let start = never_started.new_configuration();
    never_started.deliver(ProcessId::Olympus, 0, start);
    for (chain, message) in [
        (&wedged_by_it, "wedge_request"),
        (&wedged_before, "client_request"),
        (&never_started, "new_configuration"),
    ] {
        let fate = format!("applied increment_slot() to {message} in vain");
        assert_eq!(chain.fates()[0], fate);
    }

    // A head that drops its wedge request stays active, and the slot it skips is missed.
    let mut chain = Chain::new(
        0,
        "wedge_request(0), increment_slot(); wedge_request(0), drop()",
    );
    let wedge_request = chain.wedge_request();
    chain.deliver(ProcessId::Olympus, 0, wedge_request);
    chain.request(0, 0, &put("k", "v"));
    assert_eq!(
        chain.fates()[0],
        "applied increment_slot() to wedge_request"
    );
    assert!(chain.told(1).contains(&"refused: slot_skipped".to_owned()));
}

#[test]
fn extra_op_has_no_effect_on_a_pending_replica_even_if_it_stays_pending() {
    for failures in [
        "new_configuration(0), extra_op()",
        "new_configuration(0), extra_op(); new_configuration(0), drop()",
    ] {
        let mut chain = Chain::pending(1, failures);
        let new_configuration = chain.new_configuration();
        chain.deliver(ProcessId::Olympus, 1, new_configuration);
        assert_eq!(
            chain.fates()[0],
            "applied extra_op() to new_configuration in vain",
            "{failures}"
        );
        assert_eq!(chain.dictionary(1), pairs(&[]));
    }
}

#[test]
fn extra_op_puts_a_before_its_message_is_processed() {
    let mut chain = Chain::new(1, "shuttle(0,0), extra_op()");
    chain.request(0, 0, &get("a"));
    assert_eq!(
        chain.told(1),
        [
            "received shuttle",
            "applied extra_op() to shuttle",
            "refused: result_mismatch",
            "sent reconfiguration_request to olympus",
        ]
    );
    assert_eq!(chain.dictionary(1), pairs(&[("a", "a")]));
    assert_eq!(chain.dictionary(0), pairs(&[]));
}

#[test]
fn extra_op_has_no_effect_where_a_is_a_or_comes_to_be_a_at_once() {
    for (failure, requests) in [
        ("shuttle(0,1), extra_op()", &[put("a", "a"), get("a")][..]),
        ("shuttle(0,0), extra_op()", &[put("a", "a")]),
        ("shuttle(0,0), extra_op()", &[put("a", "b")]),
    ] {
        let run = |failures| {
            let mut chain = Chain::new(1, failures);
            for (number, operation) in (0..).zip(requests) {
                chain.request(0, number, operation);
            }
            chain
        };
        let (chain, clean) = (run(failure), run(""));
        assert_eq!(chain.fates(), ["applied extra_op() to shuttle in vain"]);
        assert_eq!(chain.all_sent(), clean.all_sent());
        assert_eq!(chain.dictionary(1), clean.dictionary(1));
    }
    let mut chain = Chain::pending(1, "new_configuration(0), extra_op()");
    let message = chain.new_configuration();
    chain.deliver(ProcessId::Olympus, 1, message);
    assert_eq!(
        chain.fates(),
        ["applied extra_op() to new_configuration in vain"]
    );
    assert_eq!(chain.dictionary(1), pairs(&[]));
}

#[test]
fn a_terminated_replica_tells_its_dictionary_last_and_does_nothing_more() {
    let mut chain = Chain::new(1, "");
    chain.request(0, 0, &put("k", "v"));
    chain.forget();
    let configuration = chain.configuration;
    let terminate = chain.signed(ProcessId::Olympus, Terminate { configuration });
    for _ in 0..2 {
        chain.deliver(ProcessId::Olympus, 1, Message::Terminate(terminate.clone()));
    }
    assert_eq!(
        chain.told(1),
        [
            "received terminate",
            "final dictionary, active",
            "halt, terminated"
        ]
    );
}
