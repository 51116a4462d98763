//! The most that numbers, texts and files from outside may be, the same in every runtime.
//!
//! None is met by accident: each is far beyond what was ever seen in the field, and below what would cost
//! seconds or gigabytes to look at. Whoever reads a number compares it with its limit before it is the
//! length of anything.

mod file;

pub use file::{BoundedFile, read_file};

/// The longest time that can be said, in ms: about eleven days.
pub const DURATION_MS_MAX: u64 = 1_000_000_000;

/// The latest time of a run, in ms: some 35 years. Up to here every microsecond has a number of milliseconds
/// of its own that reads back exactly.
pub const TIME_MS_MAX: u64 = (1 << 50) / 1_000;

/// How many random schedules a scenario may have.
pub const SCHEDULES_MAX: u64 = 1_000_000;

/// How many failures a configuration may tolerate.
pub const FAILURES_TOLERATED_MAX: u64 = 100;

/// How many clients there may be.
pub const CLIENTS_MAX: u64 = 10_000;

/// How many requests a scenario may have, all clients together. Each leaves some thirty events: more would
/// not fit in memory, and never ends.
pub const REQUESTS_MAX: u64 = 1_000_000;

/// The highest number of a configuration: each takes a reconfiguration, and so many end in no time.
pub const CONFIGURATION_MAX: u64 = 1_000_000;

/// The highest slot: as if each configuration ordered every request.
pub const SLOT_MAX: u64 = REQUESTS_MAX * CONFIGURATION_MAX;

/// How many points a clause may have.
pub const POINTS_MAX: u64 = 1_000_000;

/// How long a key, a value or the bounds of a slice may be, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 << 10;

/// How long a frame may be that carries one message, in bytes: a peer that announces a longer one is cut
/// off, so that a longer message cannot be sent where time is real.
pub const FRAME_BYTES_MAX: usize = 16 << 20;

/// How long a message of a correct process may become, in bytes. A scenario that could bring about a longer
/// one is refused. What is left of a frame is for what failures add.
pub const MESSAGE_BYTES_MAX: u64 = 12 << 20;

/// How long a scenario file, an expected file or `bcr.toml` may be, in bytes.
pub const FILE_BYTES_MAX: u64 = 16 << 20;

/// How much a run may be allowed to record, in MiB.
pub const TRACE_MIB_MAX: u64 = 1 << 20;

/// How long an `outcome.json` that is read back may be, in bytes.
pub const OUTCOME_BYTES_MAX: u64 = 1 << 30;

/// How long a `trace.jsonl` that is read back may be, in bytes.
pub const TRACE_BYTES_MAX: u64 = 4 << 30;
