//! Whether the statements of a conviction prove what they are said to prove.
//!
//! Source: docs/protocol.md P6.3, P7.2.

use std::sync::Arc;

use bcr_protocol::event::Misbehaviour;
use bcr_protocol::identity::{ConfigurationId, ProcessId, ReplicaId, RequestId, Slot};
use bcr_protocol::message::Wedged;
use bcr_protocol::proof::{SignedOrder, SignedRequest};
use bcr_protocol::statement::{
    CheckpointStatement, OrderStatement, ResultStatement, Signed, Statement,
};

use crate::judge::invariants::audit::{Audit, Verified};

/// The configuration and the slot that a statement is about.
type Place<T> = fn(&T) -> (ConfigurationId, Slot);

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
                let place = |order: &OrderStatement| (order.configuration, order.slot);
                self.two("order", replica, [first, second], place, |one, other| {
                    (&one.request, &one.operation) == (&other.request, &other.operation)
                })
            }
            Misbehaviour::WrongOperation { request, statement } => {
                self.wrong_operation(replica, request, statement)
            }
            Misbehaviour::TwoResults { first, second } => {
                let place = |result: &ResultStatement| (result.configuration, result.slot);
                self.two("result", replica, [first, second], place, PartialEq::eq)
            }
            Misbehaviour::ContradictedResult { statement, quorum } => {
                let place = |result: &ResultStatement| (result.configuration, result.slot);
                self.contradicted(replica, statement, quorum, place)
            }
            Misbehaviour::ContradictedCheckpoint { statement, quorum } => {
                let place = |state: &CheckpointStatement| (state.configuration, state.slot);
                self.contradicted(replica, statement, quorum, place)
            }
            Misbehaviour::OrderWithheld { statement, wedged } => {
                self.order_withheld(replica, first_slot, statement, wedged)
            }
        }
    }

    /// Two statements of the replica for one slot that do not say the same.
    fn two<T: Statement>(
        &mut self,
        what: &str,
        replica: ReplicaId,
        statements: [&Signed<T>; 2],
        place: Place<T>,
        say_the_same: impl Fn(&T, &T) -> bool,
    ) -> Verified {
        for statement in statements {
            self.signed_by(replica, statement)?;
        }
        let [first, second] = statements.map(|statement| &statement.body);
        same_place(replica, place(first), place(second))?;
        if say_the_same(first, second) {
            return Err(format!("the two {what} statements do not differ"));
        }
        Ok(())
    }

    /// A statement of the replica, and others for the same slot that a quorum signed.
    fn contradicted<T: Statement + PartialEq>(
        &mut self,
        replica: ReplicaId,
        statement: &Signed<T>,
        quorum: &[Arc<Signed<T>>],
        place: Place<T>,
    ) -> Verified {
        self.signed_by(replica, statement)?;
        let agreed = &quorum.first().ok_or("no statements contradict it")?.body;
        same_place(replica, place(&statement.body), place(agreed))?;
        if statement.body == *agreed {
            return Err("it says what the others say".to_owned());
        }
        self.quorum_of(replica.configuration, agreed, quorum)
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

/// Whether two statements are about one slot of the replica's configuration.
fn same_place(
    replica: ReplicaId,
    one: (ConfigurationId, Slot),
    other: (ConfigurationId, Slot),
) -> Verified {
    same("configuration", one.0, replica.configuration)?;
    same("configuration", other.0, replica.configuration)?;
    same("slot", one.1, other.1)
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, one: T, other: T) -> Verified {
    if one == other {
        return Ok(());
    }
    Err(format!(
        "the statements are about {what} {one} and {what} {other}"
    ))
}
