//! The failures that a scenario plans for one replica, and what becomes of each.
//!
//! Source: docs/protocol.md P9.4, P9.5, P10.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::ReplicaId;
use bcr_protocol::message::MessageKind;

use super::subject::Lever;
use crate::runs::process::Action;
use crate::scenario::{Deed, PlannedFailure, When};
use crate::trace::HarnessEvent;

/// A failure that has not been applied yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Its index among the scenario's failures.
    plan: usize,
    pub(super) failure: PlannedFailure,
}

/// What comes of a failure when its trigger fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// The process ends instead of handling the message.
    Crash,
    /// The message is not handled.
    Drop,
    /// A lever is pulled.
    Pull(Lever),
    /// Nothing is done for so many milliseconds.
    Sleep(u64),
    /// It waits for an outgoing message.
    Wait,
}

impl Pending {
    /// Those of a scenario's failures that name `replica`, in the order written.
    pub(super) fn of(replica: ReplicaId, failures: &[PlannedFailure]) -> Vec<Self> {
        let is_its_own = |failure: &PlannedFailure| {
            failure.configuration == replica.configuration && failure.replica == replica.position
        };
        failures
            .iter()
            .enumerate()
            .filter(|(_, failure)| is_its_own(failure))
            .map(|(plan, failure)| Self {
                plan,
                failure: failure.clone(),
            })
            .collect()
    }

    /// What comes of it when its trigger fires.
    pub(super) fn course(&self) -> Course {
        let failure = self.failure.failure;
        let deed = match failure.when() {
            When::Sending(_) | When::SendingByPosition { .. } => return Course::Wait,
            When::AtOnce(deed) => deed,
        };
        match deed {
            Deed::Crash => Course::Crash,
            Deed::Sleep => Course::Sleep(failure.sleeps_ms().unwrap_or_default()),
            Deed::Drop => Course::Drop,
            Deed::SkipSlot => Course::Pull(Lever::SkipSlot),
            Deed::Apply => {
                let (key, value) = ("a".to_owned(), "a".to_owned());
                Course::Pull(Lever::Apply(Operation::Put { key, value }))
            }
        }
    }

    /// Tells that its trigger fired, and that it waits.
    pub(super) fn armed(&self, message: MessageKind) -> Action {
        let planned = &self.failure;
        Action::Record(
            HarnessEvent::FailureArmed {
                plan: self.plan,
                pair: planned.pair_text.clone(),
                trigger: planned.trigger_text.clone(),
                failure: planned.failure_text.clone(),
                message,
            }
            .into(),
        )
    }

    /// Tells that it happened, and whether that made a difference.
    pub(super) fn applied(&self, message: MessageKind, effect: bool) -> Action {
        let planned = &self.failure;
        Action::Record(
            HarnessEvent::FailureApplied {
                plan: self.plan,
                pair: planned.pair_text.clone(),
                trigger: planned.trigger_text.clone(),
                failure: planned.failure_text.clone(),
                message,
                effect,
            }
            .into(),
        )
    }
}
