//! Scenario files: who does what, who fails how at which message.
//!
//! [`read`] is the way in: from a file's text to a [`Scenario`] and every [`Diagnostic`] about it.
//! Below it: [`grammar`] makes an [`ast`] of the text, `lower` checks names, numbers and indices and
//! resolves the workloads, `lint` says which failures cannot happen; [`reformat`] prints a file in the
//! canonical layout. What a run then makes of a scenario is not known here.
//!
//! ```
//! use bcr_harness::diagnostic::SourceFile;
//! use bcr_harness::scenario;
//!
//! let source = SourceFile::new(
//!     "head_crashes.conf",
//!     "t = 1\n\
//!      num_client = 1\n\
//!      client_timeout = 3000\n\
//!      head_timeout = 3000\n\
//!      nonhead_timeout = 3000\n\
//!      checkpt_interval = 10\n\
//!      workload[0] = put('movie','star'); get('movie')\n\
//!      failures[0,0] = client_request(0,1), crash()\n",
//! );
//! let reading = scenario::read(&source, &[]);
//! assert_eq!(reading.diagnostics, []);
//! let scenario = reading.scenario.expect("it has no error");
//! assert_eq!(scenario.failures[0].trigger.to_string(), "client_request(0,1)");
//! ```

pub mod ast;
pub mod format;
pub mod grammar;
mod kind;
mod lint;
mod lower;
mod mend;
mod overrides;
mod parameter;
mod plan;
mod remedy;
mod token;
pub mod workload;

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, Position};
use bcr_protocol::parameters::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

pub use kind::Kind;
pub use plan::{Failure, FailureReference, PlannedFailure, Trigger, parse_failure_reference};

use crate::diagnostic::{Diagnostic, SourceFile, arrange};

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

/// What reading a file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The scenario; `None` exactly if there is an error among the diagnostics.
    pub scenario: Option<Scenario>,
    /// Where there is an error: the scenario as far as it is right, if its clients, replicas and
    /// workloads are. It may lack failures, and is good for comparisons alone.
    pub fragment: Option<Scenario>,
    /// In file order, at most about a thousand.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a scenario file. Never panics, whatever the text.
///
/// Each of `overrides` (`t`, `2`) takes the place of that parameter in the file, or joins them; a
/// name that is unknown is an error there.
#[must_use]
pub fn read(source: &SourceFile, overrides: &[(String, String)]) -> Reading {
    if let Some(error) = source.encoding_error() {
        return Reading {
            scenario: None,
            fragment: None,
            diagnostics: vec![error],
        };
    }
    let parsed = grammar::parse(source.text());
    let mut file = parsed.file;
    let mut diagnostics = parsed.diagnostics;
    let overridden = overrides::apply(&mut file, source, overrides, &mut diagnostics);
    let lowered = lower::lower(&file, source, &overridden, &mut diagnostics);
    let invalid = diagnostics.iter().any(Diagnostic::is_error);
    let scenario = lowered.map(|lowered| {
        let lint = if invalid { lint::alone } else { lint::lint };
        diagnostics.extend(lint(&lowered.scenario, &lowered.marks));
        lowered.scenario
    });
    overridden.explain(&mut diagnostics);
    let (scenario, fragment) = if invalid {
        (None, scenario)
    } else {
        (scenario, None)
    };
    Reading {
        scenario,
        fragment,
        diagnostics: arrange(diagnostics),
    }
}

/// The file in its canonical layout, quotes mended; see [`format::format`].
///
/// # Errors
/// What does not parse, so that formatting loses no words. What parses but makes no sense (an
/// unknown trigger, say) is formatted all the same.
pub fn reformat(source: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let mut parsed = grammar::parse(source.text());
    parsed.diagnostics.extend(source.encoding_error());
    parsed.diagnostics.retain(Diagnostic::is_error);
    if parsed.diagnostics.is_empty() {
        Ok(format::format(&parsed.file))
    } else {
        Err(arrange(parsed.diagnostics))
    }
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

#[cfg(test)]
mod tests;
