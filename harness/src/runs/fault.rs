//! Fault injection: a replica under test, wrapped by a layer that counts what it receives and spoils
//! what it sends. The replica inside knows nothing of it.
//!
//! Source: docs/protocol.md P9, P10.

mod replica;
mod spoil;
mod trigger;

pub use replica::FaultyReplica;

#[cfg(test)]
mod tests;
