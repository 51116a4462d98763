//! Runtimes: what moves messages, keeps time and starts and ends processes.
//!
//! All drive the same processes and write the same events.
//!
//! Source: DESIGN.md §5.

mod queue;
mod schedule;
pub mod simulated;
