//! One run judged: its outcome with invariants, clauses and verdict, whoever ran it and whenever.

pub mod clauses;
pub mod facts;
pub mod invariants;
pub mod setting;

mod agreed;
mod fate;
mod summary;
#[cfg(test)]
mod tests;
mod waiting;

use std::collections::BTreeMap;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::{PublicKey, Scheme};

pub use self::summary::{Heading, summarize};
pub use self::waiting::waiting;
use crate::cases::case::Case;
use crate::judge::clauses::Terms;
use crate::judge::facts::Facts;
use crate::judge::setting::Setting;
use crate::outcome::Outcome;
use crate::runs::setup::Setup;
use crate::runs::{Runtime, simulated};
use crate::scenario::{Parameter, Scenario};
use crate::trace::{HarnessEvent, Record, RunEnd, Trace, TraceEvent};

/// A run that has come to its end.
pub(crate) struct EndedRun {
    pub(crate) trace: Trace,
    pub(crate) runtime: Runtime,
    pub(crate) seed: u64,
    pub(crate) scheme: Scheme,
    /// Whether processes of drawn schedules paused, as they do in real time.
    pub(crate) has_pauses: bool,
    /// The command that repeats it.
    pub(crate) replay: String,
    pub(crate) wall_ms: f64,
}

/// One run, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it came to.
    pub outcome: Outcome,
    /// What happened.
    pub trace: Trace,
    /// What everybody was waiting for, where it did not come to rest.
    pub waiting: Vec<String>,
}

/// Judges a run of a case. Left to the caller: the outcome's `schedules`.
pub(crate) fn judge(case: &Case, run: EndedRun) -> Judged {
    let EndedRun {
        trace,
        runtime,
        seed,
        scheme,
        has_pauses,
        replay,
        wall_ms,
    } = run;
    let setting = Setting::from(case.scenario.as_ref());
    let facts = Facts::read(&setting, &trace);
    let invariants = match runtime {
        Runtime::Simulated => {
            let secret = simulated::run_secret(seed);
            let setup = Setup::new(case.scenario.clone(), scheme, secret);
            invariants::judge(&facts, &|process| Some(setup.public_key(process)))
        }
        Runtime::Tcp | Runtime::Process => {
            let keys = told_keys(&trace);
            invariants::judge(&facts, &|process| keys.get(&process).cloned())
        }
    };
    let heading = Heading {
        scenario: case.file.name.clone(),
        file: case.file.path.display().to_string(),
        runtime: runtime.as_str().to_owned(),
        seed,
        parameters: parameters(&case.scenario),
    };
    let mut outcome = summarize(&facts, heading, invariants);
    outcome.replay = replay;
    outcome.wall_ms = wall_ms;
    if runtime != Runtime::Simulated {
        outcome.virtual_ms = None;
    }
    let terms = match runtime {
        Runtime::Simulated if seed == 0 => Terms::Canonical,
        Runtime::Simulated if !has_pauses => Terms::Drawn,
        Runtime::Simulated | Runtime::Tcp | Runtime::Process => Terms::Real {
            allowance: case.allowance,
        },
    };
    if let Some(expectation) = &case.expectation {
        outcome.clauses = clauses::evaluate(expectation, &outcome, &trace, terms);
    }
    let end = facts.end.map_or(RunEnd::Stuck, |end| end.value);
    outcome.verdict = clauses::verdict(case.expectation.as_ref(), &outcome, end);
    let waiting = waiting(&facts);
    Judged {
        outcome,
        trace,
        waiting,
    }
}

/// The public keys of a real run, which derive from a secret that nobody keeps: every process is given
/// its own, which its first event tells, before anything can fail.
fn told_keys(trace: &Trace) -> BTreeMap<ProcessId, PublicKey> {
    let told = |record: &Record| match &record.event {
        TraceEvent::Harness(HarnessEvent::Settings { settings }) => {
            let key = settings.get("public_key")?.as_str();
            let bytes: Digest = serde_json::from_value(key.into()).ok()?;
            Some((record.process, PublicKey::ed25519(&bytes.0)?))
        }
        TraceEvent::Harness(_) | TraceEvent::Protocol(_) => None,
    };
    trace.records.iter().filter_map(told).collect()
}

/// The scenario's parameters under the names of its file, defaults filled in.
pub(crate) fn parameters(scenario: &Scenario) -> BTreeMap<String, serde_json::Value> {
    let numbers = scenario.numbers();
    let name = (Parameter::TestCaseName, scenario.name.as_str().into());
    numbers
        .map(|(parameter, number)| (parameter, number.into()))
        .chain([name])
        .map(|(parameter, value)| (parameter.name().to_owned(), value))
        .collect()
}
