//! Failures that a crash of the same replica comes before.
//!
//! Only orders that hold in every run count: messages of one type (and client) come in the order of
//! their numbers; the result shuttle of a request follows its shuttle, a completed checkpoint its
//! checkpoint, catch-up and the request for the state the wedge request, and everything but the
//! wedge request follows the start of the configuration (P1.8).

use std::collections::BTreeMap;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position};

use super::super::Kind;
use super::super::plan::{Failure, Trigger};
use super::{Fate, Lint, excuse, is_wedge_message, replica_of};
use crate::diagnostic::{Diagnostic, Subject};

/// A replica's counter: type of message and client.
type Counter = ((ConfigurationId, Position), &'static str, Option<ClientId>);

impl Lint<'_> {
    /// Failures that a crash makes impossible. A crash that cannot happen itself prevents nothing.
    pub(super) fn after_crashes(&mut self) {
        let scenario = self.scenario;
        let mut crashes: BTreeMap<Counter, (u64, usize)> = BTreeMap::new();
        for (index, planned) in scenario.failures.iter().enumerate() {
            if planned.failure == Failure::Crash && self.fates[index] != Fate::Dead {
                let trigger = planned.trigger;
                let counter = (replica_of(planned), trigger.name(), trigger.client());
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
                Diagnostic::warning(Kind::AfterCrash, span, message)
                    .with_rule("P9.5")
                    .with_label("never reached")
                    .with_secondary(self.marks[crash].failure.clone(), "the process stops here")
                    .with_help(excuse(planned, Kind::AfterCrash))
                    .with_subject(Subject::Failure(index)),
            );
        }
    }
}

/// The counters whose messages below a number certainly come before `trigger`.
fn earlier(trigger: Trigger) -> Vec<(&'static str, Option<ClientId>, u64)> {
    let own = (trigger.name(), trigger.client(), trigger.message());
    let mut counters = vec![own];
    match trigger {
        Trigger::ResultShuttle { client, message } => {
            counters.push(("shuttle", Some(client), message.saturating_add(1)));
        }
        Trigger::CompletedCheckpoint { message } => {
            counters.push(("checkpoint", None, message.saturating_add(1)));
        }
        Trigger::CatchUp { .. } | Trigger::GetRunningState { .. } => {
            counters.push(("wedge_request", None, 1));
        }
        Trigger::ClientRequest { .. }
        | Trigger::ForwardedRequest { .. }
        | Trigger::Shuttle { .. }
        | Trigger::WedgeRequest { .. }
        | Trigger::NewConfiguration { .. }
        | Trigger::Checkpoint { .. } => {}
    }
    if !is_wedge_message(trigger) && !matches!(trigger, Trigger::NewConfiguration { .. }) {
        counters.push(("new_configuration", None, 1));
    }
    counters
}
