//! What a simulation has in its queue.

use std::fmt;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::machine::Timer;

use crate::runs::process::Arrival;

/// What is due at some time.
pub(super) enum Due {
    /// A message is handled.
    Arrival { to: ProcessId, arrival: Arrival },
    /// A timer fires.
    Timer { process: ProcessId, timer: Timer },
    /// A sleep is over.
    Wake(ProcessId),
}

impl Due {
    /// Who handles it.
    pub(super) const fn process(&self) -> ProcessId {
        match self {
            Self::Arrival { to, .. } => *to,
            Self::Timer { process, .. } | Self::Wake(process) => *process,
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrival { arrival, .. } => {
                write!(f, "{} from {}", arrival.message.kind(), arrival.from)
            }
            Self::Timer { timer, .. } => write!(f, "timer {timer}"),
            Self::Wake(_) => f.write_str("the end of its sleep"),
        }
    }
}
