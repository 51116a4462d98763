//! Linearizability: replaying the whole agreed history in slot order on a plain dictionary gives every
//! accepted result, and that order respects real time.
//!
//! Where the history gives no answer (slots are not known, or an accepted request is in none) a bounded
//! search looks for any order that explains the accepted results.
//!
//! Source: docs/protocol.md P11.3.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ReplicaId, RequestId, Slot};

use crate::judge::facts::{Facts, RequestFacts};
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::invariants::replay::{Replay, SlotEffect};
use crate::judge::invariants::search;
use crate::judge::words::{the_replica, the_request};

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    let Some(results) = replay(facts) else {
        return search::explain(facts, search::BUDGET);
    };
    let mut breaches = Breaches::default();
    for (&id, request) in &facts.run.requests {
        let Some(accepted) = request.accepted else {
            continue;
        };
        let Some((slot, given)) = results.get(&id) else {
            return search::explain(facts, search::BUDGET);
        };
        if given != accepted.value.result {
            breaches.add(accepted.n, || {
                format!(
                    "client {} accepted '{}' for {}, and the agreed history gives '{given}' in slot {slot}",
                    id.client,
                    accepted.value.result,
                    the_request(id, request.invoked.value)
                )
            });
        }
    }
    are_those_of_replicas(facts, &results, &mut breaches);
    respects_real_time(facts, &results, &mut breaches);
    breaches.finding(&[])
}

/// Where each request takes effect, and its result.
type Results = BTreeMap<RequestId, (Slot, String)>;

/// Nothing where the agreed history is not known in full, or no history at all.
fn replay(facts: &Facts<'_>) -> Option<Results> {
    if !facts.agreed.gaps.is_empty() {
        return None;
    }
    let mut replay = Replay::default();
    let mut results = Results::new();
    for (&slot, entry) in &facts.agreed.entries {
        match replay.step(slot, entry.request, entry.operation) {
            SlotEffect::Applied(result) => {
                results.insert(entry.request, (slot, result));
            }
            SlotEffect::Repeated(_) | SlotEffect::Stale => {}
            SlotEffect::Ahead => return None,
        }
    }
    Some(results)
}

/// Correct replicas have, and sign, the results of the agreed history, whoever accepts them.
fn are_those_of_replicas(facts: &Facts<'_>, results: &Results, breaches: &mut Breaches) {
    let given = |of: ReplicaId, slot: Slot, request: RequestId, operation: &Operation| {
        let entry = facts.agreed.entries.get(&slot);
        entry.filter(|entry| {
            entry.configuration == of.configuration && entry.is(request, operation)
        })?;
        results.get(&request).map(|(_, given)| given)
    };
    for (replica, of_replica) in facts.run.correct() {
        for executed in &of_replica.executed {
            let has = &executed.value;
            let given = given(replica, has.slot, has.request, has.operation);
            if let Some(given) = given.filter(|given| *given != has.result) {
                breaches.add(executed.n, || {
                    format!(
                        "{} has the result '{}' in slot {}, and the agreed history gives '{given}'",
                        the_replica(replica),
                        has.result,
                        has.slot
                    )
                });
            }
        }
        for signed in of_replica.results.values().flatten() {
            let has = signed.value;
            let given = given(replica, has.slot, has.request, &has.operation);
            if let Some(given) = given.filter(|given| Digest::of(given) != has.result) {
                breaches.add(signed.n, || {
                    format!(
                        "{} signed another result for slot {} than '{given}', which the agreed history \
                         gives",
                        the_replica(replica),
                        has.slot
                    )
                });
            }
        }
    }
}

/// A request that was answered before another was invoked must take effect in a lower slot. In slot
/// order: nothing that comes earlier may have been invoked after this one's answer.
fn respects_real_time(facts: &Facts<'_>, results: &Results, breaches: &mut Breaches) {
    let mut in_order: Vec<(Slot, RequestId, &RequestFacts<'_>)> = results
        .iter()
        .filter_map(|(id, (slot, _))| Some((*slot, *id, facts.run.requests.get(id)?)))
        .collect();
    in_order.sort_by_key(|&(slot, ..)| slot);
    let mut latest: Option<(u64, Slot, RequestId)> = None;
    for (slot, id, request) in in_order {
        if let (Some(accepted), Some((invoked, earlier, other))) = (request.accepted, latest)
            && accepted.n < invoked
        {
            breaches.add(invoked, || {
                format!(
                    "request {id} was answered before request {other} was invoked, and takes effect \
                     after it: slots {slot} and {earlier}"
                )
            });
        }
        if latest.is_none_or(|(invoked, ..)| invoked < request.invoked.n) {
            latest = Some((request.invoked.n, slot, id));
        }
    }
}
