//! How replicas ended.

use std::collections::BTreeMap;

use bcr_protocol::digest::Digest;
use bcr_protocol::replica::Mode;
use serde::{Deserialize, Serialize};

/// A replica's last state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicaOutcome {
    /// Its configuration.
    pub configuration: u32,
    /// Its position.
    pub replica: u32,
    /// The mode that it ended in.
    pub mode: LastMode,
    /// Whether no failure other than a sleep was applied to it with effect.
    pub correct: bool,
    /// The slot that it would execute next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_slot: Option<u64>,
    /// Its dictionary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dictionary: Option<BTreeMap<String, String>>,
    /// The hash of its running state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_hash: Option<Digest>,
}

/// What a replica was at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastMode {
    /// It had no initial state yet.
    Pending,
    /// It ordered and executed.
    Active,
    /// It had been wedged.
    Immutable,
    /// It had crashed.
    Crashed,
    /// It had been told to terminate.
    Terminated,
}

impl From<Mode> for LastMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Pending => Self::Pending,
            Mode::Active => Self::Active,
            Mode::Immutable => Self::Immutable,
        }
    }
}
