//! Writing scenarios and expected files: what a run came to, as clauses.
//!
//! A recorded clause is a proposal: whoever records it judges it.

#![expect(clippy::disallowed_methods, reason = "authors' files are written here")]

pub mod bless;
pub mod difference;
pub mod new_scenario;
pub mod objection;
pub mod random;
mod record;
pub mod template;
mod yaml;

pub use record::{main_events, record};
pub use yaml::Clause;
