//! One run judged: its outcome with invariants, clauses and verdict, whoever ran it and whenever.

use std::collections::BTreeMap;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::{PublicKey, Scheme};

use crate::check;
use crate::check::facts::Facts;
use crate::check::setting::Setting;
use crate::clause::{self, Terms};
use crate::machines::Setup;
use crate::outcome::{self, Heading, Outcome};
use crate::runtime::{Runtime, simulated};
use crate::scenario::Scenario;
use crate::suite::case::Case;
use crate::trace::{HarnessEvent, Record, RunEnd, Trace, TraceEvent};

/// A run that has come to its end.
pub(super) struct EndedRun {
    pub(super) trace: Trace,
    pub(super) runtime: Runtime,
    pub(super) seed: u64,
    pub(super) scheme: Scheme,
    /// Whether processes of drawn schedules paused, as they do in real time.
    pub(super) has_pauses: bool,
    /// The command that repeats it.
    pub(super) replay: String,
    pub(super) wall_ms: f64,
}

/// One run, judged.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) trace: Trace,
    /// What everybody was waiting for, where it did not come to rest.
    pub(super) waiting: Vec<String>,
}

/// Judges a run of a case. Left to the caller: the outcome's `schedules`.
pub(super) fn judge(case: &Case, run: EndedRun) -> Judged {
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
            check::judge(&facts, &|process| Some(setup.public_key(process)))
        }
        Runtime::Tcp | Runtime::Process => {
            let keys = told_keys(&trace);
            check::judge(&facts, &|process| keys.get(&process).cloned())
        }
    };
    let heading = Heading {
        scenario: case.file.name.clone(),
        file: case.file.path.display().to_string(),
        runtime: runtime.as_str().to_owned(),
        seed,
        parameters: parameters(&case.scenario),
    };
    let mut outcome = outcome::summarize(&facts, heading, invariants);
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
        outcome.clauses = clause::evaluate(expectation, &outcome, &trace, terms);
    }
    let end = facts.end.map_or(RunEnd::Stuck, |end| end.value);
    outcome.verdict = clause::verdict(case.expectation.as_ref(), &outcome, end);
    let waiting = check::waiting(&facts);
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
pub(super) fn parameters(scenario: &Scenario) -> BTreeMap<String, serde_json::Value> {
    [
        ("t", u64::from(scenario.t)),
        ("num_client", u64::from(scenario.clients)),
        ("client_timeout", scenario.client_timeout_ms),
        ("head_timeout", scenario.head_timeout_ms),
        ("nonhead_timeout", scenario.nonhead_timeout_ms),
        ("olympus_timeout", scenario.olympus_timeout_ms),
        ("quorum_grace", scenario.quorum_grace_ms),
        ("checkpt_interval", scenario.checkpoint_interval),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into_iter()
    .chain([("test_case_name".to_owned(), scenario.name.as_str().into())])
    .collect()
}
