//! `bcr bless`: accepts what scenarios now come to, clause by clause.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;

use bcr_language::words::counted;

use crate::author::bless::{self, revised};
use crate::author::difference::difference;
use crate::author::objection::Objection;
use crate::author::record;
use crate::cases::Suites;
use crate::cases::case::Case;
use crate::cases::examine::{KeepNothing, examine, outcomes};
use crate::cases::find::{self, ScenarioFile};
use crate::cases::options::{Options, SCHEDULES, Seeds};
use crate::cases::plan::{draft_options, forced_scheme};
use crate::command::output::{colour, out, outln};
use crate::command::status::Status;
use crate::outcome::{ClauseStatus, Outcome};
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::settings::Values;
use crate::tell::text;
use crate::trace::Micros;

/// Arguments of `bcr bless`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only scenarios whose name contains this.
    filter: Option<String>,
    /// Run in this real runtime as well: what differs from the simulator goes below `canonical`. May be
    /// given again.
    #[arg(long = "runtime", value_name = "RUNTIME")]
    runtimes: Vec<Runtime>,
    /// Write without asking.
    #[arg(long)]
    yes: bool,
    /// The folder of scenarios.
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    folder: PathBuf,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let mut files = find::discover(std::slice::from_ref(&arguments.folder), None)?;
    if let Some(filter) = &arguments.filter {
        files.retain(|file| file.name.contains(filter));
        if files.is_empty() {
            return Err(format!("no scenario's name contains `{filter}`").into());
        }
    }
    let mut status = Status::Passed;
    let mut changed = 0;
    let mut suites = Suites::default();
    for file in &files {
        match bless(file, suites.values(file)?, arguments)? {
            Blessing::Unchanged => {}
            Blessing::Written => changed += 1,
            Blessing::Refused => status = status.max(Status::Failed),
            Blessing::Invalid => status = status.max(Status::Invalid),
        }
    }
    let all = counted(files.len(), "scenario");
    outln!("{all}, {} written", counted(changed, "expected file"))?;
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
    arguments: &Arguments,
) -> Result<Blessing, Box<dyn Error>> {
    let case = match Case::read(file, &draft_options(&settings)) {
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
    let runs = runs(&case, &options, &arguments.runtimes)?;
    if let Some(objection) = Objection::of(&runs) {
        let expected = file.expected.display().to_string();
        outln!("{}: nothing recorded: {}", file.name, objection.reason())?;
        out!("{}", objection.remedy(&expected))?;
        return Ok(Blessing::Refused);
    }
    let (always, canonical) = record(&runs);
    let broken = broken_clauses(&runs);
    let present = if case.has_expected_file {
        fs::read_to_string(&file.expected)?
    } else {
        String::new()
    };
    let names: BTreeSet<String> = broken.keys().cloned().collect();
    let proposed = match revised(&present, &names, &always, &canonical) {
        Ok(proposed) => proposed,
        Err(why) => {
            outln!("{}: mend it by hand: {why}", file.expected.display())?;
            return Ok(Blessing::Refused);
        }
    };
    if proposed == present && broken.is_empty() {
        return Ok(Blessing::Unchanged);
    }
    outln!("{}", file.expected.display())?;
    for (clause, (detail, count)) in &broken {
        let all = counted(runs.len(), "run");
        outln!("{clause}, in {count} of {all}: {detail}")?;
    }
    if proposed == present {
        outln!("  mend by hand what cannot be recorded")?;
        return Ok(Blessing::Refused);
    }
    out!("{}", difference(&present, &proposed, colour()))?;
    if !arguments.yes && !confirm()? {
        return Ok(Blessing::Refused);
    }
    bless::write(&file.expected, &proposed)?;
    Ok(Blessing::Written)
}

/// The outcomes of all schedules, and of the real runtimes in which the scenario runs as well.
fn runs(
    case: &Case,
    options: &Options,
    runtimes: &[Runtime],
) -> Result<Vec<Outcome>, Box<dyn Error>> {
    let mut runs = outcomes(case, &ChainReplication, options);
    for &runtime in runtimes {
        if runtime == Runtime::Simulated || case.exclusion(runtime).is_some() {
            continue;
        }
        let options = Options {
            runtime,
            ..options.clone()
        };
        runs.push(
            examine(case, &ChainReplication, &options, &mut KeepNothing)
                .run
                .outcome,
        );
    }
    Ok(runs)
}

/// The clauses that broke, each with what was found first and in how many runs.
fn broken_clauses(runs: &[Outcome]) -> BTreeMap<String, (String, usize)> {
    let mut broken: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let clauses = runs.iter().flat_map(|run| &run.clauses);
    for clause in clauses.filter(|clause| clause.status == ClauseStatus::Broken) {
        let (_, count) = broken
            .entry(clause.clause.to_string())
            .or_insert_with(|| (clause.detail.clone(), 0));
        *count += 1;
    }
    broken
}

fn confirm() -> io::Result<bool> {
    out!("write it? [y/N] ")?;
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "yes"))
}
