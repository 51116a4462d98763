//! What the judge knows of a run before it starts: its size and its planned failures.

use std::collections::BTreeSet;

use bcr_protocol::identity::{Position, ReplicaId};

use crate::scenario::{PlannedFailure, Scenario};

/// What is given before a run starts.
#[derive(Clone, Debug)]
pub(crate) struct Premises {
    /// Failures that each configuration tolerates; a chain has `2t + 1` replicas.
    pub(crate) t: u32,
    /// How many clients there are.
    pub(crate) clients: u32,
    /// How many requests each client is to make, by client. Empty where that is not known.
    pub(crate) requests: Vec<u64>,
    /// The planned failures, in the order in which events number them (`plan`).
    pub(crate) failures: Vec<PlannedFailure>,
    /// Replicas that are faulty by construction: machines made by hand, which no plan names.
    pub(crate) adversaries: BTreeSet<ReplicaId>,
}

impl From<&Scenario> for Premises {
    /// For a run without adversaries; change the field for others.
    fn from(scenario: &Scenario) -> Self {
        let requests = scenario.workloads.iter();
        Self {
            t: scenario.parameters.t,
            clients: scenario.clients,
            requests: requests.map(|operations| operations.len() as u64).collect(),
            failures: scenario.failures.clone(),
            adversaries: BTreeSet::new(),
        }
    }
}

impl Premises {
    /// How many replicas a chain has: `2t + 1`.
    #[must_use]
    pub(crate) const fn replicas(&self) -> usize {
        2 * self.t as usize + 1
    }

    /// How many replicas a quorum has: `t + 1`.
    #[must_use]
    pub(crate) const fn quorum(&self) -> usize {
        self.t as usize + 1
    }

    /// The last position of a chain.
    #[must_use]
    pub(crate) const fn tail(&self) -> Position {
        Position(2 * self.t)
    }
}
