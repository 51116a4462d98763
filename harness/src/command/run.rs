//! `bcr run`: runs scenarios and judges them.

mod kept;
mod outside;
mod progress;
mod selection;
pub(super) mod table;
mod tally;
mod workers;

use std::error::Error;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Instant;

use bcr_protocol::signature::Scheme;

use self::kept::Kept;
use self::progress::Progress;
use self::selection::{Selected, Selection, Shard, select};
use self::tally::Tally;
use self::workers::News;
use crate::cases::examine::examine;
use crate::cases::options::{Options, Seeds};
use crate::cases::plan::{Plan, PlannedRun, Request, forced_scheme};
use crate::command::output::{Format, colour, errln, out};
use crate::command::show::Show;
use crate::command::status::Status;
use crate::limits::{DURATION_MS_MAX, SCHEDULES_MAX, TRACE_MIB_MAX};
use crate::pictures;
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::runs::process::panicked;
use crate::tell::log;
use crate::tell::result::{Account, Ending, Examined, Extent, ScenarioResult, Stories};
use crate::trace::Micros;

/// Arguments of `bcr run`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// In which runtime: simulated (by default), tcp or process.
    #[arg(long, value_name = "RUNTIME", conflicts_with_all = ["seed", "schedules"])]
    runtime: Option<Runtime>,
    /// Run this schedule alone; 0 is the canonical one.
    #[arg(long, conflicts_with = "schedules")]
    seed: Option<u64>,
    /// Run the schedules 0 to K.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(0..=SCHEDULES_MAX))]
    schedules: Option<u64>,
    /// Let processes pause for up to so many milliseconds in all schedules but the canonical one, as they
    /// do on a busy machine: what breaks depends on who is quicker, and would break in real time.
    #[arg(long, value_name = "MS", conflicts_with = "runtime", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pauses: Option<u64>,
    /// Let a parameter have another value than in the file.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    overrides: Vec<(String, String)>,
    /// Where expected files are: a folder, or the file of the one scenario.
    #[arg(long, value_name = "FILE|DIR")]
    expected: Option<PathBuf>,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where logs go, instead of target/scenario-logs.
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// End a run that has made no progress for so long, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=DURATION_MS_MAX))]
    deadline: Option<u64>,
    /// End a run that takes longer than this, in milliseconds; 900000, which is 15 minutes, by default.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=DURATION_MS_MAX))]
    time_limit: Option<u64>,
    /// End a run that records more than this, in MiB; 1024 by default.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=TRACE_MIB_MAX))]
    trace_limit: Option<u64>,
    /// Write a folder of pages: an index, and for each scenario its run as a page and in plain text.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
    /// Run only scenarios whose name contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Run one of N parts of the scenarios, each in one part alone: K from 1 to N.
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// Stop after the first scenario that does not pass.
    #[arg(long)]
    fail_fast: bool,
    /// Run so many scenarios at a time; as many as there are cores by default.
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Say what each failure did: run again without each in turn.
    #[arg(long, alias = "explain")]
    causes: bool,
    /// Write the results as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Say on standard error what the runs do: -v the most important, -vv more, -vvv everything.
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Write a summary in Markdown.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `name=value`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let Selection {
        scenarios,
        mistakes,
    } = select(
        &arguments.paths,
        arguments.expected.as_deref(),
        arguments.filter.as_deref(),
        arguments.shard,
    )?;
    for mistake in &mistakes {
        errln!("error: {mistake}");
    }
    if let Some(shard) = arguments.shard.filter(|_| scenarios.is_empty()) {
        errln!("part {shard} has no scenario in it: there are fewer scenarios than parts");
    }
    let (junit, summary) = (arguments.junit.as_deref(), arguments.summary.as_deref());
    let report = arguments.report.as_deref();
    outside::check(&arguments.paths, &scenarios, report, &[junit, summary])?;
    // A mistake here is one of the call, not of a scenario.
    let request = request(arguments, forced_scheme()?);
    let report = report.map(pictures::Folder::create);
    let report = report.transpose().map_err(unwritable)?;
    let mut kept = Kept::new(junit, summary, report.as_ref());
    let began = Instant::now();
    let ran = run_all(arguments, &request, &scenarios, report.as_ref(), &mut kept);
    if arguments.format != Format::Json && ran.printed.is_ok() {
        let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
        out!("{}", table::table(&ran.results, wall_ms, colour()))?;
    }
    ran.printed?;
    let of_call = if mistakes.is_empty() && kept.is_whole() {
        Status::Passed
    } else {
        Status::Invalid
    };
    Ok(Tally::of(&ran.results).status().max(of_call))
}

/// What came of all scenarios of a call.
struct Ran {
    results: Vec<ScenarioResult>,
    /// Whether everything could be told; nothing runs after something could not.
    printed: Result<(), Box<dyn Error>>,
}

/// Runs the scenarios on as many threads as there are jobs, prints their results in order and keeps them.
fn run_all(
    arguments: &Arguments,
    request: &Request,
    scenarios: &[Selected],
    report: Option<&pictures::Folder>,
    kept: &mut Kept<'_>,
) -> Ran {
    let jobs = arguments.jobs.unwrap_or_else(workers::default_jobs);
    let mut show = Show::new(arguments.format);
    let mut results: Vec<ScenarioResult> = Vec::new();
    let mut printed = Ok(());
    let mut progress = Progress::new(scenarios.len());
    kept.update(&[], scenarios.len());
    progress.show();
    let work = |selected: &Selected| run(request, selected, report);
    workers::in_order(scenarios, jobs, work, |news| {
        let Done { result, unwritten } = match news {
            News::Next(done) => done,
            News::Early(early) => {
                let early = early.values().map(|done| &done.result);
                let so_far: Vec<&ScenarioResult> = results.iter().chain(early).collect();
                kept.update(&so_far, scenarios.len());
                return ControlFlow::Continue(());
            }
        };
        progress.clear();
        printed = show.result(&result);
        for (what, error) in unwritten {
            let name = &result.file.name;
            kept.tell(&format!("{what} of `{name}`"), Err(error));
        }
        progress.count(result.verdict());
        let is_last = printed.is_err() || arguments.fail_fast && !result.is_fine();
        results.push(result);
        if is_last {
            return ControlFlow::Break(());
        }
        progress.show();
        ControlFlow::Continue(())
    });
    progress.clear();
    let extent = match &printed {
        Ok(()) => Extent::Whole,
        Err(_) => Extent::Begun {
            of: scenarios.len(),
        },
    };
    kept.write(&results.iter().collect::<Vec<_>>(), extent);
    Ran { results, printed }
}

fn unwritable(error: io::Error) -> Box<dyn Error> {
    format!("the report cannot be written: {error}").into()
}

/// A scenario that is done.
struct Done {
    result: ScenarioResult,
    /// What of it could not be written, and why.
    unwritten: Vec<(&'static str, io::Error)>,
}

/// Runs one scenario. What goes wrong in it is its own result and stops no other.
fn run(request: &Request, selected: &Selected, report: Option<&pictures::Folder>) -> Done {
    let file = &selected.file;
    let began = Instant::now();
    let tried = || {
        let mut unwritten = Vec::new();
        let ending = try_run(request, selected, report, &mut unwritten);
        (ending, unwritten)
    };
    let (ending, mut unwritten) = catch_unwind(AssertUnwindSafe(tried)).unwrap_or_else(|panic| {
        let reason = format!("the run {}", panicked(panic.as_ref()));
        (Ending::Error(reason), Vec::new())
    });
    let result = ScenarioResult {
        file: file.clone(),
        ending,
        wall_ms: began.elapsed().as_secs_f64() * 1000.0,
    };
    let text = report.map(|report| report.keep_text(&result));
    unwritten.extend(text.and_then(Result::err).map(|error| ("the text", error)));
    Done { result, unwritten }
}

fn try_run(
    request: &Request,
    selected: &Selected,
    report: Option<&pictures::Folder>,
    unwritten: &mut Vec<(&'static str, io::Error)>,
) -> Ending {
    let file = &selected.file;
    let planned = match request.plan(file, selected.settings.clone()) {
        Plan::Run(planned) => planned,
        Plan::Ignore(reason) => return Ending::Ignored(reason),
        Plan::Refuse(invalid) => return Ending::Invalid(invalid),
    };
    let PlannedRun {
        case,
        options,
        logs,
    } = *planned;
    let mut folder = log::Folder::of(&case, &logs, options.runtime);
    let path = folder.path().to_owned();
    let examination = examine(&case, &ChainReplication, &options, &mut folder);
    let logs = match folder.publish() {
        Ok(()) => Some(path),
        Err(error) => {
            unwritten.push(("the logs", error));
            None
        }
    };
    let stories = match report {
        Some(_) => Stories::All,
        None => Stories::Failing,
    };
    let mut account = Account::new(&case, &examination, logs, stories);
    match report.map(|report| report.keep_page(&case, &examination.run)) {
        Some(Ok(page)) => account.report = Some(page),
        Some(Err(error)) => unwritten.push(("the page", error)),
        None => {}
    }
    Ending::Examined(Box::new(Examined { case, account }))
}

/// What the call asks of every scenario.
fn request(arguments: &Arguments, scheme: Option<Scheme>) -> Request {
    let options = Options {
        runtime: arguments.runtime.unwrap_or_default(),
        seeds: match (arguments.seed, arguments.schedules) {
            (Some(seed), _) => Seeds::Only(seed),
            (None, Some(last)) => Seeds::UpTo(last),
            (None, None) => Seeds::Expected,
        },
        deadline: arguments.deadline.map(Micros::from_ms),
        pauses: arguments.pauses.map(Micros::from_ms),
        scheme,
        overrides: arguments.overrides.clone(),
        asks_for_causes: arguments.causes,
        ..Options::default()
    };
    Request {
        options,
        is_insistent: arguments.runtime.is_some(),
        time_limit_ms: arguments.time_limit,
        trace_limit_mib: arguments.trace_limit,
        denies_warnings: arguments.deny_warnings,
        logs: arguments.logs.clone(),
    }
}
