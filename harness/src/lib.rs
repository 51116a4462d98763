//! Test harness for Byzantine fault-tolerant replication, driven by declarative scenario files.

pub mod diagnostic;
pub mod expectation;
pub mod scenario;

pub mod fault;
pub mod machines;
pub mod process;
pub mod runtime;

pub mod log;
pub mod trace;

pub mod check;
pub mod clause;
pub mod outcome;

pub mod author;
pub mod cli;
pub mod report;
pub mod settings;
pub mod suite;
