//! One run judged: its outcome with invariants, clauses and verdict, whoever ran it and whenever.

use std::collections::BTreeMap;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::Scheme;

use crate::check;
use crate::check::facts::Facts;
use crate::check::setting::Setting;
use crate::clause;
use crate::machines::Setup;
use crate::outcome::{self, Heading, Outcome};
use crate::runtime::{Runtime, simulated};
use crate::scenario::Scenario;
use crate::suite::case::Case;
use crate::trace::{RunEnd, Trace};

/// A simulated run that has come to its end.
pub(super) struct EndedRun {
    pub(super) trace: Trace,
    pub(super) seed: u64,
    pub(super) scheme: Scheme,
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
        seed,
        scheme,
        replay,
        wall_ms,
    } = run;
    let setting = Setting::from(case.scenario.as_ref());
    let facts = Facts::read(&setting, &trace);
    let secret = simulated::run_secret(seed);
    let setup = Setup::new(case.scenario.clone(), scheme, secret);
    let key_of = |process: ProcessId| Some(setup.public_key(process));
    let invariants = check::judge(&facts, &key_of);
    let heading = Heading {
        scenario: case.file.name.clone(),
        file: case.file.path.display().to_string(),
        runtime: Runtime::Simulated.as_str().to_owned(),
        seed,
        parameters: parameters(&case.scenario),
    };
    let mut outcome = outcome::summarize(&facts, heading, invariants);
    outcome.replay = replay;
    outcome.wall_ms = wall_ms;
    if let Some(expectation) = &case.expectation {
        outcome.clauses = clause::evaluate(expectation, &outcome, &trace, seed == 0);
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
