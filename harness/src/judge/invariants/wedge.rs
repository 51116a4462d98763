//! Wedge: a correct immutable replica signs no further order statement.
//!
//! It is immutable from the first message on that only an immutable replica sends, whatever it says of
//! itself, and what it signs shows in what it sends.
//!
//! Source: docs/protocol.md P7.1, P11.6.

use crate::judge::facts::Facts;
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::words::the_replica;

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    let mut breaches = Breaches::default();
    for (replica, of_replica) in facts.run.correct() {
        let Some(wedged) = of_replica.wedged else {
            continue;
        };
        let executed = of_replica.executed.iter();
        let executed = executed.map(|one| (one.n, "executed", one.value.slot));
        let signed = of_replica.orders.values().flatten();
        let signed = signed.map(|one| (one.n, "sent a new order statement for", one.value.slot));
        for (n, did, slot) in executed.chain(signed).filter(|(n, ..)| *n > wedged) {
            breaches.add(n, || {
                let replica = the_replica(replica);
                format!("{replica} {did} slot {slot} after it had become immutable")
            });
        }
    }
    breaches.finding(&[])
}
