//! Whether a run kept the invariants of P11: decided from the trace's typed events, by code of its own.
//!
//! [`facts::Facts::read`] puts a trace in order. Nothing here reads log text, and nothing trusts what a
//! machine concluded where the messages themselves can be compared.
//!
//! Source: PROTOCOL.md P11.

pub mod facts;
pub mod setting;

mod agreed;
mod object;
mod replay;
