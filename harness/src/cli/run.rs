//! `bcr run`: runs scenarios and judges them.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use crate::cli::{Format, Status};
use crate::diagnostic::{Colour, Severity};
use crate::machines::ChainReplication;
use crate::outcome::{Outcome, Verdict};
use crate::runtime::Runtime;
use crate::settings::Values;
use crate::suite::case::{Case, InvalidCase, ReadOptions, Remarks};
use crate::suite::examine::{Examination, Options, Pages, Seeds, examine};
use crate::suite::names::ScenarioFile;
use crate::suite::{Suites, forced_scheme, logs_root, select, text};
use crate::trace::Micros;

/// Arguments of `bcr run`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Run this schedule alone; 0 is the canonical one.
    #[arg(long, conflicts_with = "schedules")]
    seed: Option<u64>,
    /// Run the schedules 0 to K.
    #[arg(long, value_name = "K")]
    schedules: Option<u64>,
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
    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
    /// Run only scenarios whose name contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Stop after the first scenario that does not pass.
    #[arg(long)]
    fail_fast: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `name=value`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let mut files = select(&arguments.paths, arguments.expected.as_deref())?;
    if let Some(filter) = &arguments.filter {
        files.retain(|file| file.name.contains(filter));
        if files.is_empty() {
            return Err(format!("no scenario's name contains `{filter}`").into());
        }
    }
    let mut suites = Suites::default();
    let mut tally = Tally::default();
    for file in &files {
        let Some(verdict) = run(arguments, file, suites.values(file)?)? else {
            continue;
        };
        tally.add(verdict);
        if arguments.fail_fast && verdict != Verdict::Pass {
            break;
        }
    }
    if arguments.format != Format::Json {
        println!("{tally}");
    }
    Ok(tally.status())
}

/// Runs one scenario and prints what came of it; nothing where it is not for this runtime.
fn run(
    arguments: &Arguments,
    file: &ScenarioFile,
    settings: Values,
) -> Result<Option<Verdict>, Box<dyn Error>> {
    let read_options = ReadOptions {
        overrides: arguments.overrides.clone(),
        deny_warnings: arguments.deny_warnings || settings.deny_warnings.unwrap_or(false),
        allow: settings.allow.unwrap_or_default(),
    };
    let case = match Case::read(file, &read_options) {
        Ok(case) => case,
        Err(invalid) => {
            print_invalid(arguments.format, &invalid)?;
            return Ok(Some(Verdict::Invalid));
        }
    };
    if let Some(reason) = case.exclusion(Runtime::Simulated) {
        if arguments.format != Format::Json {
            println!("ignored  {}: {reason}", file.name);
        }
        return Ok(None);
    }
    let logs = arguments.logs.clone().or(settings.logs);
    let options = Options {
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
        scheme: forced_scheme()?,
        overrides: arguments.overrides.clone(),
        replay_flags: replay_flags(arguments),
        story: false,
        pages: Pages::None,
    };
    let examination = examine(&case, &ChainReplication, &options)?;
    let verdict = examination.outcome.verdict;
    print_examination(arguments.format, &case, &examination)?;
    Ok(Some(verdict))
}

/// What of the call a repetition needs, but for the seed and the parameters.
fn replay_flags(arguments: &Arguments) -> Vec<String> {
    let expected = arguments.expected.iter();
    let expected = expected.flat_map(|path| ["--expected".to_owned(), path.display().to_string()]);
    let deadline = arguments.deadline.iter();
    let deadline = deadline.flat_map(|ms| ["--deadline".to_owned(), ms.to_string()]);
    expected.chain(deadline).collect()
}

/// Prints what came of a scenario, and what there is to say about its files.
pub(super) fn print_examination(
    format: Format,
    case: &Case,
    examination: &Examination,
) -> Result<(), Box<dyn Error>> {
    match format {
        Format::Json => println!("{}", serde_json::to_string(&examination.outcome)?),
        Format::Human => {
            print!(
                "{}",
                text::remarks(&case.remarks, Severity::Warning, Colour::None)
            );
            print_outcome(examination);
        }
        Format::Github => {
            print_annotations(&case.remarks);
            print_outcome(examination);
        }
    }
    Ok(())
}

pub(super) fn print_invalid(format: Format, invalid: &InvalidCase) -> Result<(), Box<dyn Error>> {
    match format {
        Format::Json => println!("{}", serde_json::to_string(&invalid.document())?),
        Format::Human => {
            print!("{}", text::invalid(invalid, Colour::None));
            println!("invalid  {}", invalid.file.name);
        }
        Format::Github => {
            print_annotations(&invalid.remarks);
            println!("invalid  {}", invalid.file.name);
        }
    }
    Ok(())
}

fn print_annotations(remarks: &[Remarks]) {
    for remarks in remarks {
        for diagnostic in &remarks.diagnostics {
            println!("{}", diagnostic.github(&remarks.source));
        }
    }
}

fn print_outcome(examination: &Examination) {
    let Outcome {
        verdict,
        scenario,
        schedules,
        ..
    } = &examination.outcome;
    let runs = schedules.len();
    let plural = if runs == 1 { "" } else { "s" };
    let wall_ms = examination.outcome.wall_ms;
    println!("{verdict:<8} {scenario}  ({runs} schedule{plural}, first {wall_ms:.1} ms)");
    print!("{}", text::explanation(examination));
}

/// How many scenarios came to which verdict.
#[derive(Debug, Default)]
struct Tally(BTreeMap<Verdict, usize>);

impl Tally {
    fn add(&mut self, verdict: Verdict) {
        *self.0.entry(verdict).or_default() += 1;
    }

    fn status(&self) -> Status {
        let worst = self.0.keys().copied().map(Status::from);
        worst.max().unwrap_or(Status::Passed)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: usize = self.0.values().sum();
        let plural = if all == 1 { "" } else { "s" };
        write!(f, "{all} scenario{plural}:")?;
        for (index, (verdict, count)) in self.0.iter().enumerate() {
            let separator = if index == 0 { " " } else { ", " };
            write!(f, "{separator}{count} {verdict}")?;
        }
        Ok(())
    }
}
