//! Whether the statements of a conviction prove what they are said to prove.
//!
//! Source: docs/protocol.md P6.3, P7.2.

use bcr_protocol::event::Misbehaviour;
use bcr_protocol::identity::{ProcessId, ReplicaId, RequestId, Slot};
use bcr_protocol::message::Wedged;
use bcr_protocol::proof::{SignedOrder, SignedRequest};
use bcr_protocol::statement::{Signed, Statement};

use crate::judge::invariants::audit::{Audit, Verified};

impl Audit<'_> {
    /// Verifies that the statements convict this very replica, whose configuration starts at
    /// `first_slot`.
    pub(crate) fn conviction(
        &mut self,
        replica: ReplicaId,
        first_slot: Slot,
        proof: &Misbehaviour,
    ) -> Verified {
        match proof {
            Misbehaviour::TwoOrders { first, second } => {
                self.signed_by(replica, first)?;
                self.signed_by(replica, second)?;
                let (first, second) = (&first.body, &second.body);
                same("configuration", first.configuration, replica.configuration)?;
                same("configuration", second.configuration, replica.configuration)?;
                same("slot", first.slot, second.slot)?;
                if first.request == second.request && first.operation == second.operation {
                    return Err("the two order statements do not differ".to_owned());
                }
                Ok(())
            }
            Misbehaviour::WrongOperation { request, statement } => {
                self.wrong_operation(replica, request, statement)
            }
            Misbehaviour::TwoResults { first, second } => {
                self.signed_by(replica, first)?;
                self.signed_by(replica, second)?;
                let (first, second) = (&first.body, &second.body);
                same("configuration", first.configuration, replica.configuration)?;
                same("configuration", second.configuration, replica.configuration)?;
                same("slot", first.slot, second.slot)?;
                if first == second {
                    return Err("the two result statements do not differ".to_owned());
                }
                Ok(())
            }
            Misbehaviour::ContradictedResult { statement, quorum } => {
                self.signed_by(replica, statement)?;
                let agreed = &quorum.first().ok_or("no statements contradict it")?.body;
                let body = &statement.body;
                same("configuration", body.configuration, replica.configuration)?;
                same("configuration", agreed.configuration, replica.configuration)?;
                same("slot", body.slot, agreed.slot)?;
                if body == agreed {
                    return Err("it says what the others say".to_owned());
                }
                self.quorum_of(replica.configuration, agreed, quorum)
            }
            Misbehaviour::ContradictedCheckpoint { statement, quorum } => {
                self.signed_by(replica, statement)?;
                let agreed = &quorum.first().ok_or("no statements contradict it")?.body;
                let body = &statement.body;
                same("configuration", body.configuration, replica.configuration)?;
                same("configuration", agreed.configuration, replica.configuration)?;
                same("slot", body.slot, agreed.slot)?;
                if body == agreed {
                    return Err("it says what the others say".to_owned());
                }
                self.quorum_of(replica.configuration, agreed, quorum)
            }
            Misbehaviour::OrderWithheld { statement, wedged } => {
                self.order_withheld(replica, first_slot, statement, wedged)
            }
        }
    }

    fn wrong_operation(
        &mut self,
        replica: ReplicaId,
        request: &SignedRequest,
        statement: &SignedOrder,
    ) -> Verified {
        self.signed_by(replica, statement)?;
        let client = ProcessId::Client(request.body.id.client);
        if request.signer != client || !self.is_signed(request) {
            return Err("the client's signature on the request is bad".to_owned());
        }
        same(
            "configuration",
            statement.body.configuration,
            replica.configuration,
        )?;
        same::<RequestId>("request", statement.body.request, request.body.id)?;
        if statement.body.operation == request.body.operation {
            return Err("the order statement names the operation of the request".to_owned());
        }
        Ok(())
    }

    fn order_withheld(
        &mut self,
        replica: ReplicaId,
        first_slot: Slot,
        statement: &SignedOrder,
        wedged: &Signed<Wedged>,
    ) -> Verified {
        self.signed_by(replica, statement)?;
        self.signed_by(replica, wedged)?;
        let (order, history) = (&statement.body, &wedged.body.history);
        same("configuration", order.configuration, replica.configuration)?;
        same(
            "configuration",
            wedged.body.configuration,
            replica.configuration,
        )?;
        // What a checkpoint contains is dropped from a history by right, and a history starts with its
        // configuration.
        let start = history
            .checkpoint
            .as_ref()
            .map_or(first_slot, |checkpoint| checkpoint.slot.next());
        if order.slot < start {
            return Err(format!("the history need not hold slot {}", order.slot));
        }
        let entry = history
            .entries
            .iter()
            .find(|entry| entry.slot == order.slot);
        match entry {
            Some(entry)
                if entry.request.body.id == order.request
                    && entry.request.body.operation == order.operation =>
            {
                Err(format!(
                    "the history holds the request of slot {}",
                    order.slot
                ))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn signed_by<T: Statement>(&mut self, replica: ReplicaId, statement: &Signed<T>) -> Verified {
        if statement.signer != ProcessId::Replica(replica) {
            return Err(format!("a statement is {}'s", statement.signer));
        }
        if !self.is_signed(statement) {
            return Err("a statement is badly signed, which proves nothing".to_owned());
        }
        Ok(())
    }
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, one: T, other: T) -> Verified {
    if one == other {
        return Ok(());
    }
    Err(format!(
        "the statements are about {what} {one} and {what} {other}"
    ))
}
