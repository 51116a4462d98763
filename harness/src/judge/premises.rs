//! What the judge knows of a run before it starts: its size and its planned failures.

use std::collections::BTreeSet;

use bcr_protocol::identity::{Position, ReplicaId};

use crate::scenario::{PlannedFailure, Scenario};

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
            t: scenario.parameters.t,
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
