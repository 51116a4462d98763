//! State: at rest, all correct active replicas of the last configuration hold the same running state,
//! and it is what the agreed history gives.
//!
//! Source: docs/protocol.md P11.9.

use bcr_protocol::identity::{Position, ReplicaId};
use bcr_protocol::replica::Mode;

use crate::judge::facts::{At, Facts, LastState};
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::invariants::replay::Replay;
use crate::judge::words::the_replica;
use crate::trace::RunEnd;

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    if facts.run.end.is_none_or(|end| end.value != RunEnd::AtRest) {
        return Finding::undecided("the run did not come to rest".to_owned());
    }
    let mut breaches = Breaches::default();
    let mut unknown = Vec::new();
    let mut states = Vec::new();
    let configuration = facts.run.last_configuration();
    for position in (0..=facts.run.premises.tail().0).map(Position) {
        let replica = ReplicaId {
            configuration,
            position,
        };
        if !facts.run.is_correct(replica) {
            continue;
        }
        match facts.run.replicas.get(&replica).and_then(|of| of.last) {
            Some(state) if state.value.mode == Mode::Active => states.push((replica, state)),
            Some(_) => {}
            None => unknown.push(format!("{} left no last state", the_replica(replica))),
        }
    }
    are_equal(&states, &mut breaches);
    if breaches.is_empty() && facts.agreed.gaps.is_empty() {
        are_replay(facts, &states, &mut breaches);
    }
    unknown.extend(facts.agreed.gaps.iter().cloned());
    breaches.finding(&unknown)
}

type State<'t> = (ReplicaId, At<LastState<'t>>);

fn are_equal(states: &[State<'_>], breaches: &mut Breaches) {
    for pair in states.windows(2) {
        let [(one, first), (other, second)] = pair else {
            continue;
        };
        if first.value.hash != second.value.hash
            || first.value.dictionary != second.value.dictionary
        {
            breaches.add(first.n.max(second.n), || {
                format!("{} and {} differ", the_replica(*one), the_replica(*other))
            });
        }
    }
}

fn are_replay(facts: &Facts<'_>, states: &[State<'_>], breaches: &mut Breaches) {
    let mut replay = Replay::default();
    for (&slot, entry) in &facts.agreed.entries {
        replay.step(slot, entry.request, entry.operation);
    }
    let hash = replay.hash();
    for (replica, state) in states {
        let difference = replay.object.difference(state.value.dictionary);
        if difference.is_some() || state.value.hash != hash {
            breaches.add(state.n, || {
                format!(
                    "{} does not hold what the agreed history gives: {}",
                    the_replica(*replica),
                    difference.unwrap_or_else(|| "the hash is another".to_owned())
                )
            });
        }
    }
}
