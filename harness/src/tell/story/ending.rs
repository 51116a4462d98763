//! What Olympus learns of the replicas of a configuration that ends, and what that says of a quorum.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::digest::Digest;
use bcr_protocol::history::HistoryId;
use bcr_protocol::identity::Position;
use bcr_protocol::reason::Reason;

use crate::tell::story::sentence::replicas;

#[derive(Default)]
pub(super) struct Ending {
    /// Whose history was valid.
    pub(super) valid: BTreeSet<Position>,
    pub(super) refused: BTreeMap<Position, Reason>,
    pub(super) ruled_out: BTreeMap<Position, Reason>,
    pub(super) set_aside: BTreeSet<Position>,
    pub(super) convicted: BTreeSet<Position>,
    /// Who was asked to follow which histories.
    pub(super) asked: BTreeSet<(Position, HistoryId)>,
    /// Who reported which state for which history.
    pub(super) reported: BTreeMap<(Position, HistoryId), Digest>,
}

impl Ending {
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
