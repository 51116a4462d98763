//! The events that a trace may hold and the fields that they have, for clauses that name them.
//!
//! A test compares the names with the types of the events: an event that is missing here could not
//! be named in `order`, and one that is gone would make a `never` that nothing can break.
//!
//! Source: docs/running.md.

use crate::limits::{
    CLIENTS_MAX, CONFIGURATION_MAX, FAILURES_TOLERATED_MAX, REQUESTS_MAX, SLOT_MAX, TIME_MS_MAX,
};

/// Where an event happens, and so which fields say where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At any process: `configuration` and `replica`, or `client`.
    Anywhere,
    /// At a client: `client`.
    Client,
    /// At Olympus: no field of itself.
    Olympus,
    /// At a replica: `configuration` and `replica`.
    Replica,
}

impl Place {
    /// The fields that say where.
    #[must_use]
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Anywhere => &["configuration", "replica", "client"],
            Self::Client => &["client"],
            Self::Olympus => &[],
            Self::Replica => &["configuration", "replica"],
        }
    }
}

/// The fields that every event has.
pub(super) const COMMON: &[&str] = &["n", "at_ms", "process"];

/// Every event: its name, where it happens, its own fields.
pub const EVENTS: &[(&str, Place, &[&str])] = {
    use Place::{Anywhere, Client, Olympus, Replica};
    &[
        ("settings", Anywhere, &["settings"]),
        (
            "sent",
            Anywhere,
            &[
                "to",
                "spoiled",
                "message",
                "request_client",
                "request",
                "slot",
            ],
        ),
        (
            "received",
            Anywhere,
            &[
                "from",
                "sent",
                "message",
                "request_client",
                "request",
                "slot",
            ],
        ),
        ("discarded", Anywhere, &["from", "message", "reason"]),
        ("diagnostic", Anywhere, &["text"]),
        (
            "refused",
            Anywhere,
            &[
                "message",
                "from",
                "reason",
                "slot",
                "request_client",
                "request",
            ],
        ),
        (
            "ignored",
            Anywhere,
            &[
                "message",
                "from",
                "reason",
                "slot",
                "request_client",
                "request",
            ],
        ),
        ("timer_set", Anywhere, &["timer", "after_ms"]),
        ("timer_cancelled", Anywhere, &["timer"]),
        ("timer_expired", Anywhere, &["timer"]),
        (
            "invoked",
            Client,
            &["request_client", "request", "operation"],
        ),
        (
            "accepted",
            Client,
            &[
                "request_client",
                "request",
                "result",
                "slot",
                "configuration",
                "by",
                "from",
                "attempts",
            ],
        ),
        (
            "client_error",
            Client,
            &["from", "request_client", "request"],
        ),
        ("done", Client, &[]),
        ("queued", Replica, &["message", "from"]),
        ("activated", Replica, &["slot", "state"]),
        ("ordered", Replica, &["slot", "request_client", "request"]),
        (
            "executed",
            Replica,
            &[
                "slot",
                "request_client",
                "request",
                "operation",
                "result",
                "repeated",
            ],
        ),
        ("cached", Replica, &["slot", "request_client", "request"]),
        (
            "retransmitted",
            Replica,
            &[
                "case",
                "message",
                "from",
                "request_client",
                "request",
                "slot",
            ],
        ),
        (
            "suspected",
            Anywhere,
            &["suspect", "reason", "slot", "request_client", "request"],
        ),
        ("divergence", Replica, &["slot", "suspect"]),
        ("checkpoint_started", Replica, &["slot"]),
        ("checkpoint_completed", Replica, &["slot", "state"]),
        ("wedged", Replica, &["checkpoint", "entries"]),
        ("caught_up", Replica, &["history", "entries", "state"]),
        ("terminated", Anywhere, &[]),
        (
            "reconfiguration_requested",
            Olympus,
            &[
                "configuration",
                "replica",
                "from",
                "reason",
                "suspect",
                "slot",
            ],
        ),
        ("wedge_started", Olympus, &["configuration"]),
        (
            "history_accepted",
            Olympus,
            &[
                "configuration",
                "replica",
                "history",
                "checkpoint",
                "entries",
            ],
        ),
        (
            "history_refused",
            Olympus,
            &["configuration", "replica", "reason"],
        ),
        (
            "catch_up_started",
            Olympus,
            &["configuration", "replica", "history", "entries"],
        ),
        (
            "report_accepted",
            Olympus,
            &["configuration", "replica", "history", "state"],
        ),
        (
            "quorum_formed",
            Olympus,
            &[
                "configuration",
                "quorum",
                "history",
                "checkpoint",
                "entries",
                "state",
            ],
        ),
        ("state_received", Olympus, &["configuration", "replica"]),
        (
            "configuration_started",
            Olympus,
            &["configuration", "slot", "state"],
        ),
        ("convicted", Olympus, &["configuration", "replica", "proof"]),
        (
            "ruled_out",
            Olympus,
            &["configuration", "replica", "reason"],
        ),
        ("set_aside", Olympus, &["configuration", "replica"]),
        (
            "failure_armed",
            Replica,
            &["plan", "pair", "trigger", "failure", "message"],
        ),
        (
            "failure_applied",
            Replica,
            &["plan", "pair", "trigger", "failure", "message", "effect"],
        ),
        ("slept", Replica, &["ms"]),
        ("crashed", Replica, &[]),
        (
            "final_dictionary",
            Replica,
            &["mode", "next_slot", "state_hash", "dictionary"],
        ),
        ("run_ended", Anywhere, &["end", "reason"]),
    ]
};

/// The fields that an event of this name has: its own, then those that say where, then those that
/// all have. `None` for a name that is none.
pub fn fields_of(event: &str) -> Option<Vec<&'static str>> {
    let (_, place, own) = EVENTS.iter().find(|(name, ..)| *name == event)?;
    let mut fields = own.to_vec();
    for field in place.fields().iter().chain(COMMON) {
        if !fields.contains(field) {
            fields.push(field);
        }
    }
    Some(fields)
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// Anything that has parts: what it means is not checked.
    Anything,
    /// Who answered.
    Answerer,
    /// The case of a retransmission.
    Case,
    /// The number of a client.
    Client,
    /// The number of a configuration.
    Configuration,
    /// A hash, in hexadecimal digits.
    Digest,
    /// How a run ended.
    End,
    /// The slots of a history with what is in them.
    Entries,
    /// A failure, as a scenario file spells it behind its trigger.
    Failure,
    /// The type of a message.
    Message,
    /// What a replica is doing.
    Mode,
    /// Another whole number.
    Number,
    /// What a client asks for.
    Operation,
    /// A process, as log files call it.
    Process,
    /// Why a machine refused or ignored something.
    Reason,
    /// The number of a replica.
    Replica,
    /// The numbers of replicas.
    Replicas,
    /// The number of a request of a client.
    Request,
    /// A slot.
    Slot,
    /// Any text.
    Text,
    /// Texts by name.
    Texts,
    /// A point of time, in milliseconds with up to three decimals.
    Time,
    /// A timer, as events name it.
    Timer,
    /// A trigger, as a scenario file spells it.
    Trigger,
    /// `true` or `false`.
    Truth,
}

/// Every field that events have, and what its values are.
const FIELDS: &[(&str, FieldKind)] = {
    use FieldKind::{
        Answerer, Anything, Case, Client, Configuration, Digest, End, Failure, Message, Mode,
        Number, Operation, Process, Reason, Replica, Replicas, Request, Slot, Text, Texts, Time,
        Timer, Trigger, Truth,
    };
    &[
        ("after_ms", Number),
        ("at_ms", Time),
        ("attempts", Number),
        ("by", Answerer),
        ("case", Case),
        ("checkpoint", Slot),
        ("client", Client),
        ("configuration", Configuration),
        ("dictionary", Texts),
        ("effect", Truth),
        ("end", End),
        ("entries", Number),
        ("failure", Failure),
        ("from", Process),
        ("history", Digest),
        ("message", Message),
        ("mode", Mode),
        ("ms", Number),
        ("n", Number),
        ("next_slot", Slot),
        ("operation", Operation),
        ("pair", Text),
        ("plan", Number),
        ("process", Process),
        ("proof", Anything),
        ("quorum", Replicas),
        ("reason", Reason),
        ("repeated", Truth),
        ("replica", Replica),
        ("request", Request),
        ("request_client", Client),
        ("result", Text),
        ("sent", Number),
        ("settings", Texts),
        ("slot", Slot),
        ("spoiled", Truth),
        ("state", Digest),
        ("state_hash", Digest),
        ("suspect", Replica),
        ("text", Text),
        ("timer", Timer),
        ("to", Process),
        ("trigger", Trigger),
    ]
};

/// What the values of an event's field are.
pub(super) fn kind_of(event: &str, field: &str) -> FieldKind {
    match (event, field) {
        // What links discard is told in words.
        ("discarded" | "run_ended", "reason") => FieldKind::Text,
        // Elsewhere it is how many there are.
        ("quorum_formed", "entries") => FieldKind::Entries,
        _ => {
            let known = FIELDS.iter().find(|(name, _)| *name == field);
            known.map_or(FieldKind::Anything, |(_, kind)| *kind)
        }
    }
}

/// What the values of a field look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Whatever has parts.
    Anything,
    /// A list of slots and requests.
    Entries,
    /// A number, no more than this.
    Number(u64),
    /// An operation.
    Operation,
    /// A list of replicas.
    Replicas,
    /// A text or a word.
    Text,
    /// A map from names to texts.
    Texts,
}

impl FieldKind {
    /// What the values look like.
    pub(super) const fn shape(self) -> Shape {
        match self {
            Self::Anything => Shape::Anything,
            Self::Client => Shape::Number(CLIENTS_MAX - 1),
            Self::Configuration => Shape::Number(CONFIGURATION_MAX),
            Self::Entries => Shape::Entries,
            Self::Number => Shape::Number(u64::MAX),
            Self::Operation => Shape::Operation,
            Self::Replica => Shape::Number(2 * FAILURES_TOLERATED_MAX),
            Self::Replicas => Shape::Replicas,
            Self::Request => Shape::Number(REQUESTS_MAX - 1),
            Self::Slot => Shape::Number(SLOT_MAX),
            Self::Texts => Shape::Texts,
            Self::Time => Shape::Number(TIME_MS_MAX),
            Self::Answerer
            | Self::Case
            | Self::Digest
            | Self::End
            | Self::Failure
            | Self::Message
            | Self::Mode
            | Self::Process
            | Self::Reason
            | Self::Text
            | Self::Timer
            | Self::Trigger
            | Self::Truth => Shape::Text,
        }
    }
}

impl Shape {
    /// What a message calls it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Anything => "something",
            Self::Entries => "a list of slots and requests",
            Self::Number(_) => "a number",
            Self::Operation => "an operation",
            Self::Replicas => "a list of replicas",
            Self::Text => "a text",
            Self::Texts => "a map from names to texts",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_the_values_are_is_said_of_every_field_that_an_event_has() {
        let had = EVENTS.iter().filter_map(|(event, ..)| fields_of(event));
        let had: BTreeSet<_> = had.flatten().collect();
        let said: Vec<_> = FIELDS.iter().map(|(field, _)| *field).collect();
        assert_eq!(said, had.into_iter().collect::<Vec<_>>());
    }
}
