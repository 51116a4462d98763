//! Agreement: correct replicas of one configuration never have different requests in one slot; every
//! slot with a complete order proof is in the agreed history with that request.
//!
//! Source: docs/protocol.md P11.1.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ConfigurationId, ReplicaId, RequestId, Slot};
use bcr_protocol::proof::OrderProof;

use crate::judge::facts::{At, Facts};
use crate::judge::finding::Finding;
use crate::judge::invariants::audit::Audit;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::words::{the_replica, the_request};

pub(super) fn decide(facts: &Facts<'_>, audit: &mut Audit<'_>) -> Finding {
    let mut breaches = Breaches::default();
    replicas_agree(facts, &mut breaches);
    let mut unknown = Vec::new();
    for (&(configuration, _), proofs) in &facts.run.complete {
        for proof in proofs {
            proof_is_kept(
                facts,
                audit,
                configuration,
                proof,
                &mut breaches,
                &mut unknown,
            );
        }
    }
    breaches.finding(&unknown)
}

/// What a correct replica put in a slot, and where that shows.
struct Claim<'t> {
    n: u64,
    replica: ReplicaId,
    request: RequestId,
    operation: &'t Operation,
}

fn replicas_agree(facts: &Facts<'_>, breaches: &mut Breaches) {
    let mut slots: BTreeMap<(ConfigurationId, Slot), Claim<'_>> = BTreeMap::new();
    for (replica, of_replica) in facts.run.correct() {
        let executed = of_replica.executed.iter().map(|executed| {
            let what = &executed.value;
            (what.slot, executed.n, what.request, what.operation)
        });
        let ordered = of_replica.orders.values().flatten().map(|order| {
            let what = order.value;
            (what.slot, order.n, what.request, &*what.operation)
        });
        for (slot, n, request, operation) in executed.chain(ordered) {
            let claim = Claim {
                n,
                replica,
                request,
                operation,
            };
            let known = slots.entry((replica.configuration, slot));
            let known = known.or_insert(Claim { ..claim });
            if known.request != request || known.operation != operation {
                breaches.add(n.max(known.n), || disagreement(slot, known, &claim));
            }
        }
    }
}

fn disagreement(slot: Slot, one: &Claim<'_>, other: &Claim<'_>) -> String {
    format!(
        "slot {slot}: {} has {}, {} has {}",
        the_replica(one.replica),
        the_request(one.request, one.operation),
        the_replica(other.replica),
        the_request(other.request, other.operation),
    )
}

/// A proof that the agreed history bears out needs no look at its signatures; another breaks agreement
/// if it is genuine.
fn proof_is_kept(
    facts: &Facts<'_>,
    audit: &mut Audit<'_>,
    configuration: ConfigurationId,
    proof: &At<&OrderProof>,
    breaches: &mut Breaches,
    unknown: &mut Vec<String>,
) {
    let (slot, request) = (proof.value.slot, &proof.value.request.body);
    let entry = facts.agreed.entries.get(&slot);
    let is_kept = entry.is_some_and(|entry| {
        entry.configuration == configuration && entry.is(request.id, &request.operation)
    });
    if is_kept || audit.complete(configuration, proof.value).is_err() {
        return;
    }
    let ordered = format!(
        "slot {slot} has a complete order proof of configuration {configuration} for {}",
        the_request(request.id, &request.operation)
    );
    match entry {
        Some(entry) => breaches.add(proof.n, || {
            format!(
                "{ordered}, and the agreed history holds {} of configuration {} there",
                the_request(entry.request, entry.operation),
                entry.configuration
            )
        }),
        None if facts.agreed.gaps.is_empty() => breaches.add(proof.n, || {
            format!("{ordered}, and the agreed history does not have that slot")
        }),
        None if unknown.is_empty() => unknown.extend(facts.agreed.gaps.iter().cloned()),
        None => {}
    }
}
