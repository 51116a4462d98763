//! What each failure of a run did: the run compared with the same one without it.

use bcr_protocol::identity::{ConfigurationId, Position};
use serde::{Deserialize, Serialize};

use crate::scenario::FailureReference;

/// A run repeated without each of its failures in turn, and without any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ablation {
    /// For every configured failure, in the order of the file.
    pub without: Vec<Without>,
    /// What differs without any failure, in words; empty where nothing does.
    pub without_any: Vec<String>,
    /// For every configuration that ended, in order.
    pub causes: Vec<Cause>,
}

/// The run without one failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Without {
    /// The configuration that the file names.
    pub configuration: u32,
    /// The replica that the file names.
    pub replica: u32,
    /// The trigger, as the file spells it.
    pub trigger: String,
    /// The failure, as the file spells it.
    pub failure: String,
    /// The line of the file.
    pub line: u32,
    /// What it did.
    pub role: Role,
    /// What differs without it, in words; empty where nothing does.
    pub changes: Vec<String>,
    /// The clauses and invariants that it broke: they hold without it.
    pub breaks: Vec<String>,
}

impl Without {
    /// Its name, in the file's spelling.
    #[must_use]
    pub fn name(&self) -> FailureReference<&str, &str> {
        FailureReference {
            configuration: ConfigurationId(self.configuration),
            replica: Position(self.replica),
            trigger: &self.trigger,
            failure: &self.failure,
        }
    }
}

/// What a failure did to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It was not applied.
    NotApplied,
    /// Without it everything comes to the same.
    Masked,
    /// Without it something differs, but the same configurations end.
    Felt,
    /// Without it a configuration that ended does not.
    Reconfigures,
}

/// Why a configuration ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The configuration that ended.
    pub configuration: u32,
    /// The failures, as places in [`Ablation::without`], without any one of which it goes on. Where there
    /// is none, several failures each suffice.
    pub needs: Vec<usize>,
    /// Whether it ends without any failure as well.
    pub needs_none: bool,
}
