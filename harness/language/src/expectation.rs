//! Expected files: what a scenario should come to, as clauses that are judged one by one.
//!
//! An expected file is YAML (docs/expectations.md). [`read()`] turns it into an [`Expectation`] and reports all
//! its mistakes with their places, [`check_against`] compares it with the scenario that it belongs
//! to. Whether a run keeps the clauses is for the judge to say.
//!
//! Scalars in `final` and `results` are the text as written: `0123`, `on` and `~` are strings.

mod against;
mod clause_name;
mod clauses;
mod consistency;
mod event_names;
mod failure;
mod file;
mod invariant;
mod mistake;
mod read;
mod section;
mod tree;
mod value;

pub use against::{check_against, check_against_fragment};
pub use clause_name::ClauseName;
pub use clauses::{ClauseKey, ClauseValue, Clauses};
pub use event_names::{EVENTS, fields_of};
pub use failure::NamedFailure;
pub use file::{Expectation, FileKey, Runtimes};
pub use invariant::Invariant;
pub use mistake::ExpectedMistake;
pub use read::{Reading, read};
pub use section::{Section, sections};
pub use value::{
    Bounds, ByNumber, EventPattern, ExpectedDictionary, FieldTest, Items, OutsidePromise,
    ResultTest, SetTest, SetTests,
};

#[cfg(test)]
mod schema_tests;
