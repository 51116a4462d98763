//! A scenario examined: run under its schedules, judged, its logs written.
//!
//! Source: docs/expectations.md, docs/running.md.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::Scheme;

use crate::check;
use crate::check::facts::Facts;
use crate::check::setting::Setting;
use crate::clause;
use crate::log;
use crate::machines::{Machines, Setup};
use crate::outcome::{self, Heading, Outcome, ScheduleVerdict, Verdict};
use crate::runtime::simulated;
use crate::scenario::Scenario;
use crate::suite::case::Case;
use crate::trace::{Micros, RunEnd, Trace};

/// How many random schedules run besides the canonical one, where nobody says otherwise.
pub const SCHEDULES: u64 = 8;

/// How to examine scenarios.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which schedules.
    pub seeds: Seeds,
    /// The suite's own number of random schedules, for scenarios that do not say.
    pub schedules: Option<u64>,
    /// Ends a run that makes no progress for so long.
    pub deadline: Option<Micros>,
    /// The folder below which logs go; no logs where there is none.
    pub logs: Option<PathBuf>,
    /// Forces a signature scheme on every schedule.
    pub scheme: Option<Scheme>,
    /// Parameters that take the place of the file's, as the command line gave them.
    pub overrides: Vec<(String, String)>,
}

/// Which schedules to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeds {
    /// The canonical one, and as many others as the expected file or the suite says.
    #[default]
    Expected,
    /// This one alone.
    Only(u64),
    /// 0 up to this one.
    UpTo(u64),
}

impl Options {
    /// All the schedules that a scenario has by default, whether or not it has an expected file.
    #[must_use]
    pub fn thorough() -> Self {
        Self {
            seeds: Seeds::UpTo(SCHEDULES),
            ..Self::default()
        }
    }
}

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Examination {
    /// The document: of the first run that did not pass, else of the first.
    pub outcome: Outcome,
    /// Where that run's logs are.
    pub logs: Option<PathBuf>,
    /// What everybody was waiting for, where that run did not come to rest.
    pub waiting: Vec<String>,
}

/// One run, judged.
struct Judged {
    outcome: Outcome,
    trace: Trace,
    waiting: Vec<String>,
}

/// Runs a case under its schedules and judges every run.
///
/// # Errors
/// Logs that cannot be written.
pub fn examine(case: &Case, machines: &dyn Machines, options: &Options) -> io::Result<Examination> {
    let mut document: Option<Judged> = None;
    let mut others = Vec::new();
    let mut schedules = Vec::new();
    for seed in seeds(case, options) {
        let judged = run(case, machines, options, seed);
        let verdict = judged.outcome.verdict;
        schedules.push(ScheduleVerdict { seed, verdict });
        let has_passed = |judged: &Judged| judged.outcome.verdict == Verdict::Pass;
        match &document {
            None => document = Some(judged),
            Some(first) if has_passed(first) && verdict != Verdict::Pass => {
                document = Some(judged);
            }
            Some(_) if verdict != Verdict::Pass => others.push(judged),
            Some(_) => {}
        }
    }
    let Some(mut document) = document else {
        unreachable!("every case has at least one schedule");
    };
    document.outcome.schedules = schedules;
    let logs = write_logs(case, options, &document, &others)?;
    Ok(Examination {
        outcome: document.outcome,
        logs,
        waiting: document.waiting,
    })
}

/// Runs a case under its schedules and gives back every run's outcome, the canonical one first.
#[must_use]
pub fn outcomes(case: &Case, machines: &dyn Machines, options: &Options) -> Vec<Outcome> {
    let seeds = seeds(case, options).into_iter();
    seeds
        .map(|seed| run(case, machines, options, seed).outcome)
        .collect()
}

fn seeds(case: &Case, options: &Options) -> Vec<u64> {
    match options.seeds {
        Seeds::Only(seed) => vec![seed],
        Seeds::UpTo(last) => (0..=last).collect(),
        Seeds::Expected if !case.has_expected_file => vec![0],
        Seeds::Expected => {
            let expected = case.expectation.as_ref().and_then(|e| e.schedules.as_ref());
            let random = expected.map(|schedules| schedules.value);
            (0..=random.or(options.schedules).unwrap_or(SCHEDULES)).collect()
        }
    }
}

/// Runs one schedule and judges it.
fn run(case: &Case, machines: &dyn Machines, options: &Options, seed: u64) -> Judged {
    let mut run_options = simulated::Options::seed(seed);
    run_options.scheme = options.scheme.unwrap_or(run_options.scheme);
    run_options.deadline = options.deadline;
    run_options.clock = options.logs.is_some();
    let began = Instant::now();
    let trace = simulated::run(&case.scenario, machines, run_options);
    let wall = began.elapsed();
    let setting = Setting::from(case.scenario.as_ref());
    let facts = Facts::read(&setting, &trace);
    let secret = simulated::run_secret(seed);
    let setup = Setup::new(case.scenario.clone(), run_options.scheme, secret);
    let key_of = |process: ProcessId| Some(setup.public_key(process));
    let invariants = check::judge(&facts, &key_of);
    let heading = Heading {
        scenario: case.file.name.clone(),
        file: case.file.path.display().to_string(),
        runtime: "simulated".to_owned(),
        seed,
        parameters: parameters(&case.scenario),
    };
    let mut outcome = outcome::summarize(&facts, heading, invariants);
    outcome.replay = replay(case, options, seed);
    outcome.wall_ms = wall.as_secs_f64() * 1000.0;
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
fn parameters(scenario: &Scenario) -> BTreeMap<String, serde_json::Value> {
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

/// The command that repeats a run exactly, from the folder in which the suite is run.
fn replay(case: &Case, options: &Options, seed: u64) -> String {
    let path = case.file.path.display().to_string();
    let mut path = path.as_str();
    while let Some(rest) = path.strip_prefix("../").or_else(|| path.strip_prefix("./")) {
        path = rest;
    }
    let mut command = format!("cargo bcr run {} --seed {seed}", quoted(path));
    if let Some(deadline) = options.deadline {
        command.push_str(&format!(" --deadline {}", deadline.0 / 1000));
    }
    for (name, value) in &options.overrides {
        command.push_str(&format!(" --set {}", quoted(&format!("{name}={value}"))));
    }
    command
}

/// A word of a shell command, quoted where it needs to be.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-=,+@%:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Writes the folder of the document's run, and below it those of the others that did not pass.
fn write_logs(
    case: &Case,
    options: &Options,
    document: &Judged,
    others: &[Judged],
) -> io::Result<Option<PathBuf>> {
    let Some(root) = &options.logs else {
        return Ok(None);
    };
    let folder = log::folder(root, &document.outcome.runtime, &case.file.name);
    write_run(&folder, document)?;
    for judged in others {
        write_run(
            &folder.join(format!("seed-{}", judged.outcome.seed)),
            judged,
        )?;
    }
    Ok(Some(folder))
}

fn write_run(folder: &Path, judged: &Judged) -> io::Result<()> {
    log::write_folder(folder, &judged.trace)?;
    let document = serde_json::to_string(&judged.outcome)?;
    fs::write(folder.join(log::OUTCOME_FILE), document + "\n")
}
