//! The settings of a run that the machines read.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// What all processes of a run are configured with. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Parameters {
    /// Failures that each configuration tolerates; a chain has `2t + 1` replicas.
    pub t: u32,
    /// A checkpoint is taken every so many slots; at least 1.
    pub checkpoint_interval: u64,
    /// How long a client waits before it asks Olympus and sends its request again (P5.1).
    pub client_timeout_ms: u64,
    /// How long the head waits for the result shuttle of a retransmitted request (P5.2).
    pub head_timeout_ms: u64,
    /// How long another replica waits for the result shuttle of a request it forwarded (P5.2).
    pub nonhead_timeout_ms: u64,
    /// How long Olympus waits before it repeats itself (P7.1) or asks another replica (P7.5).
    pub olympus_timeout_ms: u64,
    /// How long Olympus goes on collecting reports once it has a first quorum (P7.5).
    pub quorum_grace_ms: u64,
}

impl Parameters {
    /// How many replicas a chain has: `2t + 1`.
    #[must_use]
    pub const fn replicas(&self) -> usize {
        2 * self.t as usize + 1
    }

    /// How many replicas a quorum has: `t + 1`.
    #[must_use]
    pub const fn quorum(&self) -> usize {
        self.t as usize + 1
    }
}
