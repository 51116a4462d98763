//! Why a stored run cannot be judged, with the file and, where there is one, the line.

use std::fmt;
use std::path::PathBuf;

use crate::cases::find::DiscoverError;
use crate::judge::Impossible;
use crate::trace::json::TraceError;

/// Why a stored run cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoredError {
    /// The expected file that was named is not there.
    Expected(DiscoverError),
    /// The trace is none of a run.
    Impossible {
        /// The trace.
        file: PathBuf,
        /// The first event that cannot be; its line is the next number, since lines count from 1.
        what: Impossible,
    },
    /// The outcome is none.
    NotAnOutcome {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why, in the JSON reader's words.
        why: String,
    },
    /// The outcome does not say how its run was made, as those of older versions.
    NotSpecified {
        /// The outcome.
        file: PathBuf,
        /// The line, from 1, with the command that repeats the run.
        line: usize,
        /// That command.
        replay: String,
    },
    /// The scenario has changed since the run.
    OtherScenario {
        /// The outcome.
        file: PathBuf,
        /// The line that names the scenario, from 1.
        line: usize,
        /// The scenario as it is.
        scenario: PathBuf,
        /// What the run had.
        what: String,
    },
    /// The scenario is not there any more.
    ScenarioGone {
        /// The outcome.
        file: PathBuf,
        /// The line that names the scenario, from 1.
        line: usize,
        /// The scenario.
        scenario: PathBuf,
    },
    /// The trace is none.
    Trace {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and in which line.
        what: TraceError,
    },
    /// A file of the run is not there or cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why, in the system's words.
        why: String,
    },
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(error) => error.fmt(f),
            Self::Impossible { file, what } => write!(
                f,
                "`{}` line {}: no run leaves this trace: {what}",
                file.display(),
                what.event + 1
            ),
            Self::NotAnOutcome { file, line, why } => {
                write!(f, "`{}` line {line}: no outcome: {why}", file.display())
            }
            Self::NotSpecified { file, line, replay } => write!(
                f,
                "`{}` line {line}: an older version wrote this outcome, which does not say how its run was \
                 made (`run`); repeat the run: {replay}",
                file.display()
            ),
            Self::OtherScenario {
                file,
                line,
                scenario,
                what,
            } => write!(
                f,
                "`{}` line {line}: `{}` has changed since the run, which {what}",
                file.display(),
                scenario.display()
            ),
            Self::ScenarioGone {
                file,
                line,
                scenario,
            } => write!(
                f,
                "`{}` line {line}: the scenario `{}` does not exist",
                file.display(),
                scenario.display()
            ),
            Self::Trace { file, what } => write!(f, "`{}` {what}", file.display()),
            Self::Unreadable { file, why } => {
                write!(f, "`{}` cannot be read: {why}", file.display())
            }
        }
    }
}

impl std::error::Error for StoredError {}
