//! What the judge knows of a run before it starts: its size and its planned failures.

use std::collections::BTreeSet;

use bcr_protocol::identity::{Position, ReplicaId};
use bcr_protocol::message::MessageKind;

use crate::scenario::{Failure, PlannedFailure, Scenario, Trigger};

/// What is given before a run starts.
#[derive(Clone, Debug)]
pub struct Premises {
    /// Failures that each configuration tolerates; a chain has `2t + 1` replicas.
    pub t: u32,
    /// How many clients there are.
    pub clients: u32,
    /// How many requests each client is to make, by client. Empty where that is not known.
    pub requests: Vec<u64>,
    /// The planned failures, in the order in which events number them (`plan`).
    pub failures: Vec<PlannedFailure>,
    /// Replicas that are faulty by construction: machines made by hand, which no plan names.
    pub adversaries: BTreeSet<ReplicaId>,
    /// Whether the runtime's time is real. A deadline then decides nothing (docs/running.md).
    pub real_time: bool,
}

impl From<&Scenario> for Premises {
    /// For a simulated run without adversaries; change the fields for others.
    fn from(scenario: &Scenario) -> Self {
        let requests = scenario.workloads.iter();
        Self {
            t: scenario.t,
            clients: scenario.clients,
            requests: requests.map(|operations| operations.len() as u64).collect(),
            failures: scenario.failures.clone(),
            adversaries: BTreeSet::new(),
            real_time: false,
        }
    }
}

impl Premises {
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

/// The type of the message that a trigger means.
pub(crate) const fn kind(trigger: Trigger) -> MessageKind {
    match trigger {
        Trigger::ClientRequest { .. } => MessageKind::ClientRequest,
        Trigger::ForwardedRequest { .. } => MessageKind::ForwardedRequest,
        Trigger::Shuttle { .. } => MessageKind::Shuttle,
        Trigger::ResultShuttle { .. } => MessageKind::ResultShuttle,
        Trigger::WedgeRequest { .. } => MessageKind::WedgeRequest,
        Trigger::NewConfiguration { .. } => MessageKind::NewConfiguration,
        Trigger::Checkpoint { .. } => MessageKind::Checkpoint,
        Trigger::CompletedCheckpoint { .. } => MessageKind::CompletedCheckpoint,
        Trigger::GetRunningState { .. } => MessageKind::GetRunningState,
        Trigger::CatchUp { .. } => MessageKind::CatchUp,
    }
}

/// Whether an applied failure makes its replica faulty: all but a sleep (P11).
pub(crate) const fn is_fault(failure: Failure) -> bool {
    !matches!(failure, Failure::Sleep { .. })
}
