//! Words that files and runs share: a run's time, where it runs, how it ends.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// So many things: `1 schedule`, `2 schedules`, `0 schedules`. The noun is one whose plural ends in `s`.
#[must_use]
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    // What is beyond 64 bits is more than one.
    let count = count.try_into().unwrap_or(u64::MAX);
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A point of a run's time, in microseconds from its start.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// From milliseconds, as parameters give them.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms.saturating_mul(1000))
    }

    /// In milliseconds, as outcomes and logs print them.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a run is shorter than 2^52 microseconds"
        )]
        let micros = self.0 as f64;
        micros / 1000.0
    }
}

/// A runtime, as files, commands and outcomes name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// How a run ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Every client is done and nothing more can happen.
    AtRest,
    /// Nothing more can happen, and some client is not done.
    Stuck,
    /// No progress for the time of the deadline.
    Deadline,
    /// The bound on events was reached.
    EventBound,
    /// It could not be finished, for a reason that says nothing of scenario or protocol.
    Error,
    /// It took longer than a run may.
    TimeBound,
    /// It recorded more than a run may.
    ByteBound,
}

impl RunEnd {
    /// Whether somebody ended the run of whom more patience could have made another one. In virtual time
    /// there is no more to come where nothing happened for so long.
    #[must_use]
    pub const fn is_cut_short(self, is_real_time: bool) -> bool {
        match self {
            Self::AtRest | Self::Stuck | Self::Error => false,
            Self::Deadline | Self::EventBound => is_real_time,
            Self::TimeBound | Self::ByteBound => true,
        }
    }
}
