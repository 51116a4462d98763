//! Runtimes: what moves messages, keeps time and starts and ends processes.
//!
//! All drive the same processes and write the same events.
//!
//! Source: docs/running.md.

pub mod choices;
mod deadline;
pub mod fault;
pub mod limits;
pub mod machines;
pub mod net;
mod pauses;
pub mod process;
mod queue;
pub mod schedule;
pub mod setup;
pub mod simulated;
pub(crate) mod verbosity;

pub use bcr_language::words::{Runtime, UnknownRuntime};

#[cfg(test)]
mod tests;
