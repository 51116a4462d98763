//! The quorum that is used and the search for somebody who sends its state.
//!
//! Source: docs/protocol.md P7.5.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Grace, Olympus, Reconfiguration, Transfer};
use crate::event::Event;
use crate::identity::{ConfigurationId, Position, ProcessId, Slot};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{GetRunningState, Message, StateTransfer};
use crate::olympus::quorum::Choice;
use crate::reason::Reason;
use crate::statement::Signed;

impl Olympus {
    /// P7.5: the grace is over; takes the best quorum and asks its lowest member for the state.
    pub(super) fn choose(&mut self, effects: &mut Effects) {
        let size = self.parameters.quorum();
        let Some(reconfiguration) = &mut self.reconfiguration else {
            return;
        };
        let Some(choice) = reconfiguration.best(size) else {
            // Whoever made the quorum possible has been ruled out since.
            reconfiguration.grace = Grace::NotBegun;
            return;
        };
        reconfiguration.grace = Grace::Over;
        effects.cancel_timer(Timer::Wedge(self.configuration));
        self.adopt(choice, effects);
    }

    /// Makes a choice the one that is used and asks its lowest member. P6.3: what the statements seen
    /// so far prove is added to the convictions.
    fn adopt(&mut self, choice: Choice, effects: &mut Effects) {
        self.convict_by_statements(effects);
        let first_slot = self.first_slot;
        let Some(reconfiguration) = &mut self.reconfiguration else {
            return;
        };
        let Choice {
            history,
            end,
            state,
            quorum,
        } = choice;
        if let Some(holder) = reconfiguration.candidates.get(&history).map(|c| c.holder)
            && let Some(wedged) = reconfiguration.histories.get(&holder)
        {
            let checkpoint = reconfiguration.last_checkpoint_within(end, first_slot);
            effects.emit(Event::QuorumFormed {
                configuration: self.configuration,
                quorum: quorum.clone(),
                history,
                checkpoint,
                entries: wedged
                    .body
                    .history
                    .since(checkpoint.map_or(first_slot, Slot::next)),
                state,
            });
        }
        let lowest = quorum[0];
        let queue = VecDeque::new();
        reconfiguration.transfer = Some(Transfer {
            history,
            end,
            state,
            quorum,
            asking: None,
            queue,
        });
        self.ask(lowest, effects);
    }

    fn ask(&mut self, replica: Position, effects: &mut Effects) {
        let to = self.replica(replica);
        let timer = Timer::State(self.configuration, replica);
        let Some(transfer) = self.transfer() else {
            return;
        };
        transfer.asking = Some(replica);
        let history = transfer.history;
        let request = GetRunningState {
            configuration: self.configuration,
            history,
        };
        effects.send(
            to,
            Message::GetRunningState(Arc::new(self.signer.sign(request))),
        );
        effects.set_timer(timer, self.parameters.olympus_timeout_ms);
    }

    /// P7.5: whoever is silent is set aside, and the quorum is chosen again among the others.
    pub(super) fn on_state_timeout(
        &mut self,
        configuration: ConfigurationId,
        replica: Position,
        effects: &mut Effects,
    ) {
        let is_due = configuration == self.configuration
            && self
                .transfer()
                .is_some_and(|transfer| transfer.asking == Some(replica));
        if !is_due {
            return;
        }
        effects.emit(Event::TimerExpired {
            timer: Timer::State(configuration, replica),
        });
        if let Some(Reconfiguration { set_aside, .. }) = &mut self.reconfiguration
            && set_aside.insert(replica)
        {
            effects.emit(Event::SetAside {
                configuration,
                replica,
            });
        }
        self.ask_another(effects);
    }

    /// A running state, whenever it comes and from whomever: its hash decides (P7.5).
    pub(super) fn on_running_state(
        &mut self,
        from: ProcessId,
        transfer: &Signed<StateTransfer>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let replica = self.current_replica(from)?;
        if transfer.signer != from || !self.keys.is_signed(transfer) {
            return Err(Refusal::Refused(Reason::BadSignature));
        }
        let StateTransfer {
            configuration,
            history,
            state,
        } = &transfer.body;
        if *configuration != self.configuration {
            return Err(Refusal::Ignored(Reason::OtherConfiguration));
        }
        let Some(chosen) = self.transfer().cloned() else {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        };
        // Two histories that differ in their checkpoints alone lead to one state: the hash decides.
        if state.hash() != chosen.state {
            if *history != chosen.history {
                return Err(Refusal::Ignored(Reason::NotNeeded));
            }
            self.rule_out(replica, Reason::WrongState, effects);
            if chosen.asking == Some(replica) || chosen.quorum.contains(&replica) {
                self.stop_asking(effects);
                self.ask_another(effects);
            }
            return Err(Refusal::Refused(Reason::WrongState));
        }
        self.stop_asking(effects);
        effects.emit(Event::StateReceived {
            configuration: self.configuration,
            replica,
        });
        self.start_next(state.clone(), effects);
        Ok(())
    }

    /// Chooses again among the others. While they are too few the hash stands, and those that reported
    /// it are asked, the ones set aside last, again and again.
    fn ask_another(&mut self, effects: &mut Effects) {
        let size = self.parameters.quorum();
        let Some(reconfiguration) = &mut self.reconfiguration else {
            return;
        };
        if let Some(choice) = reconfiguration.best(size) {
            return self.adopt(choice, effects);
        }
        let next = reconfiguration.next_to_ask();
        match next {
            Some(replica) => self.ask(replica, effects),
            // Everybody who vouched for the hash has been ruled out: more than `t` were faulty.
            None => {
                if let Some(transfer) = self.transfer() {
                    transfer.asking = None;
                }
            }
        }
    }

    /// A report came after the choice: it counts where the quorum had become too small.
    pub(super) fn replace_quorum(&mut self, effects: &mut Effects) {
        let size = self.parameters.quorum();
        let Some(reconfiguration) = &self.reconfiguration else {
            return;
        };
        let stands = reconfiguration.transfer.as_ref().is_some_and(|transfer| {
            let is_usable = |replica: &Position| {
                !reconfiguration.ruled_out.contains(replica)
                    && !reconfiguration.set_aside.contains(replica)
            };
            transfer.quorum.iter().all(is_usable)
        });
        if stands {
            return;
        }
        if let Some(choice) = reconfiguration.best(size) {
            self.stop_asking(effects);
            self.adopt(choice, effects);
        }
    }

    fn stop_asking(&mut self, effects: &mut Effects) {
        if let Some(asked) = self.transfer().and_then(|transfer| transfer.asking.take()) {
            effects.cancel_timer(Timer::State(self.configuration, asked));
        }
    }

    /// P6.3 (a) to (d): records whom the statements seen so far convict.
    pub(super) fn convict_by_statements(&mut self, effects: &mut Effects) {
        for (replica, proof) in self.pool.misbehaviour(self.parameters.quorum()) {
            self.convict(replica, proof, effects);
        }
    }

    fn transfer(&mut self) -> Option<&mut Transfer> {
        self.reconfiguration.as_mut()?.transfer.as_mut()
    }
}

impl Reconfiguration {
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

    /// The next of those that reported the standing hash: first those not set aside, then the others.
    fn next_to_ask(&mut self) -> Option<Position> {
        let (ruled_out, set_aside) = (&self.ruled_out, &self.set_aside);
        let transfer = self.transfer.as_mut()?;
        transfer
            .queue
            .retain(|replica| !ruled_out.contains(replica));
        if transfer.queue.is_empty() {
            let reporters: Vec<Position> = self
                .reports
                .iter()
                .filter(|((history, _), report)| {
                    *history == transfer.history && report.body.state == transfer.state
                })
                .map(|((_, replica), _)| *replica)
                .filter(|replica| !ruled_out.contains(replica))
                .collect();
            let (aside, left): (Vec<_>, Vec<_>) = reporters
                .into_iter()
                .partition(|replica| set_aside.contains(replica));
            transfer.queue.extend(left.into_iter().chain(aside));
            // Whoever has just been silent is not asked twice in a row while there is another.
            if let Some(asked) = transfer.asking
                && transfer.queue.front() == Some(&asked)
            {
                transfer.queue.rotate_left(1);
            }
        }
        transfer.queue.pop_front()
    }
}
