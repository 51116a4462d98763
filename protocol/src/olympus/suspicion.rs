//! Requests for reconfiguration: whose are heard, and what they start.
//!
//! Source: docs/protocol.md P6.2, P7.1.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::phase::Gathered;
use super::registry::Registry;
use crate::event::Event;
use crate::identity::{Position, ProcessId};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{Message, ReconfigurationRequest, WedgeRequest};
use crate::reason::Reason;

impl Registry {
    /// P6.2: any replica of the current configuration is heard, a client only with a proof that
    /// convinces.
    pub(super) fn hear(
        &mut self,
        from: ProcessId,
        request: &ReconfigurationRequest,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let requester = self.take_evidence(from, request)?;
        if requester.is_none() && self.pool.misbehaviour(self.parameters.quorum()).is_empty() {
            return Err(Refusal::Refused(Reason::NoProof));
        }
        let suspicion = &request.signed.body;
        effects.emit(Event::ReconfigurationRequested {
            configuration: self.configuration,
            replica: requester,
            from,
            reason: suspicion.reason,
            suspect: suspicion.suspect,
            slot: suspicion.slot,
        });
        Ok(())
    }

    /// Checks a request and takes its evidence, which counts even where the request itself comes too
    /// late (P6.3). Answers the replica that sent it, if it was one.
    pub(super) fn take_evidence(
        &mut self,
        from: ProcessId,
        request: &ReconfigurationRequest,
    ) -> Result<Option<Position>, Refusal> {
        if request.signed.signer != from || !self.keys.is_signed(&request.signed) {
            return Err(Refusal::Refused(Reason::BadSignature));
        }
        if request.signed.body.configuration != self.configuration {
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
        Ok(requester)
    }

    /// P7.1: wedges every replica of the configuration.
    pub(super) fn start_wedging(&self, effects: &mut Effects) {
        effects.emit(Event::WedgeStarted {
            configuration: self.configuration,
        });
        self.send_wedge_requests(&BTreeSet::new(), effects);
        self.set_wedge_timer(effects);
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

    fn set_wedge_timer(&self, effects: &mut Effects) {
        let timer = Timer::Wedge(self.configuration);
        effects.set_timer(timer, self.parameters.olympus_timeout_ms);
    }
}

impl Gathered {
    /// P7.1: until the quorum is chosen, repeats what has not been answered.
    pub(super) fn on_wedge_timeout(&self, registry: &Registry, effects: &mut Effects) {
        let answered = self.histories.keys().copied().collect();
        registry.send_wedge_requests(&answered, effects);
        self.repeat_catch_ups(registry, effects);
        registry.set_wedge_timer(effects);
    }
}
