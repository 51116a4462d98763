//! Test harness for Byzantine fault-tolerant replication, driven by declarative scenario files.

pub mod scenario;

pub mod fault;
pub mod machines;
pub mod process;
pub mod runtime;

pub mod trace;

pub mod check;
pub mod outcome;
