//! Checkpoints: when one is signed, what makes one complete, and what may be dropped then (P8).

use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::identity::ConfigurationId;
use bcr_protocol::message::{Checkpoint, Message};
use bcr_protocol::replica::Replica;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, deliver_fully, put, sent, spoiled,
};
use crate::world::{World, describe};

/// A replica that has executed slots `0..count`: request after request of client 0.
fn after(signing: &Signing, position: u32, count: u64) -> Replica {
    let mut replica = signing.initial(position);
    for slot in 0..count {
        let request = signing.request(0, slot, &put("k", &slot.to_string()));
        let shuttle = signing.shuttle(slot, &request, "OK", position);
        let message = Message::Shuttle(Arc::new(shuttle));
        deliver(&mut replica, signing.at(position - 1), message);
    }
    replica
}

fn down(checkpoint: Checkpoint) -> Message {
    Message::Checkpoint(Arc::new(checkpoint))
}

fn up(checkpoint: Checkpoint) -> Message {
    Message::CompletedCheckpoint(Arc::new(checkpoint))
}

fn suspicion(of: u32, reason: &str) -> Vec<String> {
    vec![
        format!("refused: {reason}"),
        format!("suspects {of}: {reason}"),
        "reconfiguration_request to olympus".to_owned(),
    ]
}

/// How many entries the replica's history has, and the slot of its checkpoint.
fn history(signing: &Signing, replica: &Replica) -> (usize, Option<u64>) {
    let effects = deliver(&mut replica.clone(), OLYMPUS, signing.wedge_request());
    let Some((_, Message::Wedged(wedged))) = sent(&effects).pop() else {
        panic!("a wedged message");
    };
    let history = &wedged.body.history;
    (
        history.entries.len(),
        history.checkpoint_slot().map(|slot| slot.0),
    )
}

/// P8.1: every `checkpt_interval` slots the head starts one, which goes down and comes back complete;
/// each replica then holds the proof and nothing before it.
#[test]
fn a_checkpoint_is_taken_every_interval_and_bounds_the_history() {
    for (scheme, interval) in SCHEMES.into_iter().flat_map(|s| [(s, 1), (s, 3)]) {
        let signing = Signing::new(1).with_scheme(scheme).with_interval(interval);
        let workload: Vec<Operation> = (0..7).map(|n| put("k", &n.to_string())).collect();
        let mut world = World::new(signing.clone(), &[&workload]);
        world.start();
        world.run();
        let slots = world.events.iter().filter_map(|(at, event)| match event {
            Event::CheckpointCompleted { slot, .. } if *at == signing.at(0) => Some(slot.0),
            _ => None,
        });
        let expected: Vec<u64> = (0..7).filter(|slot| (slot + 1) % interval == 0).collect();
        assert_eq!(slots.collect::<Vec<_>>(), expected, "interval {interval}");
        for position in 0..3 {
            let kept = history(&signing, world.replica(0, position));
            let last = *expected.last().expect("at least one");
            assert_eq!(kept, (usize::try_from(6 - last).expect("few"), Some(last)));
        }
        assert_eq!(world.accepted().len(), 7);
        let suspects = |event: &Event| matches!(event, Event::Suspected { .. });
        assert!(!world.events.iter().any(|(_, event)| suspects(event)));
    }
}

/// P8.1: a replica adds its own statement about the state after exactly that slot.
#[test]
fn a_replica_signs_its_own_state_behind_the_statements_so_far() {
    let signing = Signing::new(1);
    let mut tail = after(&signing, 2, 2);
    let state = tail.state().hash();
    let other = Digest::of("a diverged state");
    let effects = deliver(
        &mut tail,
        signing.at(1),
        down(signing.checkpoint(1, &[other, state])),
    );
    let [(to, Message::CompletedCheckpoint(complete))] = &sent(&effects)[..] else {
        panic!("a completed checkpoint to itself");
    };
    assert_eq!(*to, signing.at(2));
    assert_eq!(**complete, signing.checkpoint(1, &[other, state, state]));
    assert_eq!(
        history(&signing, &tail),
        (2, None),
        "nothing is dropped before it is complete"
    );
}

type Change = fn(&Signing, &mut Checkpoint);

/// P8.3: each condition of a checkpoint on its way down.
#[test]
fn a_checkpoint_that_breaks_one_condition_is_refused() {
    let changes: &[(&str, u32, &str, Change)] = &[
        ("from the head", 0, "wrong_sender", |_, _| {}),
        ("slot ahead", 1, "wrong_checkpoint_slot", |s, c| {
            *c = s.checkpoint(2, &[c.proof.statements[0].body.state; 2]);
        }),
        ("slot behind", 1, "wrong_checkpoint_slot", |s, c| {
            *c = s.checkpoint(0, &[c.proof.statements[0].body.state; 2]);
        }),
        ("one missing", 1, "missing_statement", |_, c| {
            drop(c.proof.statements.remove(0))
        }),
        ("all missing", 1, "missing_statement", |_, c| {
            c.proof.statements.clear()
        }),
        ("one doubled", 1, "missing_statement", |_, c| {
            c.proof.statements[1] = Arc::clone(&c.proof.statements[0]);
        }),
        ("reordered", 1, "missing_statement", |_, c| {
            c.proof.statements.swap(0, 1)
        }),
        ("bad signature", 1, "bad_checkpoint_statement", |_, c| {
            c.proof.statements[0] = spoiled(&c.proof.statements[0]);
        }),
        ("for another slot", 1, "bad_checkpoint_statement", |s, c| {
            c.proof.statements[1] = s.vote(1, 0, c.proof.statements[0].body.state);
        }),
        (
            "for another configuration",
            1,
            "bad_checkpoint_statement",
            |s, c| {
                let mut body = c.proof.statements[0].body.clone();
                body.configuration = ConfigurationId(1);
                c.proof.statements[0] = s.sign(s.at(0), body);
            },
        ),
    ];
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for (description, from, reason, change) in changes {
            let mut tail = after(&signing, 2, 2);
            let mut checkpoint = signing.checkpoint(1, &[tail.state().hash(); 2]);
            change(&signing, &mut checkpoint);
            let effects = deliver(&mut tail, signing.at(*from), down(checkpoint));
            assert_eq!(
                describe(&effects),
                suspicion(*from, reason),
                "{description}"
            );
            assert_eq!(history(&signing, &tail), (2, None), "{description}");
        }
    }
}

/// P8.3 ⚑: a checkpoint for a slot that this replica has signed one for is refused, so that it never
/// signs two for one slot; so is a completed one that it has kept.
#[test]
fn a_checkpoint_that_was_signed_or_kept_already_is_refused() {
    let signing = Signing::new(1);
    let mut middle = after(&signing, 1, 2);
    let state = middle.state().hash();
    let first = deliver(
        &mut middle,
        signing.at(0),
        down(signing.checkpoint(1, &[state])),
    );
    assert_eq!(describe(&first), ["checkpoint to replica-0-2"]);
    middle.apply(&put("k", "diverged"));
    let again = deliver(
        &mut middle,
        signing.at(0),
        down(signing.checkpoint(1, &[state])),
    );
    assert_eq!(describe(&again), suspicion(0, "wrong_checkpoint_slot"));

    let complete = || up(signing.checkpoint(1, &[state; 3]));
    let kept = deliver(&mut middle, signing.at(2), complete());
    assert_eq!(describe(&kept), ["completed_checkpoint to replica-0-0"]);
    assert_eq!(history(&signing, &middle), (0, Some(1)));
    let again = deliver(&mut middle, signing.at(2), complete());
    assert_eq!(describe(&again), suspicion(2, "wrong_checkpoint_slot"));
    let earlier = up(signing.checkpoint(0, &[state; 3]));
    let mut another = middle.clone();
    let effects = describe(&deliver(&mut another, signing.at(2), earlier));
    assert_eq!(effects[0], "refused: wrong_checkpoint_slot");
    assert_eq!(history(&signing, &another), (0, Some(1)));
}

/// P8.2, P8.3: all statements, correctly signed, `t + 1` of them equal; otherwise nothing is dropped.
#[test]
fn a_completed_checkpoint_that_breaks_one_condition_is_refused() {
    let changes: &[(&str, u32, &str, Change)] = &[
        ("from the head", 0, "wrong_sender", |_, _| {}),
        ("one missing", 2, "missing_statement", |_, c| {
            drop(c.proof.statements.pop())
        }),
        ("t + 1 missing", 2, "missing_statement", |_, c| {
            drop(c.proof.statements.drain(..2))
        }),
        ("one doubled", 2, "missing_statement", |_, c| {
            c.proof.statements[0] = Arc::clone(&c.proof.statements[1]);
        }),
        ("bad signature", 2, "bad_checkpoint_statement", |_, c| {
            c.proof.statements[2] = spoiled(&c.proof.statements[2]);
        }),
        ("for another slot", 2, "bad_checkpoint_statement", |s, c| {
            c.proof.statements[2] = s.vote(2, 0, c.proof.statements[0].body.state);
        }),
        ("no two equal", 2, "no_checkpoint_quorum", |s, c| {
            *c = s.checkpoint(1, &["a", "b", "c"].map(Digest::of));
        }),
    ];
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for (description, from, reason, change) in changes {
            let mut middle = after(&signing, 1, 2);
            let mut checkpoint = signing.checkpoint(1, &[middle.state().hash(); 3]);
            change(&signing, &mut checkpoint);
            let effects = deliver(&mut middle, signing.at(*from), up(checkpoint));
            assert_eq!(
                describe(&effects),
                suspicion(*from, reason),
                "{description}"
            );
            assert_eq!(history(&signing, &middle), (2, None), "{description}");
        }
    }
}

/// P8.3: a minority that differs is reported as divergence, and asks for no reconfiguration.
#[test]
fn a_minority_of_different_states_is_reported_without_reconfiguration() {
    let signing = Signing::new(1);
    let odd = Digest::of("a diverged state");
    for position in 0..3 {
        let mut middle = after(&signing, 1, 2);
        let mut states = [middle.state().hash(); 3];
        states[position] = odd;
        let effects = deliver(
            &mut middle,
            signing.at(2),
            up(signing.checkpoint(1, &states)),
        );
        assert_eq!(
            describe(&effects),
            [
                format!("divergence of {position}"),
                "completed_checkpoint to replica-0-0".to_owned()
            ]
        );
        assert_eq!(
            history(&signing, &middle),
            (0, Some(1)),
            "the proof is kept all the same"
        );
    }
    // The replica's own state may be the odd one.
    let mut middle = after(&signing, 1, 2);
    let effects = deliver(
        &mut middle,
        signing.at(2),
        up(signing.checkpoint(1, &[odd; 3])),
    );
    assert_eq!(describe(&effects), ["completed_checkpoint to replica-0-0"]);
}

/// P8.2: entries after the checkpoint stay, and so does each client's last result.
#[test]
fn a_completed_checkpoint_drops_neither_later_entries_nor_last_results() {
    let signing = Signing::new(1);
    let mut middle = after(&signing, 1, 2);
    let state = middle.state().hash();
    let request = |number| signing.request(0, number, &put("k", &u64::to_string(&number)));
    let other = signing.request(1, 0, &append("k", "!"));
    let shuttle = Message::Shuttle(Arc::new(signing.shuttle(2, &other, "OK", 1)));
    deliver(&mut middle, signing.at(0), shuttle);
    for (slot, request) in [(0, request(0)), (1, request(1)), (2, other.clone())] {
        let answer = signing.answer(slot, &request, "OK");
        deliver(
            &mut middle,
            signing.at(2),
            Message::ResultShuttle(Arc::new(answer)),
        );
    }
    deliver(
        &mut middle,
        signing.at(2),
        up(signing.checkpoint(1, &[state; 3])),
    );
    assert_eq!(history(&signing, &middle), (1, Some(1)));
    for last in [request(1), other] {
        let message = Message::ClientRequest(Arc::clone(&last));
        let effects = deliver(&mut middle, last.signer, message);
        let answered = format!("result to {}", last.signer);
        assert_eq!(describe(&effects), ["case Cached".to_owned(), answered]);
    }
    let stale = deliver(&mut middle, client(0), Message::ClientRequest(request(0)));
    assert_eq!(describe(&stale), ["case Stale"]);
    // What no client can ask for any more is gone: its result shuttle would be news again.
    let answer = Message::ResultShuttle(Arc::new(signing.answer(0, &request(0), "OK")));
    let effects = deliver(&mut middle, signing.at(2), answer);
    assert_eq!(describe(&effects), ["result_shuttle to replica-0-0"]);
}

/// P8.1, P9.2: the head signs its own checkpoint after it has passed the shuttle on.
#[test]
fn the_head_starts_a_checkpoint_after_it_has_passed_the_slot_on() {
    let signing = Signing::new(1).with_interval(2);
    let mut head = signing.initial(0);
    let mut order = |number| {
        let request = signing.request(0, number, &put("k", "v"));
        let message = Message::ClientRequest(request);
        let effects = deliver_fully(&mut head, client(0), message);
        describe(&effects)[1..].to_vec()
    };
    assert_eq!(order(0), ["shuttle to replica-0-1"]);
    assert_eq!(
        order(1),
        ["shuttle to replica-0-1", "checkpoint to replica-0-1"]
    );
    assert_eq!(order(2), ["shuttle to replica-0-1"]);
}
