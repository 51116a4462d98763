//! `outcome.json`: what a run came to, in one document.
//!
//! Field names are a contract: add, never rename. A field that was not computed is absent, not empty.
//!
//! Source: docs/running.md.

use std::collections::BTreeMap;
use std::fmt;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::message::AnsweredBy;
use bcr_protocol::reason::Reason;
use serde::{Deserialize, Serialize};

use crate::expectation::{ClauseName, Invariant};
use crate::runs::Runtime;
use crate::trace::Micros;

mod ablation;
mod failure;
mod ms;
mod process;
mod replica;
mod specification;
mod starvation;
pub(crate) mod words;

pub use ablation::{Ablation, Cause, Role, Without};
pub use failure::{ConfiguredFailure, FailureOutcome, FailureStatus};
pub use process::ProcessOutcome;
pub use replica::{LastMode, ReplicaOutcome};
pub use specification::RunSpecification;
pub use starvation::Starvation;

/// The outcome's file in a run's folder.
pub const OUTCOME_FILE: &str = "outcome.json";

/// The verdict on a run or on all schedules of a scenario. Only `Pass` passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that was asserted held, and every failure happened as it should.
    Pass,
    /// A clause or an invariant broke.
    Fail,
    /// All held, but a configured failure was not applied or had no effect, and nothing says so.
    Vacuous,
    /// More than `t` faulty replicas in a configuration (P11), and no clause that decides.
    Outside,
    /// The scenario or its expected file is wrong.
    Invalid,
    /// The search of an invariant ran out of its budget, or a real-time runtime met its deadline.
    Unknown,
    /// The run could not be made or finished, for a reason that says nothing of scenario or protocol.
    Error,
}

impl Verdict {
    /// The name in documents and on terminals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Vacuous => "vacuous",
            Self::Outside => "outside",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The document of one run. In JSON times are milliseconds from the start of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The scenario's name: its path below `scenarios`, without extension.
    pub scenario: String,
    /// The file, as given on the command line.
    pub file: String,
    /// Where it ran.
    pub runtime: Runtime,
    /// The seed of this run.
    pub seed: u64,
    /// The verdict on all schedules.
    pub verdict: Verdict,
    /// Why the run could not be finished, or decides less than it would otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The verdict on each schedule, in the order in which they ran.
    pub schedules: Vec<ScheduleVerdict>,
    /// The command that repeats this run exactly.
    pub replay: String,
    /// How this run was made.
    pub run: RunSpecification,
    /// The scenario's parameters, defaults filled in.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// How long the run took in virtual time; absent where time was real.
    #[serde(
        rename = "virtual_ms",
        with = "ms::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub virtual_time: Option<Micros>,
    /// How long the run took on the wall clock: the one field that differs between equal runs.
    pub wall_ms: f64,
    /// How late its processes were; absent where time was virtual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starvation: Option<Starvation>,
    /// How many messages were sent; self-deliveries do not count.
    pub messages: u64,
    /// Every clause of the expected file.
    pub clauses: Vec<ClauseOutcome>,
    /// The invariants of P11.
    pub invariants: Vec<InvariantOutcome>,
    /// The faulty replicas of each configuration that has any.
    pub budget: Vec<Budget>,
    /// Every configuration, by number.
    pub configurations: Vec<ConfigurationOutcome>,
    /// Every request that was invoked, by client and number.
    pub requests: Vec<RequestOutcome>,
    /// Every configured failure, in the order of the file.
    pub failures: Vec<FailureOutcome>,
    /// Every suspicion of a replica, by correct accusers and others.
    pub suspicions: Vec<SuspicionOutcome>,
    /// Every conviction.
    pub convictions: Vec<ConvictionOutcome>,
    /// The dictionary that the correct replicas of the last configuration share; none where they do not.
    #[serde(rename = "final")]
    pub final_dictionary: Option<BTreeMap<String, String>>,
    /// Every replica's last state, by configuration and position. One that crashed has none.
    pub replicas: Vec<ReplicaOutcome>,
    /// What each failure did, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ablation: Option<Ablation>,
}

/// One schedule's verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleVerdict {
    /// Its seed.
    pub seed: u64,
    /// The verdict.
    pub verdict: Verdict,
}

/// Whether a clause held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseStatus {
    /// It held.
    Held,
    /// It broke.
    Broken,
}

/// One clause of the expected file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClauseOutcome {
    /// The clause's key in the expected file; under `canonical`, `canonical.<key>`.
    pub clause: ClauseName,
    /// Whether it held.
    pub status: ClauseStatus,
    /// Expected and actual in words; empty where there is nothing to add.
    pub detail: String,
    /// The event that satisfied or broke it, or the nearest candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
}

/// One invariant of P11.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvariantOutcome {
    /// Its name.
    pub name: Invariant,
    /// Whether it held; null where that was not decided.
    pub held: Option<bool>,
    /// What broke it, or why it was not decided.
    pub detail: String,
    /// The event that broke it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
}

/// The faulty replicas of one configuration (P11).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// The configuration.
    pub configuration: u32,
    /// The replicas to which a failure other than a sleep was applied with effect.
    pub faulty: Vec<u32>,
    /// How many the configuration tolerates.
    pub t: u32,
}

/// A configuration's life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfigurationOutcome {
    /// Its number.
    pub number: u32,
    /// The first slot that it orders.
    pub first_slot: u64,
    /// When it started.
    #[serde(rename = "started_ms", with = "ms")]
    pub started: Micros,
    /// Why it ended; null for the last.
    pub reconfiguration: Option<ReconfigurationOutcome>,
    /// The replicas whose valid wedged messages Olympus received.
    pub wedged: Vec<u32>,
    /// The replicas that were ruled out, and those that told no history but an invalid one.
    pub ruled_out: Vec<RuledOut>,
    /// The replicas that were set aside.
    pub set_aside: Vec<u32>,
    /// The quorum that was finally used.
    pub quorum: Vec<u32>,
    /// The replica whose running state was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_from: Option<u32>,
    /// Slots whose checkpoint proof some correct replica completed, in order.
    pub checkpoints: Vec<u64>,
}

/// Why a configuration ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReconfigurationOutcome {
    /// Who asked, of those that Olympus accepted.
    pub requested_by: ProcessOutcome,
    /// Why.
    pub reason: Reason,
    /// The slot, if it was about one.
    pub slot: Option<u64>,
    /// Whom the requester suspected.
    pub suspect: Option<u32>,
    /// When Olympus accepted the request.
    #[serde(rename = "at_ms", with = "ms")]
    pub at: Micros,
}

/// A replica that was ruled out, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuledOut {
    /// Who.
    pub replica: u32,
    /// Why.
    pub why: Reason,
}

/// A request's life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestOutcome {
    /// The client.
    pub client: u32,
    /// The request's number.
    pub id: u64,
    /// What it asked for.
    pub operation: Operation,
    /// When it was first sent.
    #[serde(rename = "invoked_ms", with = "ms")]
    pub invoked: Micros,
    /// When its result was accepted.
    #[serde(rename = "completed_ms", with = "ms::optional", default)]
    pub completed: Option<Micros>,
    /// The accepted result.
    pub result: Option<String>,
    /// The lowest slot of the agreed history that holds it.
    pub slot: Option<u64>,
    /// The configuration whose proof the client accepted; from Olympus, the one that ended.
    pub configuration: Option<u32>,
    /// Who answered.
    pub answered_by: Option<AnsweredBy>,
    /// How often the client sent it.
    pub attempts: u32,
}

/// A suspicion of a replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuspicionOutcome {
    /// The configuration.
    pub configuration: u32,
    /// The suspect.
    pub replica: u32,
    /// The accuser.
    pub by: ProcessOutcome,
    /// Why.
    pub reason: Reason,
    /// The slot, if it is about one.
    pub slot: Option<u64>,
    /// When.
    #[serde(rename = "at_ms", with = "ms")]
    pub at: Micros,
    /// The event.
    pub event: u64,
}

/// A conviction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConvictionOutcome {
    /// The configuration.
    pub configuration: u32,
    /// The convicted replica.
    pub replica: u32,
    /// The evidence, in words.
    pub evidence: String,
    /// The event.
    pub event: u64,
}
