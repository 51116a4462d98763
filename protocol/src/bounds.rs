//! How much there is at most of anything that a correct process sends, keeps or is heard with. What is
//! more is refused before it is looked into.
//!
//! Source: docs/protocol.md P1.8, P1.9, P6.3, P6.4, P8.4.

use std::collections::BTreeMap;

use borsh::BorshSerialize;

use crate::identity::ProcessId;
use crate::parameters::Parameters;

/// After how many refused messages of one process the others hear it no more (P6.4). A correct one sends
/// none that another correct one refuses.
pub const REFUSED_MAX: u32 = 8;

/// How many requests are evidence of one misbehaviour: two by one client under one number (P6.3).
pub const REQUESTS_MAX: usize = 2;

/// How many bytes of statements are the evidence of one request for reconfiguration (P6.3).
pub const EVIDENCE_BYTES_MAX: usize = 4 << 20;

/// How many bytes of evidence Olympus takes from one process in one configuration (P6.4).
pub const HEARD_BYTES_MAX: usize = 16 << 20;

/// How many bytes the entries of a history have (P8.4), unless it is a single one: with all that is around
/// them a message carries them.
pub const HISTORY_BYTES_MAX: usize = 12 << 20;

/// How many messages of one process a pending replica keeps (P1.8).
pub const KEPT_MESSAGES_MAX: usize = 1_024;

/// How many bytes of messages of one process a pending replica keeps (P1.8).
pub const KEPT_BYTES_MAX: usize = 16 << 20;

/// How many checkpoints in a row may be on their way or missing (P8.4).
const CHECKPOINTS_MISSING_MAX: u64 = 3;

/// How many slots of each client may be ordered while a checkpoint comes back (P8.4).
const SLOTS_PER_CLIENT: u64 = 16;

/// How many slots a history holds beyond what intervals and clients explain (P8.4).
const SLOTS_TO_SPARE: u64 = 64;

/// For how many reasons a process accuses each replica of a chain at most (P6.1).
const REASONS: usize = 16;

/// What follows from the size of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many replicas a chain has.
    pub replicas: usize,
    /// How many clients there are.
    pub clients: usize,
    /// After how many slots a checkpoint is taken.
    pub checkpoint_interval: u64,
}

impl Bounds {
    /// The bounds of a run with so many clients.
    #[must_use]
    pub const fn of(parameters: &Parameters, clients: usize) -> Self {
        Self {
            replicas: parameters.replicas(),
            clients,
            checkpoint_interval: parameters.checkpoint_interval,
        }
    }

    /// How many statements of one kind are evidence of one misbehaviour: those of a whole chain, or two
    /// of one replica (P6.3).
    #[must_use]
    pub const fn statements(&self) -> usize {
        self.replicas + 1
    }

    /// How many requests for reconfiguration of one process Olympus hears in one configuration (P6.4).
    #[must_use]
    pub const fn requests_heard(&self) -> usize {
        REASONS * self.replicas
    }

    /// How many entries a history has: the slots of the checkpoints that may be missing, those of the
    /// interval that has begun, and what is ordered meanwhile (P8.4).
    #[must_use]
    pub const fn entries(&self) -> usize {
        let intervals = self
            .checkpoint_interval
            .saturating_mul(CHECKPOINTS_MISSING_MAX + 1);
        let meanwhile = (self.clients as u64).saturating_mul(SLOTS_PER_CLIENT);
        let slots = intervals
            .saturating_add(meanwhile)
            .saturating_add(SLOTS_TO_SPARE);
        if slots > usize::MAX as u64 {
            usize::MAX
        } else {
            slots as usize
        }
    }

    /// How many signatures the longest wedged message has: its own, those of a checkpoint proof, and in
    /// each entry the client's and those of the chain (P7.2).
    #[must_use]
    pub const fn wedged_signatures(&self) -> usize {
        let entries = self.entries().saturating_mul(self.replicas + 1);
        entries.saturating_add(1 + self.replicas)
    }
}

/// How many bytes a value has on a link.
#[must_use]
pub fn bytes_of(value: &impl BorshSerialize) -> usize {
    borsh::object_length(value).unwrap_or(usize::MAX)
}

/// What is left of a process's patience with each of the others (P6.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patience(BTreeMap<ProcessId, u32>);

impl Patience {
    /// Counts a refused message of `process` as `weight` of them.
    pub(crate) fn lose(&mut self, process: ProcessId, weight: u32) {
        let lost = self.0.entry(process).or_default();
        *lost = lost.saturating_add(weight);
    }

    /// Whether so much of `process` was refused that it is heard no more.
    pub(crate) fn is_lost(&self, process: ProcessId) -> bool {
        self.0
            .get(&process)
            .is_some_and(|lost| *lost >= REFUSED_MAX)
    }
}
