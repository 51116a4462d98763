//! Evidence: the statements that a request for reconfiguration brings.
//!
//! Source: docs/protocol.md P6.3.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::bounds::{EVIDENCE_BYTES_MAX, bytes_of};
use crate::identity::{ConfigurationId, ProcessId};
use crate::keyring::Keyring;
use crate::proof::{OrderProof, SignedCheckpoint, SignedOrder, SignedRequest, SignedResult};
use crate::statement::{Signed, Statement};

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
    /// What proofs about a slot of a configuration hold of it.
    #[must_use]
    pub fn of_proofs(
        order: &OrderProof,
        results: &[SignedResult],
        configuration: ConfigurationId,
        keys: &mut Keyring,
    ) -> Self {
        let request = &order.request;
        let client = ProcessId::Client(request.body.id.client);
        let is_signed = request.signer == client && keys.is_signed(&**request);
        let evidence = Self {
            requests: is_signed.then(|| Arc::clone(request)).into_iter().collect(),
            orders: well_signed(&order.statements, configuration, keys),
            results: well_signed(results, configuration, keys),
            checkpoints: Vec::new(),
        };
        evidence.within_bounds()
    }

    /// What statements about a checkpoint of a configuration hold of it.
    #[must_use]
    pub fn of_checkpoints(
        statements: &[SignedCheckpoint],
        configuration: ConfigurationId,
        keys: &mut Keyring,
    ) -> Self {
        let evidence = Self {
            checkpoints: well_signed(statements, configuration, keys),
            ..Self::default()
        };
        evidence.within_bounds()
    }

    /// Leaves out what is too much for one request for reconfiguration. What contradicts a client's request
    /// comes first.
    #[must_use]
    pub(crate) fn within_bounds(mut self) -> Self {
        if bytes_of(&self) <= EVIDENCE_BYTES_MAX {
            return self;
        }
        if let Some(request) = self.requests.first() {
            let operation = &request.body.operation;
            self.orders
                .sort_by_key(|order| order.body.operation == *operation);
        }
        let mut room = EVIDENCE_BYTES_MAX - bytes_of(&Self::default());
        keep_within(&mut self.requests, &mut room);
        keep_within(&mut self.orders, &mut room);
        keep_within(&mut self.results, &mut room);
        keep_within(&mut self.checkpoints, &mut room);
        self
    }

    /// How many signatures it holds.
    pub(super) fn signatures(&self) -> usize {
        let Self {
            requests,
            orders,
            results,
            checkpoints,
        } = self;
        requests.len() + orders.len() + results.len() + checkpoints.len()
    }
}

/// Of the first statements, as many as a chain's and one more, those that a replica of the configuration
/// has signed: what is not signed proves nothing, and a correct process sends no more.
fn well_signed<T: Statement>(
    statements: &[Arc<Signed<T>>],
    configuration: ConfigurationId,
    keys: &mut Keyring,
) -> Vec<Arc<Signed<T>>> {
    let most = keys.chain(configuration).map_or(0, |chain| chain.len() + 1);
    let mut is_evidence = |statement: &Signed<T>| {
        statement.signer.is_replica_of(configuration) && keys.is_signed(statement)
    };
    let first = statements.iter().take(most);
    first
        .filter(|statement| is_evidence(statement))
        .cloned()
        .collect()
}

/// Keeps what there is room for, and takes it from the room.
fn keep_within<T: BorshSerialize>(statements: &mut Vec<T>, room: &mut usize) {
    statements.retain(|statement| {
        let left = room.checked_sub(bytes_of(statement));
        *room = left.unwrap_or(*room);
        left.is_some()
    });
}
