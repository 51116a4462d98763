//! Proofs: statements by several replicas about one slot, in chain order.
//!
//! Source: docs/protocol.md P3.3 to P3.6.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::identity::{ConfigurationId, Position, ProcessId, Slot};
use crate::keyring::Keyring;
use crate::reason::Reason;
use crate::statement::{CheckpointStatement, OrderStatement, Request, ResultStatement, Signed};

/// A client's signed request, shared by all that hold it.
pub type SignedRequest = Arc<Signed<Request>>;
/// A signed order statement, shared by all that hold it.
pub type SignedOrder = Arc<Signed<OrderStatement>>;
/// A signed result statement, shared by all that hold it.
pub type SignedResult = Arc<Signed<ResultStatement>>;
/// A signed checkpoint statement, shared by all that hold it.
pub type SignedCheckpoint = Arc<Signed<CheckpointStatement>>;

/// The client's signed request and the order statements for it (P3.3).
///
/// Shape: one statement of each of the positions `0..len`, head first; complete with `2t + 1`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct OrderProof {
    /// The slot.
    pub slot: Slot,
    /// The request in it.
    pub request: SignedRequest,
    /// The order statements, head first.
    pub statements: Vec<SignedOrder>,
}

/// What is wrong with a proof; who is to blame is the caller's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A statement is missing, doubled or out of chain order.
    Missing,
    /// A statement names another configuration, slot, request or operation.
    OtherContent,
    /// A statement's signature is bad.
    BadSignature,
}

impl Flaw {
    /// The reason that it gives in order statements.
    pub(crate) const fn of_orders(self) -> Reason {
        match self {
            Self::Missing => Reason::MissingStatement,
            Self::OtherContent => Reason::WrongOperation,
            Self::BadSignature => Reason::BadOrderSignature,
        }
    }

    /// The reason that it gives in result statements.
    pub(crate) const fn of_results(self) -> Reason {
        match self {
            Self::Missing => Reason::MissingStatement,
            Self::OtherContent => Reason::ResultMismatch,
            Self::BadSignature => Reason::BadResultSignature,
        }
    }
}

impl OrderProof {
    /// Checks that there is exactly one statement of each of the first `count` positions, in order,
    /// each correctly signed and for this very slot and request.
    ///
    /// # Errors
    /// The first flaw found. The client's signature is not checked here.
    pub fn check(
        &self,
        configuration: ConfigurationId,
        count: usize,
        keys: &mut Keyring,
    ) -> Result<(), Flaw> {
        let expected = OrderStatement {
            configuration,
            slot: self.slot,
            request: self.request.body.id,
            operation: Arc::clone(&self.request.body.operation),
        };
        check_chain(&self.statements, &expected, configuration, count, keys)
    }
}

/// Checks result statements as [`OrderProof::check`] does order statements: exactly one of each of
/// the first `count` positions, each for the slot and request of `order` and the result `result`.
///
/// # Errors
/// The first flaw found.
pub fn check_results(
    statements: &[SignedResult],
    order: &OrderProof,
    result: Digest,
    configuration: ConfigurationId,
    count: usize,
    keys: &mut Keyring,
) -> Result<(), Flaw> {
    let expected = ResultStatement {
        configuration,
        slot: order.slot,
        request: order.request.body.id,
        operation: Arc::clone(&order.request.body.operation),
        result,
    };
    check_chain(statements, &expected, configuration, count, keys)
}

/// All statements of a chain must say the same, so that the bytes are encoded once.
fn check_chain<T: crate::statement::Statement + PartialEq>(
    statements: &[Arc<Signed<T>>],
    expected: &T,
    configuration: ConfigurationId,
    count: usize,
    keys: &mut Keyring,
) -> Result<(), Flaw> {
    if !are_chain(statements, configuration, count) {
        return Err(Flaw::Missing);
    }
    let bytes = expected.signed_bytes();
    for statement in statements {
        if statement.body != *expected {
            return Err(Flaw::OtherContent);
        }
        if !keys.verify(statement.signer, &bytes, &statement.signature) {
            return Err(Flaw::BadSignature);
        }
    }
    Ok(())
}

/// Whether the signers are exactly the positions `0..count` of the configuration, in order.
#[must_use]
pub fn are_chain<T>(
    statements: &[Arc<Signed<T>>],
    configuration: ConfigurationId,
    count: usize,
) -> bool {
    statements.len() == count
        && (0..).zip(statements).all(|(position, statement)| {
            statement.signer == ProcessId::replica(configuration, Position(position))
        })
}

/// Checkpoint statements for one slot (P3.5). Valid as a proof with at least `t + 1` equal ones.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct CheckpointProof {
    /// The last slot that the checkpoint contains.
    pub slot: Slot,
    /// The statements, head first.
    pub statements: Vec<SignedCheckpoint>,
}

impl CheckpointProof {
    /// Whether every statement is for this slot and configuration, and correctly signed by one of the
    /// configuration's replicas: a replica of another one could speak for a correct namesake.
    ///
    /// # Errors
    /// The first flaw found; statements need not agree on the state.
    pub fn check_statements(
        &self,
        configuration: ConfigurationId,
        keys: &mut Keyring,
    ) -> Result<(), Flaw> {
        for statement in &self.statements {
            if statement.body.configuration != configuration || statement.body.slot != self.slot {
                return Err(Flaw::OtherContent);
            }
            if !statement.signer.is_replica_of(configuration) {
                return Err(Flaw::OtherContent);
            }
            if !keys.is_signed(statement) {
                return Err(Flaw::BadSignature);
            }
        }
        Ok(())
    }

    /// The state hash that at least `quorum` different replicas of the configuration vouch for.
    #[must_use]
    pub fn agreed_state(&self, configuration: ConfigurationId, quorum: usize) -> Option<Digest> {
        let mut votes: BTreeMap<Digest, BTreeSet<ProcessId>> = BTreeMap::new();
        for statement in &self.statements {
            if statement.signer.is_replica_of(configuration) {
                let signers = votes.entry(statement.body.state).or_default();
                signers.insert(statement.signer);
            }
        }
        votes
            .into_iter()
            .find(|(_, signers)| signers.len() >= quorum)
            .map(|(state, _)| state)
    }
}
