//! What its neighbours and clients cost a replica, and how large its own messages become.

use std::sync::Arc;

use bcr_protocol::bounds::{
    Bounds, EVIDENCE_BYTES_MAX, HISTORY_BYTES_MAX, KEPT_BYTES_MAX, REFUSED_MAX, bytes_of,
};
use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{Position, ProcessId, Slot};
use bcr_protocol::message::{AnsweredBy, Checkpoint, ClientAnswer, Message, MessageKind};
use bcr_protocol::proof::{CheckpointProof, SignedOrder};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Replica;

use super::{FRAME_BYTES, MANY, accusation, bounds, unsigned};
use crate::closing::Closing;
use crate::signing::{OLYMPUS, Signing, client, deliver, deliver_fully, get, put, sent, spoiled};
use crate::world::{Envelope, World, describe};

/// P6.3: evidence is what is well signed, and little of it, whatever was refused.
#[test]
fn evidence_is_small_whatever_was_refused() {
    let signing = Signing::new(1);
    let large = "v".repeat(FRAME_BYTES / 4);
    let request = signing.request(0, 0, &put("k", "v"));
    let lie = signing.request(0, 0, &put("k", &large));
    let padding = unsigned(&signing.order(0, 0, &lie), &signing, 7);
    let shuttle = |orders: Vec<SignedOrder>| {
        let mut shuttle = signing.shuttle(0, &request, "OK", 1);
        shuttle.order_proof.statements = orders;
        Message::Shuttle(Arc::new(shuttle))
    };
    let good = signing.order(0, 0, &request);
    let wrong = signing.order(0, 0, &signing.request(0, 0, &get("k")));
    let cases = [
        (shuttle([vec![good.clone()], vec![padding; 3]].concat()), 1),
        (shuttle(vec![good.clone(); MANY as usize]), 4),
        (shuttle(vec![spoiled(&good)]), 0),
        // What is too large is left out, and what contradicts the request comes first.
        (shuttle(vec![signing.order(0, 0, &lie), good.clone()]), 1),
        (shuttle(vec![wrong; 2]), 2),
    ];
    for (number, (message, orders)) in (0..).zip(cases) {
        let mut replica = signing.initial(1);
        let effects = deliver(&mut replica, signing.at(0), message);
        let (request, evidence) = accusation(&effects).expect("an accusation");
        assert_eq!(evidence.orders.len(), orders, "case {number}");
        assert_eq!(evidence.requests.len(), 1, "case {number}");
        assert!(
            bytes_of(&request) < EVIDENCE_BYTES_MAX + 1024,
            "case {number}"
        );
    }
    let votes = Checkpoint {
        configuration: signing.configuration,
        proof: CheckpointProof {
            slot: Slot(0),
            statements: (0..MANY)
                .map(|p| signing.vote(p % 2, 0, Digest::of("s")))
                .collect(),
        },
    };
    let mut replica = signing.initial(1);
    let effects = deliver(
        &mut replica,
        signing.at(0),
        Message::Checkpoint(Arc::new(votes)),
    );
    let (_, evidence) = accusation(&effects).expect("an accusation");
    assert_eq!(evidence.checkpoints.len(), 4);
}

/// P6.3: where there is not room for all, what contradicts the client's request is shown.
#[test]
fn evidence_that_is_cut_short_shows_the_contradiction() {
    let signing = Signing::new(1);
    let value = "v".repeat(EVIDENCE_BYTES_MAX / 4 - 1024);
    let request = signing.request(0, 0, &put("k", &value));
    let lie = signing.order(0, 0, &signing.request(0, 0, &put("l", &value)));
    let good = signing.order(0, 0, &request);
    let mut shuttle = signing.shuttle(0, &request, "OK", 1);
    shuttle.order_proof.statements = vec![good.clone(), good.clone(), good, Arc::clone(&lie)];
    let mut replica = signing.initial(1);
    let effects = deliver(
        &mut replica,
        signing.at(0),
        Message::Shuttle(Arc::new(shuttle)),
    );
    let (_, evidence) = accusation(&effects).expect("an accusation");
    assert_eq!(evidence.orders.len(), 3);
    assert!(evidence.orders.contains(&lie));
}

/// P6.4: Olympus is heard whatever was refused.
#[test]
fn a_replica_does_not_lose_patience_with_olympus() {
    let signing = Signing::new(1);
    let mut replica = signing.initial(1);
    for _ in 0..2 * REFUSED_MAX {
        let other = Message::ClientRequest(signing.request(0, 0, &get("k")));
        let said = describe(&deliver(&mut replica, OLYMPUS, other));
        assert_eq!(said, ["refused: bad_client_signature"]);
    }
    let said = describe(&deliver(&mut replica, OLYMPUS, signing.wedge_request()));
    assert_eq!(said, ["wedged to olympus"]);
}

/// P6.4: a neighbour's bad messages are counted, and then ignored.
#[test]
fn what_one_neighbour_can_cost_a_replica_is_bounded() {
    let signing = Signing::new(2);
    let n = u64::from(signing.n());
    let request = signing.request(0, 0, &put("k", "v"));
    let mut bad_result = signing.shuttle(0, &request, "OK", 3);
    bad_result.result_proof[2] = spoiled(&bad_result.result_proof[2]);
    let mut bad_answer = signing.answer(0, &request, "OK");
    bad_answer.result_proof[4] = spoiled(&bad_answer.result_proof[4]);
    let mut bad_votes = signing.checkpoint(9, &[Digest::of("s"); 5]);
    bad_votes.proof.statements[4] = spoiled(&bad_votes.proof.statements[4]);
    let attacks = [
        (2, Message::Shuttle(Arc::new(bad_result))),
        (4, Message::ResultShuttle(Arc::new(bad_answer))),
        (4, Message::CompletedCheckpoint(Arc::new(bad_votes))),
        (4, signing.wedge_request()),
        (4, signing.catch_up(Digest::of("h"), &[])),
        (1, Message::ForwardedRequest(spoiled(&request))),
    ];
    for (position, message) in attacks {
        let mut replica = signing.initial(3);
        let kind = message.kind();
        let said: Vec<_> = (0..20)
            .flat_map(|_| {
                describe(&deliver(
                    &mut replica,
                    signing.at(position),
                    message.clone(),
                ))
            })
            .collect();
        // Each is looked into, and the first once more for its evidence.
        let most = u64::from(REFUSED_MAX) * (1 + 2 * n) + 1 + 2 * (n + 1);
        let cost = replica.verifications();
        assert!(cost <= most, "{kind}: {cost} verifications");
        assert!(
            !said.iter().any(|line| line.starts_with("wedged")),
            "{kind}"
        );
        if kind != MessageKind::ForwardedRequest {
            assert_eq!(
                said.last().map(String::as_str),
                Some("ignored: exhausted"),
                "{kind}"
            );
        }
    }
}

/// P4.4, P6.4: a result shuttle that was verified once is not verified again.
#[test]
fn a_result_shuttle_for_a_cached_request_is_not_verified_again() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let mut replica = signing.initial(1);
    let answer = Message::ResultShuttle(Arc::new(signing.answer(0, &request, "OK")));
    deliver(&mut replica, signing.at(2), answer.clone());
    let once = replica.verifications();
    for _ in 0..20 {
        let said = describe(&deliver(&mut replica, signing.at(2), answer.clone()));
        assert_eq!(said, ["ignored: not_needed"]);
    }
    assert_eq!(replica.verifications(), once);
}

/// P1.8: one sender's messages take no room from another's, and what is for nobody here is refused at once.
#[test]
fn a_pending_replica_keeps_a_bounded_number_of_bytes_of_each_sender() {
    let signing = Signing::new(1).of(1);
    let mut replica = signing.pending(1);
    let large = signing.request(0, 0, &put("k", &"v".repeat(1 << 20)));
    let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &large, "OK", 1)));
    let kept = |replica: &mut Replica, from, message: &Message| {
        let said = (0..100).map(|_| describe(&deliver(replica, from, message.clone())));
        said.filter(|said| *said == ["queued"]).count()
    };
    let of_head = kept(&mut replica, signing.at(0), &shuttle);
    assert_eq!(of_head, KEPT_BYTES_MAX / bytes_of(&shuttle));
    let small = Message::ClientRequest(signing.request(1, 0, &get("k")));
    assert_eq!(kept(&mut replica, client(1), &small), 100);

    let request = signing.request(0, 0, &get("k"));
    let earlier = signing.of(0);
    let mut long = signing.shuttle(0, &request, "OK", 1);
    long.order_proof.statements = vec![signing.order(0, 0, &request); 4];
    let cases = [
        (
            signing.at(0),
            Message::Result(Arc::new(ClientAnswer {
                by: AnsweredBy::Tail,
                answer: Arc::new(signing.answer(0, &request, "")),
            })),
            "refused: not_addressed",
        ),
        (
            signing.at(0),
            Message::Shuttle(Arc::new(long)),
            "refused: oversized",
        ),
        (
            signing.at(0),
            Message::Shuttle(Arc::new(earlier.shuttle(0, &request, "", 1))),
            "ignored: other_configuration",
        ),
        (
            earlier.at(0),
            Message::Shuttle(Arc::new(signing.shuttle(0, &request, "", 1))),
            "ignored: other_configuration",
        ),
        (
            client(0),
            Message::Shuttle(Arc::new(signing.shuttle(0, &request, "", 1))),
            "refused: wrong_sender",
        ),
        (
            client(1),
            Message::ClientRequest(Arc::clone(&request)),
            "refused: bad_client_signature",
        ),
        (
            client(0),
            Message::ClientRequest(spoiled(&request)),
            "refused: bad_client_signature",
        ),
        (
            signing.at(2),
            signing.get_running_state(Digest::of("h")),
            "refused: bad_signature",
        ),
    ];
    for (from, message, expected) in cases {
        let mut replica = signing.pending(1);
        assert_eq!(describe(&deliver(&mut replica, from, message)), [expected]);
    }
}

/// A replica at `position` that has executed one request after the other, until it refuses one, and what it
/// said to that and to the next.
fn until_full(signing: &Signing, position: u32, value: &str) -> (Replica, usize, [Vec<String>; 2]) {
    let mut replica = signing.initial(position);
    let mut next = |number: u64| {
        let request = signing.request(0, number, &put("k", value));
        let effects = match position {
            0 => deliver_fully(&mut replica, client(0), Message::ClientRequest(request)),
            _ => {
                let shuttle = signing.shuttle(number, &request, "OK", position);
                deliver(
                    &mut replica,
                    signing.at(position - 1),
                    Message::Shuttle(Arc::new(shuttle)),
                )
            }
        };
        describe(&effects)
    };
    let first = (0..).find_map(|number| {
        let said = next(number);
        said.iter()
            .any(|line| line.starts_with("refused"))
            .then_some((number, said))
    });
    let (number, first) = first.expect("a bound");
    let second = next(number + 1);
    (replica, number as usize, [first, second])
}

/// P8.4: without checkpoints a history grows up to a bound, then the replica asks for a reconfiguration and
/// suspects nobody, not those either that send it more.
#[test]
fn a_replica_that_gets_no_checkpoint_asks_for_reconfiguration() {
    let signing = Signing::new(1).with_interval(5);
    let full = [
        &format!("refused: {}", Reason::HistoryFull),
        "suspects nobody: history_full",
        "reconfiguration_request to olympus",
    ];
    for position in 0..3 {
        let (mut replica, entries, [first, second]) = until_full(&signing, position, "v");
        assert_eq!(entries, bounds(&signing).entries(), "position {position}");
        assert_eq!(entries, 4 * 5 + 16 * 3 + 64);
        assert_eq!(first, full, "position {position}");
        let then = if position == 0 {
            "refused: request_ahead"
        } else {
            "ignored: history_full"
        };
        assert_eq!(second, [then], "position {position}");
        let before = Position(position)
            .predecessor()
            .map_or(ProcessId::Olympus, |_| {
                signing.at(position.saturating_sub(1))
            });
        let late = Message::Checkpoint(Arc::new(signing.checkpoint(199, &[])));
        if position > 0 {
            assert_eq!(
                describe(&deliver(&mut replica, before, late)),
                ["ignored: history_full"]
            );
        }
    }
}

/// P8.4: the longest history that a correct replica can have fits a frame with all that is around it.
#[test]
fn the_largest_wedged_message_of_a_correct_replica_fits_a_frame() {
    let value = "v".repeat(256 << 10);
    for position in 0..3 {
        let signing = Signing::new(1);
        let (mut replica, entries, _) = until_full(&signing, position, &value);
        assert!(entries < bounds(&signing).entries(), "bytes were the bound");
        let wedged = sent(&deliver(&mut replica, OLYMPUS, signing.wedge_request()));
        let [(_, wedged)] = &wedged[..] else {
            panic!("a wedged message alone");
        };
        let bytes = bytes_of(wedged);
        assert!(
            (HISTORY_BYTES_MAX / 2..FRAME_BYTES).contains(&bytes),
            "{bytes} bytes"
        );
        let mut closing = Closing::of(&signing);
        let said = describe(&closing.deliver(signing.at(position), wedged.clone()));
        assert_eq!(said, [""; 0], "Olympus takes it");
    }
}

/// P8.2, P8.4: what a checkpoint covers no longer counts.
#[test]
fn a_checkpoint_makes_room_in_the_history() {
    let signing = Signing::new(1).with_interval(5);
    let value = "v".repeat(256 << 10);
    let mut replica = signing.initial(1);
    for slot in 0..30 {
        let request = signing.request(0, slot, &put("k", &value));
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(slot, &request, "OK", 1)));
        let said = describe(&deliver(&mut replica, signing.at(0), shuttle));
        assert_eq!(said[1], "shuttle to replica-0-2", "slot {slot}");
        if (slot + 1) % 5 == 0 {
            let checkpoint = signing.checkpoint(slot, &[Digest::of("state"); 3]);
            let message = Message::CompletedCheckpoint(Arc::new(checkpoint));
            deliver(&mut replica, signing.at(2), message);
        }
    }
}

/// P8.4: whoever swallows every checkpoint brings about a new configuration, and nobody else is suspected.
#[test]
fn swallowed_checkpoints_end_a_configuration_and_no_request_is_lost() {
    let operations: Vec<_> = (0..150)
        .map(|number| put("k", &number.to_string()))
        .collect();
    let signing = Signing::new(1).with_interval(5);
    let mut world = World::new(signing.clone(), &[&operations]);
    let tail = signing.at(2);
    world.spoiler = Some(Box::new(move |sent: &Envelope| {
        let is_swallowed =
            sent.from == tail && sent.message.kind() == MessageKind::CompletedCheckpoint;
        is_swallowed.then(Vec::new)
    }));
    world.start();
    world.run();
    assert_eq!(world.accepted().len(), operations.len());
    assert_eq!(world.olympus.configuration(), signing.of(1).configuration);
    let mut suspicions = 0;
    for (_, event) in &world.events {
        match event {
            Event::Suspected {
                suspect, reason, ..
            } => {
                assert_eq!((*suspect, *reason), (None, Reason::HistoryFull));
                suspicions += 1;
            }
            Event::Convicted { .. } => panic!("{event:?}"),
            Event::Wedged { entries, .. } => {
                let most = Bounds::of(&signing.parameters, 1).entries();
                assert!(*entries <= most as u64, "{entries} entries");
            }
            _ => {}
        }
    }
    assert!(suspicions > 0);
}
