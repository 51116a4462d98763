//! Contradictions that a client sees in an answer and reports to Olympus.
//!
//! Source: docs/protocol.md P5.5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Client;
use crate::identity::{ConfigurationId, Position, ProcessId, Slot};
use crate::keyring::Keyring;
use crate::machine::Effects;
use crate::message::{Answer, Evidence, Suspicion};
use crate::proof::{SignedOrder, SignedRequest, SignedResult};
use crate::reason::Reason;
use crate::statement::Signed;

impl Client {
    /// P5.5: correctly signed statements about the answer's slot that contradict each other, or the
    /// client's own request, go to Olympus, whether or not the result is accepted. What is not signed
    /// contradicts nothing: a liar could put it beside the statements of correct replicas.
    pub(super) fn report_contradictions(&mut self, answer: &Answer, effects: &mut Effects) {
        let Some(own) = self.outstanding.as_ref().map(|o| Arc::clone(&o.request)) else {
            return;
        };
        if is_unanimous(answer, &own) {
            return;
        }
        let (configuration, slot) = (answer.configuration, answer.order_proof.slot);
        let Statements { orders, results } = Statements::of(answer, &mut self.keys);
        let wrong_order = orders.iter().find(|order| {
            order.body.request == own.body.id && order.body.operation != own.body.operation
        });
        let disagree = orders.windows(2).any(|pair| pair[0].body != pair[1].body)
            || results.windows(2).any(|pair| pair[0].body != pair[1].body);
        if wrong_order.is_none() && !disagree {
            return;
        }
        let signer = wrong_order.map(|order| order.signer);
        let suspect = signer
            .or_else(|| signed_two(&orders))
            .or_else(|| signed_two(&results))
            .or_else(|| contradicts_quorum(&results, self.parameters.quorum()));
        let suspect = suspect.and_then(position_of);
        if !self.accused.insert((configuration, suspect)) {
            return;
        }
        let suspicion = Suspicion {
            configuration,
            reason: Reason::ContradictoryStatements,
            suspect,
            slot: Some(slot),
            request: Some(own.body.id),
        };
        let evidence = Evidence {
            requests: self.requests_in(answer, own),
            orders,
            results,
            checkpoints: Vec::new(),
        };
        effects.suspect(suspicion, evidence.within_bounds(), &self.signer);
    }

    /// The client's own request and, where the answer holds another that it has signed under the same
    /// number, that one too: together they convict nobody else (P6.3).
    fn requests_in(&mut self, answer: &Answer, own: SignedRequest) -> Vec<SignedRequest> {
        let theirs = &answer.order_proof.request;
        let is_other = theirs.body != own.body
            && theirs.signer == own.signer
            && self.keys.is_signed(&**theirs);
        let other = is_other.then(|| Arc::clone(theirs));
        [own].into_iter().chain(other).collect()
    }
}

/// The correctly signed statements of an answer about its slot.
struct Statements {
    orders: Vec<SignedOrder>,
    results: Vec<SignedResult>,
}

impl Statements {
    fn of(answer: &Answer, keys: &mut Keyring) -> Self {
        let about = (answer.configuration, answer.order_proof.slot);
        let is_about = |signer: ProcessId, stated: (ConfigurationId, Slot)| {
            stated == about && signer.is_replica_of(answer.configuration)
        };
        let orders = answer.order_proof.statements.iter();
        let orders = orders
            .filter(|order| is_about(order.signer, (order.body.configuration, order.body.slot)));
        let orders = orders
            .filter(|order| keys.is_signed(&***order))
            .cloned()
            .collect();
        let results = answer.result_proof.iter();
        let results = results.filter(|result| {
            is_about(result.signer, (result.body.configuration, result.body.slot))
        });
        let results = results
            .filter(|result| keys.is_signed(&***result))
            .cloned()
            .collect();
        Self { orders, results }
    }
}

/// Who has signed two different ones of these statements about one slot.
fn signed_two<T: PartialEq>(statements: &[Arc<Signed<T>>]) -> Option<ProcessId> {
    let mut first: BTreeMap<ProcessId, &T> = BTreeMap::new();
    let mut signed = statements.iter();
    let twice = signed.find(|statement| {
        let known = first.entry(statement.signer).or_insert(&statement.body);
        **known != statement.body
    });
    twice.map(|statement| statement.signer)
}

/// Who has signed another result than `quorum` equal ones have.
fn contradicts_quorum(results: &[SignedResult], quorum: usize) -> Option<ProcessId> {
    let agreed = results.iter().map(|result| &result.body).find(|body| {
        let equal = results.iter().filter(|result| result.body == **body);
        let signers: BTreeSet<_> = equal.map(|result| result.signer).collect();
        signers.len() >= quorum
    })?;
    let lonely = results.iter().find(|result| result.body != *agreed);
    lonely.map(|result| result.signer)
}

fn position_of(process: ProcessId) -> Option<Position> {
    match process {
        ProcessId::Replica(replica) => Some(replica.position),
        ProcessId::Client(_) | ProcessId::Olympus => None,
    }
}

/// Whether all statements say the same and agree with the client's request: nothing to look into.
fn is_unanimous(answer: &Answer, own: &SignedRequest) -> bool {
    let (orders, results) = (&answer.order_proof.statements, &answer.result_proof);
    orders.windows(2).all(|pair| pair[0].body == pair[1].body)
        && results.windows(2).all(|pair| pair[0].body == pair[1].body)
        && orders
            .first()
            .is_none_or(|order| order.body.operation == own.body.operation)
}
