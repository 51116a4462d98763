//! Failures that a crash of the same replica comes before.
//!
//! Only orders that hold in every run count: messages of one type (and client) come in the order of
//! their numbers; the result shuttle of a request follows its shuttle, a completed checkpoint its
//! checkpoint, catch-up and the request for the state the wedge request, and everything but the
//! wedge request follows the start of the configuration (P1.8).

use std::collections::BTreeMap;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position};

use super::state::{Fate, Lint, excuse, is_wedge_message, replica_of};
use crate::diagnostic::{Diagnostic, Subject};
use crate::scenario::failure::Failure;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::trigger::{Trigger, TriggerKind};

/// A replica's counter: type of message and client.
type Counter = ((ConfigurationId, Position), TriggerKind, Option<ClientId>);

impl Lint<'_> {
    /// Failures that a crash makes impossible. A crash that cannot happen itself prevents nothing.
    pub(super) fn after_crashes(&mut self) {
        let scenario = self.scenario;
        let mut crashes: BTreeMap<Counter, (u64, usize)> = BTreeMap::new();
        for (index, planned) in scenario.failures.iter().enumerate() {
            if planned.failure == Failure::Crash && self.fates[index] != Fate::Dead {
                let trigger = planned.trigger;
                let counter = (replica_of(planned), trigger.kind(), trigger.client());
                let crash = (trigger.message(), index);
                crashes
                    .entry(counter)
                    .and_modify(|first| *first = crash.min(*first))
                    .or_insert(crash);
            }
        }
        for (index, planned) in scenario.failures.iter().enumerate() {
            let trigger = planned.trigger;
            let crash = earlier(trigger)
                .into_iter()
                .find_map(|(name, client, limit)| {
                    let (message, crash) = crashes.get(&(replica_of(planned), name, client))?;
                    (*message < limit && *crash != index).then_some(*crash)
                });
            let Some(crash) = crash else {
                continue;
            };
            let message = format!(
                "replica {} has crashed at {} before {trigger} can come",
                planned.replica, scenario.failures[crash].trigger
            );
            let span = self.marks[index].trigger.clone();
            self.remarks.push(
                Diagnostic::warning(ScenarioMistake::AfterCrash, span, message)
                    .with_rule("P9.5")
                    .with_label("never reached")
                    .with_secondary(self.marks[crash].failure.clone(), "the process stops here")
                    .with_help(excuse(planned, ScenarioMistake::AfterCrash))
                    .with_subject(Subject::Failure(index)),
            );
        }
    }
}

/// The counters whose messages below a number certainly come before `trigger`.
fn earlier(trigger: Trigger) -> Vec<(TriggerKind, Option<ClientId>, u64)> {
    let (kind, client, message) = (trigger.kind(), trigger.client(), trigger.message());
    let mut counters = vec![(kind, client, message)];
    match kind {
        TriggerKind::ResultShuttle => {
            counters.push((TriggerKind::Shuttle, client, message.saturating_add(1)));
        }
        TriggerKind::CompletedCheckpoint => {
            counters.push((TriggerKind::Checkpoint, None, message.saturating_add(1)));
        }
        TriggerKind::CatchUp | TriggerKind::GetRunningState => {
            counters.push((TriggerKind::WedgeRequest, None, 1));
        }
        TriggerKind::ClientRequest
        | TriggerKind::ForwardedRequest
        | TriggerKind::Shuttle
        | TriggerKind::WedgeRequest
        | TriggerKind::NewConfiguration
        | TriggerKind::Checkpoint => {}
    }
    if !is_wedge_message(trigger) && kind != TriggerKind::NewConfiguration {
        counters.push((TriggerKind::NewConfiguration, None, 1));
    }
    counters
}
