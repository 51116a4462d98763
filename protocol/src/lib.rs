//! Byzantine Chain Replication as sans-IO state machines: clients, replicas and Olympus.
//!
//! The algorithm is Shuttle from van Renesse, Ho and Schiper, "Byzantine Chain Replication",
//! OPODIS 2012, with public-key signatures in place of vectors of HMACs. `docs/protocol.md` holds the
//! rules (`P4.3`) that comments cite. Nothing here knows of clocks, sockets, threads, dice, scenario
//! files or failures.

#![deny(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

pub mod bounds;
pub mod digest;
pub mod identity;
pub mod parameters;
pub mod signature;
pub mod word;

pub mod dictionary;
pub mod running_state;
pub mod slice;

pub mod history;
pub mod keyring;
pub mod proof;
pub mod reason;
pub mod statement;

pub mod message;
mod timer;

pub mod event;
pub mod machine;

pub mod client;
pub mod olympus;
pub mod replica;
