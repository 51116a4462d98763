//! The next configuration: results for waiting clients, state for the new replicas, news for all.
//!
//! Source: docs/protocol.md P7.6, P7.7, P3.8.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::phase::{Choice, Transfer};
use super::registry::Registry;
use crate::event::Event;
use crate::identity::{ClientId, ProcessId};
use crate::machine::{Effect, Effects};
use crate::message::{CaughtUpResult, Message, NewConfiguration, OlympusResult, Terminate};
use crate::running_state::RunningState;
use crate::statement::CaughtUpStatement;

impl Registry {
    /// P7.6, P7.7: closes the current configuration and starts the next one from `state`.
    pub(super) fn start_next(
        &mut self,
        transfer: &Transfer,
        state: RunningState,
        effects: &mut Effects,
    ) {
        self.convict_by_statements(effects);
        self.send_results(transfer, effects);
        let ended = self.configuration;
        self.turn_to_next(transfer.chosen.end);
        self.start_replicas(state, effects);
        let news = Arc::new(self.signer.sign(self.news()));
        for client in (0..self.clients).map(ClientId) {
            effects.send(
                ProcessId::Client(client),
                Message::Configuration(Arc::clone(&news)),
            );
        }
        let terminate = Arc::new(self.signer.sign(Terminate {
            configuration: ended,
        }));
        for position in self.positions() {
            let old = ProcessId::replica(ended, position);
            effects.send(old, Message::Terminate(Arc::clone(&terminate)));
        }
    }

    fn start_replicas(&self, state: RunningState, effects: &mut Effects) {
        let state_hash = state.hash();
        effects.emit(Event::ConfigurationStarted {
            configuration: self.configuration,
            slot: self.first_slot,
            state: state_hash,
        });
        effects.push(Effect::StartReplicas(self.configuration));
        let new = Arc::new(self.signer.sign(NewConfiguration {
            configuration: self.configuration,
            chain: self.news().chain,
            parameters: self.parameters.clone(),
            first_slot: self.first_slot,
            state,
            state_hash,
        }));
        for position in self.positions() {
            let message = Message::NewConfiguration(Arc::clone(&new));
            effects.send(self.replica(position), message);
        }
    }

    /// P7.6: a client's result for which every member of the quorum has an equal statement.
    fn send_results(&self, transfer: &Transfer, effects: &mut Effects) {
        for (client, (result, proof)) in transfer.vouched_results() {
            let Some(statement) = proof.first().map(|signed| &signed.body) else {
                continue;
            };
            let message = OlympusResult {
                configuration: self.configuration,
                request: statement.request,
                slot: statement.slot,
                result: result.to_owned(),
                proof,
            };
            let message = Message::OlympusResult(Arc::new(self.signer.sign(message)));
            effects.send(ProcessId::Client(client), message);
        }
    }
}

/// A result and the equal statements of the whole quorum.
type Vouched<'a> = (
    &'a str,
    Vec<Arc<crate::statement::Signed<CaughtUpStatement>>>,
);

impl Transfer {
    /// For each client whose last request the whole quorum states alike: the result and the proof.
    fn vouched_results(&self) -> BTreeMap<ClientId, Vouched<'_>> {
        let Choice {
            history, quorum, ..
        } = &self.chosen;
        let report = |replica| self.gathered.reports.get(&(*history, replica));
        let mut vouched: BTreeMap<ClientId, Vouched<'_>> = BTreeMap::new();
        for (index, replica) in quorum.iter().enumerate() {
            let Some(report) = report(*replica) else {
                return BTreeMap::new();
            };
            for CaughtUpResult { result, statement } in &report.body.results {
                let client = statement.body.request.client;
                if index == 0 {
                    vouched.insert(client, (result, vec![Arc::clone(statement)]));
                } else if let Some((_, proof)) = vouched.get_mut(&client)
                    && proof[0].body == statement.body
                    && proof.len() == index
                {
                    proof.push(Arc::clone(statement));
                }
            }
        }
        vouched.retain(|_, (_, proof)| proof.len() == quorum.len());
        vouched
    }
}
