//! What checks know of a run before it starts: its size and its planned failures.

use std::collections::BTreeSet;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ReplicaId};
use bcr_protocol::message::MessageKind;

/// What was planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Failures that each configuration tolerates; a chain has `2t + 1` replicas.
    pub t: u32,
    /// How many clients there are.
    pub clients: u32,
    /// How many requests each client is to make, by client. Empty where that is not known.
    pub requests: Vec<u64>,
    /// The planned failures, in the order in which events number them (`plan`).
    pub planned: Vec<Planned>,
    /// Replicas that are faulty by construction: machines made by hand, which no plan names.
    pub adversaries: BTreeSet<ReplicaId>,
    /// Whether the runtime's time is real. A deadline then decides nothing (DESIGN.md §5).
    pub real_time: bool,
}

impl Setting {
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

    /// The last position of a chain.
    #[must_use]
    pub const fn tail(&self) -> Position {
        Position(2 * self.t)
    }
}

/// One planned failure: which message triggers what, at which replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The replica that fails.
    pub replica: ReplicaId,
    /// The type of the triggering message.
    pub message: MessageKind,
    /// The client that the trigger names, for types that have one.
    pub client: Option<ClientId>,
    /// Which message of that type, and client, triggers it: from 0.
    pub number: u64,
    /// The failure's name: `crash`.
    pub name: String,
    /// The trigger, as the file spells it.
    pub trigger: String,
    /// The failure, as the file spells it.
    pub failure: String,
    /// The line of the file, from 1.
    pub line: u32,
}

impl Planned {
    /// Whether an applied failure of this kind makes its replica faulty: all but a sleep (P11).
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.name != "sleep"
    }

    /// The configuration whose replica fails.
    #[must_use]
    pub const fn configuration(&self) -> ConfigurationId {
        self.replica.configuration
    }
}
