//! Telling: what happened in a run and what came of a suite, in words, for people, logs and CI systems.

pub(crate) mod ci;
pub(crate) mod columns;
pub mod log;
mod plain;
mod reason;
pub mod result;
pub(crate) mod story;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub(crate) mod whole;
mod words;

pub use self::plain::plain;
pub(crate) use self::reason::first_reason;
