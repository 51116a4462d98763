//! What a replica sends, spoiled by the failures that wait for it.
//!
//! Source: docs/protocol.md P10.

use bcr_protocol::identity::{ProcessId, Slot};
use bcr_protocol::message::{AnsweredBy, Message};
use bcr_protocol::statement::Signer;

use super::plan::Pending;
use super::spoil::{spoil, spoils_signature};
use crate::runs::process::Action;
use crate::scenario::Failure;

/// The failures that wait for messages of one replica.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// Signs what is spoiled.
    signer: Signer,
    /// `t + 1`.
    quorum: usize,
    is_tail: bool,
    armed: Vec<Pending>,
    /// What was done to a fresh answer of the tail and is to be done to the result shuttle of the same
    /// slot, which is one content sent twice (P10).
    repeats: Vec<(Failure, Slot)>,
}

impl Outgoing {
    /// What `signer` sends in a chain that tolerates `t` failures, at its tail or elsewhere.
    pub(super) const fn new(signer: Signer, t: u32, is_tail: bool) -> Self {
        Self {
            signer,
            quorum: t as usize + 1,
            is_tail,
            armed: Vec::new(),
            repeats: Vec::new(),
        }
    }

    /// From now on the failure waits for a message.
    pub(super) fn arm(&mut self, planned: Pending) {
        self.armed.push(planned);
    }

    /// Sends a message, spoiled by the failures that wait for one of its type. One that is omitted is no
    /// outgoing message for the others.
    pub(super) fn send(&mut self, to: ProcessId, message: Message, actions: &mut Vec<Action>) {
        if self.armed.is_empty() && self.repeats.is_empty() {
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
            actions.push(self.armed.remove(index).applied(kind, true));
            return;
        }
        let clean = message.clone();
        let mut message = self.repeat(message);
        let is_tail = self.is_tail;
        let (mut due, armed): (Vec<_>, Vec<_>) = std::mem::take(&mut self.armed)
            .into_iter()
            .partition(|planned| {
                let awaited = planned.failure.failure.awaits(is_tail);
                awaited.is_some_and(|awaited| awaited.includes(kind))
            });
        self.armed = armed;
        // A signature is spoiled last: what signs again would make it good.
        due.sort_by_key(|planned| spoils_signature(planned.failure.failure));
        for planned in due {
            let failure = planned.failure.failure;
            let spoiled = spoil(failure, &self.signer, self.quorum, &message);
            actions.push(planned.applied(kind, spoiled != message));
            self.note_repeat(failure, &spoiled);
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
    fn note_repeat(&mut self, failure: Failure, message: &Message) {
        if let Message::Result(result) = message
            && result.by == AnsweredBy::Tail
            && matches!(
                failure,
                Failure::ChangeResult | Failure::DropResultStatement
            )
        {
            let slot = result.answer.order_proof.slot;
            self.repeats.push((failure, slot));
        }
    }

    /// Does to a result shuttle what was done to the result with the same content.
    fn repeat(&mut self, mut message: Message) -> Message {
        if let Message::ResultShuttle(answer) = &message {
            let slot = answer.order_proof.slot;
            let (due, repeats): (Vec<_>, Vec<_>) = std::mem::take(&mut self.repeats)
                .into_iter()
                .partition(|(_, of)| *of == slot);
            self.repeats = repeats;
            for (failure, _) in due {
                message = spoil(failure, &self.signer, self.quorum, &message);
            }
        }
        message
    }
}
