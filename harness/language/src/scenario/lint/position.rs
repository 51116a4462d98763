//! What a position never receives, and what changes nothing there.

use bcr_protocol::identity::Position;

use super::super::Kind;
use super::super::plan::{Failure, Trigger};
use super::Lint;
use crate::diagnostic::Severity;

impl Lint<'_> {
    /// A trigger on a message that this replica never receives.
    pub(super) fn never_received(&mut self, index: usize) -> bool {
        let planned = &self.scenario.failures[index];
        let (configuration, replica, trigger) =
            (planned.configuration, planned.replica, planned.trigger);
        let (message, rule) = match trigger {
            Trigger::ForwardedRequest { .. } if replica != Position::HEAD => (
                format!(
                    "requests are forwarded to the head only, so replica {replica} never \
                     receives a forwarded request"
                ),
                "P5.2",
            ),
            Trigger::NewConfiguration { .. } if configuration.0 == 0 => (
                "the start of configuration 0 is no new_configuration message".to_owned(),
                "P7.8",
            ),
            Trigger::NewConfiguration { message } if message > 0 => (
                format!(
                    "each replica is a new process and receives one new_configuration \
                     message, number 0; number {message} never comes"
                ),
                "P9.1",
            ),
            _ => match trigger.client() {
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
            Kind::NeverReceived,
            span,
            message,
            rule,
        );
        true
    }

    /// A failure that changes nothing at this position, whenever it happens.
    pub(super) fn changes_nothing(&mut self, index: usize) -> bool {
        let planned = &self.scenario.failures[index];
        let (replica, tail) = (planned.replica, self.scenario.tail());
        let (kind, message, rule) = match planned.failure {
            Failure::IncrementSlot if replica != Position::HEAD => (
                Kind::NoEffect,
                format!(
                    "only the head assigns slots, so increment_slot() has no effect at \
                     replica {replica}"
                ),
                "P10",
            ),
            Failure::TruncateHistory { entries: 0 } => (
                Kind::NoEffect,
                "leaving out 0 entries has no effect".to_owned(),
                "P10",
            ),
            Failure::Sleep { ms: 0 } => (
                Kind::NoEffect,
                "a sleep of 0 ms has no effect".to_owned(),
                "P9.5",
            ),
            failure @ (Failure::ChangeOperation | Failure::InvalidOrderSignature)
                if replica == tail =>
            {
                (
                    Kind::NeverSent,
                    format!(
                        "the tail sends no shuttle, so {failure} has nothing to spoil at \
                         replica {replica}"
                    ),
                    "P4.4",
                )
            }
            Failure::DropCheckpointStatements if replica == Position::HEAD => (
                Kind::NeverSent,
                "completed checkpoints end at the head, which sends none".to_owned(),
                "P8.2",
            ),
            Failure::DropCheckpointStatements if self.checkpoints() == 0 => (
                Kind::NeverSent,
                format!("no checkpoint is taken: {}", self.checkpoint_arithmetic()),
                "P8.1",
            ),
            _ => return false,
        };
        let span = self.marks[index].failure.clone();
        self.remark(index, Severity::Warning, kind, span, message, rule);
        true
    }
}
