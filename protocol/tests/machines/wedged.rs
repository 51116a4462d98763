//! Wedged messages: which are valid, and what they prove (P7.1, P7.2).

use std::slice::from_ref;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::history::History;
use bcr_protocol::identity::{ConfigurationId, Slot};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{Message, Wedged};
use bcr_protocol::proof::{CheckpointProof, OrderProof};

use crate::closing::{Closing, catch_ups, verdicts};
use crate::signing::{SCHEMES, Signing, client, get, put, spoiled};
use crate::world::describe;

type Change = fn(&Signing, &mut History);

fn entry(history: &mut History, index: usize) -> &mut OrderProof {
    Arc::make_mut(&mut history.entries[index])
}

fn proof(history: &mut History) -> &mut CheckpointProof {
    Arc::make_mut(history.checkpoint.as_mut().expect("a checkpoint"))
}

/// P7.2: each reason by itself, for a history of the middle replica: a checkpoint at slot 1, then slots
/// 2 and 3.
#[test]
fn a_history_that_breaks_one_condition_is_refused() {
    let changes: &[(&str, &str, Change)] = &[
        ("hole between entries", "history_hole", |s, history| {
            let request = Arc::clone(&history.entries[1].request);
            *entry(history, 1) = s.order_proof(4, &request, 2);
        }),
        (
            "hole behind the checkpoint",
            "history_hole",
            |_, history| drop(history.entries.remove(0)),
        ),
        ("slot doubled", "history_hole", |_, history| {
            history.entries[1] = Arc::clone(&history.entries[0]);
        }),
        (
            "entry before the checkpoint",
            "history_hole",
            |s, history| {
                let request = Arc::clone(&history.entries[0].request);
                *entry(history, 0) = s.order_proof(1, &request, 2);
            },
        ),
        ("no checkpoint", "history_hole", |_, history| {
            history.checkpoint = None
        }),
        ("own order missing", "missing_statement", |_, history| {
            entry(history, 0).statements.pop();
        }),
        ("head's order missing", "missing_statement", |_, history| {
            entry(history, 1).statements.remove(0);
        }),
        ("orders reordered", "missing_statement", |_, history| {
            entry(history, 1).statements.swap(0, 1);
        }),
        ("order badly signed", "bad_order_signature", |_, history| {
            let statement = &mut entry(history, 1).statements[0];
            *statement = spoiled(statement);
        }),
        (
            "order for another operation",
            "wrong_operation",
            |s, history| {
                entry(history, 1).statements[0] = s.order(0, 3, &s.request(1, 0, &get("x")));
            },
        ),
        ("order for another slot", "wrong_operation", |s, history| {
            let request = Arc::clone(&history.entries[1].request);
            entry(history, 1).statements[0] = s.order(0, 2, &request);
        }),
        (
            "order of another configuration",
            "wrong_operation",
            |s, history| {
                let mut body = history.entries[1].statements[0].body.clone();
                body.configuration = ConfigurationId(1);
                entry(history, 1).statements[0] = s.sign(s.at(0), body);
            },
        ),
        (
            "client did not sign",
            "bad_client_signature",
            |_, history| {
                let request = &mut entry(history, 1).request;
                *request = spoiled(request);
            },
        ),
        (
            "another client signed",
            "bad_client_signature",
            |s, history| {
                let request = &mut entry(history, 1).request;
                *request = s.sign(client(2), request.body.clone());
            },
        ),
        (
            "t checkpoint statements",
            "bad_checkpoint_proof",
            |_, history| {
                proof(history).statements.truncate(1);
            },
        ),
        (
            "one checkpoint statement twice",
            "bad_checkpoint_proof",
            |_, history| {
                proof(history).statements.truncate(1);
                let doubled = Arc::clone(&proof(history).statements[0]);
                proof(history).statements.push(doubled);
            },
        ),
        ("no two equal", "bad_checkpoint_proof", |s, history| {
            let states = ["a", "b", "c"].map(Digest::of);
            *proof(history) = s.checkpoint(1, &states).proof;
        }),
        (
            "checkpoint badly signed",
            "bad_checkpoint_proof",
            |_, history| {
                let statement = &mut proof(history).statements[2];
                *statement = spoiled(statement);
            },
        ),
        (
            "checkpoint for another slot",
            "bad_checkpoint_proof",
            |_, history| {
                proof(history).slot = Slot(0);
            },
        ),
    ];
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut good = signing.history(
            1,
            2,
            &[
                signing.request(0, 0, &put("k", "v")),
                signing.request(1, 0, &get("k")),
            ],
        );
        let checkpoint = signing.checkpoint(1, &[Digest::of("state"); 3]);
        good.checkpoint = Some(Arc::new(checkpoint.proof));
        for (description, reason, change) in changes {
            let mut closing = Closing::of(&signing);
            let mut history = good.clone();
            change(&signing, &mut history);
            let effects = closing.wedge(1, &history);
            let expected = [
                format!("history of 1 refused: {reason}"),
                format!("refused: {reason}"),
            ];
            assert_eq!(describe(&effects), expected, "{description}");
            // The replica may still send a valid one.
            assert_eq!(describe(&closing.wedge(1, &good)), [""; 0]);
        }
        let mut closing = Closing::of(&signing);
        closing.wedge(1, &good);
        let again = closing.wedge(1, &good);
        assert_eq!(describe(&again), ["ignored: not_needed"]);
    }
}

/// P7.2, P1.5: the message's own signature, configuration and moment.
#[test]
fn a_wedged_message_must_be_the_senders_own_and_asked_for() {
    let signing = Signing::new(1);
    let body = Wedged {
        configuration: signing.configuration,
        history: History::default(),
    };
    let good = signing.sign(signing.at(1), body.clone());
    let other = Wedged {
        configuration: ConfigurationId(1),
        ..body.clone()
    };
    let cases = [
        (
            "bad signature",
            signing.at(1),
            spoiled(&good),
            "bad_signature",
        ),
        (
            "another's",
            signing.at(2),
            Arc::clone(&good),
            "bad_signature",
        ),
        (
            "another configuration",
            signing.at(1),
            signing.sign(signing.at(1), other),
            "other_configuration",
        ),
    ];
    let mut closing = Closing::of(&signing);
    for (description, from, message, reason) in cases {
        let effects = closing.deliver(from, Message::Wedged(message));
        assert_eq!(
            describe(&effects)[1..],
            [format!("refused: {reason}")],
            "{description}"
        );
    }
    let effects = closing.deliver(client(0), Message::Wedged(Arc::clone(&good)));
    assert_eq!(describe(&effects), ["refused: wrong_sender"]);
    let unasked =
        crate::signing::deliver(&mut signing.olympus(), signing.at(1), Message::Wedged(good));
    assert_eq!(describe(&unasked), ["ignored: not_needed"]);
}

/// P7.2: without a checkpoint a history starts at the configuration's first slot, and a checkpoint of an
/// earlier slot is none.
#[test]
fn a_history_starts_where_its_configuration_does() {
    let signing = Signing::new(1);
    let requests = [
        signing.request(0, 0, &put("k", "v")),
        signing.request(1, 0, &get("k")),
    ];
    let mut closing = Closing::of(&signing);
    closing.agree(&requests);
    let id = closing.id(&requests);
    closing.give_state(0, id, &bcr_protocol::running_state::RunningState::default());
    let next = signing.of(1);
    let olympus = closing.olympus;
    let mut closing = Closing::with(olympus, &next, bcr_protocol::message::Evidence::default());
    let request = [signing.request(2, 0, &get("k"))];
    let old = History {
        checkpoint: Some(Arc::new(
            next.checkpoint(1, &[Digest::of("state"); 3]).proof,
        )),
        entries: next.history(0, 2, &request).entries,
    };
    let cases = [
        (next.history(0, 0, &request), "refused: history_hole"),
        (next.history(0, 3, &request), "refused: history_hole"),
        (old, "refused: bad_checkpoint_proof"),
    ];
    for (history, expected) in cases {
        assert_eq!(describe(&closing.wedge(0, &history))[1], expected);
    }
    assert_eq!(
        describe(&closing.wedge(0, &next.history(0, 2, &request))),
        [""; 0]
    );
}

/// P7.2, P6.3 e: an order statement that another history holds and its signer's own does not convicts
/// and rules out, whichever message comes first.
#[test]
fn whoever_withholds_an_order_is_convicted_and_ruled_out() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let first = signing.request(0, 0, &put("k", "v"));
        let second = signing.request(1, 0, &get("k"));
        let other = signing.request(2, 0, &get("k"));
        let told = [first.clone(), second.clone()];
        let lies: [(&str, &[_]); 3] = [
            ("left out the last", from_ref(&first)),
            ("left out all", &[]),
            ("holds another", &[first.clone(), other]),
        ];
        for (description, lie) in lies {
            for liar in 0..2 {
                for order in [[liar, 2], [2, liar]] {
                    let mut closing = Closing::of(&signing);
                    let mut effects = Vec::new();
                    for position in order {
                        let requests = if position == liar { lie } else { &told };
                        effects.extend(closing.tell(position, requests));
                    }
                    let expected = [
                        format!("ruled out {liar}: order_withheld"),
                        format!("convicted {liar}"),
                    ];
                    assert_eq!(verdicts(&effects), expected, "{description}");
                    let asked = catch_ups(&effects);
                    assert_eq!(asked, [], "{description}: one replica is no quorum");
                }
            }
        }
    }
}

/// P7.2: a replica need not hold what is before its checkpoint, or what it never signed.
#[test]
fn a_shorter_history_convicts_nobody_by_itself() {
    let signing = Signing::new(1);
    let requests = [
        signing.request(0, 0, &put("k", "v")),
        signing.request(1, 0, &get("k")),
    ];
    let checkpoint = signing.checkpoint(1, &[Digest::of("state"); 3]).proof;
    let pruned = History {
        checkpoint: Some(Arc::new(checkpoint)),
        entries: Vec::new(),
    };
    let mut closing = Closing::of(&signing);
    let mut effects = closing.tell(2, &requests);
    effects.extend(closing.wedge(0, &pruned));
    effects.extend(closing.tell(1, &requests));
    assert_eq!(verdicts(&effects), [""; 0], "pruned");
    let mut closing = Closing::of(&signing);
    let mut effects = closing.tell(0, &requests);
    effects.extend(closing.tell(1, &requests[..1]));
    effects.extend(closing.tell(2, &[]));
    assert_eq!(verdicts(&effects), [""; 0], "not there yet");
}

/// P7.1: Olympus repeats itself to those without a valid wedged message, and catch_ups to supporters
/// that have not answered, until the quorum is chosen.
#[test]
fn olympus_repeats_what_has_not_been_answered() {
    let signing = Signing::new(1);
    let mut closing = Closing::of(&signing);
    let timer = Timer::Wedge(signing.configuration);
    let requests = [signing.request(0, 0, &put("k", "v"))];
    let id = closing.id(&requests);
    closing.tell(0, &requests);
    let effects = closing.fire(timer);
    assert_eq!(
        describe(&effects),
        [
            "wedge_request to replica-0-1",
            "wedge_request to replica-0-2",
            "set wedge-0 500"
        ]
    );
    closing.wedge(1, &signing.history(1, 5, &requests));
    closing.tell(2, &requests);
    let effects = closing.fire(timer);
    let expected = [
        "wedge_request to replica-0-1",
        "catch_up to replica-0-0",
        "catch_up to replica-0-2",
        "set wedge-0 500",
    ];
    assert_eq!(
        describe(&effects),
        expected,
        "an invalid message is no answer"
    );
    closing.report(2, id, Digest::of("state"));
    let effects = closing.fire(timer);
    assert_eq!(catch_ups(&effects), [(id, signing.at(0), vec![])]);
    closing.report(0, id, Digest::of("state"));
    let effects = closing.fire(Timer::Grace(signing.configuration));
    assert_eq!(
        describe(&effects),
        [
            "cancel wedge-0",
            "quorum 0 2",
            "get_running_state to replica-0-0",
            "set state-0-0 500"
        ]
    );
    assert_eq!(closing.fire(timer), [], "the quorum is chosen");
}
