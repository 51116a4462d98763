//! Why a real run could not be finished.

use std::fmt;
use std::io;

use bcr_protocol::identity::ProcessId;

use super::merge::Incomplete;

/// Why a run could not be finished.
#[derive(Debug)]
pub(super) enum RunError {
    /// The operating system refused what every run needs.
    System(io::Error),
    /// A process could not be started.
    NotStarted {
        /// Which.
        process: ProcessId,
        /// Why.
        why: String,
    },
    /// A process ended in a way that is not part of the scenario.
    Died {
        /// Which.
        process: ProcessId,
        /// How.
        why: String,
    },
    /// What the processes recorded does not fit together.
    Incomplete(Incomplete),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => error.fmt(f),
            Self::NotStarted { process, why } => write!(f, "cannot start {process}: {why}"),
            Self::Died { process, why } => write!(f, "{process}: {why}"),
            Self::Incomplete(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}
