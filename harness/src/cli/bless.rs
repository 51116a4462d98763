//! `bcr bless`: accepts what scenarios now come to, clause by clause.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;

use crate::author::bless::{new_file, revised, write_atomically};
use crate::author::record;
use crate::cli::Status;
use crate::cli::new::refusal;
use crate::cli::output::{colour, out, outln};
use crate::machines::ChainReplication;
use crate::outcome::{ClauseStatus, Outcome};
use crate::settings::Values;
use crate::suite::case::{Case, ReadOptions};
use crate::suite::examine::{Options, SCHEDULES, Seeds, outcomes};
use crate::suite::names::{self, ScenarioFile};
use crate::suite::{Suites, forced_scheme, text};
use crate::trace::Micros;

/// Arguments of `bcr bless`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only scenarios whose name contains this.
    filter: Option<String>,
    /// Write without asking.
    #[arg(long)]
    yes: bool,
    /// The folder of scenarios.
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    folder: PathBuf,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let mut files = names::discover(std::slice::from_ref(&arguments.folder), None)?;
    if let Some(filter) = &arguments.filter {
        files.retain(|file| file.name.contains(filter));
    }
    let mut status = Status::Passed;
    let mut changed = 0;
    let mut suites = Suites::default();
    for file in &files {
        match bless(file, suites.values(file)?, arguments.yes)? {
            Blessing::Unchanged => {}
            Blessing::Written => changed += 1,
            Blessing::Refused => status = status.max(Status::Failed),
            Blessing::Invalid => status = status.max(Status::Invalid),
        }
    }
    outln!(
        "{} scenarios, {changed} expected files written",
        files.len()
    )?;
    Ok(status)
}

enum Blessing {
    Unchanged,
    Written,
    Refused,
    Invalid,
}

fn bless(
    file: &ScenarioFile,
    settings: Values,
    is_confirmed: bool,
) -> Result<Blessing, Box<dyn Error>> {
    let case = match Case::read(file, &ReadOptions::default()) {
        Ok(case) => case,
        Err(invalid) => {
            out!("{}", text::invalid(&invalid, colour()))?;
            return Ok(Blessing::Invalid);
        }
    };
    let options = Options {
        seeds: if case.has_expected_file {
            Seeds::Expected
        } else {
            Seeds::UpTo(SCHEDULES)
        },
        schedules: settings.schedules,
        deadline: settings.deadline_ms.map(Micros::from_ms),
        scheme: forced_scheme()?,
        ..Options::default()
    };
    let runs = outcomes(&case, &ChainReplication, &options);
    if let Some(why) = refusal(&runs) {
        outln!("{}: nothing recorded: {why}", file.name)?;
        return Ok(Blessing::Refused);
    }
    let (always, canonical) = record(&runs);
    let present = if case.has_expected_file {
        fs::read_to_string(&file.expected)?
    } else {
        String::new()
    };
    let proposed = if case.has_expected_file {
        revised(&present, &broken_clauses(&runs), &always, &canonical)
    } else {
        new_file(&always, &canonical)
    };
    if proposed == present {
        let broken = broken_clauses(&runs);
        if broken.is_empty() {
            return Ok(Blessing::Unchanged);
        }
        let broken: Vec<_> = broken.into_iter().collect();
        outln!(
            "{}: mend by hand what cannot be recorded: {}",
            file.name,
            broken.join(", ")
        )?;
        return Ok(Blessing::Refused);
    }
    outln!("{}", file.expected.display())?;
    out!("{}", difference(&present, &proposed))?;
    if !is_confirmed && !confirm()? {
        return Ok(Blessing::Refused);
    }
    write_atomically(&file.expected, &proposed)?;
    Ok(Blessing::Written)
}

fn broken_clauses(runs: &[Outcome]) -> BTreeSet<String> {
    runs.iter()
        .flat_map(|run| &run.clauses)
        .filter(|clause| clause.status == ClauseStatus::Broken)
        .map(|clause| clause.clause.clone())
        .collect()
}

/// The lines that go and the lines that come.
fn difference(present: &str, proposed: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (present.lines().collect(), proposed.lines().collect());
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("- {line}\n"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("+ {line}\n"));
    gone.chain(come).collect()
}

fn confirm() -> io::Result<bool> {
    out!("write it? [y/N] ")?;
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "yes"))
}
