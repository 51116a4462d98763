//! What Olympus knows of the replicas of a configuration that ends.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::identity::Position;
use bcr_protocol::reason::Reason;

use crate::suite::story::sentence::replicas;

#[derive(Default)]
pub(super) struct Ending {
    pub(super) valid: BTreeSet<Position>,
    pub(super) refused: BTreeMap<Position, Reason>,
    pub(super) ruled_out: BTreeMap<Position, Reason>,
    pub(super) set_aside: BTreeSet<Position>,
}

impl Ending {
    /// Why a replica is not in the quorum.
    pub(super) fn why_not(&self, position: Position) -> String {
        let who = replicas(&[position]);
        if let Some(reason) = self.ruled_out.get(&position) {
            format!("{who} was ruled out ({reason})")
        } else if self.set_aside.contains(&position) {
            format!("{who} was set aside, as it kept silent")
        } else if let Some(reason) = self.refused.get(&position) {
            format!("the history of {who} was refused ({reason})")
        } else if self.valid.contains(&position) {
            format!("{who} was not needed")
        } else {
            format!("{who} had told no history")
        }
    }
}
