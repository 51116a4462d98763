//! The net runtime: real TCP and real time.
//!
//! Source: docs/running.md; docs/protocol.md P1.3, P1.6.

pub mod link;
