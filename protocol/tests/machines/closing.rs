//! Olympus as it closes a configuration, fed by hand.

use bcr_protocol::digest::Digest;
use bcr_protocol::history::{History, HistoryId};
use bcr_protocol::identity::ProcessId;
use bcr_protocol::machine::{Effect, Input, Timer};
use bcr_protocol::message::{Evidence, Message};
use bcr_protocol::olympus::Olympus;
use bcr_protocol::proof::SignedRequest;
use bcr_protocol::running_state::RunningState;

use crate::signing::{Signing, deliver, sent, step};
use crate::world::describe;

/// Olympus and the run that it serves; statements are about the configuration that it closes.
#[derive(Clone)]
pub(crate) struct Closing {
    pub(crate) signing: Signing,
    pub(crate) olympus: Olympus,
}

impl Closing {
    /// Replica 0 has asked for reconfiguration, and everybody is being wedged.
    pub(crate) fn of(signing: &Signing) -> Self {
        Self::with(signing.olympus(), signing, Evidence::default())
    }

    /// The same for an Olympus that serves the configuration of `signing`, with evidence.
    pub(crate) fn with(olympus: Olympus, signing: &Signing, evidence: Evidence) -> Self {
        let mut closing = Self {
            signing: signing.clone(),
            olympus,
        };
        let head = signing.at(0);
        let asked = signing.reconfiguration(head, evidence);
        closing.deliver(head, asked);
        assert!(closing.olympus.is_reconfiguring());
        closing
    }

    pub(crate) fn deliver(&mut self, from: ProcessId, message: Message) -> Vec<Effect> {
        deliver(&mut self.olympus, from, message)
    }

    pub(crate) fn fire(&mut self, timer: Timer) -> Vec<Effect> {
        step(&mut self.olympus, Input::TimerFired(timer))
    }

    /// The replica at `position` tells its history.
    pub(crate) fn wedge(&mut self, position: u32, history: &History) -> Vec<Effect> {
        let message = self.signing.wedged(position, history.clone());
        self.deliver(self.signing.at(position), message)
    }

    /// The replica at `position` tells a history of these requests from slot 0 on.
    pub(crate) fn tell(&mut self, position: u32, requests: &[SignedRequest]) -> Vec<Effect> {
        let history = self.signing.history(position, 0, requests);
        self.wedge(position, &history)
    }

    /// The replica at `position` reports a state and no results.
    pub(crate) fn report(&mut self, position: u32, id: HistoryId, state: Digest) -> Vec<Effect> {
        self.report_results(position, id, state, &[])
    }

    pub(crate) fn report_results(
        &mut self,
        position: u32,
        id: HistoryId,
        state: Digest,
        results: &[(&SignedRequest, &str)],
    ) -> Vec<Effect> {
        let report = self.signing.caught_up(position, id, state, results);
        let from = self.signing.at(position);
        let message = Message::CaughtUp(self.signing.sign(from, report));
        self.deliver(from, message)
    }

    pub(crate) fn give_state(
        &mut self,
        position: u32,
        id: HistoryId,
        state: &RunningState,
    ) -> Vec<Effect> {
        let message = self.signing.running_state(position, id, state);
        self.deliver(self.signing.at(position), message)
    }

    /// The name of a history of these requests from slot 0 on.
    pub(crate) fn id(&self, requests: &[SignedRequest]) -> HistoryId {
        let history = self.signing.history(0, 0, requests);
        history.id(self.signing.configuration)
    }

    /// Every replica tells these requests and reports the empty state: what Olympus says to the last.
    pub(crate) fn agree(&mut self, requests: &[SignedRequest]) -> Vec<Effect> {
        let (id, state) = (self.id(requests), RunningState::default().hash());
        let mut effects = Vec::new();
        for position in 0..self.signing.n() {
            effects.extend(self.tell(position, requests));
        }
        for position in 0..self.signing.n() {
            effects.extend(self.report(position, id, state));
        }
        effects
    }

    /// Ends the configuration with the empty state: Olympus as it serves the next, and that one.
    pub(crate) fn ended(mut self) -> (Olympus, Signing) {
        self.agree(&[]);
        let id = self.id(&[]);
        self.give_state(0, id, &RunningState::default());
        let next = self.signing.of(self.signing.configuration.0 + 1);
        assert_eq!(self.olympus.configuration(), next.configuration);
        (self.olympus, next)
    }

    /// The same, and the next configuration is being closed.
    pub(crate) fn next(self) -> Self {
        let (olympus, next) = self.ended();
        Self::with(olympus, &next, Evidence::default())
    }
}

/// The catch_ups among effects: history, receiver, slots.
pub(crate) fn catch_ups(effects: &[Effect]) -> Vec<(HistoryId, ProcessId, Vec<u64>)> {
    let catch_ups = sent(effects).into_iter().filter_map(|(to, message)| {
        let Message::CatchUp(catch_up) = message else {
            return None;
        };
        let slots = catch_up.body.entries.iter().map(|entry| entry.slot.0);
        Some((catch_up.body.history, to, slots.collect()))
    });
    catch_ups.collect()
}

/// The lines about convictions and exclusions.
pub(crate) fn verdicts(effects: &[Effect]) -> Vec<String> {
    let mut lines = describe(effects);
    lines.retain(|line| line.starts_with("convicted") || line.starts_with("ruled out"));
    lines
}
