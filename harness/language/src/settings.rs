//! A suite's settings: `bcr.toml` in the folder that holds `scenarios/`.
//!
//! ```toml
//! schedules = 16            # random schedules besides the canonical one
//! runtimes = ["simulated"]  # simulated, tcp, process
//! deadline_ms = 60000       # of the runtime's time, without progress
//! time_limit_ms = 900000     # of the wall clock, for one run
//! trace_limit_mib = 1024     # for one run
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

mod load;
mod mistake;
mod read;
mod values;

pub use load::SettingsError;
pub use mistake::SettingsMistake;
pub use values::{Override, SETTINGS_FILE, Settings, Values};

#[cfg(test)]
mod tests;
