//! The wedge: a replica becomes immutable and tells its history.
//!
//! Source: docs/protocol.md P7.1, P1.8.

use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::event::Event;
use crate::identity::ProcessId;
use crate::machine::{Effects, Timer};
use crate::message::{Message, WedgeRequest, Wedged};
use crate::reason::Reason;
use crate::statement::Signed;

impl Replica {
    /// P7.1: stops for good and answers; a repeated request is answered again.
    pub(super) fn on_wedge_request(
        &mut self,
        from: ProcessId,
        request: &Signed<WedgeRequest>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        if !self.is_by_olympus(from, request) {
            return Err(Complaint::refused(Reason::BadSignature));
        }
        if request.body.configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        match self.mode {
            // P1.8: it has no state to tell of yet.
            Mode::Pending => return Err(Complaint::ignored(Reason::NotAddressed)),
            Mode::Active => self.become_immutable(effects),
            Mode::Immutable => {}
        }
        effects.emit(Event::Wedged {
            checkpoint: self.history.checkpoint_slot(),
            entries: self.history.entries.len() as u64,
        });
        let wedged = self.signer.sign(Wedged {
            configuration: self.id.configuration,
            history: self.history.clone(),
        });
        effects.send(ProcessId::Olympus, Message::Wedged(Arc::new(wedged)));
        Ok(())
    }

    fn become_immutable(&mut self, effects: &mut Effects) {
        self.mode = Mode::Immutable;
        // No slot is assigned any more, so that a number skipped until now makes no difference (P9.5).
        self.next_assigned = self.next_slot;
        for request in std::mem::take(&mut self.timers) {
            effects.cancel_timer(Timer::Result(request));
        }
    }
}
