//! The two levers by which a wrapper can make a replica misbehave, and no others.
//!
//! The replica itself never pulls one and knows nothing of failures.
//!
//! Source: docs/protocol.md P10, last paragraph.

use super::{Mode, Replica};
use crate::dictionary::Operation;

impl Replica {
    /// Applies an operation to the running state, outside the order of requests, and to the copies of it
    /// that followed a history (P7.4): one of them is what `get_running_state` asks for. A pending replica
    /// has no state yet (P1.7), and nothing happens.
    pub fn apply(&mut self, operation: &Operation) {
        if self.mode == Mode::Pending {
            return;
        }
        self.state.apply_unordered(operation);
        for (copy, _) in self.followed.values_mut() {
            copy.apply_unordered(operation);
        }
    }

    /// At an active head: skips one slot number, so that its history gets a hole. Elsewhere nothing, and
    /// in the other modes neither, since a head assigns no slot then (P1.8).
    pub fn skip_slot(&mut self) {
        if self.is_head() && self.mode == Mode::Active {
            self.next_assigned = self.next_assigned.next();
        }
    }
}
