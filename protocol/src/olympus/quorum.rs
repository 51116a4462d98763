//! Candidates, catch-up and the choice of a quorum: polynomial, without enumeration of subsets.
//!
//! Source: docs/protocol.md P7.3 to P7.5.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Candidate, Grace, Olympus, Reconfiguration};
use crate::digest::Digest;
use crate::event::Event;
use crate::history::HistoryId;
use crate::identity::{ConfigurationId, Position, ProcessId, Slot};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{CatchUp, CaughtUp, Message};
use crate::reason::Reason;
use crate::statement::Signed;

/// A quorum that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) history: HistoryId,
    pub(super) end: Slot,
    pub(super) state: Digest,
    pub(super) quorum: Vec<Position>,
}

impl Olympus {
    /// P7.3: finds the distinct histories among the valid ones, their supporters, and asks each
    /// supporter of one with `t + 1` to follow it, once.
    pub(super) fn update_candidates(&mut self, effects: &mut Effects) {
        let (first_slot, configuration) = (self.first_slot, self.configuration);
        let Some(reconfiguration) = &mut self.reconfiguration else {
            return;
        };
        reconfiguration.find_candidates(configuration, first_slot);
        let candidates = reconfiguration.supported(self.parameters.quorum());
        for (id, candidate) in candidates {
            for &supporter in &candidate.supporters {
                let is_new = self
                    .reconfiguration
                    .as_mut()
                    .is_some_and(|reconfiguration| reconfiguration.sent.insert((id, supporter)));
                if is_new {
                    self.send_catch_up(id, &candidate, supporter, effects);
                }
            }
        }
    }

    /// P7.1: asks supporters that have not answered again, in the order of P7.3.
    pub(super) fn repeat_catch_ups(&self, effects: &mut Effects) {
        let Some(reconfiguration) = &self.reconfiguration else {
            return;
        };
        for (id, candidate) in reconfiguration.supported(self.parameters.quorum()) {
            for &supporter in &candidate.supporters {
                let key = (id, supporter);
                let has_been_asked = reconfiguration.sent.contains(&key);
                if has_been_asked && !reconfiguration.reports.contains_key(&key) {
                    self.send_catch_up(id, &candidate, supporter, effects);
                }
            }
        }
    }

    fn send_catch_up(
        &self,
        id: HistoryId,
        candidate: &Candidate,
        supporter: Position,
        effects: &mut Effects,
    ) {
        let Some(reconfiguration) = &self.reconfiguration else {
            return;
        };
        let (Some(longest), Some(own)) = (
            reconfiguration.histories.get(&candidate.holder),
            reconfiguration.histories.get(&supporter),
        ) else {
            return;
        };
        let entries = longest
            .body
            .history
            .since(own.body.history.end(self.first_slot));
        effects.emit(Event::CatchUpStarted {
            configuration: self.configuration,
            replica: supporter,
            history: id,
            entries: entries.len() as u64,
        });
        let catch_up = CatchUp {
            configuration: self.configuration,
            history: id,
            entries,
        };
        let message = Message::CatchUp(Arc::new(self.signer.sign(catch_up)));
        effects.send(self.replica(supporter), message);
    }

    /// P7.4: takes a report of a supporter that was asked for it.
    pub(super) fn on_caught_up(
        &mut self,
        from: ProcessId,
        caught_up: &Arc<Signed<CaughtUp>>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let replica = self.current_replica(from)?;
        if caught_up.signer != from || !self.keys.is_signed(&**caught_up) {
            return Err(Refusal::Refused(Reason::BadSignature));
        }
        let body = &caught_up.body;
        let Some(reconfiguration) = &self.reconfiguration else {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        };
        let key = (body.history, replica);
        if body.configuration != self.configuration
            || !reconfiguration.sent.contains(&key)
            || reconfiguration.reports.contains_key(&key)
        {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        }
        if !self.are_results_signed(from, body) {
            return Err(Refusal::Refused(Reason::BadResultSignature));
        }
        if let Some(reconfiguration) = &mut self.reconfiguration {
            reconfiguration.reports.insert(key, Arc::clone(caught_up));
        }
        effects.emit(Event::ReportAccepted {
            configuration: self.configuration,
            replica,
            history: body.history,
            state: body.state,
        });
        self.advance(effects);
        Ok(())
    }

    /// Whether each result is stated by the sender itself, for this history.
    fn are_results_signed(&mut self, from: ProcessId, report: &CaughtUp) -> bool {
        report.results.iter().all(|result| {
            let statement = &result.statement;
            statement.signer == from
                && statement.body.configuration == self.configuration
                && statement.body.history == report.history
                && statement.body.result == Digest::of(&result.result)
                && self.keys.is_signed(&**statement)
        })
    }

    /// P7.5: after anything that may matter for the quorum: begins the grace, ends it early, or, where a
    /// quorum had become too small, chooses again.
    pub(super) fn advance(&mut self, effects: &mut Effects) {
        let quorum = self.parameters.quorum();
        let Some(reconfiguration) = &self.reconfiguration else {
            return;
        };
        match reconfiguration.grace {
            Grace::NotBegun if reconfiguration.best(quorum).is_some() => {
                self.begin_grace(effects);
            }
            Grace::Running if reconfiguration.is_complete(self.parameters.replicas()) => {
                effects.cancel_timer(Timer::Grace(self.configuration));
                self.choose(effects);
            }
            Grace::NotBegun | Grace::Running => {}
            Grace::Over => self.replace_quorum(effects),
        }
    }

    fn begin_grace(&mut self, effects: &mut Effects) {
        let Some(reconfiguration) = &mut self.reconfiguration else {
            return;
        };
        let is_complete = reconfiguration.is_complete(self.parameters.replicas());
        if is_complete || self.parameters.quorum_grace_ms == 0 {
            return self.choose(effects);
        }
        reconfiguration.grace = Grace::Running;
        let timer = Timer::Grace(self.configuration);
        effects.set_timer(timer, self.parameters.quorum_grace_ms);
    }

    pub(super) fn on_grace_over(&mut self, configuration: ConfigurationId, effects: &mut Effects) {
        let is_due = configuration == self.configuration
            && self
                .reconfiguration
                .as_ref()
                .is_some_and(|r| r.grace == Grace::Running);
        if is_due {
            effects.emit(Event::TimerExpired {
                timer: Timer::Grace(configuration),
            });
            self.choose(effects);
        }
    }
}

impl Reconfiguration {
    /// The candidates with enough supporters, the longest first.
    fn supported(&self, quorum: usize) -> Vec<(HistoryId, Candidate)> {
        let mut supported: Vec<_> = self
            .candidates
            .iter()
            .filter(|(_, candidate)| candidate.supporters.len() >= quorum)
            .map(|(id, candidate)| (*id, candidate.clone()))
            .collect();
        supported.sort_by_key(|(id, candidate)| (Reverse(candidate.end), *id));
        supported
    }

    /// P7.3: groups the valid histories of replicas that are not ruled out, and finds the supporters
    /// of each.
    fn find_candidates(&mut self, configuration: ConfigurationId, first_slot: Slot) {
        let eligible: Vec<_> = self
            .histories
            .iter()
            .filter(|(replica, _)| !self.ruled_out.contains(replica))
            .map(|(replica, wedged)| (*replica, &wedged.body.history))
            .collect();
        let mut candidates = BTreeMap::new();
        for &(holder, history) in &eligible {
            let id = history.id(configuration);
            if candidates.contains_key(&id) {
                continue;
            }
            let (start, end) = (history.start(first_slot), history.end(first_slot));
            let supporters = eligible
                .iter()
                .filter(|(_, other)| {
                    let other_end = other.end(first_slot);
                    (start..=end).contains(&other_end) && other.is_consistent_with(history)
                })
                .map(|(replica, _)| *replica)
                .collect();
            candidates.insert(
                id,
                Candidate {
                    holder,
                    end,
                    supporters,
                },
            );
        }
        self.candidates = candidates;
    }

    /// Whether nothing more can come: every replica is ruled out or has reported for each catch_up
    /// that it was sent, at least one.
    fn is_complete(&self, replicas: usize) -> bool {
        (0..).take(replicas).map(Position).all(|replica| {
            if self.ruled_out.contains(&replica) {
                return true;
            }
            let mut asked = self
                .sent
                .iter()
                .filter(|(_, supporter)| *supporter == replica)
                .peekable();
            asked.peek().is_some() && asked.all(|key| self.reports.contains_key(key))
        })
    }

    /// P7.5: of the histories with `t + 1` equal reports the one that ends last; of two, the one with
    /// the lowest-numbered quorum, then the smaller hash. Those ruled out or set aside do not count.
    pub(super) fn best(&self, size: usize) -> Option<Choice> {
        let mut groups: BTreeMap<(HistoryId, Digest), Vec<Position>> = BTreeMap::new();
        for ((history, replica), report) in &self.reports {
            if !self.ruled_out.contains(replica) && !self.set_aside.contains(replica) {
                groups
                    .entry((*history, report.body.state))
                    .or_default()
                    .push(*replica);
            }
        }
        groups
            .into_iter()
            .filter(|(_, reporters)| reporters.len() >= size)
            .filter_map(|((history, state), mut quorum)| {
                quorum.truncate(size);
                let end = self.candidates.get(&history)?.end;
                Some(Choice {
                    history,
                    end,
                    state,
                    quorum,
                })
            })
            .min_by_key(|choice| {
                (
                    Reverse(choice.end),
                    choice.quorum.clone(),
                    choice.history,
                    choice.state,
                )
            })
    }
}
