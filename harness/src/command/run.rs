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

use self::progress::Progress;
use self::selection::{Selected, Selection, Shard, select};
use self::tally::Tally;
use crate::cases::case::{Case, InvalidCase, ReadOptions};
use crate::cases::result::{Ending, Examined, ScenarioResult};
use crate::command::output::{colour, errln, out};
use crate::command::show::Show;
use crate::command::{Format, Status};
use crate::pictures;
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::runs::net::Processes;
use crate::settings::Values;
use crate::suite::examine::{Options, Pages, Seeds, examine};
use crate::suite::{forced_scheme, logs_root};
use crate::tell;
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
    #[arg(long, value_name = "K")]
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
    #[arg(long, value_name = "MS")]
    deadline: Option<u64>,
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
    #[arg(long)]
    explain: bool,
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
    // A mistake here is one of the call, not of a scenario.
    forced_scheme()?;
    let began = Instant::now();
    let results = run_all(arguments, &scenarios)?;
    if arguments.format != Format::Json {
        let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
        out!("{}", table::table(&results, wall_ms, colour()))?;
    }
    if let Some(path) = &arguments.junit {
        write(path, &tell::junit(&results))?;
    }
    if let Some(path) = &arguments.summary {
        write(path, &tell::summary(&results))?;
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
    let work = |selected: &Selected| run(arguments, selected);
    workers::in_order(scenarios, jobs, work, |mut result| {
        progress.clear();
        let kept = report.as_ref().map(|report| report.keep(&mut result));
        printed = match kept.transpose() {
            Ok(_) => show.result(&result),
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

/// Runs one scenario. What goes wrong in it is its own result and stops no other.
fn run(arguments: &Arguments, selected: &Selected) -> ScenarioResult {
    let file = &selected.file;
    let began = Instant::now();
    let tried = || try_run(arguments, selected);
    let ending = catch_unwind(AssertUnwindSafe(tried)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
        let message = message.unwrap_or("no message");
        let message = format!("the run panicked, which is a bug: {message}");
        Ending::Invalid(InvalidCase::without_run(file, message))
    });
    ScenarioResult {
        file: file.clone(),
        ending,
        wall_ms: began.elapsed().as_secs_f64() * 1000.0,
    }
}

fn try_run(arguments: &Arguments, selected: &Selected) -> Ending {
    let file = &selected.file;
    let settings = match &selected.settings {
        Ok(settings) => settings.clone(),
        Err(mistake) => return Ending::Invalid(InvalidCase::without_settings(file, mistake)),
    };
    let runtime = arguments.runtime.unwrap_or_default();
    if let (None, Some(reason)) = (arguments.runtime, settings.exclusion(runtime)) {
        return Ending::Ignored(reason);
    }
    let read_options = ReadOptions {
        overrides: arguments.overrides.clone(),
        deny_warnings: arguments.deny_warnings || settings.deny_warnings.unwrap_or(false),
        allow: settings.allow.clone().unwrap_or_default(),
        allowance: settings.allowance(),
    };
    let case = match Case::read(file, &read_options) {
        Ok(case) => case,
        Err(invalid) => return Ending::Invalid(invalid),
    };
    let excluded = case.exclusion(runtime);
    let excluded = excluded.or_else(|| arguments.pauses.and_then(|_| unreal(&case, &settings)));
    if let Some(reason) = excluded {
        return Ending::Ignored(reason);
    }
    match examine(&case, &ChainReplication, &options(arguments, settings)) {
        Ok(examination) => Ending::Examined(Box::new(Examined { case, examination })),
        Err(error) => Ending::Invalid(InvalidCase::without_run(file, error.to_string())),
    }
}

/// Why a scenario runs in no real time, where it does not: then nothing of it has to bear pauses.
fn unreal(case: &Case, settings: &Values) -> Option<String> {
    let real = Runtime::ALL
        .iter()
        .filter(|runtime| Processes::of(**runtime).is_some());
    let exclusion = |runtime: &Runtime| {
        let of_suite = settings.exclusion(*runtime);
        of_suite.or_else(|| case.exclusion(*runtime))
    };
    let reasons: Option<Vec<String>> = real.map(exclusion).collect();
    reasons?.into_iter().next()
}

fn options(arguments: &Arguments, settings: Values) -> Options {
    let logs = arguments.logs.clone().or(settings.logs);
    Options {
        runtime: arguments.runtime.unwrap_or_default(),
        seeds: match (arguments.seed, arguments.schedules) {
            (Some(seed), _) => Seeds::Only(seed),
            (None, Some(last)) => Seeds::UpTo(last),
            (None, None) => Seeds::Expected,
        },
        schedules: settings.schedules,
        deadline: arguments
            .deadline
            .or(settings.deadline_ms)
            .map(Micros::from_ms),
        logs: Some(logs.unwrap_or_else(logs_root)),
        pauses: arguments.pauses.map(Micros::from_ms),
        scheme: forced_scheme().unwrap_or_default(),
        overrides: arguments.overrides.clone(),
        replay_flags: replay_flags(arguments),
        story: arguments.report.is_some(),
        explain: arguments.explain,
        pages: match arguments.report {
            Some(_) => Pages::All,
            None => Pages::None,
        },
    }
}

/// What of the call a repetition needs, but for files, the seed and the parameters.
fn replay_flags(arguments: &Arguments) -> Vec<String> {
    let durations = [
        ("--deadline", arguments.deadline),
        ("--pauses", arguments.pauses),
    ];
    let given = durations
        .into_iter()
        .filter_map(|(flag, ms)| Some([flag.to_owned(), ms?.to_string()]));
    given.flatten().collect()
}
