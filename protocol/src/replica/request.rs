//! Requests, direct and forwarded: every case of a retransmission.
//!
//! Source: docs/protocol.md P4.2, P5.2.

use std::sync::Arc;

use super::{Complaint, Replica};
use crate::event::{Event, RetransmissionCase};
use crate::identity::{Position, ProcessId, RequestId, Slot};
use crate::machine::{Effects, Refusal};
use crate::message::{AnsweredBy, ClientAnswer, ErrorStatement, Message, MessageKind, Shuttle};
use crate::proof::{OrderProof, SignedRequest};
use crate::reason::Reason;
use crate::replica::Mode;
use crate::running_state::Sequence;

impl Replica {
    /// A request directly from its client: the first case of P5.2 that applies.
    pub(super) fn on_client_request(
        &mut self,
        from: ProcessId,
        request: &SignedRequest,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if from != request.signer || !self.is_authentic(request) {
            return Err(Complaint::refused(Reason::BadClientSignature));
        }
        let id = request.body.id;
        let case = self.case(id);
        // A direct request that the head has never seen is the failure-free case, not a
        // retransmission.
        if case != RetransmissionCase::Unknown {
            self.log_case(case, MessageKind::ClientRequest, from, id, effects);
        }
        match case {
            RetransmissionCase::Stale => {}
            RetransmissionCase::Cached => self.answer_from_cache(id, effects),
            RetransmissionCase::Immutable => {
                let configuration = self.id.configuration;
                let error = self.signer.sign(ErrorStatement {
                    configuration,
                    request: id,
                });
                effects.send(from, Message::Error(Arc::new(error)));
            }
            RetransmissionCase::Forwarded => {
                let head = self.peer(Position::HEAD);
                effects.send(head, Message::ForwardedRequest(Arc::clone(request)));
                self.start_timer(id, effects);
            }
            RetransmissionCase::Ordered => self.start_timer(id, effects),
            RetransmissionCase::Unknown => self.order(request, effects)?,
        }
        Ok(())
    }

    /// A request that another replica passed on: for the head alone (P5.2).
    pub(super) fn on_forwarded_request(
        &mut self,
        from: ProcessId,
        request: &SignedRequest,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if !self.is_head() {
            return Err(Complaint::ignored(Reason::NotHead));
        }
        if self.position_of(from).is_none() {
            return Err(match from {
                ProcessId::Replica(_) => Complaint::ignored(Reason::OtherConfiguration),
                ProcessId::Client(_) | ProcessId::Olympus => {
                    Complaint::refused(Reason::WrongSender)
                }
            });
        }
        if !self.is_authentic(request) {
            return Err(match self.mode {
                Mode::Active => self.blame(from, Reason::BadClientSignature),
                Mode::Pending | Mode::Immutable => Complaint::refused(Reason::BadClientSignature),
            });
        }
        let id = request.body.id;
        let case = self.case(id);
        if case == RetransmissionCase::Immutable {
            return Err(Complaint::ignored(Reason::Immutable));
        }
        self.log_case(case, MessageKind::ForwardedRequest, from, id, effects);
        match case {
            RetransmissionCase::Stale
            | RetransmissionCase::Immutable
            | RetransmissionCase::Forwarded => {}
            RetransmissionCase::Cached => self.answer_from_cache(id, effects),
            RetransmissionCase::Ordered => self.start_timer(id, effects),
            RetransmissionCase::Unknown => {
                self.order(request, effects)?;
                self.start_timer(id, effects);
            }
        }
        Ok(())
    }

    /// P4.2: gives the request the next slot and starts its shuttle, delivered to itself first.
    fn order(&mut self, request: &SignedRequest, effects: &mut Effects) -> Result<(), Complaint> {
        let id = request.body.id;
        match self.state.sequence(id) {
            Sequence::Next | Sequence::Repeated => {}
            Sequence::Ahead => return Err(Complaint::refused(Reason::RequestAhead)),
            Sequence::Stale => return Err(Complaint::refused(Reason::StaleRequest)),
        }
        let slot = self.next_assigned;
        let order_proof = OrderProof {
            slot,
            request: Arc::clone(request),
            statements: Vec::new(),
        };
        if !self.has_room_for(&order_proof) {
            return Err(Complaint::Suspicion {
                suspect: None,
                reason: Reason::HistoryFull,
            });
        }
        self.next_assigned = slot.next();
        self.ordered.insert(id, slot);
        effects.emit(Event::Ordered {
            slot,
            request: id.into(),
        });
        let shuttle = Shuttle {
            configuration: self.id.configuration,
            order_proof,
            result_proof: Vec::new(),
        };
        effects.send(self.process(), Message::Shuttle(Arc::new(shuttle)));
        Ok(())
    }

    fn answer_from_cache(&self, id: RequestId, effects: &mut Effects) {
        if let Some(answer) = self.cache.get(&id) {
            let message = ClientAnswer {
                by: AnsweredBy::Cache,
                answer: Arc::clone(answer),
            };
            effects.send(
                ProcessId::Client(id.client),
                Message::Result(Arc::new(message)),
            );
        }
    }

    /// The first case of P5.2 that applies, in the rule's order.
    fn case(&self, id: RequestId) -> RetransmissionCase {
        if self.state.sequence(id) == Sequence::Stale {
            RetransmissionCase::Stale
        } else if self.cache.contains_key(&id) {
            RetransmissionCase::Cached
        } else if self.mode == Mode::Immutable {
            RetransmissionCase::Immutable
        } else if !self.is_head() {
            RetransmissionCase::Forwarded
        } else if self.ordered.contains_key(&id) {
            RetransmissionCase::Ordered
        } else {
            RetransmissionCase::Unknown
        }
    }

    /// Whether the client signed the request (P1.6).
    pub(super) fn is_authentic(&mut self, request: &SignedRequest) -> bool {
        request.signer == ProcessId::Client(request.body.id.client) && self.keys.is_signed(request)
    }

    fn log_case(
        &self,
        case: RetransmissionCase,
        message: MessageKind,
        from: ProcessId,
        id: RequestId,
        effects: &mut Effects,
    ) {
        let cached = self.cache.get(&id).map(|answer| answer.order_proof.slot);
        let slot: Option<Slot> = cached.or_else(|| self.ordered.get(&id).copied());
        effects.emit(Event::Retransmitted {
            case,
            message,
            from,
            request: id.into(),
            slot,
        });
    }
}

impl From<Refusal> for Complaint {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}
