//! Runtimes: what moves messages, keeps time and starts and ends processes.
//!
//! All drive the same processes and write the same events.
//!
//! Source: docs/running.md.

mod deadline;
pub mod net;
mod pauses;
mod queue;
mod schedule;
pub mod simulated;

use std::fmt;
use std::str::FromStr;

use self::net::Processes;

/// A runtime, as files, commands and outcomes name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runtime {
    /// One thread, virtual time.
    #[default]
    Simulated,
    /// Real TCP, one OS process.
    Tcp,
    /// Real TCP, one OS process for each process.
    Process,
}

impl Runtime {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Simulated, Self::Tcp, Self::Process];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Tcp => "tcp",
            Self::Process => "process",
        }
    }

    /// What the processes of a real run are; none of a simulated one.
    #[must_use]
    pub const fn processes(self) -> Option<Processes> {
        match self {
            Self::Simulated => None,
            Self::Tcp => Some(Processes::Tasks),
            Self::Process => Some(Processes::Children),
        }
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that names no runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRuntime(String);

impl fmt::Display for UnknownRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Runtime::ALL.iter().map(|it| it.as_str()).collect();
        write!(f, "`{}` is none of {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownRuntime {}

impl FromStr for Runtime {
    type Err = UnknownRuntime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.iter().copied();
        let named = all.find(|runtime| runtime.as_str() == text);
        named.ok_or_else(|| UnknownRuntime(text.to_owned()))
    }
}
