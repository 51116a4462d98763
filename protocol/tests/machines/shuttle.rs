//! The chain in the failure-free case: what a replica accepts, refuses and passes on (P3.1, P4).

use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ConfigurationId, ProcessId, Slot};
use bcr_protocol::machine::{Effect, Input, Timer};
use bcr_protocol::message::{Answer, Message, MessageKind, Shuttle};
use bcr_protocol::replica::Replica;
use bcr_protocol::statement::ResultStatement;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, deliver_fully, get, id, put, sent, spoiled,
    step,
};
use crate::world::{World, describe};

/// The tail after slot 0, where client 0 has put `ab` under `k`.
fn tail(signing: &Signing) -> Replica {
    let mut tail = signing.initial(2);
    let first = signing.request(0, 0, &put("k", "ab"));
    let shuttle = signing.shuttle(0, &first, "OK", 2);
    deliver_fully(
        &mut tail,
        signing.at(1),
        Message::Shuttle(Arc::new(shuttle)),
    );
    assert_eq!(tail.next_slot(), Slot(1));
    tail
}

type Change<T> = fn(&Signing, &mut T);

/// Delivers every changed message to a fresh replica: each must be refused for its reason, the sender
/// be suspected, and the replica be as before, apart from what it remembers of its suspicion.
#[track_caller]
fn all_refused(
    fresh: &dyn Fn(&Signing) -> Replica,
    from: u32,
    message: &dyn Fn(&Signing, usize) -> Message,
    reasons: &[(&str, &str)],
) {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for (index, (description, reason)) in reasons.iter().enumerate() {
            let mut replica = fresh(&signing);
            let (state, next) = (replica.state().clone(), replica.next_slot());
            let effects = deliver(&mut replica, signing.at(from), message(&signing, index));
            let expected = [
                format!("refused: {reason}"),
                format!("suspects {from}: {reason}"),
                "reconfiguration_request to olympus".to_owned(),
            ];
            assert_eq!(describe(&effects), expected, "{description}");
            assert_eq!(*replica.state(), state, "{description}");
            assert_eq!(replica.next_slot(), next, "{description}");
            let wedged = deliver(&mut replica, OLYMPUS, signing.wedge_request());
            let Some((_, Message::Wedged(wedged))) = sent(&wedged).pop() else {
                panic!("{description}: a wedged message");
            };
            assert_eq!(
                wedged.body.history.entries.len() as u64,
                next.0,
                "{description}"
            );
        }
    }
}

/// P1.5, P4.3, P4.6, P6.1: each condition by itself.
#[test]
fn a_shuttle_that_breaks_one_condition_is_refused_and_changes_nothing() {
    let changes: &[(&str, &str, Change<Shuttle>)] = &[
        ("slot ahead", "slot_skipped", |s, shuttle| {
            let request = Arc::clone(&shuttle.order_proof.request);
            *shuttle = s.shuttle(2, &request, "OK", 2);
        }),
        ("slot repeated", "slot_repeated", |s, shuttle| {
            let request = Arc::clone(&shuttle.order_proof.request);
            *shuttle = s.shuttle(0, &request, "OK", 2);
        }),
        (
            "bad client signature",
            "bad_client_signature",
            |_, shuttle| {
                shuttle.order_proof.request = spoiled(&shuttle.order_proof.request);
            },
        ),
        (
            "signed by another client",
            "bad_client_signature",
            |s, shuttle| {
                let body = shuttle.order_proof.request.body.clone();
                shuttle.order_proof.request = s.sign(client(1), body);
            },
        ),
        (
            "order statement missing",
            "missing_statement",
            |_, shuttle| {
                shuttle.order_proof.statements.pop();
            },
        ),
        (
            "all statements missing",
            "missing_statement",
            |_, shuttle| {
                shuttle.order_proof.statements.clear();
                shuttle.result_proof.clear();
            },
        ),
        (
            "order statement doubled",
            "missing_statement",
            |_, shuttle| {
                shuttle.order_proof.statements[1] = Arc::clone(&shuttle.order_proof.statements[0]);
            },
        ),
        (
            "order statements too many",
            "missing_statement",
            |s, shuttle| {
                let request = Arc::clone(&shuttle.order_proof.request);
                shuttle.order_proof.statements.push(s.order(2, 1, &request));
            },
        ),
        (
            "order statements reordered",
            "missing_statement",
            |_, shuttle| {
                shuttle.order_proof.statements.swap(0, 1);
            },
        ),
        (
            "order statement of another chain",
            "missing_statement",
            |s, shuttle| {
                let request = Arc::clone(&shuttle.order_proof.request);
                shuttle.order_proof.statements[0] = s.of(1).order(0, 1, &request);
            },
        ),
        (
            "order signature bad",
            "bad_order_signature",
            |_, shuttle| {
                let statements = &mut shuttle.order_proof.statements;
                statements[0] = spoiled(&statements[0]);
            },
        ),
        (
            "order statement signed by another",
            "bad_order_signature",
            |s, shuttle| {
                let own = s.order(1, 1, &shuttle.order_proof.request);
                let mut forged = (*shuttle.order_proof.statements[0]).clone();
                forged.signature = own.signature;
                shuttle.order_proof.statements[0] = Arc::new(forged);
            },
        ),
        (
            "a result's signature on an order",
            "bad_order_signature",
            |_, shuttle| {
                let mut forged = (*shuttle.order_proof.statements[0]).clone();
                forged.signature = shuttle.result_proof[0].signature;
                shuttle.order_proof.statements[0] = Arc::new(forged);
            },
        ),
        (
            "order for another operation",
            "wrong_operation",
            |s, shuttle| {
                let other = s.request(0, 1, &get("x"));
                shuttle.order_proof.statements[0] = s.order(0, 1, &other);
            },
        ),
        ("order for another slot", "wrong_operation", |s, shuttle| {
            let request = Arc::clone(&shuttle.order_proof.request);
            shuttle.order_proof.statements[0] = s.order(0, 0, &request);
        }),
        (
            "order for another configuration",
            "wrong_operation",
            |s, shuttle| {
                let mut body = shuttle.order_proof.statements[0].body.clone();
                body.configuration = ConfigurationId(1);
                shuttle.order_proof.statements[0] = s.sign(s.at(0), body);
            },
        ),
        (
            "order for another request",
            "wrong_operation",
            |s, shuttle| {
                let other = s.request(1, 1, &append("k", "c"));
                shuttle.order_proof.statements[1] = s.order(1, 1, &other);
            },
        ),
        (
            "result statement missing",
            "missing_statement",
            |_, shuttle| {
                shuttle.result_proof.remove(0);
            },
        ),
        (
            "result statement doubled",
            "missing_statement",
            |_, shuttle| {
                shuttle.result_proof[1] = Arc::clone(&shuttle.result_proof[0]);
            },
        ),
        (
            "result statements reordered",
            "missing_statement",
            |_, shuttle| {
                shuttle.result_proof.swap(0, 1);
            },
        ),
        (
            "result signature bad",
            "bad_result_signature",
            |_, shuttle| {
                shuttle.result_proof[1] = spoiled(&shuttle.result_proof[1]);
            },
        ),
        ("result hash mismatches", "result_mismatch", |s, shuttle| {
            let request = Arc::clone(&shuttle.order_proof.request);
            shuttle.result_proof[0] = s.result(0, 1, &request, "fail");
        }),
        (
            "all result hashes mismatch",
            "result_mismatch",
            |s, shuttle| {
                let request = Arc::clone(&shuttle.order_proof.request);
                *shuttle = s.shuttle(1, &request, "fail", 2);
            },
        ),
        (
            "result for another operation",
            "result_mismatch",
            |s, shuttle| {
                let other = s.request(0, 1, &get("x"));
                shuttle.result_proof[0] = s.result(0, 1, &other, "OK");
            },
        ),
        (
            "result for another slot",
            "result_mismatch",
            |s, shuttle| {
                let request = Arc::clone(&shuttle.order_proof.request);
                shuttle.result_proof[0] = s.result(0, 0, &request, "OK");
            },
        ),
        ("request two ahead", "request_ahead", |s, shuttle| {
            *shuttle = s.shuttle(1, &s.request(0, 2, &append("k", "c")), "OK", 2);
        }),
        (
            "first request not number 0",
            "request_ahead",
            |s, shuttle| {
                *shuttle = s.shuttle(1, &s.request(1, 1, &append("k", "c")), "OK", 2);
            },
        ),
    ];
    let message = |signing: &Signing, index: usize| {
        let request = signing.request(0, 1, &append("k", "c"));
        let mut shuttle = signing.shuttle(1, &request, "OK", 2);
        (changes[index].2)(signing, &mut shuttle);
        Message::Shuttle(Arc::new(shuttle))
    };
    let reasons: Vec<_> = changes.iter().map(|c| (c.0, c.1)).collect();
    all_refused(&tail, 1, &message, &reasons);
}

/// P4.3: a replica behind the sender, and the head from anybody but itself.
#[test]
fn a_shuttle_from_anybody_but_the_predecessor_is_refused() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    for (position, from, count) in [(2, 0, 2), (1, 2, 1), (1, 1, 1), (0, 1, 0), (0, 2, 0)] {
        let mut replica = signing.initial(position);
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", count)));
        let effects = deliver(&mut replica, signing.at(from), shuttle);
        let expected = [
            "refused: wrong_sender".to_owned(),
            format!("suspects {from}: wrong_sender"),
            "reconfiguration_request to olympus".to_owned(),
        ];
        assert_eq!(describe(&effects), expected, "{from} to {position}");
        assert_eq!(replica.next_slot(), Slot(0));
    }
    let mut replica = signing.initial(1);
    let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 1)));
    let effects = deliver(&mut replica, client(0), shuttle);
    assert_eq!(describe(&effects), ["refused: wrong_sender"]);
}

/// P4.6: a repeated request takes a slot, changes nothing and yields the recorded result; one that is
/// stale is refused.
#[test]
fn a_shuttle_may_repeat_the_last_request_and_no_earlier_one() {
    let signing = Signing::new(1);
    let mut replica = signing.initial(1);
    let down = |replica: &mut Replica, slot, number, operation, result| {
        let request = signing.request(0, number, operation);
        let shuttle = signing.shuttle(slot, &request, result, 1);
        let message = Message::Shuttle(Arc::new(shuttle));
        describe(&deliver(replica, signing.at(0), message))
    };
    let (first, second) = (put("k", "v"), append("k", "!"));
    down(&mut replica, 0, 0, &first, "OK");
    down(&mut replica, 1, 1, &second, "OK");
    let before = replica.state().clone();
    assert_eq!(
        down(&mut replica, 2, 1, &second, "OK"),
        ["executed 2 again: OK", "shuttle to replica-0-2"]
    );
    assert_eq!(*replica.state(), before);
    assert_eq!(replica.next_slot(), Slot(3));
    assert_eq!(
        down(&mut replica, 3, 0, &first, "OK"),
        [
            "refused: stale_request",
            "suspects 0: stale_request",
            "reconfiguration_request to olympus"
        ]
    );
    assert_eq!(*replica.state(), before);
}

/// P3.1: one order statement for each slot, in order, each signed once.
#[test]
fn a_replica_orders_each_slot_once_and_without_holes() {
    let signing = Signing::new(1);
    let mut replica = signing.initial(1);
    let mut ordered = Vec::new();
    for (slot, of) in [(0, 0), (0, 1), (2, 1), (1, 1), (1, 2), (3, 2), (2, 2)] {
        let request = signing.request(of, 0, &put("k", "v"));
        let shuttle = signing.shuttle(slot, &request, "OK", 1);
        let effects = deliver(
            &mut replica,
            signing.at(0),
            Message::Shuttle(Arc::new(shuttle)),
        );
        for (_, message) in sent(&effects) {
            if let Message::Shuttle(shuttle) = message {
                let own = &shuttle.order_proof.statements[1];
                ordered.push((own.body.slot.0, own.body.request.client.0));
            }
        }
    }
    assert_eq!(ordered, [(0, 0), (1, 1), (2, 2)]);
}

/// P4.4: the client first, then the result shuttle with the same content, which is complete.
#[test]
fn the_tail_answers_the_client_before_it_starts_the_result_shuttle() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut tail = signing.initial(2);
        let request = signing.request(0, 0, &put("k", "v"));
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 2)));
        let effects = sent(&deliver(&mut tail, signing.at(1), shuttle));
        let [
            (to, Message::Result(result)),
            (own, Message::ResultShuttle(answer)),
        ] = &effects[..]
        else {
            panic!("a result, then a result shuttle: {effects:?}");
        };
        assert_eq!((*to, *own), (client(0), signing.at(2)));
        assert_eq!(result.answer, *answer);
        assert_eq!(**answer, signing.answer(0, &request, "OK"));
        let effects = deliver(&mut tail, *own, Message::ResultShuttle(Arc::clone(answer)));
        assert_eq!(describe(&effects), ["result_shuttle to replica-0-1"]);
    }
}

/// P4.4: a result shuttle is checked in full, by every replica and for every statement.
#[test]
fn a_result_shuttle_that_breaks_one_condition_is_refused() {
    let changes: &[(&str, &str, Change<Answer>)] = &[
        (
            "bad client signature",
            "bad_client_signature",
            |_, answer| {
                answer.order_proof.request = spoiled(&answer.order_proof.request);
            },
        ),
        (
            "last order statement missing",
            "missing_statement",
            |_, answer| {
                answer.order_proof.statements.pop();
            },
        ),
        (
            "own order statement forged",
            "bad_order_signature",
            |_, answer| {
                let statements = &mut answer.order_proof.statements;
                statements[1] = spoiled(&statements[1]);
            },
        ),
        (
            "tail's order signature bad",
            "bad_order_signature",
            |_, answer| {
                let statements = &mut answer.order_proof.statements;
                statements[2] = spoiled(&statements[2]);
            },
        ),
        (
            "order statements reordered",
            "missing_statement",
            |_, answer| {
                answer.order_proof.statements.swap(0, 2);
            },
        ),
        (
            "order for another operation",
            "wrong_operation",
            |s, answer| {
                answer.order_proof.statements[2] = s.order(2, 0, &s.request(0, 0, &get("x")));
            },
        ),
        (
            "head's result statement missing",
            "missing_statement",
            |_, answer| {
                answer.result_proof.remove(0);
            },
        ),
        (
            "tail's result statement missing",
            "missing_statement",
            |_, answer| {
                answer.result_proof.pop();
            },
        ),
        (
            "tail's result signature bad",
            "bad_result_signature",
            |_, answer| {
                answer.result_proof[2] = spoiled(&answer.result_proof[2]);
            },
        ),
        (
            "tail's result hash differs",
            "result_mismatch",
            |s, answer| {
                let request = Arc::clone(&answer.order_proof.request);
                answer.result_proof[2] = s.result(2, 0, &request, "fail");
            },
        ),
        ("result itself differs", "result_mismatch", |_, answer| {
            answer.result = "fail".to_owned();
        }),
        (
            "result of another configuration",
            "result_mismatch",
            |s, answer| {
                let body = ResultStatement {
                    configuration: ConfigurationId(1),
                    ..answer.result_proof[0].body.clone()
                };
                answer.result_proof[0] = s.sign(s.at(0), body);
            },
        ),
    ];
    let message = |signing: &Signing, index: usize| {
        let request = signing.request(0, 0, &put("k", "v"));
        let mut answer = signing.answer(0, &request, "OK");
        (changes[index].2)(signing, &mut answer);
        Message::ResultShuttle(Arc::new(answer))
    };
    let reasons: Vec<_> = changes.iter().map(|c| (c.0, c.1)).collect();
    let fresh = |signing: &Signing| {
        let mut middle = signing.initial(1);
        let request = signing.request(0, 0, &put("k", "v"));
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 1)));
        deliver(&mut middle, signing.at(0), shuttle);
        middle
    };
    all_refused(&fresh, 2, &message, &reasons);
}

/// P4.4: from the successor alone; passed on once, unchanged; the head keeps it.
#[test]
fn a_result_shuttle_travels_from_tail_to_head() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let answer = Arc::new(signing.answer(0, &request, "OK"));
    let shuttle = || Message::ResultShuttle(Arc::clone(&answer));
    let wrong = |from| {
        vec![
            "refused: wrong_sender".to_owned(),
            format!("suspects {from}: wrong_sender"),
            "reconfiguration_request to olympus".to_owned(),
        ]
    };
    let passed = |to| vec![format!("result_shuttle to replica-0-{to}")];
    let steps: [(u32, u32, Vec<String>); 6] = [
        (1, 0, wrong(0)),
        (0, 2, wrong(2)),
        (2, 1, wrong(1)),
        (1, 2, passed(0)),
        (2, 2, passed(1)),
        (0, 1, vec![]),
    ];
    for (position, from, expected) in steps {
        let mut replica = signing.initial(position);
        let effects = deliver(&mut replica, signing.at(from), shuttle());
        assert_eq!(describe(&effects), expected, "{from} to {position}");
        let again = deliver(
            &mut replica,
            signing.at(if position == 2 { 2 } else { position + 1 }),
            shuttle(),
        );
        let retransmitted = Message::ClientRequest(Arc::clone(&request));
        let retransmitted = deliver(&mut replica, client(0), retransmitted);
        assert!(describe(&retransmitted).contains(&"result to client-0".to_owned()));
        if expected.len() < 3 {
            assert_eq!(describe(&again), ["ignored: not_needed"]);
        }
    }
}

/// P4.2, P4.7: the head orders further requests while earlier ones are on their way, and so does every
/// replica behind it.
#[test]
fn slots_are_taken_before_earlier_ones_complete() {
    let signing = Signing::new(1);
    let mut world = World::new(
        signing,
        &[&[put("a", "0")], &[put("b", "1")], &[put("c", "2")]],
    );
    let (head, middle, tail) = (
        world.signing.at(0),
        world.signing.at(1),
        world.signing.at(2),
    );
    world.hold(middle, tail);
    world.start();
    world.run();
    assert_eq!(world.replica(0, 0).next_slot(), Slot(3));
    assert_eq!(world.replica(0, 1).next_slot(), Slot(3));
    assert_eq!(world.accepted(), []);
    world.hold(middle, head);
    world.release(middle, tail);
    world.run();
    assert_eq!(
        world.accepted().len(),
        3,
        "the client waits for the tail alone"
    );
    for position in 0..3 {
        assert_eq!(
            world.replica(0, position).state(),
            world.replica(0, 0).state()
        );
    }
}

/// P4.1, P4.2: a request goes down the chain and back, signed at every position.
#[test]
fn a_request_is_answered_with_the_statements_of_the_whole_chain() {
    for t in 0..3 {
        let workload = [put("k", "v"), append("k", "!"), get("k")];
        let mut world = World::new(Signing::new(t), &[&workload]);
        world.start();
        world.run();
        let expected = [(0, "OK"), (1, "OK"), (2, "v!")];
        let expected = expected.map(|(number, result)| (id(0, number), result.to_owned()));
        assert_eq!(world.accepted(), expected, "t = {t}");
        assert!(world.timers.is_empty(), "t = {t}");
    }
}

/// P1.8: a shuttle of another configuration is nobody's fault.
#[test]
fn a_chain_message_of_another_configuration_is_ignored() {
    let signing = Signing::new(1);
    let later = signing.of(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let state = Digest::of("state");
    let messages = [
        Message::Shuttle(Arc::new(later.shuttle(0, &request, "OK", 1))),
        Message::ResultShuttle(Arc::new(later.answer(0, &request, "OK"))),
        Message::Checkpoint(Arc::new(later.checkpoint(0, &[state]))),
        Message::CompletedCheckpoint(Arc::new(later.checkpoint(0, &[state; 3]))),
    ];
    for message in messages {
        for from in [0, 2] {
            let mut replica = signing.initial(1);
            let kind: MessageKind = message.kind();
            let effects = deliver(&mut replica, signing.at(from), message.clone());
            assert_eq!(
                describe(&effects),
                ["ignored: other_configuration"],
                "{kind}"
            );
        }
    }
}

/// A timer that was never set does nothing, at any machine.
#[test]
fn a_timer_that_does_not_run_does_nothing() {
    let signing = Signing::new(1);
    let configuration = ConfigurationId(0);
    let timers = [
        Timer::Request(id(0, 0)),
        Timer::Result(id(0, 0)),
        Timer::Wedge(configuration),
        Timer::Grace(configuration),
        Timer::State(configuration, bcr_protocol::identity::Position(0)),
    ];
    for timer in timers {
        let fired = || Input::TimerFired(timer);
        let none: Vec<Effect> = Vec::new();
        assert_eq!(step(&mut signing.initial(0), fired()), none, "{timer}");
        assert_eq!(step(&mut signing.client(0, &[]), fired()), none, "{timer}");
        assert_eq!(step(&mut signing.olympus(), fired()), none, "{timer}");
    }
    let process: ProcessId = signing.at(0);
    assert_eq!(process.to_string(), "replica-0-0");
}
