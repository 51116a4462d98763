//! What a position never receives, and what changes nothing there.

use bcr_protocol::identity::Position;

use super::state::Lint;
use crate::diagnostic::Severity;
use crate::scenario::failure::{Amount, Awaited, Failure};
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::trigger::Origin;

impl Lint<'_> {
    /// A trigger on a message that this replica never receives.
    pub(super) fn never_received(&mut self, index: usize) -> bool {
        let planned = &self.scenario.failures[index];
        let (configuration, replica, trigger) =
            (planned.configuration, planned.replica, planned.trigger);
        let (message, rule) = match trigger.kind().origin() {
            Origin::Forwarding if replica != Position::HEAD => (
                format!(
                    "requests are forwarded to the head only, so replica {replica} never \
                     receives a forwarded request"
                ),
                "P5.2",
            ),
            Origin::Start if configuration.0 == 0 => (
                "the start of configuration 0 is no new_configuration message".to_owned(),
                "P7.8",
            ),
            Origin::Start if trigger.message() > 0 => (
                format!(
                    "each replica is a new process and receives one new_configuration \
                     message, number 0; number {} never comes",
                    trigger.message()
                ),
                "P9.1",
            ),
            Origin::Client
            | Origin::Forwarding
            | Origin::Request
            | Origin::Checkpoint
            | Origin::Start
            | Origin::Reconfiguration => match trigger.client() {
                Some(client) if self.scenario.requests_of(client) == 0 => (
                    format!("client {client} has no requests, so this message never comes"),
                    "P9.1",
                ),
                _ => return false,
            },
        };
        let span = self.marks[index].trigger.clone();
        self.remark(
            index,
            Severity::Warning,
            ScenarioMistake::NeverReceived,
            span,
            message,
            rule,
        );
        true
    }

    /// A failure that changes nothing at this position, whenever it happens.
    pub(super) fn changes_nothing(&mut self, index: usize) -> bool {
        let planned = &self.scenario.failures[index];
        let (replica, failure) = (planned.replica, planned.failure);
        let is_tail = replica == self.scenario.tail();
        let (kind, message, rule) = match (failure.awaits(is_tail), failure.argument()) {
            (_, Some((Amount::Entries, 0))) => (
                ScenarioMistake::NoEffect,
                "leaving out 0 entries has no effect".to_owned(),
                "P10",
            ),
            (_, Some((Amount::Milliseconds, 0))) => (
                ScenarioMistake::NoEffect,
                format!("a {} of 0 ms has no effect", failure.name()),
                "P9.5",
            ),
            (None, _) if failure == Failure::IncrementSlot && replica != Position::HEAD => (
                ScenarioMistake::NoEffect,
                format!(
                    "only the head assigns slots, so {failure} has no effect at replica {replica}"
                ),
                "P10",
            ),
            (Some(Awaited::Shuttle), _) if is_tail => (
                ScenarioMistake::NeverSent,
                format!(
                    "the tail sends no shuttle, so {failure} has nothing to spoil at \
                     replica {replica}"
                ),
                "P4.4",
            ),
            (Some(Awaited::CompletedCheckpoint), _) if replica == Position::HEAD => (
                ScenarioMistake::NeverSent,
                "completed checkpoints end at the head, which sends none".to_owned(),
                "P8.2",
            ),
            (Some(Awaited::CompletedCheckpoint), _) if self.checkpoints() == 0 => (
                ScenarioMistake::NeverSent,
                format!("no checkpoint is taken: {}", self.checkpoint_arithmetic()),
                "P8.1",
            ),
            (None | Some(_), _) => return false,
        };
        let span = self.marks[index].failure.clone();
        self.remark(index, Severity::Warning, kind, span, message, rule);
        true
    }
}
