//! `bcr run`: runs scenarios and judges them.

mod progress;
mod selection;
mod table;
mod tally;
mod workers;

use std::error::Error;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use bcr_protocol::signature::Scheme;

use self::progress::Progress;
use self::selection::{Selected, Selection, Shard, select};
use self::tally::Tally;
use crate::cases::case::InvalidCase;
use crate::cases::examine::examine;
use crate::cases::options::Seeds;
use crate::cases::plan::{Plan, PlannedRun, Request, forced_scheme};
use crate::command::output::{Format, colour, errln, out};
use crate::command::show::Show;
use crate::command::status::Status;
use crate::limits::{DURATION_MS_MAX, SCHEDULES_MAX, TRACE_MIB_MAX};
use crate::pictures;
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::tell::result::{Account, Ending, Examined, ScenarioResult, Stories};
use crate::tell::{ci, log, visible};
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
        errln!("error: {}", visible::line(&mistake.to_string()));
    }
    if let Some(shard) = arguments.shard.filter(|_| scenarios.is_empty()) {
        errln!("part {shard} has no scenario in it: there are fewer scenarios than parts");
    }
    // A mistake here is one of the call, not of a scenario.
    let request = request(arguments, forced_scheme()?);
    let began = Instant::now();
    let results = run_all(arguments, &request, &scenarios)?;
    if arguments.format != Format::Json {
        let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
        out!("{}", table::table(&results, wall_ms, colour()))?;
    }
    if let Some(path) = &arguments.junit {
        write(path, &ci::junit(&results))?;
    }
    if let Some(path) = &arguments.summary {
        write(path, &ci::markdown(&results))?;
    }
    let of_call = if mistakes.is_empty() {
        Status::Passed
    } else {
        Status::Invalid
    };
    Ok(Tally::of(&results).status().max(of_call))
}

/// Writes a report into a folder that need not be there yet.
fn write(path: &Path, content: &str) -> Result<(), String> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(path, content));
    written.map_err(|error| format!("`{}` cannot be written: {error}", path.display()))
}

/// Runs the scenarios on as many threads as there are jobs and prints their results in order.
fn run_all(
    arguments: &Arguments,
    request: &Request,
    scenarios: &[Selected],
) -> Result<Vec<ScenarioResult>, Box<dyn Error>> {
    let jobs = arguments.jobs.unwrap_or_else(workers::default_jobs);
    let mut show = Show::new(arguments.format);
    let report = arguments.report.as_deref().map(pictures::Folder::create);
    let report = report.transpose().map_err(unwritable)?;
    let mut results = Vec::new();
    let mut printed = Ok(());
    let mut progress = Progress::new(scenarios.len());
    progress.show();
    let work = |selected: &Selected| run(request, selected, report.as_ref());
    workers::in_order(scenarios, jobs, work, |(result, kept)| {
        progress.clear();
        let text = report.as_ref().map(|report| report.keep_text(&result));
        printed = match kept.and(text.unwrap_or(Ok(()))) {
            Ok(()) => show.result(&result),
            Err(error) => Err(unwritable(error)),
        };
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
    printed?;
    if let Some(report) = &report {
        report.finish(&results).map_err(unwritable)?;
    }
    Ok(results)
}

fn unwritable(error: io::Error) -> Box<dyn Error> {
    format!("the report cannot be written: {error}").into()
}

/// A scenario's result, and whether its page could be written.
type Done = (ScenarioResult, io::Result<()>);

/// Runs one scenario. What goes wrong in it is its own result and stops no other.
fn run(request: &Request, selected: &Selected, report: Option<&pictures::Folder>) -> Done {
    let file = &selected.file;
    let began = Instant::now();
    let tried = || try_run(request, selected, report);
    let (ending, kept) = catch_unwind(AssertUnwindSafe(tried)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
        let message = message.unwrap_or("no message");
        let message = format!("the run panicked, which is a bug: {message}");
        let invalid = InvalidCase::without_run(file, message);
        (Ending::Invalid(invalid), Ok(()))
    });
    let result = ScenarioResult {
        file: file.clone(),
        ending,
        wall_ms: began.elapsed().as_secs_f64() * 1000.0,
    };
    (result, kept)
}

fn try_run(
    request: &Request,
    selected: &Selected,
    report: Option<&pictures::Folder>,
) -> (Ending, io::Result<()>) {
    let file = &selected.file;
    let planned = match request.plan(file, selected.settings.clone()) {
        Plan::Run(planned) => planned,
        Plan::Ignore(reason) => return (Ending::Ignored(reason), Ok(())),
        Plan::Refuse(invalid) => return (Ending::Invalid(invalid), Ok(())),
    };
    let PlannedRun {
        case,
        options,
        logs,
    } = *planned;
    let mut folder = log::Folder::of(&case, &logs, options.runtime);
    let examination = match examine(&case, &ChainReplication, &options, &mut folder) {
        Ok(examination) => examination,
        Err(error) => {
            let invalid = InvalidCase::without_run(file, error.to_string());
            return (Ending::Invalid(invalid), Ok(()));
        }
    };
    let stories = match report {
        Some(_) => Stories::All,
        None => Stories::Failing,
    };
    let logs = Some(folder.path().to_owned());
    let mut account = Account::new(&case, &examination, logs, stories);
    let page = report.map(|report| report.keep_page(&case, &examination.run));
    let kept = page.transpose().map(|page| account.report = page);
    (Ending::Examined(Box::new(Examined { case, account })), kept)
}

/// What the call asks of every scenario.
fn request(arguments: &Arguments, scheme: Option<Scheme>) -> Request {
    Request {
        runtime: arguments.runtime.unwrap_or_default(),
        is_insistent: arguments.runtime.is_some(),
        seeds: match (arguments.seed, arguments.schedules) {
            (Some(seed), _) => Seeds::Only(seed),
            (None, Some(last)) => Seeds::UpTo(last),
            (None, None) => Seeds::Expected,
        },
        deadline: arguments.deadline.map(Micros::from_ms),
        time_limit_ms: arguments.time_limit,
        trace_limit_mib: arguments.trace_limit,
        pauses: arguments.pauses.map(Micros::from_ms),
        scheme,
        overrides: arguments.overrides.clone(),
        denies_warnings: arguments.deny_warnings,
        logs: arguments.logs.clone(),
        asks_for_causes: arguments.causes,
    }
}
