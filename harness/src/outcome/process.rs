//! Processes as an outcome names them: `{"kind": "replica", "number": 1}`.

use std::fmt;

use bcr_protocol::identity::{ClientId, Position, ProcessId};
use serde::{Deserialize, Serialize};

/// A process of a configuration that is known from what it is said about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum ProcessOutcome {
    /// A client.
    Client(ClientId),
    /// Olympus.
    Olympus,
    /// A replica.
    Replica(Position),
}

impl From<ProcessId> for ProcessOutcome {
    fn from(process: ProcessId) -> Self {
        match process {
            ProcessId::Olympus => Self::Olympus,
            ProcessId::Client(client) => Self::Client(client),
            ProcessId::Replica(replica) => Self::Replica(replica.position),
        }
    }
}

impl fmt::Display for ProcessOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(client) => write!(f, "client {client}"),
            Self::Olympus => f.write_str("olympus"),
            Self::Replica(position) => write!(f, "replica {position}"),
        }
    }
}

/// As a document has it.
#[derive(Serialize, Deserialize)]
struct Written {
    kind: Kind,
    /// The replica's position or the client's number; 0 for Olympus.
    number: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Client,
    Olympus,
    Replica,
}

impl From<ProcessOutcome> for Written {
    fn from(process: ProcessOutcome) -> Self {
        let (kind, number) = match process {
            ProcessOutcome::Client(client) => (Kind::Client, client.0),
            ProcessOutcome::Olympus => (Kind::Olympus, 0),
            ProcessOutcome::Replica(position) => (Kind::Replica, position.0),
        };
        Self { kind, number }
    }
}

impl From<Written> for ProcessOutcome {
    fn from(written: Written) -> Self {
        match written.kind {
            Kind::Client => Self::Client(ClientId(written.number)),
            Kind::Olympus => Self::Olympus,
            Kind::Replica => Self::Replica(Position(written.number)),
        }
    }
}
