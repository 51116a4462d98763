//! `bcr new`: from an idea to a scenario with its expected file.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use crate::author::bless::{new_file, write_atomically};
use crate::author::new_scenario::Outline;
use crate::author::record;
use crate::cli::Status;
use crate::cli::output::{colour, out, outln};
use crate::diagnostic::{Severity, SourceFile};
use crate::machines::ChainReplication;
use crate::outcome::{Outcome, Verdict};
use crate::scenario;
use crate::suite::case::{Case, ReadOptions, Remarks};
use crate::suite::examine::{Options, Seeds, examine, outcomes};
use crate::suite::names::{self, ScenarioFile};
use crate::suite::text;

/// Arguments of `bcr new`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The scenario's name: a path below the folder of scenarios, without extension.
    name: String,
    /// How many failures each configuration tolerates.
    #[arg(long, default_value_t = 1)]
    t: u32,
    /// How many clients there are.
    #[arg(long, default_value_t = 1)]
    clients: u32,
    /// What a client asks for; given again for the next client, the last one serves all that are left.
    #[arg(long = "workload", value_name = "OPERATIONS")]
    workloads: Vec<String>,
    /// A failure, as `configuration,replica: trigger, failure`; may be given again.
    #[arg(long = "failure", value_name = "C,R: TRIGGER, FAILURE")]
    failures: Vec<String>,
    /// The folder of scenarios.
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    folder: PathBuf,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let outline = Outline {
        name: arguments.name.clone(),
        t: arguments.t,
        clients: arguments.clients,
        workloads: arguments.workloads.clone(),
        failures: arguments.failures.clone(),
    };
    let path = outline.path(&arguments.folder)?;
    let file = ScenarioFile {
        name: names::scenario_name(&path),
        expected: names::expected_path(&path),
        path,
    };
    for taken in [&file.path, &file.expected] {
        if taken.exists() {
            return Err(format!("{} is there already and stays as it is", taken.display()).into());
        }
    }
    let text = outline.text()?;
    let source = SourceFile::new(file.path.display().to_string(), text.as_str());
    let reading = scenario::read(&source, &[]);
    if reading.scenario.is_none() {
        // What is no scenario leaves nothing behind.
        let remarks = Remarks {
            source: Arc::new(source),
            diagnostics: reading.diagnostics,
        };
        out!("{}", text::remarks(&[remarks], Severity::Warning, colour()))?;
        return Ok(Status::Invalid);
    }
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file.path, text)?;
    let case = match Case::read(&file, &ReadOptions::default()) {
        Ok(case) => case,
        Err(invalid) => {
            out!("{}", text::invalid(&invalid, colour()))?;
            return Ok(Status::Invalid);
        }
    };
    outln!("wrote {}", file.path.display())?;
    out!(
        "{}",
        text::remarks(&case.remarks, Severity::Warning, colour())
    )?;
    let runs = outcomes(&case, &ChainReplication, &Options::thorough());
    let canonical = Options {
        seeds: Seeds::Only(0),
        story: true,
        ..Options::default()
    };
    out!(
        "{}",
        text::story(&examine(&case, &ChainReplication, &canonical)?)
    )?;
    if let Some(why) = refusal(&runs) {
        outln!("wrote no expected file: {why}")?;
        outln!(
            "change the scenario, or say in {} what excuses it",
            file.expected.display()
        )?;
        return Ok(Status::Failed);
    }
    let (always, canonical) = record(&runs);
    let expected = new_file(&always, &canonical);
    write_atomically(&file.expected, &expected)?;
    outln!(
        "wrote {}; judge whether it says what must happen:\n",
        file.expected.display()
    )?;
    outln!("{expected}")?;
    outln!("try it: cargo bcr run {}", file.path.display())?;
    Ok(Status::Passed)
}

/// Why these runs are nothing to expect, if they are not.
pub(super) fn refusal(runs: &[Outcome]) -> Option<String> {
    for run in runs {
        let broken = run
            .invariants
            .iter()
            .find(|invariant| invariant.held == Some(false));
        if let Some(invariant) = broken {
            return Some(format!(
                "seed {} broke invariant {}",
                run.seed, invariant.name
            ));
        }
        match run.verdict {
            Verdict::Vacuous => {
                return Some(format!(
                    "in seed {} a failure did not happen or had no effect",
                    run.seed
                ));
            }
            Verdict::Outside => {
                return Some(
                    "more than t replicas are faulty, so that nothing is promised".to_owned(),
                );
            }
            Verdict::Unknown => return Some(format!("seed {} was not decided", run.seed)),
            Verdict::Pass | Verdict::Fail | Verdict::Invalid => {}
        }
    }
    None
}
