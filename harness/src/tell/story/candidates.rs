//! What Olympus learns of the replicas of a configuration that ends, and what that says of a quorum.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::history::HistoryId;
use bcr_protocol::identity::{ConfigurationId, Position};
use bcr_protocol::reason::Reason;

use crate::tell::words::replicas;

/// By the configuration that ends.
#[derive(Default)]
pub(super) struct Candidates(BTreeMap<ConfigurationId, OfConfiguration>);

#[derive(Default)]
pub(super) struct OfConfiguration {
    /// Whose history was valid.
    valid: BTreeSet<Position>,
    refused: BTreeMap<Position, Reason>,
    ruled_out: BTreeMap<Position, Reason>,
    set_aside: BTreeSet<Position>,
    convicted: BTreeSet<Position>,
    /// Who was asked to follow which histories.
    asked: BTreeSet<(Position, HistoryId)>,
    /// Who reported which state for which history.
    reported: BTreeMap<(Position, HistoryId), Digest>,
}

impl Candidates {
    pub(super) fn of(&mut self, configuration: ConfigurationId) -> &mut OfConfiguration {
        self.0.entry(configuration).or_default()
    }

    /// Takes in what an event says of replicas; most say nothing of them.
    pub(super) fn learn(&mut self, event: &Event) {
        if let Event::HistoryAccepted {
            configuration,
            replica,
            ..
        } = event
        {
            self.of(*configuration).valid.insert(*replica);
        } else if let Event::HistoryRefused {
            configuration,
            replica,
            reason,
        } = event
        {
            self.of(*configuration).refused.insert(*replica, *reason);
        } else if let Event::RuledOut {
            configuration,
            replica,
            reason,
        } = event
        {
            let ruled_out = &mut self.of(*configuration).ruled_out;
            ruled_out.entry(*replica).or_insert(*reason);
        } else if let Event::SetAside {
            configuration,
            replica,
        } = event
        {
            self.of(*configuration).set_aside.insert(*replica);
        } else if let Event::Convicted {
            configuration,
            replica,
            ..
        } = event
        {
            self.of(*configuration).convicted.insert(*replica);
        } else if let Event::CatchUpStarted {
            configuration,
            replica,
            history,
            ..
        } = event
        {
            self.of(*configuration).asked.insert((*replica, *history));
        } else if let Event::ReportAccepted {
            configuration,
            replica,
            history,
            state,
        } = event
        {
            let reported = &mut self.of(*configuration).reported;
            reported.insert((*replica, *history), *state);
        }
    }
}

impl OfConfiguration {
    /// Why a replica is not in the quorum that agrees on `state` after `history`.
    pub(super) fn why_not(&self, position: Position, history: HistoryId, state: Digest) -> String {
        let who = replicas(&[position]);
        let convicted = match self.convicted.contains(&position) {
            true => ", which is convicted,",
            false => "",
        };
        if let Some(reason) = self.ruled_out.get(&position) {
            format!("{who} was ruled out ({reason})")
        } else if self.set_aside.contains(&position) {
            format!("{who} was set aside, as it kept silent")
        } else if let Some(reason) = self.refused.get(&position) {
            format!("the history of {who} was refused ({reason})")
        } else if !self.valid.contains(&position) {
            format!("{who} had told no history")
        } else if let Some(reported) = self.reported.get(&(position, history)) {
            if *reported == state {
                format!("{who}{convicted} agreed and was not needed")
            } else {
                format!("{who}{convicted} came to another state")
            }
        } else if self.asked.contains(&(position, history)) {
            format!("{who}{convicted} had not caught up")
        } else {
            format!("the history of {who}{convicted} did not fit the one chosen")
        }
    }
}
