//! What a CI takes: the results of a suite, or what there is to say of files, in a form of its own.
//!
//! A form is a file with one function, from results or remarks to text; the command that offers it is in
//! `command/run.rs` or `command/show.rs`.
//!
//! Source: docs/running.md.

mod annotations;
mod github;
mod junit;
mod markdown;

pub(crate) use self::annotations::{annotations, error};
pub(crate) use self::github::{github, no_commands};
pub(crate) use self::junit::junit;
pub(crate) use self::markdown::markdown;
