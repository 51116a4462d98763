//! No holes: a correct replica's slots are contiguous, and so are the histories that close
//! configurations.
//!
//! Source: docs/protocol.md P3.1, P3.8, P11.5.

use std::collections::BTreeSet;

use bcr_protocol::identity::{ConfigurationId, ReplicaId, Slot};

use crate::judge::facts::{Facts, ReplicaFacts};
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::words::the_replica;

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    let mut breaches = Breaches::default();
    let mut unknown = BTreeSet::new();
    // What was cut off may have had the message that an execution led to.
    let is_whole = facts.run.end.is_some();
    for (replica, of_replica) in facts.run.correct() {
        match facts.run.first_slot(replica.configuration) {
            Some(first) => {
                executes_every_slot(replica, of_replica, first, is_whole, &mut breaches);
            }
            None if of_replica.executed.is_empty() => {}
            None => {
                let number = replica.configuration;
                unknown.insert(format!(
                    "the first slot of configuration {number} is not known"
                ));
            }
        }
    }
    for &number in facts.run.configurations.keys() {
        closes_without_hole(facts, number, &mut breaches);
    }
    breaches.finding(&unknown.into_iter().collect::<Vec<_>>())
}

fn executes_every_slot(
    replica: ReplicaId,
    of_replica: &ReplicaFacts<'_>,
    first: Slot,
    is_whole: bool,
    breaches: &mut Breaches,
) {
    let mut expected = first;
    for executed in &of_replica.executed {
        let slot = executed.value.slot;
        if slot != expected {
            breaches.add(executed.n, || {
                format!(
                    "{} executed slot {slot} where slot {expected} is due",
                    the_replica(replica)
                )
            });
            break;
        }
        expected = expected.next();
        if is_whole && !of_replica.orders.contains_key(&slot) {
            breaches.add(executed.n, || {
                format!(
                    "{} executed slot {slot} and sent no order statement for it",
                    the_replica(replica)
                )
            });
        }
    }
    // A signature counts like an execution: what was signed and not executed is a hole.
    let unexecuted = of_replica
        .orders
        .iter()
        .filter(|&(&slot, _)| slot < first || slot >= expected);
    for (slot, orders) in unexecuted {
        for order in orders {
            breaches.add(order.n, || {
                format!(
                    "{} signed an order statement for slot {slot}, which it has not executed",
                    the_replica(replica)
                )
            });
        }
    }
}

/// The history that closed a configuration follows its checkpoint, and the next configuration starts
/// where it ends.
fn closes_without_hole(facts: &Facts<'_>, number: ConfigurationId, breaches: &mut Breaches) {
    let (Some(closing), Some(first)) = (facts.run.closing(number), facts.run.first_slot(number))
    else {
        return;
    };
    let mut expected = closing.value.checkpoint.map_or(first, Slot::next);
    for entry in closing.value.entries {
        if entry.slot != expected {
            let slot = entry.slot;
            breaches.add(closing.n, || {
                format!(
                    "the history that closed configuration {number} has slot {slot} where slot \
                     {expected} is due"
                )
            });
            return;
        }
        expected = expected.next();
    }
    let next = facts
        .run
        .configurations
        .get(&number.next())
        .and_then(|next| next.started);
    if let Some(next) = next.filter(|next| next.value.0 != expected) {
        breaches.add(next.n, || {
            format!(
                "configuration {} starts at slot {} where slot {expected} is due",
                number.next(),
                next.value.0
            )
        });
    }
}
