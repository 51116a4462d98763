//! What a scenario file says, checked and resolved.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, Position};
use bcr_protocol::parameters::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

use super::parameter::Parameter;
use super::plan::PlannedFailure;

/// Everything that a scenario file says.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scenario {
    /// `test_case_name`, else the file's stem.
    pub name: String,
    /// The comment lines that the file begins with, without `#`; empty where there are none.
    pub description: String,
    /// The settings that the machines read; timeouts are at least 1 ms, `t` is at most 100.
    pub parameters: Parameters,
    /// How many clients there are, 1 to 10,000.
    pub clients: u32,
    /// What each client asks for, in order; one list per client, which may be empty.
    pub workloads: Vec<Vec<Operation>>,
    /// In file order.
    pub failures: Vec<PlannedFailure>,
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
    /// Its numeric parameters, defaults filled in, in the order of their table.
    pub fn numbers(&self) -> impl Iterator<Item = (Parameter, u64)> {
        let all = Parameter::ALL.iter();
        all.filter_map(|parameter| Some((*parameter, self.number(*parameter)?)))
    }

    /// What a numeric parameter is.
    const fn number(&self, parameter: Parameter) -> Option<u64> {
        Some(match parameter {
            Parameter::T => self.parameters.t as u64,
            Parameter::NumClient => self.clients as u64,
            Parameter::ClientTimeout => self.parameters.client_timeout_ms,
            Parameter::HeadTimeout => self.parameters.head_timeout_ms,
            Parameter::NonheadTimeout => self.parameters.nonhead_timeout_ms,
            Parameter::OlympusTimeout => self.parameters.olympus_timeout_ms,
            Parameter::QuorumGrace => self.parameters.quorum_grace_ms,
            Parameter::CheckptInterval => self.parameters.checkpoint_interval,
            Parameter::TestCaseName
            | Parameter::Workload
            | Parameter::Failures
            | Parameter::Hosts
            | Parameter::ClientHosts
            | Parameter::ReplicaHosts
            | Parameter::TestWorkload => return None,
        })
    }

    /// How many replicas a chain has: `2t + 1`.
    #[must_use]
    pub const fn replicas(&self) -> u32 {
        2 * self.parameters.t + 1
    }

    /// The position of the tail: `2t`.
    #[must_use]
    pub const fn tail(&self) -> Position {
        Position(2 * self.parameters.t)
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
