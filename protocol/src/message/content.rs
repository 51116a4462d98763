//! What messages carry. Payloads are shared: a clone copies pointers.
//!
//! Source: docs/protocol.md P4 to P8.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use crate::digest::Digest;
use crate::history::{History, HistoryId, OrderedRequest};
use crate::identity::{ConfigurationId, Position, RequestId, Slot};
use crate::parameters::Parameters;
use crate::proof::{CheckpointProof, OrderProof, SignedResult};
use crate::reason::Reason;
use crate::running_state::RunningState;
use crate::signature::PublicKey;
use crate::statement::{CaughtUpStatement, Signed, Statement, statement};
use crate::word::words;

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

words! {
    /// Where a client's answer comes from.
    AnsweredBy, a "source of answers" {
        /// The tail, as it ended a shuttle (P4.4).
        Tail => "tail",
        /// A replica's cache, on a retransmission (P5.2 a).
        Cache => "cache",
        /// Olympus, after a reconfiguration (P7.6).
        Olympus => "olympus",
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

statement! {
    /// An immutable replica cannot order this request (P5.2 b).
    ErrorStatement as "error" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The request.
        request: RequestId,
    }
}

statement! {
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

statement! {
    /// Become immutable and tell your history (P7.1).
    WedgeRequest as "wedge request" {
        /// The configuration that ends.
        configuration: ConfigurationId,
    }
}

statement! {
    /// I am immutable and this is my history (P7.1).
    Wedged as "wedged" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// Its last completed checkpoint and the order proofs since.
        history: History,
    }
}

statement! {
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

statement! {
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

statement! {
    /// Send me the state that you reached by this history (P7.5).
    GetRunningState as "get running state" {
        /// The configuration that ends.
        configuration: ConfigurationId,
        /// The history that was chosen.
        history: HistoryId,
    }
}

statement! {
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

statement! {
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

statement! {
    /// The current configuration, for clients (P5.1, P7.7).
    Configuration as "configuration" {
        /// Its number.
        configuration: ConfigurationId,
        /// The public keys of its replicas, head first.
        chain: Vec<PublicKey>,
    }
}

statement! {
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

statement! {
    /// Your configuration has been replaced; stop (P7.7).
    Terminate as "terminate" {
        /// The configuration that has ended.
        configuration: ConfigurationId,
    }
}
