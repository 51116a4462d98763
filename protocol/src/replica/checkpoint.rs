//! Checkpoints: statements collected down the chain, the proof carried back up.
//!
//! Source: docs/protocol.md P8.

use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::event::Event;
use crate::identity::{Position, ProcessId, Slot};
use crate::machine::Effects;
use crate::message::{Checkpoint, Message};
use crate::proof::{CheckpointProof, are_chain};
use crate::reason::Reason;
use crate::statement::CheckpointStatement;

impl Replica {
    /// P8.1: the head starts a checkpoint that ends with `slot`, delivered to itself first.
    pub(super) fn start_checkpoint(&self, slot: Slot, effects: &mut Effects) {
        effects.emit(Event::CheckpointStarted { slot });
        let checkpoint = Checkpoint {
            configuration: self.id.configuration,
            proof: CheckpointProof {
                slot,
                statements: Vec::new(),
            },
        };
        effects.send(self.process(), Message::Checkpoint(Arc::new(checkpoint)));
    }

    /// P8.1: adds a statement about the state that contains exactly this slot and passes it on.
    pub(super) fn on_checkpoint(
        &mut self,
        from: ProcessId,
        checkpoint: &Arc<Checkpoint>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        self.admit_checkpoint(checkpoint)?;
        self.examine_checkpoint(from, checkpoint)
            .map_err(|reason| self.blame(from, reason))?;
        let slot = checkpoint.proof.slot;
        self.last_signed_checkpoint = Some(slot);
        let statement = self.signer.sign(CheckpointStatement {
            configuration: self.id.configuration,
            slot,
            state: self.state.hash(),
        });
        self.keys.trust(&statement);
        let mut extended = Checkpoint::clone(checkpoint);
        extended.proof.statements.push(Arc::new(statement));
        let extended = Arc::new(extended);
        if self.is_tail() {
            effects.send(self.process(), Message::CompletedCheckpoint(extended));
        } else {
            let successor = self.peer(Position(self.id.position.0 + 1));
            effects.send(successor, Message::Checkpoint(extended));
        }
        Ok(())
    }

    /// P8.2: keeps the proof, drops what it makes superfluous and passes it on.
    pub(super) fn on_completed_checkpoint(
        &mut self,
        from: ProcessId,
        checkpoint: &Arc<Checkpoint>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        self.admit_checkpoint(checkpoint)?;
        let state = self
            .examine_completed(from, checkpoint)
            .map_err(|reason| self.blame(from, reason))?;
        let slot = checkpoint.proof.slot;
        for statement in &checkpoint.proof.statements {
            if let Some(suspect) = self.position_of(statement.signer)
                && statement.body.state != state
            {
                effects.emit(Event::Divergence { slot, suspect });
            }
        }
        self.history
            .complete_checkpoint(Arc::new(checkpoint.proof.clone()));
        self.history_bytes = self.history.entries_bytes();
        self.prune_cache();
        effects.emit(Event::CheckpointCompleted { slot, state });
        if let Some(predecessor) = self.id.position.predecessor() {
            let message = Message::CompletedCheckpoint(Arc::clone(checkpoint));
            effects.send(self.peer(predecessor), message);
        }
        Ok(())
    }

    /// Whether it is for this configuration and the replica still takes checkpoints (P1.8).
    fn admit_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), Complaint> {
        if checkpoint.configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        if self.is_full {
            return Err(Complaint::ignored(Reason::HistoryFull));
        }
        match self.mode {
            Mode::Active => Ok(()),
            Mode::Pending | Mode::Immutable => Err(Complaint::ignored(Reason::Immutable)),
        }
    }

    fn examine_checkpoint(
        &mut self,
        from: ProcessId,
        checkpoint: &Checkpoint,
    ) -> Result<(), Reason> {
        if !self.comes_down(from) {
            return Err(Reason::WrongSender);
        }
        let proof = &checkpoint.proof;
        let is_new = self
            .last_signed_checkpoint
            .is_none_or(|last| proof.slot > last);
        if !is_new || proof.slot.next() != self.next_slot {
            return Err(Reason::WrongCheckpointSlot);
        }
        self.examine_statements(proof, self.id.position.index())
    }

    /// The state that at least `t + 1` replicas vouch for.
    fn examine_completed(
        &mut self,
        from: ProcessId,
        checkpoint: &Checkpoint,
    ) -> Result<crate::digest::Digest, Reason> {
        if !self.comes_up(from) {
            return Err(Reason::WrongSender);
        }
        let proof = &checkpoint.proof;
        if self
            .history
            .checkpoint_slot()
            .is_some_and(|kept| proof.slot <= kept)
        {
            return Err(Reason::WrongCheckpointSlot);
        }
        self.examine_statements(proof, self.parameters.replicas())?;
        proof
            .agreed_state(self.id.configuration, self.parameters.quorum())
            .ok_or(Reason::NoCheckpointQuorum)
    }

    fn examine_statements(&mut self, proof: &CheckpointProof, count: usize) -> Result<(), Reason> {
        let configuration = self.id.configuration;
        if !are_chain(&proof.statements, configuration, count) {
            return Err(Reason::MissingStatement);
        }
        proof
            .check_statements(configuration, &mut self.keys)
            .map_err(|_| Reason::BadCheckpointStatement)
    }

    /// P8.2: drops the cached results that no client can still ask for.
    fn prune_cache(&mut self) {
        let state = &self.state;
        self.cache.retain(|id, _| {
            state
                .last(id.client)
                .is_none_or(|last| id.number >= last.number)
        });
    }
}
