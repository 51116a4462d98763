//! Writing scenarios and expected files: what a run came to, as clauses.
//!
//! A recorded clause is a proposal: whoever records it judges it.

#![expect(clippy::disallowed_methods, reason = "authors' files are written here")]

pub mod bless;
pub mod new_scenario;
mod record;
mod yaml;

pub use record::record;
pub use yaml::Clause;
