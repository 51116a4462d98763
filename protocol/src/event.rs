//! Typed events: every significant internal action of a machine.
//!
//! Events are what the judge, logs and pages read. Where an event happens is known to whoever records
//! it; only Olympus's events name the configuration and the replica that they are about.
//!
//! Source: docs/running.md.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::dictionary::Operation;
use crate::digest::Digest;
use crate::history::{HistoryId, OrderedRequest};
use crate::identity::{
    ClientId, ConfigurationId, Position, ProcessId, RequestId, RequestNumber, Slot,
};
use crate::message::{AnsweredBy, MessageKind};
use crate::reason::Reason;
use crate::timer::Timer;
use crate::word::words;

/// A request id in an event: the fields `request_client` and `request`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct RequestRef {
    /// The client.
    pub request_client: ClientId,
    /// The number of its request.
    pub request: RequestNumber,
}

impl From<RequestId> for RequestRef {
    fn from(id: RequestId) -> Self {
        Self {
            request_client: id.client,
            request: id.number,
        }
    }
}

impl From<RequestRef> for RequestId {
    fn from(reference: RequestRef) -> Self {
        Self {
            client: reference.request_client,
            number: reference.request,
        }
    }
}

words! {
    /// Which case of P5.2 a replica's handling of a request falls under: the rule's own letter.
    RetransmissionCase, a "case of P5.2" {
        /// Lower than the client's last executed request.
        Stale => "0",
        /// The result shuttle is cached: the client gets result and proofs.
        Cached => "a",
        /// The replica is immutable: the client gets a signed error.
        Immutable => "b",
        /// Not the head: forwarded to it, with a timer.
        Forwarded => "c",
        /// The head has ordered it and waits for the result shuttle, with a timer.
        Ordered => "d",
        /// Unknown to the head: ordered now.
        Unknown => "e",
    }
}

impl RetransmissionCase {
    /// The case in words, for log files.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Stale => "stale: below the client's last executed request",
            Self::Cached => "result shuttle cached: answered from the cache",
            Self::Immutable => "immutable: answered with a signed error",
            Self::Forwarded => "not the head: forwarded to it",
            Self::Ordered => "head, ordered: waits for the result shuttle",
            Self::Unknown => "head, unknown: ordered now",
        }
    }
}

/// An event of a machine.
///
/// JSON: the variant's name in `event`, the fields beside it; an absent optional field is left out.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    // Any process.
    /// A message was discarded for what is wrong in it.
    Refused {
        /// Its type.
        message: MessageKind,
        /// Its sender.
        from: ProcessId,
        /// What is wrong.
        reason: Reason,
        /// Its slot, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
        /// Its request, if it has one.
        #[serde(flatten)]
        request: Option<RequestRef>,
    },
    /// A message was of no use, and nobody is to blame.
    Ignored {
        /// Its type.
        message: MessageKind,
        /// Its sender.
        from: ProcessId,
        /// Why.
        reason: Reason,
        /// Its slot, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
        /// Its request, if it has one.
        #[serde(flatten)]
        request: Option<RequestRef>,
    },
    /// A timer was started.
    TimerSet {
        /// Which.
        timer: Timer,
        /// How long it runs, in milliseconds.
        after_ms: u64,
    },
    /// A timer was stopped before it expired.
    TimerCancelled {
        /// Which.
        timer: Timer,
    },
    /// A timer expired.
    TimerExpired {
        /// Which.
        timer: Timer,
    },

    // Clients.
    /// A request was sent for the first time.
    Invoked {
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
        /// What it asks for.
        operation: Arc<Operation>,
    },
    /// A result was accepted (P4.5, P7.6).
    Accepted {
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
        /// The result.
        result: String,
        /// The slot that the proof names.
        slot: Slot,
        /// The configuration whose proof it is; from Olympus, the one that ended.
        configuration: ConfigurationId,
        /// Who gave it.
        by: AnsweredBy,
        /// The process it came from.
        from: ProcessId,
        /// How often the request was sent, the first time included.
        attempts: u32,
    },
    /// A signed error arrived (P5.4).
    ClientError {
        /// The immutable replica.
        from: ProcessId,
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
    },
    /// The client has no more requests.
    Done,

    // Replicas.
    /// A pending replica keeps a message for later (P1.8).
    Queued {
        /// Its type.
        message: MessageKind,
        /// Its sender.
        from: ProcessId,
    },
    /// The replica became active with the state of a new configuration (P7.7).
    Activated {
        /// The first slot of the configuration.
        slot: Slot,
        /// The hash of the state.
        state: Digest,
    },
    /// The head gave a request its slot (P4.2).
    Ordered {
        /// The slot.
        slot: Slot,
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
    },
    /// A request was executed and put into the history (P4.3).
    Executed {
        /// The slot.
        slot: Slot,
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
        /// What it asks for.
        operation: Arc<Operation>,
        /// Its result.
        result: String,
        /// Whether it had been executed before and only its recorded result was given (P4.6).
        repeated: bool,
    },
    /// A result shuttle was verified and kept (P4.4).
    Cached {
        /// The slot.
        slot: Slot,
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
    },
    /// A request came directly from a client, or was forwarded, and fell under this case (P5.2).
    Retransmitted {
        /// The case.
        case: RetransmissionCase,
        /// Direct from the client, or forwarded by a replica.
        message: MessageKind,
        /// Who sent it.
        from: ProcessId,
        /// The request.
        #[serde(flatten)]
        request: RequestRef,
        /// Its slot, where it has been ordered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
    },
    /// The replica found a reason for reconfiguration (P6.1).
    Suspected {
        /// Whom it suspects; nobody when a timer expired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suspect: Option<Position>,
        /// Why.
        reason: Reason,
        /// The slot, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
        /// The request, if it is about one.
        #[serde(flatten)]
        request: Option<RequestRef>,
    },
    /// A completed checkpoint shows a state that differs from that of `t + 1` replicas (P8.3).
    Divergence {
        /// The checkpoint's slot.
        slot: Slot,
        /// Whose state differs.
        suspect: Position,
    },
    /// The head started a checkpoint (P8.1).
    CheckpointStarted {
        /// The last slot that it contains.
        slot: Slot,
    },
    /// A checkpoint proof is complete and kept; the history up to it was dropped (P8.2).
    CheckpointCompleted {
        /// The last slot that it contains.
        slot: Slot,
        /// The state hash of `t + 1` replicas.
        state: Digest,
    },
    /// The replica became immutable, or already was, and told its history (P7.1).
    Wedged {
        /// The slot of its last completed checkpoint.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint: Option<Slot>,
        /// How many entries its history has.
        entries: u64,
    },
    /// The replica followed a history on a copy of its state (P7.4).
    CaughtUp {
        /// The history.
        history: HistoryId,
        /// How many entries it applied.
        entries: u64,
        /// The hash of the resulting state.
        state: Digest,
    },
    /// The process was told to stop (P7.7).
    Terminated,

    // Olympus.
    /// A request for reconfiguration was accepted (P6.2).
    ReconfigurationRequested {
        /// The configuration that is to end.
        configuration: ConfigurationId,
        /// The replica that asked, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replica: Option<Position>,
        /// Who asked.
        from: ProcessId,
        /// Why.
        reason: Reason,
        /// Whom the requester suspects.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suspect: Option<Position>,
        /// The slot, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
    },
    /// The replicas of a configuration are told to become immutable (P7.1).
    WedgeStarted {
        /// The configuration that ends.
        configuration: ConfigurationId,
    },
    /// A wedged message is valid (P7.2).
    HistoryAccepted {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// Whose history.
        replica: Position,
        /// Its name.
        history: HistoryId,
        /// The slot of its checkpoint.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint: Option<Slot>,
        /// How many entries it has.
        entries: u64,
    },
    /// A wedged message is invalid and was discarded (P7.2).
    HistoryRefused {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// Whose history.
        replica: Position,
        /// What is wrong.
        reason: Reason,
    },
    /// A supporter is asked to follow a history (P7.3).
    CatchUpStarted {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The supporter.
        replica: Position,
        /// The history.
        history: HistoryId,
        /// How many entries the supporter lacks.
        entries: u64,
    },
    /// A supporter's report is valid (P7.4).
    ReportAccepted {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The supporter.
        replica: Position,
        /// The history that it followed.
        history: HistoryId,
        /// The hash that it reports.
        state: Digest,
    },
    /// A quorum was chosen (P7.5). The last one of a configuration is the one that counted.
    QuorumFormed {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The `t + 1` replicas, lowest first.
        quorum: Vec<Position>,
        /// The history that they agree on.
        history: HistoryId,
        /// The slot of that history's checkpoint.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint: Option<Slot>,
        /// The slots and requests of that history since its checkpoint.
        entries: Vec<OrderedRequest>,
        /// The hash that the quorum reports.
        state: Digest,
    },
    /// A running state with the reported hash arrived (P7.5).
    StateReceived {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// Who sent it.
        replica: Position,
    },
    /// A configuration was started (P7.7).
    ConfigurationStarted {
        /// The new configuration.
        configuration: ConfigurationId,
        /// Its first slot.
        slot: Slot,
        /// The hash of the state that it starts from.
        state: Digest,
    },
    /// Proof of misbehaviour (P6.3).
    Convicted {
        /// The configuration.
        configuration: ConfigurationId,
        /// Who is convicted.
        replica: Position,
        /// The statements that prove it.
        proof: Misbehaviour,
    },
    /// A replica is ruled out of the quorum (P6.3, P7.5).
    RuledOut {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// Who.
        replica: Position,
        /// Why.
        reason: Reason,
    },
    /// A silent member of the quorum is set aside (P7.5).
    SetAside {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// Who.
        replica: Position,
    },
}

/// What convicts a replica (P6.3), complete with the statements that prove it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    /// (a) Two order statements for one slot with different request or operation.
    TwoOrders {
        /// One.
        first: crate::proof::SignedOrder,
        /// The other.
        second: crate::proof::SignedOrder,
    },
    /// (b) An order statement whose operation is not that of the client's signed request.
    WrongOperation {
        /// The client's request.
        request: crate::proof::SignedRequest,
        /// The order statement.
        statement: crate::proof::SignedOrder,
    },
    /// (c) Two different result statements for one slot.
    TwoResults {
        /// One.
        first: crate::proof::SignedResult,
        /// The other.
        second: crate::proof::SignedResult,
    },
    /// (d) A result statement that contradicts `t + 1` equal ones.
    ContradictedResult {
        /// The lonely one.
        statement: crate::proof::SignedResult,
        /// `t + 1` equal ones by different replicas.
        quorum: Vec<crate::proof::SignedResult>,
    },
    /// (d) A checkpoint statement that contradicts `t + 1` equal ones.
    ContradictedCheckpoint {
        /// The lonely one.
        statement: crate::proof::SignedCheckpoint,
        /// `t + 1` equal ones by different replicas.
        quorum: Vec<crate::proof::SignedCheckpoint>,
    },
    /// (e) An order statement for a slot that the signer's own wedged history should hold and does
    /// not, or holds for another request (P7.2).
    OrderWithheld {
        /// The order statement.
        statement: crate::proof::SignedOrder,
        /// The signer's own signed history.
        wedged: Arc<crate::statement::Signed<crate::message::Wedged>>,
    },
}
