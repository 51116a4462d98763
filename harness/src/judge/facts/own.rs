//! What a replica executed and which mode it is in, as far as it shows.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ConfigurationId, ReplicaId, RequestId, Slot};
use bcr_protocol::replica::Mode;

use crate::judge::facts::observed::{Execution, ReplicaFacts};

/// What a replica put in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnEntry<'t> {
    pub(crate) slot: Slot,
    pub(crate) request: RequestId,
    pub(crate) operation: &'t Operation,
}

impl<'t> ReplicaFacts<'t> {
    /// What the replica executed, each with its event: by its own account, and where it gives none, by
    /// what it signed.
    pub(crate) fn own_history(&self) -> impl Iterator<Item = (u64, OwnEntry<'t>)> {
        let executed = self.executed.iter().map(|executed| {
            let Execution {
                slot,
                request,
                operation,
                ..
            } = executed.value;
            let entry = OwnEntry {
                slot,
                request,
                operation,
            };
            (executed.n, entry)
        });
        let orders = self.orders.values().flatten();
        let orders = orders.filter(|_| self.executed.is_empty()).map(|order| {
            let entry = OwnEntry {
                slot: order.value.slot,
                request: order.value.request,
                operation: &order.value.operation,
            };
            (order.n, entry)
        });
        executed.chain(orders)
    }

    /// The mode that a correct replica is in, by the messages that it has handled and sent.
    pub(crate) fn mode_by_messages(&self, replica: ReplicaId) -> Mode {
        let is_first = replica.configuration == ConfigurationId::default();
        match self.wedged {
            Some(_) => Mode::Immutable,
            None if is_first || self.is_given_state => Mode::Active,
            None => Mode::Pending,
        }
    }

    /// The mode that the replica's events show.
    pub(crate) fn mode(&self, replica: ReplicaId) -> Mode {
        let is_first = replica.configuration == ConfigurationId::default();
        match (self.wedged, self.activated) {
            (Some(_), _) => Mode::Immutable,
            (None, None) if !is_first => Mode::Pending,
            (None, _) => Mode::Active,
        }
    }
}
