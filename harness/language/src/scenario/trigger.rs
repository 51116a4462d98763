//! Triggers: at which message a failure occurs.
//!
//! Source: docs/protocol.md P9.

use std::{fmt, io};

use bcr_protocol::identity::ClientId;
use bcr_protocol::message::MessageKind;
use borsh::{BorshDeserialize, BorshSerialize};

/// The receipt of a message, numbered from 0 by each replica, for each type and, where there is a
/// client, for each client (P9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Trigger {
    kind: TriggerKind,
    client: Option<ClientId>,
    message: u64,
}

/// What brings messages of a type to a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A client: to the head, and to others only if it asks again.
    Client,
    /// A replica that a client asked again: to the head.
    Forwarding,
    /// The chain, once for each request.
    Request,
    /// The chain, once for each checkpoint.
    Checkpoint,
    /// Olympus, once, where a configuration after the first starts.
    Start,
    /// Olympus, where the configuration is to end.
    Reconfiguration,
}

/// How messages are counted.
enum Counted {
    PerClient,
    Together,
}

/// Declares the kinds, each called like its type of message, with how its messages are counted and what
/// brings them.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: $counted:ident, $origin:ident;)*) => {
        /// The type of message that a trigger means, under the name that scenario files use.
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
        )]
        pub enum TriggerKind {
            $($(#[$doc])* $name,)*
        }

        impl TriggerKind {
            /// All of them, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Their names, in the same order.
            pub const NAMES: &[&str] = &[$(Self::$name.name(),)*];

            /// The type of message.
            #[must_use]
            pub const fn message(self) -> MessageKind {
                match self {
                    $(Self::$name => MessageKind::$name,)*
                }
            }

            /// Whether the messages are counted per client.
            #[must_use]
            pub const fn has_client(self) -> bool {
                match self {
                    $(Self::$name => matches!(Counted::$counted, Counted::PerClient),)*
                }
            }

            /// What brings such messages.
            #[must_use]
            pub const fn origin(self) -> Origin {
                match self {
                    $(Self::$name => Origin::$origin,)*
                }
            }
        }
    };
}

kinds! {
    /// A request directly from the client.
    ClientRequest: PerClient, Client;
    /// A request of the client, forwarded by another replica.
    ForwardedRequest: PerClient, Forwarding;
    /// A shuttle for a request of the client.
    Shuttle: PerClient, Request;
    /// A result shuttle for a request of the client.
    ResultShuttle: PerClient, Request;
    /// A wedge request.
    WedgeRequest: Together, Reconfiguration;
    /// The start message from Olympus.
    NewConfiguration: Together, Start;
    /// A checkpoint.
    Checkpoint: Together, Checkpoint;
    /// A completed checkpoint.
    CompletedCheckpoint: Together, Checkpoint;
    /// A request for the running state.
    GetRunningState: Together, Reconfiguration;
    /// A catch-up.
    CatchUp: Together, Reconfiguration;
}

impl TriggerKind {
    /// The kind that scenario files call `name`.
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Its name, which is that of the message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.message().as_str()
    }

    /// What its arguments stand for.
    #[must_use]
    pub const fn arguments(self) -> &'static [&'static str] {
        if self.has_client() {
            &["client", "message"]
        } else {
            &["message"]
        }
    }
}

impl Trigger {
    /// The receipt with this number, from 0; `None` where a client is given whose messages are not
    /// counted, or none where they are.
    #[must_use]
    pub const fn new(kind: TriggerKind, client: Option<ClientId>, message: u64) -> Option<Self> {
        if kind.has_client() != client.is_some() {
            return None;
        }
        Some(Self {
            kind,
            client,
            message,
        })
    }

    /// The type of message.
    #[must_use]
    pub const fn kind(self) -> TriggerKind {
        self.kind
    }

    /// Its name, which is that of the message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.kind.name()
    }

    /// Whose messages are counted; `None` where they are not counted per client.
    #[must_use]
    pub const fn client(self) -> Option<ClientId> {
        self.client
    }

    /// Which of them, from 0.
    #[must_use]
    pub const fn message(self) -> u64 {
        self.message
    }
}

impl BorshDeserialize for Trigger {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (kind, client, message) = BorshDeserialize::deserialize_reader(reader)?;
        Self::new(kind, client, message)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no such trigger"))
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.client {
            Some(client) => write!(f, "{}({client},{})", self.name(), self.message),
            None => write!(f, "{}({})", self.name(), self.message),
        }
    }
}
