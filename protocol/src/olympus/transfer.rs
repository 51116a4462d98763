//! The quorum that is used and the search for somebody who sends its state.
//!
//! Source: docs/protocol.md P7.5.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::phase::{Choice, Gathered, Phase, Transfer};
use super::registry::Registry;
use crate::event::Event;
use crate::identity::{Position, Slot};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{GetRunningState, Message, StateTransfer};
use crate::reason::Reason;
use crate::statement::Signed;

impl Gathered {
    /// P7.5: the grace is over; takes the best quorum and asks its lowest member for the state.
    pub(super) fn choose(self, registry: &mut Registry, effects: &mut Effects) -> Phase {
        let size = registry.parameters.quorum();
        let Some(chosen) = self.best(size, &BTreeSet::new()) else {
            // Whoever made the quorum possible has been ruled out since.
            return Phase::Wedging(self);
        };
        effects.cancel_timer(Timer::Wedge(registry.configuration));
        let mut transfer = Transfer {
            gathered: self,
            chosen,
            set_aside: BTreeSet::new(),
            asking: None,
            owed: BTreeMap::new(),
            queue: VecDeque::new(),
        };
        transfer.begin(registry, effects);
        Phase::Transferring(transfer)
    }

    /// The last checkpoint that a valid history proves for a slot before `end`.
    ///
    /// Up to there the configuration's history is settled, whatever a history that goes back further
    /// says: nobody keeps the entries that could contradict it.
    fn last_checkpoint_within(&self, end: Slot, first_slot: Slot) -> Option<Slot> {
        let proved = self.histories.values().filter_map(|wedged| {
            let history = &wedged.body.history;
            history
                .checkpoint_slot()
                .filter(|_| history.start(first_slot) <= end)
        });
        proved.max()
    }
}

impl Transfer {
    /// Tells which quorum was chosen and asks its lowest member. P6.3: what the statements seen so far
    /// prove is added to the convictions.
    fn begin(&mut self, registry: &mut Registry, effects: &mut Effects) {
        registry.convict_by_statements(effects);
        let first_slot = registry.first_slot;
        let (gathered, chosen) = (&self.gathered, &self.chosen);
        let holder = gathered.candidates.get(&chosen.history).map(|c| c.holder);
        if let Some(wedged) = holder.and_then(|holder| gathered.histories.get(&holder)) {
            let checkpoint = gathered.last_checkpoint_within(chosen.end, first_slot);
            effects.emit(Event::QuorumFormed {
                configuration: registry.configuration,
                quorum: chosen.quorum.clone(),
                history: chosen.history,
                checkpoint,
                entries: wedged
                    .body
                    .history
                    .since(checkpoint.map_or(first_slot, Slot::next)),
                state: chosen.state,
            });
        }
        self.ask(chosen.quorum[0], registry, effects);
    }

    /// Makes another choice the one that is used.
    fn adopt(&mut self, chosen: Choice, registry: &mut Registry, effects: &mut Effects) {
        self.chosen = chosen;
        self.asking = None;
        self.queue.clear();
        self.begin(registry, effects);
    }

    fn ask(&mut self, replica: Position, registry: &Registry, effects: &mut Effects) {
        self.asking = Some(replica);
        *self.owed.entry(replica).or_default() += 1;
        let request = GetRunningState {
            configuration: registry.configuration,
            history: self.chosen.history,
        };
        effects.send(
            registry.replica(replica),
            Message::GetRunningState(Arc::new(registry.signer.sign(request))),
        );
        let timer = Timer::State(registry.configuration, replica);
        effects.set_timer(timer, registry.parameters.olympus_timeout_ms);
    }

    /// P7.5: whoever is silent is set aside, and the quorum is chosen again among the others.
    pub(super) fn on_state_timeout(
        &mut self,
        silent: Position,
        registry: &mut Registry,
        effects: &mut Effects,
    ) {
        if self.set_aside.insert(silent) {
            effects.emit(Event::SetAside {
                configuration: registry.configuration,
                replica: silent,
            });
        }
        self.ask_another(registry, effects);
    }

    /// A running state, whenever it comes and from whomever: its hash decides (P7.5).
    pub(super) fn accept_state(
        &mut self,
        replica: Position,
        sent: &Signed<StateTransfer>,
        registry: &mut Registry,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        registry
            .check_signer(replica, sent)
            .map_err(Refusal::Refused)?;
        let owed = self.owed.entry(replica).or_default();
        let is_owed = *owed > 0;
        *owed = owed.saturating_sub(1);
        // Two histories that differ in their checkpoints alone lead to one state: the hash decides.
        if sent.body.state.hash() != self.chosen.state {
            if sent.body.history != self.chosen.history {
                // It may be late, from one that was asked before another choice.
                return Err(if is_owed {
                    Refusal::Ignored(Reason::NotNeeded)
                } else {
                    Refusal::Refused(Reason::NotNeeded)
                });
            }
            self.gathered
                .rule_out(replica, Reason::WrongState, registry, effects);
            if self.asking == Some(replica) || self.chosen.quorum.contains(&replica) {
                self.stop_asking(registry, effects);
                self.ask_another(registry, effects);
            }
            return Err(Refusal::Refused(Reason::WrongState));
        }
        self.stop_asking(registry, effects);
        effects.emit(Event::StateReceived {
            configuration: registry.configuration,
            replica,
        });
        Ok(())
    }

    /// Chooses again among the others. While they are too few the hash stands, and those that reported
    /// it are asked, the ones set aside last, again and again.
    fn ask_another(&mut self, registry: &mut Registry, effects: &mut Effects) {
        let size = registry.parameters.quorum();
        if let Some(choice) = self.gathered.best(size, &self.set_aside) {
            return self.adopt(choice, registry, effects);
        }
        match self.next_to_ask() {
            Some(replica) => self.ask(replica, registry, effects),
            // Everybody who vouched for the hash has been ruled out: more than `t` were faulty.
            None => self.asking = None,
        }
    }

    /// A report came after the choice: it counts where the quorum had become too small.
    pub(super) fn replace_quorum(&mut self, registry: &mut Registry, effects: &mut Effects) {
        let is_usable = |replica: &Position| {
            !self.gathered.ruled_out.contains(replica) && !self.set_aside.contains(replica)
        };
        if self.chosen.quorum.iter().all(is_usable) {
            return;
        }
        let size = registry.parameters.quorum();
        if let Some(choice) = self.gathered.best(size, &self.set_aside) {
            self.stop_asking(registry, effects);
            self.adopt(choice, registry, effects);
        }
    }

    fn stop_asking(&mut self, registry: &Registry, effects: &mut Effects) {
        if let Some(asked) = self.asking.take() {
            effects.cancel_timer(Timer::State(registry.configuration, asked));
        }
    }

    /// The next of those that reported the standing hash: first those not set aside, then the others.
    fn next_to_ask(&mut self) -> Option<Position> {
        let Gathered {
            ruled_out, reports, ..
        } = &self.gathered;
        self.queue.retain(|replica| !ruled_out.contains(replica));
        if self.queue.is_empty() {
            let chosen = &self.chosen;
            let reporters: Vec<Position> = reports
                .iter()
                .filter(|((history, _), report)| {
                    *history == chosen.history && report.body.state == chosen.state
                })
                .map(|((_, replica), _)| *replica)
                .filter(|replica| !ruled_out.contains(replica))
                .collect();
            let (aside, left): (Vec<_>, Vec<_>) = reporters
                .into_iter()
                .partition(|replica| self.set_aside.contains(replica));
            self.queue.extend(left.into_iter().chain(aside));
            // Whoever has just been silent is not asked twice in a row while there is another.
            if let Some(asked) = self.asking
                && self.queue.front() == Some(&asked)
            {
                self.queue.rotate_left(1);
            }
        }
        self.queue.pop_front()
    }
}
