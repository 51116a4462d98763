//! Which messages a pending replica keeps until it has a state, and which it refuses at once.
//!
//! Source: docs/protocol.md P1.8.

use super::{Complaint, Replica};
use crate::event::Event;
use crate::identity::{ConfigurationId, ProcessId};
use crate::machine::{Effects, Refusal};
use crate::message::{Checkpoint, Message};
use crate::proof::OrderProof;
use crate::reason::Reason;

impl Replica {
    /// P1.8: a pending replica keeps what it receives, up to a bound, unless it can be refused at once.
    pub(super) fn keep(&mut self, from: ProcessId, message: Message, effects: &mut Effects) {
        if let Err(refusal) = self.examine_early(from, &message) {
            let complaint = Complaint::Refusal(refusal);
            return self.complain(complaint, from, &message, effects);
        }
        let kind = message.kind();
        match self.kept.take(from, message) {
            Ok(()) => effects.emit(Event::Queued {
                message: kind,
                from,
            }),
            Err(message) => {
                effects.refuse(Refusal::Refused(Reason::QueueFull), from, &message);
            }
        }
    }

    /// What can be refused without a state and without a suspicion: who sends what nobody of this chain, no
    /// client and not Olympus sends here.
    fn examine_early(&mut self, from: ProcessId, message: &Message) -> Result<(), Refusal> {
        match message {
            Message::ClientRequest(request) => {
                if from != request.signer || !self.is_authentic(request) {
                    return Err(Refusal::Refused(Reason::BadClientSignature));
                }
                Ok(())
            }
            Message::ForwardedRequest(_) => {
                if !self.is_head() {
                    return Err(Refusal::Ignored(Reason::NotHead));
                }
                self.examine_member(from, self.id.configuration)
            }
            Message::Shuttle(shuttle) => {
                self.examine_member(from, shuttle.configuration)?;
                self.examine_lists(&shuttle.order_proof, shuttle.result_proof.len())
            }
            Message::ResultShuttle(answer) => {
                self.examine_member(from, answer.configuration)?;
                self.examine_lists(&answer.order_proof, answer.result_proof.len())
            }
            Message::Checkpoint(checkpoint) | Message::CompletedCheckpoint(checkpoint) => {
                let Checkpoint {
                    configuration,
                    proof,
                } = &**checkpoint;
                self.examine_member(from, *configuration)?;
                self.examine_length(proof.statements.len())
            }
            Message::WedgeRequest(_)
            | Message::CatchUp(_)
            | Message::GetRunningState(_)
            | Message::NewConfiguration(_)
            | Message::Terminate(_) => {
                if from != ProcessId::Olympus {
                    return Err(Refusal::Refused(Reason::BadSignature));
                }
                Ok(())
            }
            Message::Result(_)
            | Message::Error(_)
            | Message::ReconfigurationRequest(_)
            | Message::Wedged(_)
            | Message::CaughtUp(_)
            | Message::RunningState(_)
            | Message::ConfigurationQuery(_)
            | Message::Configuration(_)
            | Message::OlympusResult(_) => Err(Refusal::Refused(Reason::NotAddressed)),
        }
    }

    /// Whether a message about a configuration comes from a replica of this one, and is about it.
    fn examine_member(&self, from: ProcessId, about: ConfigurationId) -> Result<(), Refusal> {
        let own = self.id.configuration;
        match from {
            ProcessId::Replica(replica) if replica.configuration == own && about == own => Ok(()),
            ProcessId::Replica(_) => Err(Refusal::Ignored(Reason::OtherConfiguration)),
            ProcessId::Client(_) | ProcessId::Olympus => Err(Refusal::Refused(Reason::WrongSender)),
        }
    }

    fn examine_lists(&self, order: &OrderProof, results: usize) -> Result<(), Refusal> {
        self.examine_length(order.statements.len().max(results))
    }

    /// P1.9: no list of statements is longer than the chain.
    fn examine_length(&self, statements: usize) -> Result<(), Refusal> {
        if statements > self.parameters.replicas() {
            return Err(Refusal::Refused(Reason::Oversized));
        }
        Ok(())
    }
}
