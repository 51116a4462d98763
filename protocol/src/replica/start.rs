//! The start of a replica of a later configuration, and the end of every replica.
//!
//! Source: docs/protocol.md P7.7, P1.8.

use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::event::Event;
use crate::identity::ProcessId;
use crate::machine::{Effect, Effects};
use crate::message::{NewConfiguration, Terminate};
use crate::reason::Reason;
use crate::statement::Signed;

impl Replica {
    /// P7.7: takes the state and becomes active; what came before is handled right after, in order
    /// (P1.8).
    pub(super) fn on_new_configuration(
        &mut self,
        from: ProcessId,
        new: &Signed<NewConfiguration>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if !self.is_by_olympus(from, new) {
            return Err(Complaint::refused(Reason::BadSignature));
        }
        let NewConfiguration {
            configuration,
            chain,
            parameters,
            first_slot,
            state,
            state_hash,
        } = &new.body;
        if *configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        if self.mode != Mode::Pending {
            return Err(Complaint::ignored(Reason::NotNeeded));
        }
        if state.hash() != *state_hash {
            return Err(Complaint::refused(Reason::WrongState));
        }
        self.keys.learn(*configuration, Arc::new(chain.clone()));
        self.parameters = parameters.clone();
        self.first_slot = *first_slot;
        self.next_slot = *first_slot;
        self.next_assigned = *first_slot;
        self.state = state.clone();
        self.mode = Mode::Active;
        effects.emit(Event::Activated {
            slot: *first_slot,
            state: *state_hash,
        });
        for (from, message) in self.kept.empty() {
            effects.push(Effect::Redeliver { from, message });
        }
        Ok(())
    }

    /// P7.7: the configuration has been replaced.
    pub(super) fn on_terminate(
        &mut self,
        from: ProcessId,
        terminate: &Signed<Terminate>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if !self.is_by_olympus(from, terminate) {
            return Err(Complaint::refused(Reason::BadSignature));
        }
        if terminate.body.configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        effects.emit(Event::Terminated);
        effects.push(Effect::Stop);
        Ok(())
    }
}
