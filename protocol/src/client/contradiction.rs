//! Contradictions that a client sees in an answer and reports to Olympus.
//!
//! Source: docs/protocol.md P5.5.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Client, is_by_member};
use crate::identity::ProcessId;
use crate::machine::Effects;
use crate::message::{Answer, Evidence, Suspicion};
use crate::proof::SignedRequest;
use crate::reason::Reason;

impl Client {
    /// P5.5: correctly signed statements about the answer's slot that contradict each other, or the
    /// client's own request, go to Olympus, whether or not the result is accepted. What is not signed
    /// contradicts nothing: a liar could put it beside the statements of correct replicas.
    pub(super) fn report_contradictions(&mut self, answer: &Answer, effects: &mut Effects) {
        let Some(own) = self.outstanding.as_ref().map(|o| Arc::clone(&o.request)) else {
            return;
        };
        let (configuration, slot) = (answer.configuration, answer.order_proof.slot);
        if is_unanimous(answer, &own) {
            return;
        }
        let orders: Vec<_> = answer
            .order_proof
            .statements
            .iter()
            .filter(|order| (order.body.configuration, order.body.slot) == (configuration, slot))
            .filter(|order| is_by_member(order, configuration) && self.keys.is_signed(order))
            .collect();
        let results: Vec<_> = answer
            .result_proof
            .iter()
            .filter(|result| (result.body.configuration, result.body.slot) == (configuration, slot))
            .filter(|result| is_by_member(result, configuration) && self.keys.is_signed(result))
            .collect();
        let wrong_order = orders.iter().find(|order| {
            order.body.request == own.body.id && order.body.operation != own.body.operation
        });
        let disagree = orders.windows(2).any(|pair| pair[0].body != pair[1].body)
            || results.windows(2).any(|pair| pair[0].body != pair[1].body);
        if wrong_order.is_none() && !disagree {
            return;
        }
        let agreed = results.iter().map(|result| &result.body).find(|body| {
            let equal = results.iter().filter(|result| result.body == **body);
            let signers: BTreeSet<_> = equal.map(|result| result.signer).collect();
            signers.len() >= self.parameters.quorum()
        });
        let lonely = results
            .iter()
            .find(|r| agreed.is_some_and(|body| r.body != *body));
        let signer = wrong_order.map(|order| order.signer);
        let suspect = match signer.or_else(|| lonely.map(|result| result.signer)) {
            Some(ProcessId::Replica(replica)) => Some(replica.position),
            Some(ProcessId::Client(_) | ProcessId::Olympus) | None => None,
        };
        let suspicion = Suspicion {
            configuration,
            reason: Reason::ContradictoryStatements,
            suspect,
            slot: Some(slot),
            request: Some(own.body.id),
        };
        let mut evidence = Evidence::of_answer(answer);
        evidence.requests = vec![own];
        effects.suspect(suspicion, evidence, &self.signer);
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
