//! The phases that a configuration goes through, what Olympus knows in each, and what leads from one
//! to the next.
//!
//! Source: docs/protocol.md P6.2, P7.1 to P7.5.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::registry::Registry;
use crate::digest::Digest;
use crate::event::Event;
use crate::history::HistoryId;
use crate::identity::{Position, Slot};
use crate::machine::{Effects, Timer};
use crate::message::{CaughtUp, Wedged};
use crate::reason::Reason;
use crate::statement::Signed;

/// Where Olympus stands with the current configuration.
///
/// `Serving` to `Wedging` by a request that convinces (P6.2), to `Grace` as a first quorum forms, to
/// `Transferring` by the choice (P7.5), and to `Serving` again with the next configuration (P7.7). No
/// grace is kept where it would be of no use, and `Grace` falls back to `Wedging` where its quorum was
/// lost.
#[derive(Clone, Debug, Default)]
pub(super) enum Phase {
    /// The configuration serves; Olympus waits for a request to end it (P6.2).
    #[default]
    Serving,
    /// Wedge requests and catch_ups are out, and no quorum has formed (P7.1 to P7.4).
    Wedging(Gathered),
    /// A quorum has formed; what comes before the timer fires counts like what came earlier (P7.5).
    Grace(Gathered),
    /// A quorum has been chosen, and its state is being asked for (P7.5).
    Transferring(Transfer),
}

/// What the replicas of a wedged configuration have told.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    /// Valid wedged messages; the histories of those ruled out stay, as evidence.
    pub(super) histories: BTreeMap<Position, Arc<Signed<Wedged>>>,
    pub(super) ruled_out: BTreeSet<Position>,
    pub(super) candidates: BTreeMap<HistoryId, Candidate>,
    /// Which catch_ups were sent (P7.3).
    pub(super) sent: BTreeSet<(HistoryId, Position)>,
    pub(super) reports: BTreeMap<(HistoryId, Position), Arc<Signed<CaughtUp>>>,
}

/// A distinct history among the valid ones (P7.3).
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// A replica whose history it is.
    pub(super) holder: Position,
    /// The slot after its last one.
    pub(super) end: Slot,
    pub(super) supporters: BTreeSet<Position>,
}

/// A quorum that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) history: HistoryId,
    /// The slot after the last one of the history.
    pub(super) end: Slot,
    pub(super) state: Digest,
    pub(super) quorum: Vec<Position>,
}

/// The quorum that was chosen, and the search for somebody who sends its state (P7.5).
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) gathered: Gathered,
    pub(super) chosen: Choice,
    /// Who was asked and silent for too long.
    pub(super) set_aside: BTreeSet<Position>,
    /// Who was asked last, and is waited for unless its time is up.
    pub(super) asking: Option<Position>,
    /// How many states each was asked for and has not sent.
    pub(super) owed: BTreeMap<Position, u32>,
    /// Whom to ask next, once the quorum can no longer be chosen among the others.
    pub(super) queue: VecDeque<Position>,
}

impl Phase {
    /// P7.5: after anything that may matter for the quorum: begins the grace, ends it early, or, where a
    /// quorum had become too small, chooses again.
    pub(super) fn advance(&mut self, registry: &mut Registry, effects: &mut Effects) {
        let replicas = registry.parameters.replicas();
        match self {
            Self::Serving => {}
            Self::Wedging(gathered) => {
                let size = registry.parameters.quorum();
                if gathered.best(size, &BTreeSet::new()).is_none() {
                    return;
                }
                let grace_ms = registry.parameters.quorum_grace_ms;
                let gathered = std::mem::take(gathered);
                *self = if grace_ms == 0 || gathered.is_complete(replicas) {
                    gathered.choose(registry, effects)
                } else {
                    effects.set_timer(Timer::Grace(registry.configuration), grace_ms);
                    Self::Grace(gathered)
                };
            }
            Self::Grace(gathered) => {
                if gathered.is_complete(replicas) {
                    effects.cancel_timer(Timer::Grace(registry.configuration));
                    *self = std::mem::take(gathered).choose(registry, effects);
                }
            }
            Self::Transferring(transfer) => transfer.replace_quorum(registry, effects),
        }
    }
}

impl Gathered {
    /// Keeps a replica out of the quorum, for one of the two reasons that P6.3 allows.
    pub(super) fn rule_out(
        &mut self,
        replica: Position,
        reason: Reason,
        registry: &Registry,
        effects: &mut Effects,
    ) {
        if self.ruled_out.insert(replica) {
            effects.emit(Event::RuledOut {
                configuration: registry.configuration,
                replica,
                reason,
            });
        }
    }
}
