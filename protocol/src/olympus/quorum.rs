//! Candidates, catch-up and the choice of a quorum: polynomial, without enumeration of subsets.
//!
//! Source: docs/protocol.md P7.3 to P7.5.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::phase::{Candidate, Choice, Gathered};
use super::registry::Registry;
use crate::digest::Digest;
use crate::event::Event;
use crate::history::HistoryId;
use crate::identity::{ConfigurationId, Position, Slot};
use crate::machine::{Effects, Refusal};
use crate::message::{CatchUp, CaughtUp, Message};
use crate::reason::Reason;
use crate::statement::Signed;

impl Gathered {
    /// P7.3: finds the distinct histories among the valid ones, their supporters, and asks each
    /// supporter of one with `t + 1` to follow it, once.
    pub(super) fn update_candidates(&mut self, registry: &Registry, effects: &mut Effects) {
        self.find_candidates(registry.configuration, registry.first_slot);
        for (id, candidate) in self.supported(registry.parameters.quorum()) {
            for &supporter in &candidate.supporters {
                if self.sent.insert((id, supporter)) {
                    self.send_catch_up(id, &candidate, supporter, registry, effects);
                }
            }
        }
    }

    /// P7.1: asks supporters that have not answered again, in the order of P7.3.
    pub(super) fn repeat_catch_ups(&self, registry: &Registry, effects: &mut Effects) {
        for (id, candidate) in self.supported(registry.parameters.quorum()) {
            for &supporter in &candidate.supporters {
                let key = (id, supporter);
                if self.sent.contains(&key) && !self.reports.contains_key(&key) {
                    self.send_catch_up(id, &candidate, supporter, registry, effects);
                }
            }
        }
    }

    fn send_catch_up(
        &self,
        id: HistoryId,
        candidate: &Candidate,
        supporter: Position,
        registry: &Registry,
        effects: &mut Effects,
    ) {
        let (Some(longest), Some(own)) = (
            self.histories.get(&candidate.holder),
            self.histories.get(&supporter),
        ) else {
            return;
        };
        let own_end = own.body.history.end(registry.first_slot);
        let entries = longest.body.history.since(own_end);
        effects.emit(Event::CatchUpStarted {
            configuration: registry.configuration,
            replica: supporter,
            history: id,
            entries: entries.len() as u64,
        });
        let catch_up = CatchUp {
            configuration: registry.configuration,
            history: id,
            entries,
        };
        let message = Message::CatchUp(Arc::new(registry.signer.sign(catch_up)));
        effects.send(registry.replica(supporter), message);
    }

    /// P7.4: takes a report of a supporter that was asked for it, and that has signed it.
    pub(super) fn add_report(
        &mut self,
        replica: Position,
        caught_up: &Arc<Signed<CaughtUp>>,
        registry: &mut Registry,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let body = &caught_up.body;
        let key = (body.history, replica);
        if body.configuration != registry.configuration
            || !self.sent.contains(&key)
            || self.reports.contains_key(&key)
        {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        }
        registry
            .examine_report(replica, caught_up)
            .map_err(Refusal::Refused)?;
        self.reports.insert(key, Arc::clone(caught_up));
        effects.emit(Event::ReportAccepted {
            configuration: registry.configuration,
            replica,
            history: body.history,
            state: body.state,
        });
        Ok(())
    }

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
    pub(super) fn is_complete(&self, replicas: usize) -> bool {
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
    pub(super) fn best(&self, size: usize, set_aside: &BTreeSet<Position>) -> Option<Choice> {
        let mut groups: BTreeMap<(HistoryId, Digest), Vec<Position>> = BTreeMap::new();
        for ((history, replica), report) in &self.reports {
            if !self.ruled_out.contains(replica) && !set_aside.contains(replica) {
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

impl Registry {
    /// Whether a report is signed, and each result in it stated by the sender itself, for this history.
    /// P1.9: there is one result for each client at most.
    fn examine_report(
        &mut self,
        replica: Position,
        report: &Signed<CaughtUp>,
    ) -> Result<(), Reason> {
        if report.body.results.len() > self.bounds().clients {
            return Err(Reason::Oversized);
        }
        self.check_signer(replica, report)?;
        if self.are_results_signed(report) {
            Ok(())
        } else {
            Err(Reason::BadResultSignature)
        }
    }

    /// Whether each result is stated by the sender itself, for this history.
    fn are_results_signed(&mut self, report: &Signed<CaughtUp>) -> bool {
        report.body.results.iter().all(|result| {
            let statement = &result.statement;
            statement.signer == report.signer
                && statement.body.configuration == self.configuration
                && statement.body.history == report.body.history
                && statement.body.result == Digest::of(&result.result)
                && self.keys.is_signed(&**statement)
        })
    }
}
