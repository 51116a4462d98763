//! The chain in the failure-free case: what a replica accepts, refuses and passes on (P3.1, P4).

use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ConfigurationId, Slot};
use bcr_protocol::machine::{Effect, Input, Timer};
use bcr_protocol::message::{Message, MessageKind, Shuttle};
use bcr_protocol::replica::Replica;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, deliver_fully, get, id, put, sent, spoiled,
    step,
};
use crate::world::describe;

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

pub(crate) type Change<T> = fn(&Signing, &mut T);

/// Delivers every changed message to a fresh replica: each must be refused for its reason, the sender
/// be suspected, and the replica be as before, apart from what it remembers of its suspicion.
#[track_caller]
pub(crate) fn all_refused(
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
}
