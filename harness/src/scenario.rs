//! Scenario files.
pub mod ast;
pub mod format;
pub mod grammar;
mod kind;
mod mend;
mod token;
pub mod workload;
pub use kind::Kind;
