//! Validity: each request of the agreed history was signed by its client and takes effect there
//! exactly once.
//!
//! That a client signed a request is decided by the client's own account of what it asked for, and by
//! its signature where the history came with signatures.
//!
//! Source: docs/protocol.md P4.6, P11.2.

use bcr_protocol::identity::{ProcessId, ReplicaId, Slot};

use crate::judge::facts::AgreedEntry;
use crate::judge::facts::{At, Execution, Facts};
use crate::judge::finding::Finding;
use crate::judge::invariants::audit::Audit;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::invariants::replay::{Replay, SlotEffect};
use crate::judge::words::{the_replica, the_request};

pub(super) fn decide(facts: &Facts<'_>, audit: &mut Audit<'_>) -> Finding {
    let mut breaches = Breaches::default();
    for invoked in &facts.run.out_of_turn {
        let request = invoked.value;
        breaches.add(invoked.n, || {
            format!("request {request} is made out of turn")
        });
    }
    for (id, request) in &facts.run.requests {
        let (said, sent) = (
            request.invoked.value,
            request.sent.unwrap_or(request.invoked.value),
        );
        if said != sent {
            breaches.add(request.invoked.n, || {
                format!("request {id} asks for {sent}, and its client says {said}")
            });
        }
    }
    for accepted in &facts.run.unfounded {
        let request = accepted.value;
        breaches.add(accepted.n, || {
            format!(
                "client {} accepted a result for request {request}, which is not open",
                request.client
            )
        });
    }
    for (&slot, entry) in &facts.agreed.entries {
        was_invoked(facts, audit, slot, entry, &mut breaches);
    }
    let gaps = &facts.agreed.gaps;
    if gaps.is_empty() {
        takes_effect_once(facts, &mut breaches);
    }
    breaches.finding(gaps)
}

fn was_invoked(
    facts: &Facts<'_>,
    audit: &mut Audit<'_>,
    slot: Slot,
    entry: &AgreedEntry<'_>,
    breaches: &mut Breaches,
) {
    let what = || {
        format!(
            "slot {slot} holds {}",
            the_request(entry.request, entry.operation)
        )
    };
    let client = entry.request.client;
    match facts
        .run
        .requests
        .get(&entry.request)
        .map(|request| request.invoked)
    {
        None => breaches.add(entry.event, || {
            format!("{}, which client {client} never asked for", what())
        }),
        Some(invoked) if invoked.value != entry.operation => breaches.add(entry.event, || {
            format!(
                "{}, and client {client} asked for {}",
                what(),
                invoked.value
            )
        }),
        Some(invoked) if invoked.n > entry.event => breaches.add(entry.event, || {
            format!("{} before client {client} asked for it", what())
        }),
        Some(_) => {}
    }
    if let Some(signed) = entry.signed
        && (signed.signer != ProcessId::Client(client) || !audit.is_signed(signed))
    {
        breaches.add(entry.event, || {
            format!("{} without the signature of client {client}", what())
        });
    }
}

/// The agreed history's own sequence of each client, and what correct replicas made of it.
fn takes_effect_once(facts: &Facts<'_>, breaches: &mut Breaches) {
    let mut replay = Replay::default();
    for (&slot, entry) in &facts.agreed.entries {
        if replay.step(slot, entry.request, entry.operation) == SlotEffect::Ahead {
            breaches.add(entry.event, || {
                format!(
                    "slot {slot} holds {} before the client's requests that precede it",
                    the_request(entry.request, entry.operation)
                )
            });
        }
    }
    for (replica, of_replica) in facts.run.correct() {
        for executed in &of_replica.executed {
            executed_once(facts, replica, executed, breaches);
        }
    }
}

/// What a correct replica executed of the agreed history, it must have executed as the history has it:
/// with effect where the request comes first, without where it comes again.
fn executed_once(
    facts: &Facts<'_>,
    replica: ReplicaId,
    executed: &At<Execution<'_>>,
    breaches: &mut Breaches,
) {
    let Execution {
        slot,
        request,
        operation,
        repeated,
        ..
    } = executed.value;
    let is_agreed = facts.agreed.entries.get(&slot).is_some_and(|entry| {
        entry.configuration == replica.configuration && entry.is(request, operation)
    });
    let first = facts.agreed.slots.get(&request);
    if !is_agreed || first.is_none_or(|&first| repeated == (first < slot)) {
        return;
    }
    breaches.add(executed.n, || {
        let what = the_request(request, operation);
        let who = the_replica(replica);
        match first {
            Some(first) if !repeated => format!(
                "{who} executed {what} in slot {slot}, where it had taken effect in slot {first} already"
            ),
            _ => format!(
                "{who} took {what} in slot {slot} for a repetition, where it comes for the first time"
            ),
        }
    });
}
