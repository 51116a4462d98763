//! Statements that Olympus has seen, and the misbehaviour that they prove.
//!
//! Source: docs/protocol.md P6.3 (a) to (d). (e) is found where histories are compared.

use std::collections::BTreeMap;
use std::sync::Arc;

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
    requests: BTreeMap<RequestId, SignedRequest>,
    orders: BTreeMap<(Slot, Position), Vec<SignedOrder>>,
    results: BTreeMap<(Slot, Position), Vec<SignedResult>>,
    checkpoints: BTreeMap<(Slot, Position), Vec<SignedCheckpoint>>,
    /// How many requests with evidence each process has sent.
    heard: BTreeMap<ProcessId, u32>,
}

/// How many requests of one process Olympus searches for evidence in one configuration: more than a
/// correct one sends, so that a faulty one cannot fill its memory.
const HEARD_MAX: u32 = 1000;

impl Pool {
    /// Counts a request with evidence; false where its sender has sent too many.
    pub(super) fn admits(&mut self, sender: ProcessId) -> bool {
        let heard = self.heard.entry(sender).or_default();
        *heard += 1;
        *heard <= HEARD_MAX
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
                self.requests
                    .entry(request.body.id)
                    .or_insert_with(|| Arc::clone(request));
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
            let request = &entry.request;
            self.requests
                .entry(request.body.id)
                .or_insert_with(|| Arc::clone(request));
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
                if let Some(request) = self.requests.get(&statement.body.request)
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
    let is_member = matches!(
        statement.signer,
        ProcessId::Replica(replica) if replica.configuration == configuration
    );
    if is_member && keys.is_signed(&**statement) {
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
