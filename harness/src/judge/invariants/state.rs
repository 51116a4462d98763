//! State: at rest, all correct active replicas of the last configuration hold the same running state.
//!
//! And whatever mode a correct replica ended in, of whatever configuration, it is the one that its
//! messages show, and its state is what the agreed history up to its configuration gives, followed by
//! what it executed itself. A replica that was replaced may have executed what no quorum agreed on.
//!
//! Source: docs/protocol.md P11.9.

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ConfigurationId, Position, ReplicaId, Slot};
use bcr_protocol::replica::Mode;

use crate::judge::facts::{At, Facts, LastState, OwnEntry, ReplicaFacts};
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
    let last = facts.run.last_configuration();
    are_equal(&active(facts, last, &mut unknown), &mut breaches);
    have_their_modes(facts, &mut breaches);
    if breaches.is_empty() && facts.agreed.gaps.is_empty() {
        are_replays(facts, &mut breaches);
    }
    unknown.extend(facts.agreed.gaps.iter().cloned());
    breaches.finding(&unknown)
}

type State<'t> = (ReplicaId, At<LastState<'t>>);

/// The states of the correct active replicas of a configuration. Notes who left none.
fn active<'t>(
    facts: &Facts<'t>,
    configuration: ConfigurationId,
    unknown: &mut Vec<String>,
) -> Vec<State<'t>> {
    let mut states = Vec::new();
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
    states
}

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

fn have_their_modes(facts: &Facts<'_>, breaches: &mut Breaches) {
    for (replica, of_replica) in facts.run.correct() {
        let Some(last) = of_replica.last else {
            continue;
        };
        let shown = of_replica.mode_by_messages(replica);
        if last.value.mode != shown {
            breaches.add(last.n, || {
                format!(
                    "{} ends {}, and its messages show it {shown}",
                    the_replica(replica),
                    last.value.mode
                )
            });
        }
    }
}

/// Compares each correct replica's last state with what it must be.
fn are_replays(facts: &Facts<'_>, breaches: &mut Breaches) {
    let mut base = Replay::default();
    let mut entries = facts.agreed.entries.iter().peekable();
    for &configuration in facts.run.configurations.keys() {
        let Some(first) = facts.run.first_slot(configuration) else {
            continue;
        };
        while let Some((&slot, entry)) = entries.next_if(|(slot, _)| **slot < first) {
            base.step(slot, entry.request, entry.operation);
        }
        // Replicas that executed the same, or one after the other stopped, share a replay.
        let mut replicas: Vec<_> = facts.run.correct_in(configuration).collect();
        replicas.sort_by_key(|(_, of_replica)| of_replica.own_history().count());
        let mut own = Own::new(&base, first);
        for (replica, of_replica) in replicas {
            if let Some(last) = &of_replica.last {
                own.follow(&base, first, of_replica);
                is_replay(replica, last, &own, breaches);
            }
        }
    }
}

/// A replay of what one replica executed, from the state that its configuration started with.
struct Own<'t> {
    replay: Replay,
    hash: Digest,
    executed: Vec<OwnEntry<'t>>,
    next_slot: Slot,
}

impl<'t> Own<'t> {
    fn new(base: &Replay, first: Slot) -> Self {
        Self {
            replay: base.clone(),
            hash: base.hash(),
            executed: Vec::new(),
            next_slot: first,
        }
    }

    /// Goes on to where this replica is: from where the last one was, if it has executed all of that.
    fn follow(&mut self, base: &Replay, first: Slot, of_replica: &ReplicaFacts<'t>) {
        let executed: Vec<_> = of_replica.own_history().map(|(_, entry)| entry).collect();
        if !executed.starts_with(&self.executed) {
            *self = Self::new(base, first);
        }
        for entry in &executed[self.executed.len()..] {
            self.replay.step(entry.slot, entry.request, entry.operation);
            self.next_slot = entry.slot.next();
        }
        if executed.len() > self.executed.len() {
            self.hash = self.replay.hash();
        }
        self.executed = executed;
    }
}

fn is_replay(replica: ReplicaId, last: &At<LastState<'_>>, own: &Own<'_>, breaches: &mut Breaches) {
    // A pending replica has no state yet.
    let nothing = Own::new(&Replay::default(), Slot::default());
    let own = match last.value.mode {
        Mode::Pending => &nothing,
        Mode::Active | Mode::Immutable => own,
    };
    let (next, due) = (last.value.next_slot, own.next_slot);
    if next != due {
        breaches.add(last.n, || {
            let replica = the_replica(replica);
            format!("{replica} ends with slot {next} to execute next, where slot {due} is due")
        });
    }
    let difference = own.replay.object.difference(last.value.dictionary);
    if difference.is_some() || last.value.hash != own.hash {
        breaches.add(last.n, || {
            format!(
                "{} does not hold what the agreed history gives: {}",
                the_replica(replica),
                difference.unwrap_or_else(|| "the hash is another".to_owned())
            )
        });
    }
}
