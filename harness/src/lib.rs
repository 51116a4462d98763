//! Test harness for Byzantine fault-tolerant replication, driven by declarative scenario files.
//!
//! The language of the files is a crate of its own, `bcr-language`, whose modules stand here as well.

pub use bcr_language::{diagnostic, dice, expectation, limits, scenario, settings};

pub mod trace;

pub mod runs;

pub mod outcome;

pub mod judge;

pub mod cases;

pub mod tell;

pub mod pictures;

pub mod suite;

mod author;

pub mod command;
