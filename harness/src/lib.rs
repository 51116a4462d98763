//! Test harness for Byzantine fault-tolerant replication, driven by declarative scenario files.

pub mod diagnostic;

pub mod scenario;

pub mod expectation;

pub mod trace;

pub mod outcome;

pub mod clause;
