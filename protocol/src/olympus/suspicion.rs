//! Requests for reconfiguration: whose are heard, and what they start.
//!
//! Source: docs/protocol.md P6.2, P7.1.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::phase::Gathered;
use super::registry::Registry;
use crate::bounds::{Bounds, EVIDENCE_BYTES_MAX, REQUESTS_MAX, bytes_of};
use crate::event::Event;
use crate::identity::{Position, ProcessId};
use crate::machine::{Effects, Refusal, Timer};
use crate::message::{Evidence, Message, ReconfigurationRequest, WedgeRequest};
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
        let requester = match from {
            ProcessId::Replica(_) => Some(self.current_replica(from)?),
            ProcessId::Client(_) => None,
            ProcessId::Olympus => return Err(Refusal::Refused(Reason::WrongSender)),
        };
        if request.signed.body.configuration != self.configuration {
            return Err(Refusal::Ignored(Reason::OtherConfiguration));
        }
        let bounds = self.bounds();
        if !self.pool.admits_request(from, bounds.requests_heard()) {
            return Err(Refusal::Ignored(Reason::Exhausted));
        }
        if !is_within(&request.evidence, bounds) {
            return Err(Refusal::Refused(Reason::Oversized));
        }
        if request.signed.signer != from || !self.keys.is_signed(&request.signed) {
            return Err(Refusal::Refused(Reason::BadSignature));
        }
        if self.pool.admits_evidence(from, &request.evidence) {
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

/// P1.9: no list is longer than what proves one misbehaviour, and together they are no larger than what
/// a correct process sends (P6.3).
fn is_within(evidence: &Evidence, bounds: Bounds) -> bool {
    let Evidence {
        requests,
        orders,
        results,
        checkpoints,
    } = evidence;
    let most = bounds.statements();
    requests.len() <= REQUESTS_MAX
        && [orders.len(), results.len(), checkpoints.len()]
            .into_iter()
            .all(|statements| statements <= most)
        && bytes_of(evidence) <= EVIDENCE_BYTES_MAX
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
