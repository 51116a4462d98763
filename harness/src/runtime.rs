//! Runtimes: what moves messages, keeps time and starts and ends processes.
//!
//! All drive the same processes and write the same events.
//!
//! Source: docs/running.md.

pub mod net;
mod queue;
mod schedule;
pub mod simulated;

/// A runtime, as files, commands and outcomes name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runtime {
    /// One thread, virtual time.
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
}
