//! The scenario language: what a scenario file, an expected file and a suite's settings say, and every
//! mistake in them, with its place and its repair.
//!
//! Nothing here runs anything: no clock, thread, socket or runtime.

pub mod diagnostic;
pub mod dice;
pub mod limits;
pub mod words;

pub mod scenario;

pub mod expectation;
pub mod settings;
