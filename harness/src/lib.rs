//! Test harness for Byzantine fault-tolerant replication, driven by declarative scenario files.

pub mod diagnostic;

pub mod trace;

pub mod log;

pub mod outcome;

pub mod settings;

pub mod suite;
