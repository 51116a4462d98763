//! The messages that processes exchange. Payloads are shared: a clone copies pointers.
//!
//! Source: docs/protocol.md P4 to P8.

use std::fmt;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::history::{History, HistoryId, OrderedRequest};
use crate::identity::{ConfigurationId, Position, RequestId, Slot};
use crate::parameters::Parameters;
use crate::proof::{
    CheckpointProof, OrderProof, SignedCheckpoint, SignedOrder, SignedRequest, SignedResult,
};
use crate::reason::Reason;
use crate::running_state::RunningState;
use crate::signature::PublicKey;
use crate::statement::{CaughtUpStatement, Signed, Statement};

/// Any message.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Client to replica: a request, sent to the head or retransmitted to all (P4.1, P5.1).
    ClientRequest(SignedRequest),
    /// Replica to head: a client's request, passed on (P5.2).
    ForwardedRequest(SignedRequest),
    /// Replica to its successor: a request on its way down the chain (P4.2).
    Shuttle(Arc<Shuttle>),
    /// Replica to its predecessor: a result with its proofs on its way back (P4.4).
    ResultShuttle(Arc<Answer>),
    /// Replica to client: a result with its proofs (P4.4, P5.2).
    Result(Arc<ClientAnswer>),
    /// Immutable replica to client (P5.2 b).
    Error(Arc<Signed<ErrorStatement>>),
    /// Replica to its successor: a checkpoint being collected (P8.1).
    Checkpoint(Arc<Checkpoint>),
    /// Replica to its predecessor: a checkpoint with all statements (P8.2).
    CompletedCheckpoint(Arc<Checkpoint>),
    /// Replica or client to Olympus (P6.1).
    ReconfigurationRequest(Arc<ReconfigurationRequest>),
    /// Olympus to replica (P7.1).
    WedgeRequest(Arc<Signed<WedgeRequest>>),
    /// Replica to Olympus (P7.1).
    Wedged(Arc<Signed<Wedged>>),
    /// Olympus to replica (P7.3).
    CatchUp(Arc<Signed<CatchUp>>),
    /// Replica to Olympus (P7.4).
    CaughtUp(Arc<Signed<CaughtUp>>),
    /// Olympus to replica (P7.5).
    GetRunningState(Arc<Signed<GetRunningState>>),
    /// Replica to Olympus (P7.5).
    RunningState(Arc<Signed<StateTransfer>>),
    /// Olympus to the replicas of the next configuration (P7.7).
    NewConfiguration(Arc<Signed<NewConfiguration>>),
    /// Client to Olympus (P5.1, P5.4).
    ConfigurationQuery(ConfigurationQuery),
    /// Olympus to client: the current configuration, asked for or announced (P5.1, P7.7).
    Configuration(Arc<Signed<Configuration>>),
    /// Olympus to client: a result that a quorum vouches for (P7.6).
    OlympusResult(Arc<Signed<OlympusResult>>),
    /// Olympus to the replicas of a replaced configuration (P7.7).
    Terminate(Arc<Signed<Terminate>>),
}

/// Names a message's type, spelt as the triggers of a scenario file spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is documented at the message of the same name"
)]
pub enum MessageKind {
    ClientRequest,
    ForwardedRequest,
    Shuttle,
    ResultShuttle,
    Result,
    Error,
    Checkpoint,
    CompletedCheckpoint,
    ReconfigurationRequest,
    WedgeRequest,
    Wedged,
    CatchUp,
    CaughtUp,
    GetRunningState,
    RunningState,
    NewConfiguration,
    ConfigurationQuery,
    Configuration,
    Terminate,
}

impl MessageKind {
    /// The name in logs, traces and scenario files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientRequest => "client_request",
            Self::ForwardedRequest => "forwarded_request",
            Self::Shuttle => "shuttle",
            Self::ResultShuttle => "result_shuttle",
            Self::Result => "result",
            Self::Error => "error",
            Self::Checkpoint => "checkpoint",
            Self::CompletedCheckpoint => "completed_checkpoint",
            Self::ReconfigurationRequest => "reconfiguration_request",
            Self::WedgeRequest => "wedge_request",
            Self::Wedged => "wedged",
            Self::CatchUp => "catch_up",
            Self::CaughtUp => "caught_up",
            Self::GetRunningState => "get_running_state",
            Self::RunningState => "running_state",
            Self::NewConfiguration => "new_configuration",
            Self::ConfigurationQuery => "configuration_query",
            Self::Configuration => "configuration",
            Self::Terminate => "terminate",
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Message {
    /// The message's type. A result from Olympus is a `result` like one from a replica.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::ClientRequest(_) => MessageKind::ClientRequest,
            Self::ForwardedRequest(_) => MessageKind::ForwardedRequest,
            Self::Shuttle(_) => MessageKind::Shuttle,
            Self::ResultShuttle(_) => MessageKind::ResultShuttle,
            Self::Result(_) | Self::OlympusResult(_) => MessageKind::Result,
            Self::Error(_) => MessageKind::Error,
            Self::Checkpoint(_) => MessageKind::Checkpoint,
            Self::CompletedCheckpoint(_) => MessageKind::CompletedCheckpoint,
            Self::ReconfigurationRequest(_) => MessageKind::ReconfigurationRequest,
            Self::WedgeRequest(_) => MessageKind::WedgeRequest,
            Self::Wedged(_) => MessageKind::Wedged,
            Self::CatchUp(_) => MessageKind::CatchUp,
            Self::CaughtUp(_) => MessageKind::CaughtUp,
            Self::GetRunningState(_) => MessageKind::GetRunningState,
            Self::RunningState(_) => MessageKind::RunningState,
            Self::NewConfiguration(_) => MessageKind::NewConfiguration,
            Self::ConfigurationQuery(_) => MessageKind::ConfigurationQuery,
            Self::Configuration(_) => MessageKind::Configuration,
            Self::Terminate(_) => MessageKind::Terminate,
        }
    }

    /// The request that the message is about, where it is about one.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::ClientRequest(request) | Self::ForwardedRequest(request) => Some(request.body.id),
            Self::Shuttle(shuttle) => Some(shuttle.order_proof.request.body.id),
            Self::ResultShuttle(answer) => Some(answer.request()),
            Self::Result(answer) => Some(answer.answer.request()),
            Self::Error(error) => Some(error.body.request),
            Self::OlympusResult(result) => Some(result.body.request),
            Self::ReconfigurationRequest(request) => request.signed.body.request,
            Self::Checkpoint(_)
            | Self::CompletedCheckpoint(_)
            | Self::WedgeRequest(_)
            | Self::Wedged(_)
            | Self::CatchUp(_)
            | Self::CaughtUp(_)
            | Self::GetRunningState(_)
            | Self::RunningState(_)
            | Self::NewConfiguration(_)
            | Self::ConfigurationQuery(_)
            | Self::Configuration(_)
            | Self::Terminate(_) => None,
        }
    }

    /// The slot that the message is about, where it is about one.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        match self {
            Self::Shuttle(shuttle) => Some(shuttle.order_proof.slot),
            Self::ResultShuttle(answer) => Some(answer.order_proof.slot),
            Self::Result(answer) => Some(answer.answer.order_proof.slot),
            Self::OlympusResult(result) => Some(result.body.slot),
            Self::Checkpoint(checkpoint) | Self::CompletedCheckpoint(checkpoint) => {
                Some(checkpoint.proof.slot)
            }
            Self::ReconfigurationRequest(request) => request.signed.body.slot,
            Self::NewConfiguration(new) => Some(new.body.first_slot),
            Self::ClientRequest(_)
            | Self::ForwardedRequest(_)
            | Self::Error(_)
            | Self::WedgeRequest(_)
            | Self::Wedged(_)
            | Self::CatchUp(_)
            | Self::CaughtUp(_)
            | Self::GetRunningState(_)
            | Self::RunningState(_)
            | Self::ConfigurationQuery(_)
            | Self::Configuration(_)
            | Self::Terminate(_) => None,
        }
    }
}

/// A request on its way down the chain (P4.2).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Shuttle {
    /// The configuration whose chain it travels.
    pub configuration: ConfigurationId,
    /// The slot, the request and the order statements so far.
    pub order_proof: OrderProof,
    /// The result statements so far, head first.
    pub result_proof: Vec<SignedResult>,
}

/// A result with its proofs (P4.4): the content of a result shuttle, of a result to a client and of
/// what replicas cache.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Answer {
    /// The configuration that gave it.
    pub configuration: ConfigurationId,
    /// The result.
    pub result: String,
    /// The slot, the request and the order statements of all replicas.
    pub order_proof: OrderProof,
    /// The result statements, head first.
    pub result_proof: Vec<SignedResult>,
}

impl Answer {
    /// The request that it answers.
    #[must_use]
    pub fn request(&self) -> RequestId {
        self.order_proof.request.body.id
    }
}

/// Where a client's answer comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// The tail, as it ended a shuttle (P4.4).
    Tail,
    /// A replica's cache, on a retransmission (P5.2 a).
    Cache,
    /// Olympus, after a reconfiguration (P7.6).
    Olympus,
}

impl AnsweredBy {
    /// The name in outcomes and expected files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tail => "tail",
            Self::Cache => "cache",
            Self::Olympus => "olympus",
        }
    }
}

/// A result on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct ClientAnswer {
    /// Fresh or from a cache. Tells the reader of a log; nothing depends on it.
    pub by: AnsweredBy,
    /// The result and its proofs.
    pub answer: Arc<Answer>,
}

/// A checkpoint's statements, being collected or complete (P8).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The configuration.
    pub configuration: ConfigurationId,
    /// The slot and the statements so far.
    pub proof: CheckpointProof,
}

macro_rules! signed_body {
    ($(#[$doc:meta])* $name:ident as $tag:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
        )]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl Statement for $name {
            const TAG: &'static str = $tag;
        }
    };
}

signed_body! {
    /// An immutable replica cannot order this request (P5.2 b).
    ErrorStatement as "error" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The request.
        request: RequestId,
    }
}

signed_body! {
    /// Why a process wants a reconfiguration (P6.1).
    Suspicion as "suspicion" {
        /// The configuration that should end.
        configuration: ConfigurationId,
        /// What was seen.
        reason: Reason,
        /// Whom the signer suspects, if anybody.
        suspect: Option<Position>,
        /// The slot that it is about, if it is about one.
        slot: Option<Slot>,
        /// The request that it is about, if it is about one.
        request: Option<RequestId>,
    }
}

/// A request for reconfiguration: the signed suspicion and the statements that support it. These
/// carry signatures of their own, so that the suspicion need not cover them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct ReconfigurationRequest {
    /// The suspicion.
    pub signed: Signed<Suspicion>,
    /// Statements in which Olympus looks for proof of misbehaviour (P6.3).
    pub evidence: Evidence,
}

/// Signed statements in which misbehaviour may show (P6.3). Empty where there are none.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct Evidence {
    /// Clients' requests.
    pub requests: Vec<SignedRequest>,
    /// Order statements.
    pub orders: Vec<SignedOrder>,
    /// Result statements.
    pub results: Vec<SignedResult>,
    /// Checkpoint statements.
    pub checkpoints: Vec<SignedCheckpoint>,
}

impl Evidence {
    /// The statements of an answer.
    #[must_use]
    pub fn of_answer(answer: &Answer) -> Self {
        Self::of_proofs(&answer.order_proof, &answer.result_proof)
    }

    /// The statements of a shuttle.
    #[must_use]
    pub fn of_shuttle(shuttle: &Shuttle) -> Self {
        Self::of_proofs(&shuttle.order_proof, &shuttle.result_proof)
    }

    /// The statements of a checkpoint.
    #[must_use]
    pub fn of_checkpoint(checkpoint: &Checkpoint) -> Self {
        Self {
            checkpoints: checkpoint.proof.statements.clone(),
            ..Self::default()
        }
    }

    fn of_proofs(order: &OrderProof, results: &[SignedResult]) -> Self {
        Self {
            requests: vec![Arc::clone(&order.request)],
            orders: order.statements.clone(),
            results: results.to_vec(),
            checkpoints: Vec::new(),
        }
    }
}

signed_body! {
    /// Become immutable and tell your history (P7.1).
    WedgeRequest as "wedge request" {
        /// The configuration that ends.
        configuration: ConfigurationId,
    }
}

signed_body! {
    /// I am immutable and this is my history (P7.1).
    Wedged as "wedged" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// Its last completed checkpoint and the order proofs since.
        history: History,
    }
}

signed_body! {
    /// Follow this history, on a copy of your state (P7.3, P7.4).
    CatchUp as "catch-up" {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The history to follow.
        history: HistoryId,
        /// Its entries that the receiver lacks, in slot order; empty where it lacks nothing.
        entries: Vec<OrderedRequest>,
    }
}

/// A client's last request after a catch-up (P7.4).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct CaughtUpResult {
    /// Its result.
    pub result: String,
    /// The statement about it.
    pub statement: Arc<Signed<CaughtUpStatement>>,
}

signed_body! {
    /// Having followed this history I hold a state with this hash (P7.4).
    CaughtUp as "caught up" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The history that was followed.
        history: HistoryId,
        /// The hash of the resulting running state.
        state: Digest,
        /// One for each client whose last request was executed or caught up in this configuration.
        results: Vec<CaughtUpResult>,
    }
}

signed_body! {
    /// Send me the state that you reached by this history (P7.5).
    GetRunningState as "get running state" {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The history that was chosen.
        history: HistoryId,
    }
}

signed_body! {
    /// The state that the signer reached by this history (P7.5).
    StateTransfer as "running state transfer" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The history that was followed.
        history: HistoryId,
        /// The state.
        state: RunningState,
    }
}

signed_body! {
    /// What a replica of the next configuration starts from (P7.7).
    NewConfiguration as "new configuration" {
        /// The new configuration.
        configuration: ConfigurationId,
        /// The public keys of its replicas, head first.
        chain: Vec<PublicKey>,
        /// The run's settings.
        parameters: Parameters,
        /// The first slot that it orders (P3.8).
        first_slot: Slot,
        /// The state that it starts from.
        state: RunningState,
        /// The hash of that state.
        state_hash: Digest,
    }
}

/// A client's question to Olympus.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub enum ConfigurationQuery {
    /// Which configuration is current? Answered at once (P5.1).
    Current,
    /// Is there a newer one than this? Answered as soon as there is (P5.4).
    NewerThan(ConfigurationId),
}

signed_body! {
    /// The current configuration, for clients (P5.1, P7.7).
    Configuration as "configuration" {
        /// Its number.
        configuration: ConfigurationId,
        /// The public keys of its replicas, head first.
        chain: Vec<PublicKey>,
    }
}

signed_body! {
    /// The result of a client's last request, vouched for by the quorum of a configuration that
    /// ended (P7.6).
    OlympusResult as "result from Olympus" {
        /// The configuration that ended.
        configuration: ConfigurationId,
        /// The request.
        request: RequestId,
        /// The slot where it took effect.
        slot: Slot,
        /// The result.
        result: String,
        /// `t + 1` equal statements.
        proof: Vec<Arc<Signed<CaughtUpStatement>>>,
    }
}

signed_body! {
    /// Your configuration has been replaced; stop (P7.7).
    Terminate as "terminate" {
        /// The configuration that has ended.
        configuration: ConfigurationId,
    }
}
