//! Who and what a message or a statement is about: every identity is a type of its own.
//!
//! Source: docs/protocol.md P1.1, P3.1, P3.8.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Derives what every integer identity has: order, canonical bytes, a bare number in JSON and text.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            BorshSerialize, BorshDeserialize, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A configuration's number: 0, 1, 2, … through the life of the object.
    ConfigurationId(u32)
}

number! {
    /// A client's number, from 0.
    ClientId(u32)
}

number! {
    /// A replica's position in its chain: 0 is the head, `2t` the tail.
    Position(u32)
}

number! {
    /// The number of a client's request, from 0 for each client.
    RequestNumber(u64)
}

number! {
    /// A slot of the history, from 0 through all configurations (P3.8).
    Slot(u64)
}

impl ConfigurationId {
    /// The configuration that follows this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Position {
    /// The position of the head.
    pub const HEAD: Self = Self(0);

    /// The neighbour towards the head; `None` at the head.
    #[must_use]
    pub const fn predecessor(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(position) => Some(Self(position)),
            None => None,
        }
    }

    /// This position as an index into a chain's vectors.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Slot {
    /// The slot that follows this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A request's identifier: the client and the number of the request (P3.1).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct RequestId {
    /// Whose request it is.
    pub client: ClientId,
    /// Which of that client's requests, from 0.
    pub number: RequestNumber,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.client, self.number)
    }
}

/// A replica: the configuration that it belongs to and its position there (P1.1).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct ReplicaId {
    /// The configuration.
    pub configuration: ConfigurationId,
    /// The position in its chain.
    pub position: Position,
}

/// Any process of a run. Text and JSON: `olympus`, `client-0`, `replica-1-2` (configuration,
/// position).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum ProcessId {
    /// The configuration service.
    Olympus,
    /// A client.
    Client(ClientId),
    /// A replica.
    Replica(ReplicaId),
}

impl ProcessId {
    /// The replica at `position` of `configuration`.
    #[must_use]
    pub const fn replica(configuration: ConfigurationId, position: Position) -> Self {
        Self::Replica(ReplicaId {
            configuration,
            position,
        })
    }

    /// Whether it is a replica of this configuration.
    #[must_use]
    pub fn is_replica_of(self, configuration: ConfigurationId) -> bool {
        matches!(self, Self::Replica(replica) if replica.configuration == configuration)
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Olympus => f.write_str("olympus"),
            Self::Client(client) => write!(f, "client-{client}"),
            Self::Replica(replica) => {
                write!(f, "replica-{}-{}", replica.configuration, replica.position)
            }
        }
    }
}

/// Text that names no process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProcess(String);

impl fmt::Display for UnknownProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` names no process: expected `olympus`, `client-<c>` or `replica-<configuration>-<r>`",
            self.0
        )
    }
}

impl std::error::Error for UnknownProcess {}

impl std::str::FromStr for ProcessId {
    type Err = UnknownProcess;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = match text.split('-').collect::<Vec<_>>()[..] {
            ["olympus"] => Some(Self::Olympus),
            ["client", client] => client.parse().ok().map(|c| Self::Client(ClientId(c))),
            ["replica", configuration, position] => {
                match (configuration.parse(), position.parse()) {
                    (Ok(c), Ok(r)) => Some(Self::replica(ConfigurationId(c), Position(r))),
                    _ => None,
                }
            }
            _ => None,
        };
        parsed.ok_or_else(|| UnknownProcess(text.to_owned()))
    }
}

impl Serialize for ProcessId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProcessId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn process_names_read_back_as_the_process() {
        let processes = [
            ProcessId::Olympus,
            ProcessId::Client(ClientId(7)),
            ProcessId::replica(ConfigurationId(1), Position(2)),
        ];
        for process in processes {
            assert_eq!(process.to_string().parse(), Ok(process));
        }
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "",
            "client",
            "client-x",
            "replica-1",
            "replica-1-2-3",
            "zeus",
        ] {
            assert!(text.parse::<ProcessId>().is_err(), "{text}");
        }
    }
}
