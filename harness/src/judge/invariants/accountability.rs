//! Accountability: no correct replica is ever convicted, and what was convicted verifies. So does
//! whatever else rests on statements: accepted results, completed checkpoints, quorums.
//!
//! Source: docs/protocol.md P6.3, P11.7.

use bcr_protocol::identity::ReplicaId;

use crate::judge::facts::{Facts, ReplicaFacts};
use crate::judge::finding::Finding;
use crate::judge::invariants::audit::Audit;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::words::{the_replica, the_request};

pub(super) fn decide(facts: &Facts<'_>, audit: &mut Audit<'_>) -> Finding {
    let mut breaches = Breaches::default();
    convictions(facts, audit, &mut breaches);
    acceptances(facts, audit, &mut breaches);
    for (replica, of_replica) in facts.run.correct() {
        checkpoints(replica, of_replica, audit, &mut breaches);
    }
    quorums(facts, audit, &mut breaches);
    breaches.finding(&[])
}

fn convictions(facts: &Facts<'_>, audit: &mut Audit<'_>, breaches: &mut Breaches) {
    for conviction in &facts.run.convictions {
        let replica = conviction.replica;
        if facts.run.is_correct(replica) {
            breaches.add(conviction.n, || {
                format!("{} is convicted and correct", the_replica(replica))
            });
        }
        let first = facts
            .run
            .first_slot(replica.configuration)
            .unwrap_or_default();
        if let Err(flaw) = audit.conviction(replica, first, conviction.proof) {
            breaches.add(conviction.n, || {
                format!(
                    "the conviction of {} does not verify: {flaw}",
                    the_replica(replica)
                )
            });
        }
    }
}

fn acceptances(facts: &Facts<'_>, audit: &mut Audit<'_>, breaches: &mut Breaches) {
    for (&id, request) in &facts.run.requests {
        let Some(accepted) = request.accepted else {
            continue;
        };
        let operation = request.invoked.value;
        if let Err(flaw) = audit.acceptance(id, operation, &accepted.value) {
            breaches.add(accepted.n, || {
                format!(
                    "the accepted result of {} does not verify: {flaw}",
                    the_request(id, operation)
                )
            });
        }
    }
}

fn checkpoints(
    replica: ReplicaId,
    of_replica: &ReplicaFacts<'_>,
    audit: &mut Audit<'_>,
    breaches: &mut Breaches,
) {
    for completed in &of_replica.checkpoints {
        if let Err(flaw) = audit.checkpoint(replica.configuration, &completed.value) {
            breaches.add(completed.n, || {
                format!(
                    "the checkpoint of slot {} that {} completed does not verify: {flaw}",
                    completed.value.slot,
                    the_replica(replica)
                )
            });
        }
    }
}

fn quorums(facts: &Facts<'_>, audit: &mut Audit<'_>, breaches: &mut Breaches) {
    for (&number, configuration) in &facts.run.configurations {
        for quorum in &configuration.quorums {
            if let Err(flaw) = audit.quorum(number, configuration, quorum) {
                breaches.add(quorum.n, || {
                    format!("the quorum of configuration {number} does not verify: {flaw}")
                });
            }
        }
    }
}
