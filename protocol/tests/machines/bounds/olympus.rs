//! What a replica or a client costs Olympus.

use std::sync::Arc;

use bcr_protocol::bounds::{EVIDENCE_BYTES_MAX, HEARD_BYTES_MAX, HISTORY_BYTES_MAX, REFUSED_MAX};
use bcr_protocol::digest::Digest;
use bcr_protocol::history::History;
use bcr_protocol::identity::Slot;
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{ConfigurationQuery, Evidence, Message};
use bcr_protocol::proof::{CheckpointProof, SignedOrder};
use bcr_protocol::running_state::RunningState;

use super::{MANY, bounds, unsigned};
use crate::closing::{Closing, verdicts};
use crate::signing::{Signing, client, deliver, get, put, spoiled};
use crate::world::describe;

/// P1.9: how long a list is comes before what is in it.
#[test]
fn olympus_looks_into_no_list_that_is_longer_than_a_correct_process_makes_it() {
    let signing = Signing::new(1).with_interval(5);
    let request = signing.request(0, 0, &put("k", "v"));
    let state = RunningState::default().hash();
    let vote = signing.vote(0, 4, state);
    let order = signing.order(1, 0, &request);
    let strangers = (0..MANY).map(|p| unsigned(&vote, &signing, p)).collect();
    let checkpoint = History {
        checkpoint: Some(Arc::new(CheckpointProof {
            slot: Slot(4),
            statements: strangers,
        })),
        entries: Vec::new(),
    };
    let requests: Vec<_> = (0..MANY).map(|_| Arc::clone(&request)).collect();
    let entries = signing.history(1, 0, &requests[..bounds(&signing).entries() + 1]);
    let large = put("k", &"v".repeat(HISTORY_BYTES_MAX));
    let large = Arc::new(signing.order_proof(0, &signing.request(0, 0, &large), 2));
    let padded = History {
        checkpoint: None,
        entries: (0..2).map(|_| Arc::clone(&large)).collect(),
    };
    let results: Vec<_> = (0..MANY).map(|_| (&request, "OK")).collect();
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[]);
    closing.tell(1, &[]);
    let empty = closing.id(&[]);
    let report = signing.caught_up(1, empty, state, &results);
    let evidence = |orders: Vec<SignedOrder>| Evidence {
        orders,
        ..Evidence::default()
    };
    let large = signing.order(
        1,
        0,
        &signing.request(0, 0, &put("k", &"v".repeat(EVIDENCE_BYTES_MAX))),
    );
    let attacks = [
        (
            2,
            "a checkpoint proof by strangers",
            signing.wedged(2, checkpoint),
        ),
        (2, "too many entries", signing.wedged(2, entries)),
        (2, "too many bytes", signing.wedged(2, padded)),
        (
            1,
            "too many results",
            Message::CaughtUp(signing.sign(signing.at(1), report)),
        ),
        (
            1,
            "too many statements",
            signing.reconfiguration(signing.at(1), evidence(vec![order; MANY as usize])),
        ),
        (
            1,
            "too large a statement",
            signing.reconfiguration(signing.at(1), evidence(vec![large])),
        ),
    ];
    let before = closing.olympus.verifications();
    for (position, description, message) in attacks {
        let mut closing = closing.clone();
        let effects = closing.deliver(signing.at(position), message);
        let last = describe(&effects).pop();
        assert_eq!(last.as_deref(), Some("refused: oversized"), "{description}");
        assert_eq!(closing.olympus.verifications(), before, "{description}");
    }
}

/// P6.4: a wedged message that is as long as it may be and bad at its end is looked into twice at most.
#[test]
fn a_wedged_message_with_a_bad_last_entry_is_not_examined_again_and_again() {
    let signing = Signing::new(1).with_interval(5);
    let most = bounds(&signing).entries();
    let requests: Vec<_> = (0..most as u64)
        .map(|n| signing.request(0, n, &get("k")))
        .collect();
    let mut history = signing.history(2, 0, &requests);
    let last = history
        .entries
        .last_mut()
        .map(Arc::make_mut)
        .expect("entries");
    let statement = last.statements.last_mut().expect("statements");
    *statement = spoiled(statement);
    let mut closing = Closing::of(&signing);
    let before = closing.olympus.verifications();
    let said: Vec<_> = (0..20)
        .flat_map(|_| describe(&closing.wedge(2, &history)))
        .collect();
    let cost = closing.olympus.verifications() - before;
    let whole = bounds(&signing).wedged_signatures() as u64;
    assert!(
        cost <= 2 * whole,
        "{cost} verifications, a history has {whole}"
    );
    assert_eq!(said[1], "refused: bad_order_signature");
    assert_eq!(said.last().map(String::as_str), Some("ignored: exhausted"));
    // The others end the configuration without it.
    closing.tell(0, &[]);
    closing.tell(1, &[]);
    let id = closing.id(&[]);
    let state = RunningState::default();
    closing.report(0, id, state.hash());
    closing.report(1, id, state.hash());
    closing.fire(Timer::Grace(signing.configuration));
    closing.give_state(0, id, &state);
    assert_eq!(closing.olympus.configuration(), signing.of(1).configuration);
}

/// P6.4: whatever one replica sends in a configuration, it costs Olympus no more than the formula says.
#[test]
fn what_one_replica_can_cost_olympus_in_a_configuration_is_bounded() {
    for t in [1, 2] {
        let signing = Signing::new(t).with_interval(5);
        let (n, c) = (u64::from(signing.n()), u64::from(signing.clients));
        let liar = signing.at(signing.n() - 1);
        let request = signing.request(0, 0, &put("k", "v"));
        let statements = bounds(&signing).statements() as u64;
        let evidence = Evidence {
            requests: vec![Arc::clone(&request); 2],
            orders: (0..statements)
                .map(|slot| signing.order(n as u32 - 1, slot, &request))
                .collect(),
            results: (0..statements)
                .map(|slot| signing.result(n as u32 - 1, slot, &request, "OK"))
                .collect(),
            checkpoints: (0..statements)
                .map(|slot| signing.vote(n as u32 - 1, slot, Digest::of("s")))
                .collect(),
        };
        let most = bounds(&signing).entries() as u64;
        let requests: Vec<_> = (0..most)
            .map(|n| signing.request(0, n, &get("k")))
            .collect();
        let good = signing.history(n as u32 - 1, 0, &requests);
        let mut bad = good.clone();
        let last = bad.entries.last_mut().map(Arc::make_mut).expect("entries");
        last.request = spoiled(&last.request);
        let closing = Closing::of(&signing);
        let id = closing.id(&[]);
        let report = signing.caught_up(n as u32 - 1, id, Digest::of("s"), &[(&request, "OK")]);
        let state = RunningState::default();
        let mut attacks = [
            signing.reconfiguration(liar, evidence),
            signing.wedged(n as u32 - 1, good),
            signing.wedged(n as u32 - 1, bad),
            Message::CaughtUp(spoiled(&signing.sign(liar, report))),
            signing.running_state(n as u32 - 1, Digest::of("no history"), &state),
            Message::ConfigurationQuery(ConfigurationQuery::Current),
            Message::ClientRequest(request),
        ];
        let whole = 1 + n + most * (n + 1);
        assert_eq!(whole, bounds(&signing).wedged_signatures() as u64);
        // One valid history, two more in what is refused, the requests, and reports.
        let formula = 3 * whole + 16 * n * (3 * n + 6) + (n + 8) * (1 + c);
        let costs = |chosen: &[Message]| {
            let mut olympus = closing.olympus.clone();
            for message in chosen.iter().cycle().take(500 * chosen.len()) {
                deliver(&mut olympus, liar, message.clone());
            }
            olympus.verifications() - closing.olympus.verifications()
        };
        for _ in 0..attacks.len() {
            // Each attack alone, then all in turn, each of them first once.
            attacks.rotate_left(1);
            for chosen in [&attacks[..1], &attacks[..]] {
                let cost = costs(chosen);
                let kind = attacks[0].kind();
                assert!(
                    cost <= formula,
                    "t = {t}, {kind}: {cost} of {formula} verifications"
                );
            }
        }
    }
}

/// P6.4: evidence of one process beyond the bound of bytes is not looked into.
#[test]
fn olympus_looks_into_a_bounded_number_of_bytes_of_evidence() {
    let signing = Signing::new(1);
    let large = put("k", &"v".repeat(EVIDENCE_BYTES_MAX - 1024));
    let evidence = Evidence {
        orders: vec![signing.order(1, 0, &signing.request(0, 0, &large))],
        ..Evidence::default()
    };
    let mut closing = Closing::of(&signing);
    let before = closing.olympus.verifications();
    let asked = signing.reconfiguration(signing.at(1), evidence);
    for _ in 0..10 {
        let said = describe(&closing.deliver(signing.at(1), asked.clone()));
        assert_eq!(said, ["ignored: already_reconfiguring"]);
    }
    let looked_into = HEARD_BYTES_MAX / EVIDENCE_BYTES_MAX;
    assert_eq!(
        closing.olympus.verifications() - before,
        10 + looked_into as u64
    );
}

/// P7.5, P6.4: who sends running states that nobody asked it for is heard no more.
#[test]
fn running_states_that_nobody_asked_for_are_counted() {
    let signing = Signing::new(1);
    let mut closing = Closing::of(&signing);
    closing.agree(&[]);
    let (history, state) = (Digest::of("another"), RunningState::default());
    let mut other = state.clone();
    other.apply_unordered(&put("a", "a"));
    let mut told = |position| {
        let effects = closing.give_state(position, history, &other);
        describe(&effects).pop().expect("an answer")
    };
    assert_eq!(told(0), "ignored: not_needed", "it was asked for one");
    assert_eq!(told(0), "refused: not_needed");
    let said: Vec<_> = (0..20).map(|_| told(2)).collect();
    assert_eq!(said[0], "refused: not_needed");
    assert_eq!(said[REFUSED_MAX as usize], "ignored: exhausted");
}

/// P6.4: the requests of a client are counted, and its questions are answered all the same.
#[test]
fn a_client_without_proof_is_heard_no_more_but_answered() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &get("k"));
    let evidence = Evidence {
        orders: vec![signing.order(0, 0, &request)],
        ..Evidence::default()
    };
    let mut olympus = signing.olympus();
    let asked = signing.reconfiguration(client(0), evidence);
    let said: Vec<_> = (0..500)
        .flat_map(|_| describe(&deliver(&mut olympus, client(0), asked.clone())))
        .collect();
    assert_eq!(said[0], "refused: no_proof");
    assert_eq!(said[499], "ignored: exhausted");
    let heard = bounds(&signing).requests_heard() as u64;
    assert_eq!(olympus.verifications(), 2 * heard);
    let question = Message::ConfigurationQuery(ConfigurationQuery::Current);
    let answer = describe(&deliver(&mut olympus, client(0), question));
    assert_eq!(answer, ["configuration to client-0"]);
}

/// P6.3: two requests that a client signed under one number convict nobody who ordered one of them.
#[test]
fn two_requests_of_a_client_under_one_number_convict_nobody() {
    let signing = Signing::new(1);
    let (one, other) = (
        signing.request(0, 0, &put("k", "v")),
        signing.request(0, 0, &get("k")),
    );
    let order = signing.order(0, 0, &one);
    let cases = [
        (vec![Arc::clone(&other)], vec!["convicted 0"]),
        (vec![Arc::clone(&other), Arc::clone(&one)], vec![]),
        (vec![Arc::clone(&one), Arc::clone(&other)], vec![]),
    ];
    for (requests, convicted) in cases {
        let evidence = Evidence {
            requests,
            orders: vec![Arc::clone(&order)],
            ..Evidence::default()
        };
        let mut closing = Closing::with(signing.olympus(), &signing, evidence);
        assert_eq!(verdicts(&closing.agree(&[])), convicted);
    }
    // One comes as evidence, the other with the histories of those that executed it.
    let evidence = Evidence {
        requests: vec![other],
        ..Evidence::default()
    };
    let mut closing = Closing::with(signing.olympus(), &signing, evidence);
    assert_eq!(verdicts(&closing.agree(&[one])), [""; 0]);
}
