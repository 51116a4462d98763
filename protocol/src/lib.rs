//! Byzantine Chain Replication as sans-IO state machines.
#![deny(clippy::unwrap_used)]

pub mod dictionary;
pub mod identity;
pub mod slice;
