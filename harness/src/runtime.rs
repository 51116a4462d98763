//! Runtimes: what moves messages, keeps time and starts and ends processes.
//!
//! All drive the same processes and write the same events.
//!
//! Source: docs/running.md.

mod queue;
mod schedule;
pub mod simulated;
