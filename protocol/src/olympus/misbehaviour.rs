//! Statements that Olympus has seen, and the misbehaviour that they prove.
//!
//! Source: docs/protocol.md P6.3 (a) to (d). (e) is found where histories are compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::{HEARD_BYTES_MAX, REQUESTS_MAX, bytes_of};
use crate::event::Misbehaviour;
use crate::history::History;
use crate::identity::{ConfigurationId, Position, ProcessId, RequestId, Slot};
use crate::keyring::Keyring;
use crate::message::Evidence;
use crate::proof::{SignedCheckpoint, SignedOrder, SignedRequest, SignedResult};
use crate::statement::{Signed, Statement};

/// Verified statements about one configuration, by slot and signer. Of equal ones one is kept, of
/// different ones by the same signer about the same slot two, which suffice to convict.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    /// Of two requests that a client signed under one number, both.
    requests: BTreeMap<RequestId, Vec<SignedRequest>>,
    orders: BTreeMap<(Slot, Position), Vec<SignedOrder>>,
    results: BTreeMap<(Slot, Position), Vec<SignedResult>>,
    checkpoints: BTreeMap<(Slot, Position), Vec<SignedCheckpoint>>,
    /// What each process has sent, so that a faulty one can fill neither memory nor time.
    heard: BTreeMap<ProcessId, Heard>,
}

/// What a process has sent in requests for reconfiguration.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    requests: usize,
    bytes: usize,
}

impl Pool {
    /// Counts a request; false where its sender has sent more than `most` of them.
    pub(super) fn admits_request(&mut self, sender: ProcessId, most: usize) -> bool {
        let heard = self.heard.entry(sender).or_default();
        heard.requests += 1;
        heard.requests <= most
    }

    /// Counts the bytes of evidence; false where its sender has sent too many.
    pub(super) fn admits_evidence(&mut self, sender: ProcessId, evidence: &Evidence) -> bool {
        let heard = self.heard.entry(sender).or_default();
        heard.bytes = heard.bytes.saturating_add(bytes_of(evidence));
        heard.bytes <= HEARD_BYTES_MAX
    }

    /// Adds what is correctly signed and about this configuration; the rest proves nothing.
    pub(super) fn add_evidence(
        &mut self,
        evidence: &Evidence,
        configuration: ConfigurationId,
        keys: &mut Keyring,
    ) {
        for request in &evidence.requests {
            let client = ProcessId::Client(request.body.id.client);
            if request.signer == client && keys.is_signed(&**request) {
                self.add_request(request);
            }
        }
        for order in &evidence.orders {
            if order.body.configuration == configuration {
                add_verified(
                    &mut self.orders,
                    order,
                    order.body.slot,
                    configuration,
                    keys,
                );
            }
        }
        for result in &evidence.results {
            if result.body.configuration == configuration {
                add_verified(
                    &mut self.results,
                    result,
                    result.body.slot,
                    configuration,
                    keys,
                );
            }
        }
        for statement in &evidence.checkpoints {
            if statement.body.configuration == configuration {
                let slot = statement.body.slot;
                add_verified(&mut self.checkpoints, statement, slot, configuration, keys);
            }
        }
    }

    /// Adds the statements of a history that has been found valid, so that all are verified.
    pub(super) fn add_history(&mut self, history: &History) {
        for entry in &history.entries {
            self.add_request(&entry.request);
            for order in &entry.statements {
                add(&mut self.orders, order, entry.slot);
            }
        }
        for checkpoint in history
            .checkpoint
            .iter()
            .flat_map(|checkpoint| &checkpoint.statements)
        {
            add(&mut self.checkpoints, checkpoint, checkpoint.body.slot);
        }
    }

    fn add_request(&mut self, request: &SignedRequest) {
        let known = self.requests.entry(request.body.id).or_default();
        if known.len() < REQUESTS_MAX && known.iter().all(|other| other.body != request.body) {
            known.push(Arc::clone(request));
        }
    }

    /// One proof for each replica that the statements convict, by position.
    pub(super) fn misbehaviour(&self, quorum: usize) -> BTreeMap<Position, Misbehaviour> {
        let mut found = BTreeMap::new();
        for ((_, signer), orders) in &self.orders {
            if let [first, second, ..] = &orders[..] {
                let (first, second) = (Arc::clone(first), Arc::clone(second));
                found
                    .entry(*signer)
                    .or_insert(Misbehaviour::TwoOrders { first, second });
            }
        }
        for ((_, signer), orders) in &self.orders {
            for statement in orders {
                // Two different requests under one number prove that the client is faulty, and that
                // whoever ordered one of them may be correct.
                if let Some([request]) = self
                    .requests
                    .get(&statement.body.request)
                    .map(Vec::as_slice)
                    && request.body.operation != statement.body.operation
                {
                    let (request, statement) = (Arc::clone(request), Arc::clone(statement));
                    let proof = Misbehaviour::WrongOperation { request, statement };
                    found.entry(*signer).or_insert(proof);
                }
            }
        }
        for ((_, signer), results) in &self.results {
            if let [first, second, ..] = &results[..] {
                let (first, second) = (Arc::clone(first), Arc::clone(second));
                found
                    .entry(*signer)
                    .or_insert(Misbehaviour::TwoResults { first, second });
            }
        }
        for (signer, statement, quorum) in contradicted(&self.results, quorum) {
            let proof = Misbehaviour::ContradictedResult { statement, quorum };
            found.entry(signer).or_insert(proof);
        }
        for (signer, statement, quorum) in contradicted(&self.checkpoints, quorum) {
            let proof = Misbehaviour::ContradictedCheckpoint { statement, quorum };
            found.entry(signer).or_insert(proof);
        }
        found
    }
}

type Stated<'a, T> = Vec<(Position, &'a Arc<Signed<T>>)>;
type BySlotAndSigner<T> = BTreeMap<(Slot, Position), Vec<Arc<Signed<T>>>>;

fn add_verified<T: Statement + PartialEq>(
    pool: &mut BySlotAndSigner<T>,
    statement: &Arc<Signed<T>>,
    slot: Slot,
    configuration: ConfigurationId,
    keys: &mut Keyring,
) {
    if statement.signer.is_replica_of(configuration) && keys.is_signed(&**statement) {
        add(pool, statement, slot);
    }
}

fn add<T: PartialEq>(pool: &mut BySlotAndSigner<T>, statement: &Arc<Signed<T>>, slot: Slot) {
    let ProcessId::Replica(replica) = statement.signer else {
        return;
    };
    let known = pool.entry((slot, replica.position)).or_default();
    if known.len() < 2 && known.iter().all(|other| other.body != statement.body) {
        known.push(Arc::clone(statement));
    }
}

/// A statement, its signer, and `t + 1` equal ones by others that contradict it.
type Contradicted<T> = (Position, Arc<Signed<T>>, Vec<Arc<Signed<T>>>);

/// The statements that contradict `quorum` equal ones about the same slot.
fn contradicted<T: PartialEq>(pool: &BySlotAndSigner<T>, quorum: usize) -> Vec<Contradicted<T>> {
    let mut by_slot: BTreeMap<Slot, Stated<'_, T>> = BTreeMap::new();
    for ((slot, signer), statements) in pool {
        let stated = statements.iter().map(|statement| (*signer, statement));
        by_slot.entry(*slot).or_default().extend(stated);
    }
    let mut found = Vec::new();
    for stated in by_slot.values() {
        let vouchers = |body: &T| -> Vec<Arc<Signed<T>>> {
            let equal = stated
                .iter()
                .filter(|(_, statement)| statement.body == *body);
            equal
                .take(quorum)
                .map(|(_, statement)| Arc::clone(statement))
                .collect()
        };
        let Some(agreed) = stated
            .iter()
            .map(|(_, statement)| vouchers(&statement.body))
            .find(|vouchers| vouchers.len() >= quorum)
        else {
            continue;
        };
        for (signer, statement) in stated {
            if statement.body != agreed[0].body {
                found.push((*signer, Arc::clone(statement), agreed.clone()));
            }
        }
    }
    found
}
