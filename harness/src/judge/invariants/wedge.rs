//! Wedge: a correct immutable replica signs no further order statement.
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
        for executed in &of_replica.executed {
            if executed.n > wedged {
                breaches.add(executed.n, || {
                    format!(
                        "{} executed slot {} after it had become immutable",
                        the_replica(replica),
                        executed.value.slot
                    )
                });
            }
        }
        for order in of_replica.orders.values().flatten() {
            if order.n > wedged {
                breaches.add(order.n, || {
                    format!(
                        "{} sent a new order statement for slot {} after it had become immutable",
                        the_replica(replica),
                        order.value.slot
                    )
                });
            }
        }
    }
    breaches.finding(&[])
}
