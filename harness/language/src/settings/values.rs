//! What `bcr.toml` sets, for which scenarios.

use std::path::PathBuf;

use crate::words::{Micros, Runtime};

/// The file's name.
pub const SETTINGS_FILE: &str = "bcr.toml";

/// What a suite sets. Nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// For every scenario.
    pub defaults: Values,
    /// For some, in the order of the file.
    pub overrides: Vec<Override>,
}

/// Values that can be set; `None` where they are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// How many random schedules besides the canonical one.
    pub schedules: Option<u64>,
    /// In which runtimes. Not empty, none twice, in the order of the file.
    pub runtimes: Option<Vec<Runtime>>,
    /// After how much time without progress a run ends, in milliseconds of the runtime; at least 1.
    pub deadline_ms: Option<u64>,
    /// How long a run may take, in milliseconds of the wall clock; at least 1.
    pub time_limit_ms: Option<u64>,
    /// How much a run may record, in MiB; at least 1.
    pub trace_limit_mib: Option<u64>,
    /// How much longer than expected things may take where time is real, in milliseconds.
    pub real_time_allowance_ms: Option<u64>,
    /// The folder for logs.
    pub logs: Option<PathBuf>,
    /// Whether warnings are errors.
    pub deny_warnings: Option<bool>,
    /// The codes of warnings that are not given.
    pub allow: Option<Vec<String>>,
}

/// Values for some scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A folder below `scenarios/` or a scenario's name, without `/` at its end.
    pub filter: String,
    /// What is set for them.
    pub values: Values,
}

impl Settings {
    /// What holds for the scenario called `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Values {
        let matching = self.overrides.iter().filter(|o| o.matches(name));
        matching
            .map(|o| &o.values)
            .chain([&self.defaults])
            .fold(Values::default(), |decided, values| decided.or(values))
    }
}

impl Values {
    /// Why scenarios with these values are not run in `runtime`, where they are not.
    #[must_use]
    pub fn exclusion(&self, runtime: Runtime) -> Option<String> {
        let runtimes = self.runtimes.as_ref()?;
        if runtimes.contains(&runtime) {
            return None;
        }
        let names: Vec<_> = runtimes.iter().map(|it| it.as_str()).collect();
        Some(format!(
            "{SETTINGS_FILE} has it run in {} only",
            names.join(", ")
        ))
    }

    /// How much longer than expected things may take where time is real; no longer, by default.
    #[must_use]
    pub fn allowance(&self) -> Micros {
        Micros::from_ms(self.real_time_allowance_ms.unwrap_or_default())
    }

    fn or(self, other: &Self) -> Self {
        Self {
            schedules: self.schedules.or(other.schedules),
            runtimes: self.runtimes.or_else(|| other.runtimes.clone()),
            deadline_ms: self.deadline_ms.or(other.deadline_ms),
            time_limit_ms: self.time_limit_ms.or(other.time_limit_ms),
            trace_limit_mib: self.trace_limit_mib.or(other.trace_limit_mib),
            real_time_allowance_ms: self.real_time_allowance_ms.or(other.real_time_allowance_ms),
            logs: self.logs.or_else(|| other.logs.clone()),
            deny_warnings: self.deny_warnings.or(other.deny_warnings),
            allow: self.allow.or_else(|| other.allow.clone()),
        }
    }
}

impl Override {
    /// Whether the scenario called `name` is the one that is meant, or lies in the folder.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        name.strip_prefix(&self.filter)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
