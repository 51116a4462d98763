//! Telling: what happened in a run and what came of a suite, in words, for people, logs and CI systems.

pub mod columns;
mod junit;
pub mod log;
mod plain;
pub mod remark;
pub mod result;
pub mod story;
mod summary;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;

pub use self::junit::junit;
pub use self::plain::plain;
pub(crate) use self::summary::first_reason;
pub use self::summary::summary;
