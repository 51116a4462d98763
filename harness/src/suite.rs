//! Suites: which scenarios there are, what they are called, and how a suite sets its defaults.

pub mod names;
