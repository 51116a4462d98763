//! A suite's settings: `bcr.toml` in the folder that holds `scenarios/`.
//!
//! ```toml
//! schedules = 16            # random schedules besides the canonical one
//! runtimes = ["simulated"]  # simulated, tcp, process
//! deadline_ms = 60000       # of the runtime's time, without progress
//! real_time_allowance_ms = 2000  # added to durations in expected files, in tcp and process
//! logs = "target/logs"      # a folder, from that of the file
//! deny_warnings = true
//! allow = ["looks-like-seconds"]  # warnings that are not given
//!
//! [[overrides]]             # the same keys, for some scenarios
//! filter = "smoke/"         # a folder below `scenarios/`, or one scenario's name
//! runtimes = ["simulated", "tcp", "process"]
//! ```
//!
//! Every key may be left out but `filter`. As in nextest's configuration, the first override that
//! matches a scenario and has a key decides that key, and what no override decides comes from the top.
//! Flags of the command line win over all of it, which is their reader's affair.
//!
//! Source: docs/running.md.

#![expect(clippy::disallowed_methods, reason = "reads `bcr.toml`")]

mod read;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, SourceFile};
use crate::words::Micros;
use crate::words::Runtime;

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
    /// The settings in `folder`, see [`crate::suite::names::suite_folder`]; none where it has no
    /// such file. Relative folders in the file are made relative to `folder`.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or is wrong.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(SETTINGS_FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let why = error.to_string();
                return Err(SettingsError::Unreadable { path, why });
            }
        };
        let source = SourceFile::from_bytes(path.display().to_string(), &bytes);
        let mut settings = Self::parse(&source).map_err(|diagnostics| SettingsError::Invalid {
            source: Box::new(source),
            diagnostics,
        })?;
        let overrides = settings.overrides.iter_mut().map(|o| &mut o.values);
        for values in overrides.chain([&mut settings.defaults]) {
            values.logs = values.logs.take().map(|logs| folder.join(logs));
        }
        Ok(settings)
    }

    /// The settings that `source` holds, its relative folders as they are.
    ///
    /// # Errors
    /// Every mistake, in the order of the file.
    pub fn parse(source: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        read::read(source)
    }

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

/// Settings that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why, in the system's words.
        why: String,
    },
    /// The file is wrong.
    Invalid {
        /// The file, for rendering them.
        source: Box<SourceFile>,
        /// Every mistake, in the order of the file.
        diagnostics: Vec<Diagnostic>,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, why } => {
                write!(f, "`{}` cannot be read: {why}", path.display())
            }
            Self::Invalid {
                source,
                diagnostics,
            } => {
                for (index, diagnostic) in diagnostics.iter().enumerate() {
                    let at = source.location(diagnostic.span.start);
                    let line_end = if index == 0 { "" } else { "\n" };
                    let (name, text) = (source.name(), diagnostic.text());
                    write!(f, "{line_end}{name}:{}:{}: {text}", at.line, at.column)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for SettingsError {}

/// The kinds of mistakes in a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It is not TOML.
    Syntax,
    /// A key that is none.
    UnknownKey,
    /// A value that the key does not take.
    WrongValue,
    /// An override without a filter.
    MissingFilter,
}

impl From<Mistake> for Code {
    fn from(mistake: Mistake) -> Self {
        Self::new(match mistake {
            Mistake::Syntax => "settings-syntax",
            Mistake::UnknownKey => "settings-unknown-key",
            Mistake::WrongValue => "settings-wrong-value",
            Mistake::MissingFilter => "settings-missing-filter",
        })
    }
}

#[cfg(test)]
mod tests;
