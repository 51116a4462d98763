//! A replica's modes: pending, active, immutable (P1.6, P1.7, P1.8, P7.7, P7.8).

use std::sync::Arc;

use bcr_protocol::bounds::KEPT_MESSAGES_MAX;
use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ConfigurationId, Slot};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{Message, MessageKind, Terminate, WedgeRequest};
use bcr_protocol::replica::{Mode, Replica};
use bcr_protocol::running_state::RunningState;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, deliver_fully, id, put, spoiled,
};
use crate::world::describe;

/// One message of every kind that a replica of configuration `signing` can be sent by another process,
/// with its sender, for a replica at position 1.
fn one_of_each(signing: &Signing) -> Vec<(bcr_protocol::identity::ProcessId, Message)> {
    let request = signing.request(0, 0, &put("k", "v"));
    let state = RunningState::default().hash();
    let history = Digest::of("history");
    vec![
        (client(0), Message::ClientRequest(Arc::clone(&request))),
        (
            signing.at(2),
            Message::ForwardedRequest(Arc::clone(&request)),
        ),
        (
            signing.at(0),
            Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 1))),
        ),
        (
            signing.at(2),
            Message::ResultShuttle(Arc::new(signing.answer(0, &request, "OK"))),
        ),
        (
            signing.at(0),
            Message::Checkpoint(Arc::new(signing.checkpoint(0, &[state]))),
        ),
        (
            signing.at(2),
            Message::CompletedCheckpoint(Arc::new(signing.checkpoint(0, &[state; 3]))),
        ),
        (OLYMPUS, signing.catch_up(history, &[])),
        (OLYMPUS, signing.get_running_state(history)),
    ]
}

/// P1.8, P7.7: everything waits, in order, and is handled right after the new configuration.
#[test]
fn a_pending_replica_keeps_what_it_receives_in_order() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme).of(1);
        let mut replica = signing.pending(1);
        let first = signing.request(0, 0, &put("k", "v"));
        let second = signing.request(0, 1, &append("k", "!"));
        let shuttle = |slot, request, result| {
            Message::Shuttle(Arc::new(signing.shuttle(slot, request, result, 1)))
        };
        for (from, message) in [
            (signing.at(0), shuttle(7, &first, "OK")),
            (
                client(1),
                Message::ClientRequest(signing.request(1, 0, &put("a", "b"))),
            ),
            (signing.at(0), shuttle(8, &second, "OK")),
        ] {
            assert!(replica.keeps(&message));
            assert_eq!(describe(&deliver(&mut replica, from, message)), ["queued"]);
        }
        assert_eq!(replica.mode(), Mode::Pending);
        let new = signing.new_configuration(7, &RunningState::default());
        assert_eq!(
            describe(&deliver_fully(&mut replica, OLYMPUS, new)),
            [
                "executed 7: OK",
                "shuttle to replica-1-2",
                "case Forwarded",
                "forwarded_request to replica-1-0",
                "set result-1:0 2000",
                "executed 8: OK",
                "shuttle to replica-1-2",
            ]
        );
        assert_eq!(replica.mode(), Mode::Active);
        assert_eq!(replica.next_slot(), Slot(9));
    }
}

/// P1.8: every kind of message waits, but for one that is for the head alone.
#[test]
fn a_pending_replica_keeps_every_kind_of_message() {
    let signing = Signing::new(1).of(1);
    for (from, message) in one_of_each(&signing) {
        let mut replica = signing.pending(1);
        let kind = message.kind();
        let effects = describe(&deliver(&mut replica, from, message));
        if kind == MessageKind::ForwardedRequest {
            assert_eq!(effects, ["ignored: not_head"]);
            continue;
        }
        assert_eq!(effects, ["queued"], "{kind}");
        let new = signing.new_configuration(0, &RunningState::default());
        let again = describe(&deliver(&mut replica, OLYMPUS, new));
        assert_eq!(again, [format!("again {kind} from {from}")]);
    }
}

/// P1.8: the queue is bounded, and reaching the bound is a named refusal.
#[test]
fn a_pending_replica_keeps_no_more_than_its_bound() {
    let signing = Signing::new(1).of(1);
    let mut replica = signing.pending(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let refused = (0..200_000).find(|_| {
        let message = Message::ClientRequest(Arc::clone(&request));
        describe(&deliver(&mut replica, client(0), message)) == ["refused: queue_full"]
    });
    assert_eq!(refused, Some(KEPT_MESSAGES_MAX));
}

/// P1.8: a wedge request counts at once and is ignored.
#[test]
fn a_pending_replica_ignores_a_wedge_request_at_once() {
    let signing = Signing::new(1).of(1);
    let mut replica = signing.pending(1);
    assert!(!replica.keeps(&signing.wedge_request()));
    let effects = deliver(&mut replica, OLYMPUS, signing.wedge_request());
    assert_eq!(describe(&effects), ["ignored: not_addressed"]);
    let new = signing.new_configuration(0, &RunningState::default());
    deliver(&mut replica, OLYMPUS, new);
    assert_eq!(replica.mode(), Mode::Active);
}

/// P7.7: signed by Olympus, for this configuration, with the state that it names, and once.
#[test]
fn a_new_configuration_is_believed_once_and_only_from_olympus() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme).of(1);
        let Message::NewConfiguration(good) =
            signing.new_configuration(3, &RunningState::default())
        else {
            unreachable!("a new configuration");
        };
        let bad_hash = {
            let mut body = good.body.clone();
            body.state_hash = Digest::of("another state");
            signing.sign(OLYMPUS, body)
        };
        let steps = [
            ("bad signature", spoiled(&good), "refused: bad_signature"),
            (
                "signed by a replica",
                signing.sign(signing.of(0).at(0), good.body.clone()),
                "refused: bad_signature",
            ),
            ("state with another hash", bad_hash, "refused: wrong_state"),
        ];
        let mut replica = signing.pending(1);
        for (description, message, expected) in steps {
            let message = Message::NewConfiguration(message);
            let effects = deliver(&mut replica, OLYMPUS, message);
            assert_eq!(describe(&effects), [expected], "{description}");
            assert_eq!(replica.mode(), Mode::Pending, "{description}");
        }
        let other = signing.of(2).new_configuration(3, &RunningState::default());
        let effects = deliver(&mut replica, OLYMPUS, other);
        assert_eq!(describe(&effects), ["ignored: other_configuration"]);
        deliver(
            &mut replica,
            OLYMPUS,
            Message::NewConfiguration(Arc::clone(&good)),
        );
        assert_eq!(
            (replica.mode(), replica.next_slot()),
            (Mode::Active, Slot(3))
        );
        let again = deliver(&mut replica, OLYMPUS, Message::NewConfiguration(good));
        assert_eq!(describe(&again), ["ignored: not_needed"]);
    }
}

fn immutable(signing: &Signing) -> Replica {
    let mut replica = signing.initial(1);
    deliver(&mut replica, OLYMPUS, signing.wedge_request());
    assert_eq!(replica.mode(), Mode::Immutable);
    replica
}

/// P1.8, P5.2 b: what an immutable replica does with every kind of message.
#[test]
fn an_immutable_replica_answers_clients_and_olympus_alone() {
    let signing = Signing::new(1);
    let expected: [&[&str]; 8] = [
        &["case Immutable", "error to client-0"],
        &["ignored: not_head"],
        &["ignored: immutable"],
        &[],
        &["ignored: immutable"],
        &["ignored: immutable"],
        &["caught_up to olympus"],
        &["ignored: not_addressed"],
    ];
    for ((from, message), expected) in one_of_each(&signing).into_iter().zip(expected) {
        let mut replica = immutable(&signing);
        let before = replica.state().clone();
        let kind = message.kind();
        let effects = deliver(&mut replica, from, message);
        assert_eq!(describe(&effects), expected, "{kind}");
        assert_eq!(replica.mode(), Mode::Immutable, "{kind}");
        assert_eq!(
            (replica.state(), replica.next_slot()),
            (&before, Slot(0)),
            "{kind}"
        );
    }
    let mut replica = immutable(&signing);
    let new = signing.new_configuration(9, &RunningState::default());
    assert_eq!(
        describe(&deliver(&mut replica, OLYMPUS, new)),
        ["ignored: not_needed"]
    );
    assert_eq!(replica.mode(), Mode::Immutable);
}

/// P1.8: it caches a valid result shuttle, and refuses a bad one without suspicion.
#[test]
fn an_immutable_replica_caches_a_result_shuttle_and_suspects_nobody() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let mut replica = immutable(&signing);
    let mut bad = signing.answer(0, &request, "OK");
    bad.result = "fail".to_owned();
    let effects = deliver(
        &mut replica,
        signing.at(2),
        Message::ResultShuttle(Arc::new(bad)),
    );
    assert_eq!(describe(&effects), ["refused: result_mismatch"]);
    let good = Message::ResultShuttle(Arc::new(signing.answer(0, &request, "OK")));
    assert_eq!(
        describe(&deliver(&mut replica, signing.at(2), good)),
        [""; 0]
    );
    let effects = deliver(&mut replica, client(0), Message::ClientRequest(request));
    assert_eq!(describe(&effects), ["case Cached", "result to client-0"]);
}

/// P1.8: bad shuttles and checkpoints are no reason for suspicion any more.
#[test]
fn an_immutable_replica_suspects_nobody_for_bad_messages() {
    let signing = Signing::new(1);
    let request = spoiled(&signing.request(0, 0, &put("k", "v")));
    let shuttle = Arc::new(signing.shuttle(5, &request, "fail", 0));
    let checkpoint = Arc::new(signing.checkpoint(9, &[]));
    let messages = [
        (Message::Shuttle(shuttle), "ignored: immutable"),
        (
            Message::Checkpoint(Arc::clone(&checkpoint)),
            "ignored: immutable",
        ),
        (
            Message::CompletedCheckpoint(checkpoint),
            "ignored: immutable",
        ),
    ];
    for (message, expected) in messages {
        for from in [0, 2] {
            let effects = deliver(&mut immutable(&signing), signing.at(from), message.clone());
            assert_eq!(describe(&effects), [expected]);
        }
    }
    let mut head = signing.initial(0);
    deliver(&mut head, OLYMPUS, signing.wedge_request());
    let effects = deliver(&mut head, signing.at(1), Message::ForwardedRequest(request));
    assert_eq!(describe(&effects), ["refused: bad_client_signature"]);
}

/// P7.1: a wedge request is obeyed when Olympus signed it for this configuration, answered again when
/// repeated, and stops the timers.
#[test]
fn a_wedge_request_stops_a_replica_for_good() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut replica = signing.initial(1);
        let request = Message::ClientRequest(signing.request(0, 0, &put("k", "v")));
        deliver(&mut replica, client(0), request);
        let body = WedgeRequest {
            configuration: ConfigurationId(0),
        };
        let forged = Message::WedgeRequest(signing.sign(signing.at(2), body.clone()));
        let spoilt = Message::WedgeRequest(spoiled(&signing.sign(OLYMPUS, body)));
        let steps = [
            (forged, vec!["refused: bad_signature"], Mode::Active),
            (spoilt, vec!["refused: bad_signature"], Mode::Active),
            (
                signing.of(1).wedge_request(),
                vec!["ignored: other_configuration"],
                Mode::Active,
            ),
            (
                signing.wedge_request(),
                vec!["cancel result-0:0", "wedged to olympus"],
                Mode::Immutable,
            ),
            (
                signing.wedge_request(),
                vec!["wedged to olympus"],
                Mode::Immutable,
            ),
        ];
        for (message, expected, mode) in steps {
            let effects = deliver(&mut replica, OLYMPUS, message);
            assert_eq!(describe(&effects), expected);
            assert_eq!(replica.mode(), mode);
        }
        let timer = Timer::Result(id(0, 0));
        let fired = bcr_protocol::machine::Input::TimerFired(timer);
        assert_eq!(crate::signing::step(&mut replica, fired), []);
    }
}

/// P7.7: only Olympus ends a process, and only for its own configuration.
#[test]
fn a_replica_stops_when_olympus_says_so() {
    let signing = Signing::new(1);
    let terminate = |signer, configuration| {
        let configuration = ConfigurationId(configuration);
        Message::Terminate(signing.sign(signer, Terminate { configuration }))
    };
    let steps = [
        (terminate(signing.at(0), 0), "refused: bad_signature"),
        (terminate(OLYMPUS, 1), "ignored: other_configuration"),
        (terminate(OLYMPUS, 0), "stop"),
    ];
    for (message, expected) in steps {
        let effects = deliver(&mut signing.initial(1), OLYMPUS, message);
        assert_eq!(describe(&effects), [expected]);
    }
}

/// P1.5: two messages may have the same content and mean different things; no signature stands for both.
#[test]
fn a_signature_stands_for_one_kind_of_statement_alone() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let configuration = ConfigurationId(0);
        let mut terminate = signing.signer(OLYMPUS).sign(Terminate { configuration });
        terminate.signature = signing
            .sign(OLYMPUS, WedgeRequest { configuration })
            .signature;
        let mut replica = signing.initial(1);
        let effects = deliver(
            &mut replica,
            OLYMPUS,
            Message::Terminate(Arc::new(terminate)),
        );
        assert_eq!(describe(&effects), ["refused: bad_signature"]);
    }
}

/// P1.6: what a replica is never sent is refused, in every mode, and nobody is suspected.
#[test]
fn a_message_for_another_kind_of_process_is_refused() {
    let signing = Signing::new(1);
    let message = signing.wedged(2, signing.history(2, 0, &[]));
    for mut replica in [signing.initial(1), immutable(&signing)] {
        let effects = deliver(&mut replica, signing.at(2), message.clone());
        assert_eq!(describe(&effects), ["refused: not_addressed"]);
    }
    let effects = deliver(&mut signing.client(0, &[]), OLYMPUS, message.clone());
    assert_eq!(describe(&effects), ["refused: not_addressed"]);
    let effects = deliver(&mut signing.olympus(), OLYMPUS, signing.wedge_request());
    assert_eq!(describe(&effects), ["refused: not_addressed"]);
}
