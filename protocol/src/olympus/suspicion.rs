//! Requests for reconfiguration: whose are heard, and what they start.
//!
//! Source: docs/protocol.md P6.2, P7.1.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Grace, Olympus, Reconfiguration};
use crate::event::Event;
use crate::identity::{ConfigurationId, Position, ProcessId};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{Message, ReconfigurationRequest, WedgeRequest};
use crate::reason::Reason;

impl Olympus {
    /// P6.2: any replica of the current configuration is heard, a client only with a proof that
    /// convinces. Evidence counts even where the request itself comes too late (P6.3).
    pub(super) fn on_reconfiguration_request(
        &mut self,
        from: ProcessId,
        request: &ReconfigurationRequest,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let suspicion = &request.signed.body;
        if request.signed.signer != from || !self.keys.is_signed(&request.signed) {
            return Err(Refusal::Refused(Reason::BadSignature));
        }
        if suspicion.configuration != self.configuration {
            return Err(Refusal::Ignored(Reason::OtherConfiguration));
        }
        let requester = match from {
            ProcessId::Replica(_) => Some(self.current_replica(from)?),
            ProcessId::Client(_) | ProcessId::Olympus => None,
        };
        if self.pool.admits(from) {
            self.pool
                .add_evidence(&request.evidence, self.configuration, &mut self.keys);
        }
        if self.reconfiguration.is_some() {
            return Err(Refusal::Ignored(Reason::AlreadyReconfiguring));
        }
        if requester.is_none() && self.pool.misbehaviour(self.parameters.quorum()).is_empty() {
            return Err(Refusal::Refused(Reason::NoProof));
        }
        effects.emit(Event::ReconfigurationRequested {
            configuration: self.configuration,
            replica: requester,
            from,
            reason: suspicion.reason,
            suspect: suspicion.suspect,
            slot: suspicion.slot,
        });
        self.start_wedging(effects);
        Ok(())
    }

    /// P7.1: wedges every replica of the configuration.
    fn start_wedging(&mut self, effects: &mut Effects) {
        self.reconfiguration = Some(Reconfiguration::default());
        effects.emit(Event::WedgeStarted {
            configuration: self.configuration,
        });
        self.send_wedge_requests(&BTreeSet::new(), effects);
        let timer = Timer::Wedge(self.configuration);
        effects.set_timer(timer, self.parameters.olympus_timeout_ms);
    }

    /// P7.1: until the quorum is chosen, repeats what has not been answered.
    pub(super) fn on_wedge_timeout(
        &mut self,
        configuration: ConfigurationId,
        effects: &mut Effects,
    ) {
        let Some(reconfiguration) = &self.reconfiguration else {
            return;
        };
        if configuration != self.configuration || reconfiguration.grace == Grace::Over {
            return;
        }
        effects.emit(Event::TimerExpired {
            timer: Timer::Wedge(configuration),
        });
        let answered = reconfiguration.histories.keys().copied().collect();
        self.send_wedge_requests(&answered, effects);
        self.repeat_catch_ups(effects);
        effects.set_timer(
            Timer::Wedge(configuration),
            self.parameters.olympus_timeout_ms,
        );
    }

    fn send_wedge_requests(&self, answered: &BTreeSet<Position>, effects: &mut Effects) {
        let request = WedgeRequest {
            configuration: self.configuration,
        };
        let request = Arc::new(self.signer.sign(request));
        for position in self
            .positions()
            .filter(|position| !answered.contains(position))
        {
            effects.send(
                self.replica(position),
                Message::WedgeRequest(Arc::clone(&request)),
            );
        }
    }
}
