//! What processes are called.

use bcr_protocol::identity::{Position, ProcessId};

use crate::outcome::words::list;

/// `replica 1 (configuration 0)`, `client 0`, `olympus`.
pub(super) fn the_process(process: ProcessId) -> String {
    match process {
        ProcessId::Olympus => "olympus".to_owned(),
        ProcessId::Client(client) => format!("client {client}"),
        ProcessId::Replica(replica) => format!(
            "replica {} (configuration {})",
            replica.position, replica.configuration
        ),
    }
}

/// `O`, `C0`, `R0.2`: a process in as little room as can be.
pub(crate) fn short_process(process: ProcessId) -> String {
    match process {
        ProcessId::Olympus => "O".to_owned(),
        ProcessId::Client(client) => format!("C{client}"),
        ProcessId::Replica(of) => format!("R{}.{}", of.configuration, of.position),
    }
}

/// `replica 1`, `replicas 0 and 2`.
pub(crate) fn replicas(positions: &[Position]) -> String {
    let plural = if positions.len() == 1 { "" } else { "s" };
    format!("replica{plural} {}", list(positions))
}
