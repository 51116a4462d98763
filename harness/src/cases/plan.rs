//! The plan of a run: what a call asks for and what the suite's settings say, made one, and the scenario's
//! files read accordingly. The command `bcr` and `cargo test` plan alike.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "the environment may force a signature scheme, and logs go below the working directory"
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use bcr_protocol::signature::Scheme;

use crate::cases::case::{Case, InvalidCase, ReadOptions};
use crate::cases::find::ScenarioFile;
use crate::cases::options::Options;
use crate::runs::Runtime;
use crate::runs::limits::RunLimits;
use crate::runs::net::Processes;
use crate::settings::{SettingsError, Values};
use crate::trace::Micros;

/// What a call asks for, the same for all its scenarios. Where it says nothing, the suite's settings do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// How to examine it, as far as the call says.
    pub(crate) options: Options,
    /// Whether the runtime was named by somebody: then it does not matter in which ones the suite runs.
    pub(crate) is_insistent: bool,
    /// How long a run may take, where the call says so.
    pub(crate) time_limit_ms: Option<u64>,
    /// How much a run may record, where the call says so.
    pub(crate) trace_limit_mib: Option<u64>,
    /// Whether warnings are errors, whatever the suite says.
    pub(crate) denies_warnings: bool,
    /// The folder below which logs go.
    pub(crate) logs: Option<PathBuf>,
}

/// What is to be done with a scenario.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Run it.
    Run(Box<PlannedRun>),
    /// Leave it out, for this reason.
    Ignore(String),
    /// Nothing: a file is wrong.
    Refuse(InvalidCase),
}

/// A run, planned.
#[derive(Debug)]
pub(crate) struct PlannedRun {
    /// The scenario and what is expected of it.
    pub(crate) case: Case,
    /// How to examine it.
    pub(crate) options: Options,
    /// The folder below which its logs go.
    pub(crate) logs: PathBuf,
}

impl Request {
    /// What is to be done with the scenario of these files. `settings` are those of its suite.
    #[must_use]
    pub(crate) fn plan(
        &self,
        file: &ScenarioFile,
        settings: Result<Values, SettingsError>,
    ) -> Plan {
        let settings = match settings {
            Ok(settings) => settings,
            Err(mistake) => return Plan::Refuse(InvalidCase::without_settings(file, &mistake)),
        };
        let asked = &self.options;
        let of_suite = settings.exclusion(asked.runtime);
        if let Some(reason) = of_suite.filter(|_| !self.is_insistent) {
            return Plan::Ignore(reason);
        }
        let read_options = ReadOptions {
            overrides: asked.overrides.clone(),
            deny_warnings: self.denies_warnings || settings.deny_warnings.unwrap_or(false),
            ..read_options(&settings)
        };
        let case = match Case::read(file, &read_options) {
            Ok(case) => case,
            Err(invalid) => return Plan::Refuse(invalid),
        };
        let excluded = case.exclusion(asked.runtime);
        let excluded = excluded.or_else(|| asked.pauses.and_then(|_| unreal(&case, &settings)));
        if let Some(reason) = excluded {
            return Plan::Ignore(reason);
        }
        let logs = self.logs.clone().or(settings.logs);
        Plan::Run(Box::new(PlannedRun {
            case,
            options: Options {
                schedules: settings.schedules,
                deadline: asked.deadline.or(settings.deadline_ms.map(Micros::from_ms)),
                repeats_deadline: asked.deadline.is_some(),
                limits: run_limits(
                    self.time_limit_ms.or(settings.time_limit_ms),
                    self.trace_limit_mib.or(settings.trace_limit_mib),
                ),
                notes_wall_clock: true,
                ..asked.clone()
            },
            logs: logs.unwrap_or_else(logs_root),
        }))
    }
}

/// How much a run may take where somebody has said so; else the defaults.
fn run_limits(time_ms: Option<u64>, trace_mib: Option<u64>) -> RunLimits {
    RunLimits {
        time: time_ms.map_or(RunLimits::DEFAULT.time, Duration::from_millis),
        bytes: trace_mib.map_or(RunLimits::DEFAULT.bytes, |mib| mib << 20),
    }
}

/// How the files of a suite with these settings are read.
#[must_use]
pub(crate) fn read_options(settings: &Values) -> ReadOptions {
    ReadOptions {
        overrides: Vec::new(),
        deny_warnings: settings.deny_warnings.unwrap_or(false),
        allow: settings.allow.clone().unwrap_or_default(),
        allowance: settings.allowance(),
    }
}

/// The same for a suite whose expected files are being written: what they are about to excuse is no error yet.
#[must_use]
pub(crate) fn draft_options(settings: &Values) -> ReadOptions {
    ReadOptions {
        deny_warnings: false,
        ..read_options(settings)
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

/// What `BCR_SIGNATURES` asks for.
///
/// # Errors
/// Any other word than `ed25519`.
pub(crate) fn forced_scheme() -> Result<Option<Scheme>, String> {
    match std::env::var("BCR_SIGNATURES").as_deref() {
        Err(_) | Ok("") => Ok(None),
        Ok("ed25519") => Ok(Some(Scheme::Ed25519)),
        Ok(other) => Err(format!(
            "BCR_SIGNATURES is `{other}`: only `ed25519` can be forced"
        )),
    }
}

/// Where logs go unless somebody says otherwise: `target/scenario-logs` of the workspace that the
/// working directory is in, or of the working directory itself.
#[must_use]
fn logs_root() -> PathBuf {
    let below = Path::new("target").join("scenario-logs");
    let here = std::env::current_dir().unwrap_or_default();
    let workspace = here
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists());
    match workspace {
        Some(folder) if folder != here => folder.join(below),
        _ => below,
    }
}
