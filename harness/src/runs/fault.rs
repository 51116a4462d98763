//! Fault injection: a replica under test, wrapped by a layer that counts what it receives and spoils
//! what it sends. The replica inside knows nothing of it.
//!
//! The wrapper ([`FaultyReplica`]) does all that can be done around a replica, whatever it is made of; what
//! cannot, it asks of the replica itself ([`ReplicaUnderTest`]).
//!
//! Source: docs/protocol.md P9, P10.

mod levers;
mod outgoing;
mod plan;
mod replica;
mod spoil;
mod subject;
mod trigger;

pub use replica::FaultyReplica;
pub use subject::{Lever, ReplicaUnderTest};

#[cfg(test)]
mod tests;
