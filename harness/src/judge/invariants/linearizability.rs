//! Linearizability: replaying the whole agreed history in slot order on a plain dictionary gives every
//! accepted result, and that order respects real time.
//!
//! Where the history gives no answer (slots are not known, or an accepted request is in none) a bounded
//! search looks for any order that explains the accepted results.
//!
//! Source: docs/protocol.md P11.3.

use std::collections::BTreeMap;

use bcr_protocol::identity::{RequestId, Slot};

use crate::judge::facts::{Facts, RequestFacts};
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::invariants::replay::{Replay, SlotEffect};
use crate::judge::invariants::search;
use crate::judge::words::the_request;

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
