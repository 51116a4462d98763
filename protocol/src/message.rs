//! The messages that processes exchange. Payloads are shared: a clone copies pointers.
//!
//! Source: docs/protocol.md P4 to P8.

mod content;
mod evidence;

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub use self::content::{
    Answer, AnsweredBy, CatchUp, CaughtUp, CaughtUpResult, Checkpoint, ClientAnswer, Configuration,
    ConfigurationQuery, ErrorStatement, GetRunningState, NewConfiguration, OlympusResult,
    ReconfigurationRequest, Shuttle, StateTransfer, Suspicion, Terminate, WedgeRequest, Wedged,
};
pub use self::evidence::Evidence;
use crate::identity::{RequestId, Slot};
use crate::keyring::Keyring;
use crate::proof::{OrderProof, SignedRequest};
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

    /// P6.3: what it holds of evidence about the chain whose replica sent it.
    #[must_use]
    pub fn evidence(&self, keys: &mut Keyring) -> Evidence {
        match self {
            Self::Shuttle(shuttle) => {
                let configuration = shuttle.configuration;
                let results = &shuttle.result_proof;
                Evidence::of_proofs(&shuttle.order_proof, results, configuration, keys)
            }
            Self::ResultShuttle(answer) => {
                let configuration = answer.configuration;
                let results = &answer.result_proof;
                Evidence::of_proofs(&answer.order_proof, results, configuration, keys)
            }
            Self::Checkpoint(checkpoint) | Self::CompletedCheckpoint(checkpoint) => {
                let statements = &checkpoint.proof.statements;
                Evidence::of_checkpoints(statements, checkpoint.configuration, keys)
            }
            Self::ClientRequest(_)
            | Self::ForwardedRequest(_)
            | Self::Result(_)
            | Self::Error(_)
            | Self::ReconfigurationRequest(_)
            | Self::WedgeRequest(_)
            | Self::Wedged(_)
            | Self::CatchUp(_)
            | Self::CaughtUp(_)
            | Self::GetRunningState(_)
            | Self::RunningState(_)
            | Self::NewConfiguration(_)
            | Self::ConfigurationQuery(_)
            | Self::Configuration(_)
            | Self::OlympusResult(_)
            | Self::Terminate(_) => Evidence::default(),
        }
    }

    /// How many signatures it holds: what it costs at most to look into it.
    #[must_use]
    pub fn signatures(&self) -> usize {
        let proof = |order: &OrderProof, results: usize| 1 + order.statements.len() + results;
        match self {
            Self::Shuttle(shuttle) => proof(&shuttle.order_proof, shuttle.result_proof.len()),
            Self::ResultShuttle(answer) => proof(&answer.order_proof, answer.result_proof.len()),
            Self::Result(result) => {
                let answer = &result.answer;
                proof(&answer.order_proof, answer.result_proof.len())
            }
            Self::Checkpoint(checkpoint) | Self::CompletedCheckpoint(checkpoint) => {
                checkpoint.proof.statements.len()
            }
            Self::ReconfigurationRequest(request) => 1 + request.evidence.signatures(),
            Self::Wedged(wedged) => {
                let history = &wedged.body.history;
                let checkpoint = history
                    .checkpoint
                    .iter()
                    .map(|proof| proof.statements.len());
                let entries = history.entries.iter().map(|entry| proof(entry, 0));
                1 + checkpoint.chain(entries).sum::<usize>()
            }
            Self::CatchUp(catch_up) => 1 + catch_up.body.entries.len(),
            Self::CaughtUp(caught_up) => 1 + caught_up.body.results.len(),
            Self::OlympusResult(result) => 1 + result.body.proof.len(),
            Self::ConfigurationQuery(_) => 0,
            Self::ClientRequest(_)
            | Self::ForwardedRequest(_)
            | Self::Error(_)
            | Self::WedgeRequest(_)
            | Self::GetRunningState(_)
            | Self::RunningState(_)
            | Self::NewConfiguration(_)
            | Self::Configuration(_)
            | Self::Terminate(_) => 1,
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
