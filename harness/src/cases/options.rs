//! How scenarios are examined.

use bcr_protocol::signature::Scheme;

use crate::runs::Runtime;
use crate::runs::limits::RunLimits;
use crate::trace::Micros;

/// How many random schedules run besides the canonical one, where nobody says otherwise.
pub const SCHEDULES: u64 = 8;

/// How to examine scenarios.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// In which runtime. A real one has one schedule, whatever is asked for.
    pub runtime: Runtime,
    /// Which schedules.
    pub seeds: Seeds,
    /// The suite's own number of random schedules, for scenarios that do not say.
    pub schedules: Option<u64>,
    /// Ends a run that makes no progress for so long.
    pub deadline: Option<Micros>,
    /// How much each run may take.
    pub limits: RunLimits,
    /// How long processes pause at most in drawn schedules; they do not by default. In the simulator only.
    pub pauses: Option<Micros>,
    /// Forces a signature scheme on every schedule.
    pub scheme: Option<Scheme>,
    /// Parameters that take the place of the file's, as the command line gave them.
    pub overrides: Vec<(String, String)>,
    /// Whether a repetition of a run has to be given the deadline: it is not the suite's own.
    pub repeats_deadline: bool,
    /// Whether to find out what each failure did, by running without it. In the simulator only: real
    /// runs differ for other reasons as well.
    pub asks_for_causes: bool,
    /// Whether events note the wall clock, for log files.
    pub notes_wall_clock: bool,
}

/// Which schedules to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeds {
    /// The canonical one, and as many others as the expected file or the suite says.
    #[default]
    Expected,
    /// This one alone.
    Only(u64),
    /// 0 up to this one.
    UpTo(u64),
}

impl Options {
    /// All the schedules that a scenario has by default, whether or not it has an expected file.
    #[must_use]
    pub fn thorough() -> Self {
        Self {
            seeds: Seeds::UpTo(SCHEDULES),
            ..Self::default()
        }
    }
}
