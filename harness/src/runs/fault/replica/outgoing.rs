//! What a replica sends, spoiled by the failures that wait for it.
//!
//! Source: docs/protocol.md P10.

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::{AnsweredBy, Message};

use super::{FaultyReplica, applied};
use crate::runs::fault::spoil::{spoil, spoils_signature};
use crate::runs::machines::ReplicaMachine;
use crate::runs::process::Action;
use crate::scenario::Failure;

impl<R: ReplicaMachine> FaultyReplica<R> {
    /// Sends a message, spoiled by the failures that wait for one of its type. One that is omitted is no
    /// outgoing message for the others.
    pub(super) fn send(&mut self, to: ProcessId, message: Message, actions: &mut Vec<Action>) {
        if self.armed.is_empty() && self.twin.is_empty() {
            let spoiled = false;
            actions.push(Action::Send {
                to,
                message,
                spoiled,
            });
            return;
        }
        let kind = message.kind();
        let omission = self
            .armed
            .iter()
            .position(|planned| planned.failure.failure == Failure::OmitSend);
        if let Some(index) = omission {
            actions.push(applied(&self.armed.remove(index), kind, true));
            return;
        }
        let clean = message.clone();
        let mut message = self.spoil_twin(message);
        let is_tail = self.is_tail;
        let (mut due, armed): (Vec<_>, Vec<_>) = std::mem::take(&mut self.armed)
            .into_iter()
            .partition(|planned| {
                let awaited = planned.failure.failure.awaits(is_tail);
                awaited.is_some_and(|outgoing| outgoing.includes(kind))
            });
        self.armed = armed;
        // A signature is spoiled last: what signs again would make it good.
        due.sort_by_key(|planned| spoils_signature(planned.failure.failure));
        for planned in due {
            let failure = planned.failure.failure;
            let spoiled = spoil(failure, &self.replica, self.quorum, &message);
            actions.push(applied(&planned, kind, spoiled != message));
            self.remember_twin(failure, &spoiled);
            message = spoiled;
        }
        let spoiled = message != clean;
        actions.push(Action::Send {
            to,
            message,
            spoiled,
        });
    }

    /// P10: what spoils the tail's fresh result spoils the result shuttle with the same content.
    fn remember_twin(&mut self, failure: Failure, message: &Message) {
        if let Message::Result(result) = message
            && result.by == AnsweredBy::Tail
            && matches!(
                failure,
                Failure::ChangeResult | Failure::DropResultStatement
            )
        {
            self.twin.push((failure, result.answer.order_proof.slot));
        }
    }

    fn spoil_twin(&mut self, mut message: Message) -> Message {
        if let Message::ResultShuttle(answer) = &message {
            let slot = answer.order_proof.slot;
            let (due, twin): (Vec<_>, Vec<_>) = std::mem::take(&mut self.twin)
                .into_iter()
                .partition(|(_, of)| *of == slot);
            self.twin = twin;
            for (failure, _) in due {
                message = spoil(failure, &self.replica, self.quorum, &message);
            }
        }
        message
    }
}
