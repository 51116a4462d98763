//! The messages that processes exchange. Payloads are shared: a clone copies pointers.
//!
//! Source: docs/protocol.md P4 to P8.

mod content;

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub use self::content::{
    Answer, AnsweredBy, CatchUp, CaughtUp, CaughtUpResult, Checkpoint, ClientAnswer, Configuration,
    ConfigurationQuery, ErrorStatement, Evidence, GetRunningState, NewConfiguration, OlympusResult,
    ReconfigurationRequest, Shuttle, StateTransfer, Suspicion, Terminate, WedgeRequest, Wedged,
};
use crate::identity::{RequestId, Slot};
use crate::proof::SignedRequest;
use crate::statement::Signed;
use crate::word::words;

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

words! {
    /// Names a message's type, spelt as the triggers of a scenario file spell it.
    #[expect(
        missing_docs,
        reason = "each is documented at the message of the same name"
    )]
    MessageKind, a "message" {
        ClientRequest => "client_request",
        ForwardedRequest => "forwarded_request",
        Shuttle => "shuttle",
        ResultShuttle => "result_shuttle",
        Result => "result",
        Error => "error",
        Checkpoint => "checkpoint",
        CompletedCheckpoint => "completed_checkpoint",
        ReconfigurationRequest => "reconfiguration_request",
        WedgeRequest => "wedge_request",
        Wedged => "wedged",
        CatchUp => "catch_up",
        CaughtUp => "caught_up",
        GetRunningState => "get_running_state",
        RunningState => "running_state",
        NewConfiguration => "new_configuration",
        ConfigurationQuery => "configuration_query",
        Configuration => "configuration",
        Terminate => "terminate",
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
