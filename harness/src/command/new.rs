//! `bcr new`: from an idea to a scenario with its expected file.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::author::bless::{self, new_file};
use crate::author::new_scenario::{self, Outline};
use crate::author::objection::Objection;
use crate::author::template::{TEMPLATES, Template, renamed};
use crate::author::{main_events, random, record};
use crate::cases::Suites;
use crate::cases::case::{Case, ReadOptions, Remarks};
use crate::cases::examine::{KeepNothing, examine, outcomes};
use crate::cases::find::{self, ScenarioFile};
use crate::cases::options::{Options, Seeds};
use crate::cases::plan::draft_options;
use crate::command::output::{colour, out, outln};
use crate::command::status::Status;
use crate::diagnostic::{Severity, SourceFile};
use crate::expectation;
use crate::limits::{CLIENTS_MAX, FAILURES_TOLERATED_MAX, FILE_BYTES_MAX, read_file};
use crate::outcome::ClauseStatus;
use crate::runs::machines::ChainReplication;
use crate::scenario;
use crate::tell::result::{Account, Stories};
use crate::tell::text;

/// Arguments of `bcr new`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The scenario's name: a path below the folder of scenarios, without extension.
    #[arg(required_unless_present = "list_templates")]
    name: Option<String>,
    /// Begin with a template, or with the text of another scenario file.
    #[arg(long, value_name = "TEMPLATE|FILE", conflicts_with_all = ["random", "t", "clients", "workloads", "failures"])]
    from: Option<String>,
    /// List the templates and what they are about.
    #[arg(long)]
    list_templates: bool,
    /// Draw a scenario at random; the same seed draws the same one.
    #[arg(long, value_name = "SEED", conflicts_with_all = ["t", "clients", "workloads", "failures"])]
    random: Option<u64>,
    /// How many failures each configuration tolerates.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=FAILURES_TOLERATED_MAX as i64))]
    t: u32,
    /// How many clients there are.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=CLIENTS_MAX as i64))]
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

/// What is to be written.
struct Draft {
    scenario: String,
    /// What the expected file begins with; what the runs come to follows.
    expected: String,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let Some(name) = arguments
        .name
        .as_deref()
        .filter(|_| !arguments.list_templates)
    else {
        return list_templates();
    };
    let path = new_scenario::path(name, &arguments.folder)?;
    let file = ScenarioFile {
        name: find::scenario_name(&path),
        expected: find::expected_path(&path),
        path,
    };
    for taken in [&file.path, &file.expected] {
        if taken.exists() {
            return Err(format!("{} is there already and stays as it is", taken.display()).into());
        }
    }
    let options = draft_options(&Suites::default().values(&file)?);
    let draft = draft(arguments, name, &file)?;
    if let Some(remarks) = mistakes(&file, &draft) {
        // What is no scenario leaves nothing behind.
        out!("{}", text::remarks(&[remarks], Severity::Warning, colour()))?;
        return Ok(Status::Invalid);
    }
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file.path, &draft.scenario)?;
    if !draft.expected.is_empty() {
        bless::write(&file.expected, &draft.expected)?;
    }
    outln!("wrote {}", file.path.display())?;
    write_expected(&file, &draft.expected, &options)
}

fn list_templates() -> Result<Status, Box<dyn Error>> {
    let width = TEMPLATES.iter().map(|template| template.name.len()).max();
    let width = width.unwrap_or_default();
    for template in TEMPLATES {
        outln!("{:width$}  {}", template.name, template.description())?;
    }
    Ok(Status::Passed)
}

fn draft(arguments: &Arguments, name: &str, file: &ScenarioFile) -> Result<Draft, Box<dyn Error>> {
    let stem = new_scenario::stem(name);
    if let Some(from) = &arguments.from {
        if let Some(template) = Template::called(from) {
            return Ok(Draft {
                scenario: renamed(template.scenario, stem),
                expected: template.expected.to_owned(),
            });
        }
        if !Path::new(from).is_file() {
            let why = "is neither a template (`--list-templates` shows them) nor a file";
            return Err(format!("`{from}` {why}").into());
        }
        let text = read_file(Path::new(from), FILE_BYTES_MAX);
        let text = text.map_err(|error| format!("`{from}` cannot be read: {error}"))?;
        return Ok(Draft {
            scenario: renamed(SourceFile::from_bytes(from.as_str(), &text).text(), stem),
            expected: String::new(),
        });
    }
    let outline = match arguments.random {
        Some(seed) => random::find(file, seed)
            .ok_or_else(|| format!("seed {seed} draws nothing that is worth a scenario"))?,
        None => Outline {
            name: name.to_owned(),
            description: String::new(),
            t: arguments.t,
            clients: arguments.clients,
            checkpoint_interval: 10,
            workloads: arguments.workloads.clone(),
            failures: arguments.failures.clone(),
        },
    };
    Ok(Draft {
        scenario: outline.text()?,
        expected: String::new(),
    })
}

/// What is wrong with a scenario file that is not there yet.
fn mistakes(file: &ScenarioFile, draft: &Draft) -> Option<Remarks> {
    let source = SourceFile::new(file.path.display().to_string(), draft.scenario.as_str());
    let reading = scenario::read(&source, &[]);
    reading.scenario.is_none().then(|| Remarks {
        source: Arc::new(source),
        diagnostics: reading.diagnostics,
    })
}

/// Runs the new scenario, tells what happened, and writes it down behind `beginning`.
fn write_expected(
    file: &ScenarioFile,
    beginning: &str,
    options: &ReadOptions,
) -> Result<Status, Box<dyn Error>> {
    let case = match Case::read(file, options) {
        Ok(case) => case,
        Err(invalid) => {
            out!("{}", text::invalid(&invalid, colour()))?;
            return Ok(Status::Invalid);
        }
    };
    out!(
        "{}",
        text::remarks(&case.remarks, Severity::Warning, colour())
    )?;
    let runs = outcomes(&case, &ChainReplication, &Options::thorough());
    let canonical = Options {
        seeds: Seeds::Only(0),
        ..Options::default()
    };
    let told = examine(&case, &ChainReplication, &canonical, &mut KeepNothing);
    let account = Account::new(&case, &told, None, Stories::All);
    out!("{}", text::story(&account))?;
    let shown = file.expected.display().to_string();
    if let Some(objection) = Objection::of(&runs) {
        outln!("wrote no expected file: {}", objection.reason())?;
        out!("{}", objection.remedy(&shown))?;
        outln!("then `cargo bcr bless {}` adds what happens", file.name)?;
        return Ok(Status::Failed);
    }
    let (mut always, canonical) = record(&runs);
    let said = expectation::sections(beginning);
    always.retain(|clause| !said.iter().any(|section| section.key == clause.key));
    always.extend(main_events(&runs));
    let mut expected = new_file(beginning, &always, &canonical);
    bless::write(&file.expected, &expected)?;
    let broken = broken_clauses(file, options)?;
    if !broken.is_empty() {
        // Two events at one instant may have been told in the other order.
        always.retain(|clause| !broken.contains(clause.key));
        expected = new_file(beginning, &always, &canonical);
        bless::write(&file.expected, &expected)?;
    }
    outln!("wrote {shown}; judge whether it says what must happen:")?;
    out!("\n{expected}\n")?;
    outln!("try it: cargo bcr run {}", file.path.display())?;
    Ok(Status::Passed)
}

/// The clauses that the scenario breaks in some schedule, as it is on disk.
fn broken_clauses(
    file: &ScenarioFile,
    options: &ReadOptions,
) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let Ok(case) = Case::read(file, options) else {
        return Err(format!(
            "{} was not written as it should be",
            file.expected.display()
        )
        .into());
    };
    let runs = outcomes(&case, &ChainReplication, &Options::default());
    let clauses = runs.into_iter().flat_map(|run| run.clauses);
    let broken = clauses.filter(|clause| clause.status == ClauseStatus::Broken);
    Ok(broken.map(|clause| clause.clause.to_string()).collect())
}
