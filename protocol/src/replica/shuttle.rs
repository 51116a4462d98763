//! The shuttle: a request on its way down the chain.
//!
//! Source: docs/protocol.md P4.3, P4.4, P4.6, P8.1.

use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::bounds::{HISTORY_BYTES_MAX, bytes_of};
use crate::digest::Digest;
use crate::event::Event;
use crate::identity::{Position, ProcessId};
use crate::machine::Effects;
use crate::message::{Answer, AnsweredBy, ClientAnswer, Message, Shuttle};
use crate::proof::{Flaw, OrderProof, check_results};
use crate::reason::Reason;
use crate::running_state::{Evaluation, Sequence};
use crate::statement::{OrderStatement, ResultStatement};

/// What an order statement has beside the request that it names, in bytes, or more.
const STATEMENT_BYTES: usize = 64;

impl Replica {
    /// P4.3: checks the shuttle on trial, then executes, signs and passes it on.
    pub(super) fn on_shuttle(
        &mut self,
        from: ProcessId,
        shuttle: &Arc<Shuttle>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if shuttle.configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        if self.mode == Mode::Immutable {
            return Err(Complaint::ignored(Reason::Immutable));
        }
        if self.is_full {
            return Err(Complaint::ignored(Reason::HistoryFull));
        }
        let evaluation = self
            .examine(from, shuttle)
            .map_err(|reason| self.blame(from, reason))?;
        // The head has looked before it gave the request its slot.
        if !self.is_head() && !self.has_room_for(&shuttle.order_proof) {
            self.is_full = true;
            return Err(Complaint::Suspicion {
                suspect: None,
                reason: Reason::HistoryFull,
            });
        }
        let extended = self.execute(shuttle, evaluation, effects);
        let slot = extended.shuttle.order_proof.slot;
        if self.is_tail() {
            self.answer(extended, effects);
        } else {
            let successor = self.peer(Position(self.id.position.0 + 1));
            effects.send(successor, Message::Shuttle(Arc::new(extended.shuttle)));
        }
        if self.is_head()
            && slot
                .next()
                .0
                .is_multiple_of(self.parameters.checkpoint_interval)
        {
            self.start_checkpoint(slot, effects);
        }
        Ok(())
    }

    /// Every condition of P4.3; the outcome of the operation, on trial, when all hold.
    fn examine(&mut self, from: ProcessId, shuttle: &Shuttle) -> Result<Evaluation, Reason> {
        if !self.comes_down(from) {
            return Err(Reason::WrongSender);
        }
        let order = &shuttle.order_proof;
        // The head assigned the slot of its own shuttle and has nothing to compare it with (P10,
        // `increment_slot`).
        if !self.is_head() && order.slot != self.next_slot {
            let is_ahead = order.slot > self.next_slot;
            return Err(if is_ahead {
                Reason::SlotSkipped
            } else {
                Reason::SlotRepeated
            });
        }
        if !self.is_authentic(&order.request) {
            return Err(Reason::BadClientSignature);
        }
        let (configuration, count) = (self.id.configuration, self.id.position.index());
        order
            .check(configuration, count, &mut self.keys)
            .map_err(Flaw::of_orders)?;
        let request = &order.request.body;
        let Some(evaluation) = self.state.evaluate(request.id, &request.operation) else {
            let is_ahead = self.state.sequence(request.id) == Sequence::Ahead;
            return Err(if is_ahead {
                Reason::RequestAhead
            } else {
                Reason::StaleRequest
            });
        };
        let result = Digest::of(evaluation.result());
        check_results(
            &shuttle.result_proof,
            order,
            result,
            configuration,
            count,
            &mut self.keys,
        )
        .map_err(Flaw::of_results)?;
        Ok(evaluation)
    }

    /// P8.4: whether the history may take one more entry, to which the replica's own statement will come. A
    /// single one it may hold in any case.
    pub(super) fn has_room_for(&self, proof: &OrderProof) -> bool {
        let entry = bytes_of(proof) + bytes_of(&proof.request) + STATEMENT_BYTES;
        let entries = &self.history.entries;
        entries.is_empty()
            || entries.len() < self.bounds().entries()
                && self.history_bytes + entry <= HISTORY_BYTES_MAX
    }

    /// Executes, signs both statements and puts the order proof into the history.
    fn execute(
        &mut self,
        shuttle: &Shuttle,
        evaluation: Evaluation,
        effects: &mut Effects,
    ) -> Extended {
        let OrderProof {
            slot,
            request,
            statements,
        } = &shuttle.order_proof;
        let (slot, body) = (*slot, &request.body);
        let repeated = matches!(evaluation, Evaluation::Recorded(_));
        let result = self
            .state
            .commit(slot, body.id, &body.operation, evaluation);
        effects.emit(Event::Executed {
            slot,
            request: body.id.into(),
            operation: Arc::clone(&body.operation),
            result: result.clone(),
            repeated,
        });
        let order = self.signer.sign(OrderStatement {
            configuration: self.id.configuration,
            slot,
            request: body.id,
            operation: Arc::clone(&body.operation),
        });
        let stated = self.signer.sign(ResultStatement {
            configuration: self.id.configuration,
            slot,
            request: body.id,
            operation: Arc::clone(&body.operation),
            result: Digest::of(&result),
        });
        self.keys.trust(&order);
        self.keys.trust(&stated);
        let mut order_proof = OrderProof {
            slot,
            request: Arc::clone(request),
            statements: with_capacity_of(statements, self.parameters.replicas()),
        };
        order_proof.statements.push(Arc::new(order));
        let mut result_proof = with_capacity_of(&shuttle.result_proof, self.parameters.replicas());
        result_proof.push(Arc::new(stated));
        self.history_bytes += bytes_of(&order_proof);
        self.history.entries.push(Arc::new(order_proof.clone()));
        self.next_slot = slot.next();
        self.last_requests
            .insert(body.id.client, Arc::clone(request));
        let configuration = shuttle.configuration;
        Extended {
            result,
            shuttle: Shuttle {
                configuration,
                order_proof,
                result_proof,
            },
        }
    }

    /// P4.4: the tail answers the client first, then starts the result shuttle with the same content.
    fn answer(&self, extended: Extended, effects: &mut Effects) {
        let Extended { result, shuttle } = extended;
        let Shuttle {
            configuration,
            order_proof,
            result_proof,
        } = shuttle;
        let client = ProcessId::Client(order_proof.request.body.id.client);
        let answer = Arc::new(Answer {
            configuration,
            result,
            order_proof,
            result_proof,
        });
        let message = ClientAnswer {
            by: AnsweredBy::Tail,
            answer: Arc::clone(&answer),
        };
        effects.send(client, Message::Result(Arc::new(message)));
        effects.send(self.process(), Message::ResultShuttle(answer));
    }
}

/// A shuttle with this replica's statements, and the result that they are about.
struct Extended {
    result: String,
    shuttle: Shuttle,
}

/// A copy with room for the statements of the whole chain.
fn with_capacity_of<T: Clone>(statements: &[T], capacity: usize) -> Vec<T> {
    let mut copy = Vec::with_capacity(capacity);
    copy.extend_from_slice(statements);
    copy
}
