//! A scenario examined: run under its schedules, judged, its logs written.
//!
//! Source: docs/expectations.md, docs/running.md.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bcr_protocol::signature::Scheme;

use crate::cases::case::Case;
use crate::judge::clauses::{self, Points};
use crate::judge::{EndedRun, Judged, judge};
use crate::outcome::{Outcome, ScheduleVerdict, Verdict};
use crate::pictures;
use crate::runs::machines::Machines;
use crate::runs::net::{self, Processes, RunError};
use crate::runs::{Runtime, simulated};
use crate::suite::ablation::ablate;
use crate::suite::replay;
use crate::tell::log;
use crate::tell::story;
use crate::trace::Micros;

/// How many random schedules run besides the canonical one, where nobody says otherwise.
pub const SCHEDULES: u64 = 8;

/// How to examine scenarios.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// In which runtime. A real one has one schedule, whatever is asked for.
    pub runtime: Runtime,
    /// Which schedules.
    pub seeds: Seeds,
    /// The suite's own number of random schedules, for scenarios that do not say.
    pub schedules: Option<u64>,
    /// Ends a run that makes no progress for so long.
    pub deadline: Option<Micros>,
    /// The folder below which logs go; no logs where there is none.
    pub logs: Option<PathBuf>,
    /// How long processes pause at most in drawn schedules; they do not by default. In the simulator only.
    pub pauses: Option<Micros>,
    /// Forces a signature scheme on every schedule.
    pub scheme: Option<Scheme>,
    /// Parameters that take the place of the file's, as the command line gave them.
    pub overrides: Vec<(String, String)>,
    /// Further flags that a repetition of a run needs.
    pub replay_flags: Vec<String>,
    /// Whether a run that passed has its story told as well.
    pub story: bool,
    /// Whether to find out what each failure did, by running without it. In the simulator only: real
    /// runs differ for other reasons as well.
    pub explain: bool,
    /// Which scenarios get a page.
    pub pages: Pages,
}

/// Which scenarios get a page of their document's run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// None.
    #[default]
    None,
    /// Those that do not pass: beside their logs.
    Failing,
    /// All: given back, for the caller to keep.
    All,
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
    /// What happened in that run: where it did not pass, or where somebody asked for it.
    pub story: String,
    /// Which dictionaries differ from what is expected or from each other, in the same cases.
    pub difference: String,
    /// What each client saw, in the same cases.
    pub clients: String,
    /// Three lines of its logs, where it did not pass.
    pub log_lines: String,
    /// What each clause earned over all runs; empty where nothing is expected.
    pub points: Vec<Points>,
    /// The page of that run, where somebody asked for all pages.
    pub page: Option<String>,
    /// Where the page of that run is, once it has been written.
    pub report: Option<PathBuf>,
}

impl Examination {
    /// `tells` asks for the story also where the run passed.
    pub(super) fn new(case: &Case, judged: &Judged, logs: Option<PathBuf>, tells: bool) -> Self {
        let Judged {
            outcome,
            trace,
            waiting,
        } = judged;
        let mut examination = Self {
            outcome: outcome.clone(),
            logs,
            waiting: waiting.clone(),
            story: String::new(),
            difference: String::new(),
            clients: String::new(),
            log_lines: String::new(),
            points: Vec::new(),
            page: None,
            report: None,
        };
        if let Some(expectation) = &case.expectation {
            examination.points = clauses::points(expectation, &outcome.clauses);
        }
        if tells || outcome.verdict != Verdict::Pass {
            examination.story = story::story(outcome, trace);
            examination.difference = story::difference(outcome, case.expectation.as_ref());
            examination.clients = story::clients(outcome);
        }
        if outcome.verdict != Verdict::Pass {
            examination.log_lines = story::log_lines(outcome, trace);
        }
        examination
    }
}

/// Runs a case under its schedules and judges every run.
///
/// # Errors
/// Logs that cannot be written; a real run that came to no end of its own.
pub fn examine(
    case: &Case,
    machines: &dyn Machines,
    options: &Options,
) -> Result<Examination, ExamineError> {
    let mut document: Option<Judged> = None;
    let mut others = 0;
    let (mut schedules, mut clauses) = (Vec::new(), Vec::new());
    for seed in seeds(case, options) {
        let judged = match Processes::of(options.runtime) {
            None => simulate(case, machines, options, seed),
            Some(processes) => run(case, machines, options, processes)?,
        };
        let verdict = judged.outcome.verdict;
        schedules.push(ScheduleVerdict { seed, verdict });
        clauses::merge(&mut clauses, &judged.outcome.clauses);
        let has_passed = |judged: &Judged| judged.outcome.verdict == Verdict::Pass;
        match &document {
            None => document = Some(judged),
            Some(_) if verdict == Verdict::Pass => {}
            Some(first) if has_passed(first) => document = Some(judged),
            // Written at once and forgotten: a broken protocol may make many such runs, all long.
            Some(first) => {
                if let Some(folder) = folder(case, options) {
                    if others == 0 {
                        log::write_folder(&folder, &first.trace)?;
                    }
                    write_run(&folder.join(format!("seed-{seed}")), &judged)?;
                }
                others += 1;
            }
        }
    }
    let Some(mut document) = document else {
        unreachable!("every case has at least one schedule");
    };
    document.outcome.schedules = schedules;
    if options.explain && options.runtime == Runtime::Simulated {
        let quiet = Options {
            logs: None,
            ..options.clone()
        };
        let seed = document.outcome.seed;
        let run = |case: &Case| simulate(case, machines, &quiet, seed).outcome;
        document.outcome.ablation = Some(ablate(case, &document.outcome, run));
    }
    let logs = folder(case, options);
    if let Some(folder) = &logs {
        if others == 0 {
            log::write_folder(folder, &document.trace)?;
        }
        write_outcome(folder, &document.outcome)?;
    }
    let mut examination = Examination::new(case, &document, logs, options.story);
    if let Some(expectation) = &case.expectation {
        examination.points = clauses::points(expectation, &clauses);
    }
    write_page(case, options, &document, &mut examination)?;
    Ok(examination)
}

/// Makes the page of the document's run, if it is to have one.
fn write_page(
    case: &Case,
    options: &Options,
    document: &Judged,
    examination: &mut Examination,
) -> io::Result<()> {
    let has_failed = document.outcome.verdict != Verdict::Pass;
    let page = || pictures::page(case, &document.outcome, &document.trace, &document.waiting);
    match (options.pages, &examination.logs) {
        (Pages::All, _) => examination.page = Some(page()),
        (Pages::Failing, Some(logs)) if has_failed => {
            let path = logs.join(log::REPORT_FILE);
            fs::write(&path, page())?;
            examination.report = Some(path);
        }
        (Pages::Failing | Pages::None, _) => {}
    }
    Ok(())
}

/// Simulates a case under its schedules and gives back every run's outcome, the canonical one first.
#[must_use]
pub fn outcomes(case: &Case, machines: &dyn Machines, options: &Options) -> Vec<Outcome> {
    let seeds = seeds(case, options).into_iter();
    seeds
        .map(|seed| simulate(case, machines, options, seed).outcome)
        .collect()
}

fn seeds(case: &Case, options: &Options) -> Vec<u64> {
    if options.runtime != Runtime::Simulated {
        return vec![0];
    }
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

/// Simulates one schedule and judges it.
fn simulate(case: &Case, machines: &dyn Machines, options: &Options, seed: u64) -> Judged {
    let mut run_options = simulated::Options::seed(seed);
    run_options.scheme = options.scheme.unwrap_or(run_options.scheme);
    run_options.deadline = options.deadline;
    run_options.pauses = options.pauses;
    run_options.clock = options.logs.is_some();
    let began = Instant::now();
    let trace = simulated::run(&case.scenario, machines, run_options);
    let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
    let run = EndedRun {
        trace,
        runtime: Runtime::Simulated,
        seed,
        scheme: run_options.scheme,
        has_pauses: options.pauses.is_some(),
        replay: replay::command(case, options, seed),
        wall_ms,
    };
    judge(case, run)
}

/// Runs a case for real and judges it.
fn run(
    case: &Case,
    machines: &dyn Machines,
    options: &Options,
    processes: Processes,
) -> Result<Judged, RunError> {
    let run_options = net::Options {
        processes,
        deadline: options.deadline,
    };
    let began = Instant::now();
    let trace = net::run(&case.scenario, machines, run_options)?;
    let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
    let seed = 0;
    let run = EndedRun {
        trace,
        runtime: options.runtime,
        seed,
        scheme: Scheme::Ed25519,
        has_pauses: false,
        replay: replay::command(case, options, seed),
        wall_ms,
    };
    Ok(judge(case, run))
}

/// Why a scenario could not be examined.
#[derive(Debug)]
pub enum ExamineError {
    /// Its logs cannot be written.
    Logs(io::Error),
    /// A real run came to no end of its own.
    Run(RunError),
}

impl fmt::Display for ExamineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logs(error) => write!(f, "its logs cannot be written: {error}"),
            Self::Run(error) => write!(f, "the run came to no end of its own: {error}"),
        }
    }
}

impl std::error::Error for ExamineError {}

impl From<io::Error> for ExamineError {
    fn from(error: io::Error) -> Self {
        Self::Logs(error)
    }
}

impl From<RunError> for ExamineError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

/// The folder of the document's run; those of the others that did not pass are below it.
fn folder(case: &Case, options: &Options) -> Option<PathBuf> {
    let root = options.logs.as_ref()?;
    let runtime = options.runtime.as_str();
    Some(log::folder(root, runtime, &case.file.name))
}

fn write_run(folder: &Path, judged: &Judged) -> io::Result<()> {
    log::write_folder(folder, &judged.trace)?;
    write_outcome(folder, &judged.outcome)
}

fn write_outcome(folder: &Path, outcome: &Outcome) -> io::Result<()> {
    let document = serde_json::to_string(outcome)?;
    fs::write(folder.join(log::OUTCOME_FILE), document + "\n")
}
