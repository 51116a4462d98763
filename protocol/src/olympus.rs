//! Olympus: the trusted configuration service.
//!
//! It hands out keys, hears suspicions, wedges a configuration, finds a quorum of replicas that agree
//! on a history and a state, and starts the next configuration from it.
//!
//! Source: docs/protocol.md P1.1, P1.4, P6, P7.

mod misbehaviour;
mod phase;
mod quorum;
mod registry;
mod start;
mod suspicion;
mod transfer;
mod wedged;

use std::sync::Arc;

use crate::event::Event;
use crate::identity::{ConfigurationId, ProcessId};
use crate::machine::{Effect, Effects, Input, Machine, Refusal, Timer};
use crate::message::{CaughtUp, Message, ReconfigurationRequest, StateTransfer, Wedged};
use crate::olympus::phase::{Gathered, Phase, Transfer};
use crate::olympus::registry::Registry;
use crate::parameters::Parameters;
use crate::reason::Reason;
use crate::running_state::RunningState;
use crate::signature::{RunSecret, Scheme};
use crate::statement::Signed;

/// Olympus.
#[derive(Clone, Debug)]
pub struct Olympus {
    registry: Registry,
    phase: Phase,
}

impl Olympus {
    /// Olympus for a run with `clients` clients; all keys derive from `secret` (P1.4).
    #[must_use]
    pub fn new(secret: RunSecret, scheme: Scheme, parameters: Parameters, clients: u32) -> Self {
        Self {
            registry: Registry::new(secret, scheme, parameters, clients),
            phase: Phase::Serving,
        }
    }

    /// The current configuration.
    #[must_use]
    pub const fn configuration(&self) -> ConfigurationId {
        self.registry.configuration
    }

    /// How many signatures it has verified so far: what others have cost it.
    #[must_use]
    pub const fn verifications(&self) -> u64 {
        self.registry.keys.verifications()
    }

    /// Whether a reconfiguration is in progress.
    #[must_use]
    pub const fn is_reconfiguring(&self) -> bool {
        match self.phase {
            Phase::Serving => false,
            Phase::Wedging(_) | Phase::Grace(_) | Phase::Transferring(_) => true,
        }
    }

    /// P7.8: starts the first configuration.
    fn on_start(&self, effects: &mut Effects) {
        effects.emit(Event::ConfigurationStarted {
            configuration: self.registry.configuration,
            slot: self.registry.first_slot,
            state: RunningState::default().hash(),
        });
        effects.push(Effect::StartReplicas(self.registry.configuration));
    }

    /// What a timer means in each phase. Late ones, of an earlier phase or configuration, mean nothing.
    fn on_timer(&mut self, timer: Timer, effects: &mut Effects) {
        let registry = &mut self.registry;
        let current = registry.configuration;
        match (&mut self.phase, timer) {
            // P7.1: until the quorum is chosen, repeats what has not been answered.
            (Phase::Wedging(gathered) | Phase::Grace(gathered), Timer::Wedge(of))
                if of == current =>
            {
                effects.emit(Event::TimerExpired { timer });
                gathered.on_wedge_timeout(registry, effects);
            }
            // P7.5: the time for further reports is over.
            (Phase::Grace(gathered), Timer::Grace(of)) if of == current => {
                effects.emit(Event::TimerExpired { timer });
                self.phase = std::mem::take(gathered).choose(registry, effects);
            }
            // P7.5: whoever is silent is set aside.
            (Phase::Transferring(transfer), Timer::State(of, asked))
                if of == current && transfer.asking == Some(asked) =>
            {
                effects.emit(Event::TimerExpired { timer });
                transfer.on_state_timeout(asked, registry, effects);
            }
            (
                Phase::Serving | Phase::Wedging(_) | Phase::Grace(_) | Phase::Transferring(_),
                Timer::Wedge(_)
                | Timer::Grace(_)
                | Timer::State(..)
                | Timer::Request(_)
                | Timer::Result(_),
            ) => {}
        }
    }

    /// P6.2: who is heard starts a reconfiguration. During one, evidence alone counts (P6.3).
    fn on_reconfiguration_request(
        &mut self,
        from: ProcessId,
        request: &ReconfigurationRequest,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let registry = &mut self.registry;
        match &self.phase {
            Phase::Serving => {
                registry.hear(from, request, effects)?;
                registry.start_wedging(effects);
                self.phase = Phase::Wedging(Gathered::default());
                Ok(())
            }
            Phase::Wedging(_) | Phase::Grace(_) | Phase::Transferring(_) => {
                registry.take_evidence(from, request)?;
                Err(Refusal::Ignored(Reason::AlreadyReconfiguring))
            }
        }
    }

    /// P7.2, P7.3. After the choice it helps a quorum that has become too small (P7.5).
    fn on_wedged(
        &mut self,
        from: ProcessId,
        wedged: &Arc<Signed<Wedged>>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let registry = &mut self.registry;
        let replica = registry.current_replica(from)?;
        match &mut self.phase {
            Phase::Serving => Err(Refusal::Ignored(Reason::NotNeeded)),
            Phase::Wedging(gathered)
            | Phase::Grace(gathered)
            | Phase::Transferring(Transfer { gathered, .. }) => {
                gathered.add_history(replica, wedged, registry, effects)?;
                self.phase.advance(registry, effects);
                Ok(())
            }
        }
    }

    /// P7.4. After the choice it helps a quorum that has become too small (P7.5).
    fn on_caught_up(
        &mut self,
        from: ProcessId,
        caught_up: &Arc<Signed<CaughtUp>>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let registry = &mut self.registry;
        let replica = registry.current_replica(from)?;
        match &mut self.phase {
            Phase::Serving => Err(Refusal::Ignored(Reason::NotNeeded)),
            Phase::Wedging(gathered)
            | Phase::Grace(gathered)
            | Phase::Transferring(Transfer { gathered, .. }) => {
                gathered.add_report(replica, caught_up, registry, effects)?;
                self.phase.advance(registry, effects);
                Ok(())
            }
        }
    }

    /// P7.5: the state that the quorum vouched for starts the next configuration (P7.6, P7.7).
    fn on_running_state(
        &mut self,
        from: ProcessId,
        sent: &Signed<StateTransfer>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let registry = &mut self.registry;
        let replica = registry.current_replica(from)?;
        if sent.body.configuration != registry.configuration {
            return Err(Refusal::Ignored(Reason::OtherConfiguration));
        }
        match &mut self.phase {
            Phase::Serving | Phase::Wedging(_) | Phase::Grace(_) => {
                Err(Refusal::Ignored(Reason::NotNeeded))
            }
            Phase::Transferring(transfer) => {
                transfer.accept_state(replica, sent, registry, effects)?;
                registry.start_next(transfer, sent.body.state.clone(), effects);
                self.phase = Phase::Serving;
                Ok(())
            }
        }
    }
}

impl Machine for Olympus {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let (from, message) = match input {
            Input::Start => return self.on_start(effects),
            Input::TimerFired(timer) => return self.on_timer(timer, effects),
            Input::Deliver { from, message } => (from, message),
        };
        if self.registry.patience.is_lost(from) {
            return effects.refuse(Refusal::Ignored(Reason::Exhausted), from, &message);
        }
        let handled = match &message {
            Message::ConfigurationQuery(query) => self.registry.on_query(from, *query, effects),
            Message::ReconfigurationRequest(request) => {
                self.on_reconfiguration_request(from, request, effects)
            }
            Message::Wedged(wedged) => self.on_wedged(from, wedged, effects),
            Message::CaughtUp(caught_up) => self.on_caught_up(from, caught_up, effects),
            Message::RunningState(sent) => self.on_running_state(from, sent, effects),
            Message::ClientRequest(_)
            | Message::ForwardedRequest(_)
            | Message::Shuttle(_)
            | Message::ResultShuttle(_)
            | Message::Result(_)
            | Message::Error(_)
            | Message::Checkpoint(_)
            | Message::CompletedCheckpoint(_)
            | Message::WedgeRequest(_)
            | Message::CatchUp(_)
            | Message::GetRunningState(_)
            | Message::NewConfiguration(_)
            | Message::Configuration(_)
            | Message::OlympusResult(_)
            | Message::Terminate(_) => Err(Refusal::Refused(Reason::NotAddressed)),
        };
        if let Err(refusal) = handled {
            if let Refusal::Refused(_) = refusal {
                self.registry.lose_patience(from, &message);
            }
            effects.refuse(refusal, from, &message);
        }
    }
}
