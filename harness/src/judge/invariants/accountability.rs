//! Accountability: no correct replica is ever convicted, and what was convicted verifies. So does
//! whatever else rests on statements: accepted results, completed checkpoints, suspicions, and what
//! Olympus says it was told.
//!
//! Source: docs/protocol.md P6.3, P11.7.

use bcr_protocol::identity::{ProcessId, ReplicaId};

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
    suspicions(facts, audit, &mut breaches);
    olympus(facts, audit, &mut breaches);
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
        let attempts = (accepted.value.attempts, request.attempts);
        let verified = audit.acceptance(id, operation, &accepted.value);
        let verified = verified.and_then(|()| match attempts {
            (said, sent) if said != sent => Err(format!(
                "it was sent {sent} times, and its client says {said}"
            )),
            _ => Ok(()),
        });
        if let Err(flaw) = verified {
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
    for passed_on in &of_replica.passed_on {
        let slot = passed_on.value;
        let mut completed = of_replica.checkpoints.iter();
        if !completed.any(|completed| completed.value.slot == slot) {
            breaches.add(passed_on.n, || {
                format!(
                    "{} passes on a completed checkpoint of slot {slot}, which it has not completed",
                    the_replica(replica)
                )
            });
        }
    }
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

/// A correct replica asks for reconfiguration where it suspects somebody (P6.1), and what it calls a
/// divergence is one (P8.3).
fn suspicions(facts: &Facts<'_>, audit: &mut Audit<'_>, breaches: &mut Breaches) {
    for suspicion in &facts.run.suspicions {
        let ProcessId::Replica(by) = suspicion.by else {
            continue;
        };
        if !facts.run.is_correct(by) {
            continue;
        }
        if let Err(flaw) = audit.suspicion(suspicion) {
            breaches.add(suspicion.n, || {
                format!(
                    "{} suspects replica {}, and {flaw}",
                    the_replica(by),
                    suspicion.suspect.position
                )
            });
        }
    }
}

/// What Olympus says of a configuration rests on messages that it received.
fn olympus(facts: &Facts<'_>, audit: &mut Audit<'_>, breaches: &mut Breaches) {
    for (&number, configuration) in &facts.run.configurations {
        if let Some(requested) = &configuration.requested
            && let Err(flaw) = audit.requested(number, &requested.value)
        {
            breaches.add(requested.n, || {
                format!("the request to end configuration {number} does not verify: {flaw}")
            });
        }
        for accepted in &configuration.accepted {
            if let Err(flaw) = audit.accepted_history(number, configuration, accepted) {
                breaches.add(accepted.n, || {
                    let replica = accepted.value.replica;
                    format!(
                        "the history of replica {replica} of configuration {number} does not verify: {flaw}"
                    )
                });
            }
        }
        if let (None, Some(closing)) = (&configuration.state, facts.run.closing(number)) {
            breaches.add(closing.n, || {
                format!("no running state of configuration {number} was taken")
            });
        }
        if let Some(state) = &configuration.state
            && let Err(flaw) = audit.state(number, configuration, state)
        {
            breaches.add(state.n, || {
                format!("the running state of configuration {number} does not verify: {flaw}")
            });
        }
        for quorum in &configuration.quorums {
            if let Err(flaw) = audit.quorum(number, configuration, quorum) {
                breaches.add(quorum.n, || {
                    format!("the quorum of configuration {number} does not verify: {flaw}")
                });
            }
        }
    }
}
