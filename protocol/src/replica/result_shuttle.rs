//! The result shuttle: a result with its proofs on its way back to the head.
//!
//! Source: docs/protocol.md P4.4, P5.3, P1.8.

use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::digest::Digest;
use crate::event::Event;
use crate::identity::{ProcessId, RequestId, RequestNumber};
use crate::machine::{Effects, Timer};
use crate::message::{Answer, Message};
use crate::proof::{Flaw, check_results};
use crate::reason::Reason;

impl Replica {
    /// P4.4: checks it in full, keeps it for retransmissions and passes it on. An immutable replica
    /// keeps a valid one and passes nothing on (P1.8).
    pub(super) fn on_result_shuttle(
        &mut self,
        from: ProcessId,
        answer: &Arc<Answer>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if answer.configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        // Before anything is verified: the neighbour can send the same one again and again (P6.4).
        let request = answer.request();
        if self.cache.contains_key(&request) {
            return Err(Complaint::ignored(Reason::NotNeeded));
        }
        let is_active = self.mode == Mode::Active;
        self.examine_answer(from, answer).map_err(|reason| {
            if is_active {
                self.blame(from, reason)
            } else {
                Complaint::refused(reason)
            }
        })?;
        self.cache.insert(request, Arc::clone(answer));
        effects.emit(Event::Cached {
            slot: answer.order_proof.slot,
            request: request.into(),
        });
        self.settle(request, effects);
        if is_active && let Some(predecessor) = self.id.position.predecessor() {
            effects.send(
                self.peer(predecessor),
                Message::ResultShuttle(Arc::clone(answer)),
            );
        }
        Ok(())
    }

    fn examine_answer(&mut self, from: ProcessId, answer: &Answer) -> Result<(), Reason> {
        if !self.comes_up(from) {
            return Err(Reason::WrongSender);
        }
        let order = &answer.order_proof;
        if !self.is_authentic(&order.request) {
            return Err(Reason::BadClientSignature);
        }
        let (configuration, count) = (self.id.configuration, self.parameters.replicas());
        order
            .check(configuration, count, &mut self.keys)
            .map_err(Flaw::of_orders)?;
        let result = Digest::of(&answer.result);
        check_results(
            &answer.result_proof,
            order,
            result,
            configuration,
            count,
            &mut self.keys,
        )
        .map_err(Flaw::of_results)
    }

    /// P5.3: the client's timers up to this request are of no use any more.
    fn settle(&mut self, request: RequestId, effects: &mut Effects) {
        let first = RequestId {
            number: RequestNumber(0),
            ..request
        };
        while let Some(settled) = self.timers.range(first..=request).next().copied() {
            self.timers.remove(&settled);
            effects.cancel_timer(Timer::Result(settled));
        }
        while let Some((&settled, _)) = self.ordered.range(first..=request).next() {
            self.ordered.remove(&settled);
        }
    }
}
