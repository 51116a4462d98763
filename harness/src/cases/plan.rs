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
use crate::cases::options::{Options, Seeds};
use crate::runs::Runtime;
use crate::runs::limits::RunLimits;
use crate::runs::net::Processes;
use crate::settings::{SettingsError, Values};
use crate::trace::Micros;

/// What a call asks for, the same for all its scenarios. Where it says nothing, the suite's settings do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// In which runtime.
    pub(crate) runtime: Runtime,
    /// Whether that runtime was named by somebody: then it does not matter in which ones the suite runs.
    pub(crate) is_insistent: bool,
    /// Which schedules.
    pub(crate) seeds: Seeds,
    /// Ends a run that makes no progress for so long.
    pub(crate) deadline: Option<Micros>,
    /// How long a run may take.
    pub(crate) time_limit_ms: Option<u64>,
    /// How much a run may record.
    pub(crate) trace_limit_mib: Option<u64>,
    /// How long processes pause at most in drawn schedules.
    pub(crate) pauses: Option<Micros>,
    /// Forces a signature scheme on every schedule.
    pub(crate) scheme: Option<Scheme>,
    /// Parameters that take the place of the files', as the command line gave them.
    pub(crate) overrides: Vec<(String, String)>,
    /// Whether warnings are errors, whatever the suite says.
    pub(crate) denies_warnings: bool,
    /// The folder below which logs go.
    pub(crate) logs: Option<PathBuf>,
    /// Whether to find out what each failure did.
    pub(crate) asks_for_causes: bool,
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
        let of_suite = settings.exclusion(self.runtime);
        if let Some(reason) = of_suite.filter(|_| !self.is_insistent) {
            return Plan::Ignore(reason);
        }
        let read_options = ReadOptions {
            overrides: self.overrides.clone(),
            deny_warnings: self.denies_warnings || settings.deny_warnings.unwrap_or(false),
            ..read_options(&settings)
        };
        let case = match Case::read(file, &read_options) {
            Ok(case) => case,
            Err(invalid) => return Plan::Refuse(invalid),
        };
        let excluded = case.exclusion(self.runtime);
        let excluded = excluded.or_else(|| self.pauses.and_then(|_| unreal(&case, &settings)));
        if let Some(reason) = excluded {
            return Plan::Ignore(reason);
        }
        let logs = self.logs.clone().or(settings.logs);
        Plan::Run(Box::new(PlannedRun {
            case,
            options: Options {
                runtime: self.runtime,
                seeds: self.seeds,
                schedules: settings.schedules,
                deadline: self.deadline.or(settings.deadline_ms.map(Micros::from_ms)),
                limits: run_limits(
                    self.time_limit_ms.or(settings.time_limit_ms),
                    self.trace_limit_mib.or(settings.trace_limit_mib),
                ),
                pauses: self.pauses,
                scheme: self.scheme,
                overrides: self.overrides.clone(),
                repeats_deadline: self.deadline.is_some(),
                asks_for_causes: self.asks_for_causes,
                notes_wall_clock: true,
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
