//! What a scenario file says, checked and resolved.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, Position};
use bcr_protocol::parameters::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

use super::plan::PlannedFailure;

/// Everything that a scenario file says. Durations are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scenario {
    /// `test_case_name`, else the file's stem.
    pub name: String,
    /// The comment lines that the file begins with, without `#`; empty where there are none.
    pub description: String,
    /// How many failures each configuration tolerates, 0 to 100; a chain has `2t + 1` replicas.
    pub t: u32,
    /// How many clients there are, 1 to 10,000.
    pub clients: u32,
    /// What each client asks for, in order; one list per client, which may be empty.
    pub workloads: Vec<Vec<Operation>>,
    /// In file order.
    pub failures: Vec<PlannedFailure>,
    /// At least 1.
    pub client_timeout_ms: u64,
    /// At least 1.
    pub head_timeout_ms: u64,
    /// At least 1.
    pub nonhead_timeout_ms: u64,
    /// At least 1; as `nonhead_timeout_ms` where the file does not say.
    pub olympus_timeout_ms: u64,
    /// May be 0.
    pub quorum_grace_ms: u64,
    /// In slots; at least 1.
    pub checkpoint_interval: u64,
    /// Where processes run; `None` where the file does not say.
    pub hosts: Option<Hosts>,
    /// The final dictionary that an older dialect expects.
    pub test_workload: Option<BTreeMap<String, String>>,
}

/// Where the processes of a run live.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Hosts {
    /// Host names; never empty.
    pub names: Vec<String>,
    /// For client 0, 1, … an index into `names`; repeated from its start where it is too short.
    pub clients: Vec<usize>,
    /// The same for the positions of every configuration.
    pub replicas: Vec<usize>,
}

impl Scenario {
    /// The settings that the machines read.
    #[must_use]
    pub const fn parameters(&self) -> Parameters {
        Parameters {
            t: self.t,
            checkpoint_interval: self.checkpoint_interval,
            client_timeout_ms: self.client_timeout_ms,
            head_timeout_ms: self.head_timeout_ms,
            nonhead_timeout_ms: self.nonhead_timeout_ms,
            olympus_timeout_ms: self.olympus_timeout_ms,
            quorum_grace_ms: self.quorum_grace_ms,
        }
    }

    /// How many replicas a chain has: `2t + 1`.
    #[must_use]
    pub const fn replicas(&self) -> u32 {
        2 * self.t + 1
    }

    /// The position of the tail: `2t`.
    #[must_use]
    pub const fn tail(&self) -> Position {
        Position(2 * self.t)
    }

    /// How many requests the clients have, all together.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.workloads.iter().map(|list| list.len() as u64).sum()
    }

    /// How many requests a client has; 0 for a client that does not exist.
    #[must_use]
    pub fn requests_of(&self, client: ClientId) -> u64 {
        self.workloads
            .get(client.0 as usize)
            .map_or(0, |list| list.len() as u64)
    }
}

impl Hosts {
    /// The host of a client.
    #[must_use]
    pub fn of_client(&self, client: ClientId) -> &str {
        self.at(&self.clients, client.0 as usize)
    }

    /// The host of a replica, the same in every configuration.
    #[must_use]
    pub fn of_replica(&self, position: Position) -> &str {
        self.at(&self.replicas, position.index())
    }

    fn at(&self, indices: &[usize], process: usize) -> &str {
        let host = match indices.len() {
            0 => 0,
            length => indices[process % length],
        };
        &self.names[host]
    }
}
