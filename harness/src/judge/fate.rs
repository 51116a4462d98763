//! How each configured failure ended, and why.
//!
//! Source: docs/protocol.md P9.5.

use bcr_protocol::identity::{ConfigurationId, Position, ReplicaId};
use bcr_protocol::message::MessageKind;

use crate::judge::facts::{Facts, FailureFacts};
use crate::outcome::{FailureOutcome, FailureStatus};
use crate::scenario::{Awaited, Failure, PlannedFailure};

pub(super) fn fate(
    facts: &Facts<'_>,
    planned: &PlannedFailure,
    happened: &FailureFacts,
) -> FailureOutcome {
    let mut outcome = FailureOutcome {
        configured: planned.into(),
        status: FailureStatus::NotTriggered,
        effect: false,
        at: None,
        event: None,
        note: String::new(),
    };
    if let Some(applied) = happened.applied {
        outcome.status = FailureStatus::Applied;
        outcome.effect = applied.value;
        (outcome.at, outcome.event) = (Some(applied.at), Some(applied.n));
        if !applied.value {
            outcome.note = why_no_effect(planned).to_owned();
        }
    } else if let Some(armed) = happened.armed {
        outcome.status = FailureStatus::Armed;
        (outcome.at, outcome.event) = (Some(armed.at), Some(armed.n));
        outcome.note = format!("no {} was sent after it", spoils(facts, planned));
    } else {
        outcome.note = why_not_triggered(facts, planned);
    }
    outcome
}

/// The message that the failure waits for.
fn spoils(facts: &Facts<'_>, planned: &PlannedFailure) -> &'static str {
    let is_tail = planned.replica == facts.run.premises.tail();
    let awaited = planned.failure.awaits(is_tail);
    awaited.unwrap_or(Awaited::Any).as_str()
}

fn why_no_effect(planned: &PlannedFailure) -> &'static str {
    match planned.failure {
        Failure::ChangeOperation => "the operation was get('x') already",
        Failure::ChangeResult => {
            "its result statement had the hash of OK already, or was not there"
        }
        Failure::DropResultStatement => "the head's result statement was not there",
        Failure::TruncateHistory { entries: 0 } => "no entry was to be left out",
        Failure::TruncateHistory { .. } => "the history was empty",
        Failure::Sleep { .. } => "a sleep of 0 ms",
        Failure::Drop => "the message would have been ignored",
        Failure::IncrementSlot if planned.replica != Position::HEAD => "it is not the head",
        Failure::IncrementSlot => "the head assigns no slot any more",
        Failure::ExtraOperation => "'a' was 'a' already, or a new state overwrote it at once",
        Failure::InvalidOrderSignature | Failure::InvalidResultSignature => {
            "its own statement was not there"
        }
        Failure::DropCheckpointStatements => "the statements were not there",
        Failure::Crash | Failure::OmitSend => "",
    }
}

fn why_not_triggered(facts: &Facts<'_>, planned: &PlannedFailure) -> String {
    let replica = ReplicaId {
        configuration: planned.configuration,
        position: planned.replica,
    };
    let (message, client) = (planned.trigger.kind().message(), planned.trigger.client());
    let number = planned.trigger.message();
    if facts.run.first_slot(planned.configuration).is_none() {
        return format!("configuration {} was not reached", planned.configuration);
    }
    if message == MessageKind::ForwardedRequest && planned.replica != Position::HEAD {
        return "only the head receives forwarded_request messages".to_owned();
    }
    if message == MessageKind::NewConfiguration && planned.configuration == ConfigurationId(0) {
        return "the replicas of configuration 0 receive no new_configuration message".to_owned();
    }
    let whose = client
        .map(|client| format!(" of client {client}"))
        .unwrap_or_default();
    let arrived = match facts.run.count_received(replica, message, client) {
        0 => format!("no {message} message{whose} arrived"),
        1 => format!("only 1 {message} message{whose} arrived"),
        count => format!("only {count} {message} messages{whose} arrived"),
    };
    let crashed = facts.run.replicas.get(&replica).and_then(|of| of.crashed);
    match crashed {
        Some(crashed) => {
            format!(
                "the replica had crashed at {} ms; before that {arrived}",
                crashed.at.as_ms()
            )
        }
        None => format!("{arrived}; the trigger means number {number}, counted from 0"),
    }
}
