//! Counting receipts, and which of them a trigger means.
//!
//! Source: docs/protocol.md P9.1.

use std::collections::BTreeMap;

use bcr_protocol::identity::{ClientId, ProcessId};
use bcr_protocol::message::{Message, MessageKind};

use crate::scenario::Trigger;

/// The receipts of one process so far, per type, and for types with a client argument per client.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts(BTreeMap<(MessageKind, Option<ClientId>), u64>);

/// One receipt: what arrived and which of its kind it was, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) kind: MessageKind,
    client: Option<ClientId>,
    number: u64,
}

impl Receipts {
    /// Counts an authentic message. A direct request counts for the client that sent it.
    pub(super) fn count(&mut self, from: ProcessId, message: &Message) -> Receipt {
        let kind = message.kind();
        let client = match kind {
            MessageKind::ClientRequest => match from {
                ProcessId::Client(client) => Some(client),
                ProcessId::Olympus | ProcessId::Replica(_) => None,
            },
            MessageKind::ForwardedRequest | MessageKind::Shuttle | MessageKind::ResultShuttle => {
                message.request().map(|request| request.client)
            }
            MessageKind::Result
            | MessageKind::Error
            | MessageKind::Checkpoint
            | MessageKind::CompletedCheckpoint
            | MessageKind::ReconfigurationRequest
            | MessageKind::WedgeRequest
            | MessageKind::Wedged
            | MessageKind::CatchUp
            | MessageKind::CaughtUp
            | MessageKind::GetRunningState
            | MessageKind::RunningState
            | MessageKind::NewConfiguration
            | MessageKind::ConfigurationQuery
            | MessageKind::Configuration
            | MessageKind::Terminate => None,
        };
        let next = self.0.entry((kind, client)).or_default();
        let number = *next;
        *next += 1;
        Receipt {
            kind,
            client,
            number,
        }
    }
}

impl Receipt {
    /// Whether the trigger means this receipt.
    pub(super) fn fires(&self, trigger: Trigger) -> bool {
        *self
            == Self {
                kind: trigger.kind().message(),
                client: trigger.client(),
                number: trigger.message(),
            }
    }
}
