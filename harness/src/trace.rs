//! The trace of a run: what every process did, in one order, as typed events.
//!
//! The trace is the one interface of the harness: runtimes write it; the judge, log files,
//! stories and pages read it, and a stored one can be judged again.
//!
//! Source: docs/running.md.

pub mod json;

mod names;
#[cfg(test)]
pub(crate) mod samples;

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Dictionary;
use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{ProcessId, Slot};
use bcr_protocol::message::{Message, MessageKind};
use bcr_protocol::replica::Mode;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub use bcr_language::words::{Micros, RunEnd};

/// The trace's file in a run's folder.
pub const TRACE_FILE: &str = "trace.jsonl";

/// All events of a run, in the order in which they happened.
///
/// Shape: `records[k].n == k`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The events.
    pub records: Vec<Record>,
}

/// One event: its number, when and where it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its position in the trace, from 0.
    pub n: u64,
    /// When.
    pub at: Micros,
    /// The wall clock, in microseconds since the Unix epoch; 0 where nobody asked for it. For log
    /// files only: in no trace file, no outcome and no check.
    pub wall_us: u64,
    /// Where.
    pub process: ProcessId,
    /// What.
    pub event: TraceEvent,
}

/// What happened: inside a machine, or around it. Read back by [`json::read`] alone, which knows
/// by the event's name which of the two it is.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(untagged)]
pub enum TraceEvent {
    /// A machine's own event.
    Protocol(Event),
    /// An event of the harness.
    Harness(HarnessEvent),
}

impl From<Event> for TraceEvent {
    fn from(event: Event) -> Self {
        Self::Protocol(event)
    }
}

impl From<HarnessEvent> for TraceEvent {
    fn from(event: HarnessEvent) -> Self {
        Self::Harness(event)
    }
}

/// What happens around the machines.
///
/// JSON: the variant's name in `event`, the fields beside it.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum HarnessEvent {
    /// A process's first event: what it is configured with.
    Settings {
        /// Parameter names and values, secrets left out.
        settings: BTreeMap<String, String>,
    },
    /// A message left its process, as it went out: spoiled, where a failure spoiled it.
    Sent {
        /// The receiver.
        to: ProcessId,
        /// Whether a failure changed it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        spoiled: bool,
        /// Its content.
        content: Message,
    },
    /// A message is handled by its receiver.
    Received {
        /// The sender; the process itself for a self-delivery (P9.2).
        from: ProcessId,
        /// The number of the event by which it was sent; none for a self-delivery.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<u64>,
        /// Its content.
        content: Message,
    },
    /// A link discarded what did not come from whom it claimed (P1.6), or a process that has ended was
    /// sent something.
    Discarded {
        /// The claimed sender.
        from: ProcessId,
        /// Its type, where it could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<MessageKind>,
        /// Why.
        reason: String,
    },
    /// The transport has something to say: a stranger turned away, a connection broken (P1.6). Decides
    /// nothing.
    Diagnostic {
        /// What.
        text: String,
    },
    /// A configured failure's trigger fired, and it waits for the message that it is to spoil (P9.5).
    FailureArmed {
        /// Which failure, as an index into the scenario's failures.
        plan: usize,
        /// The pair of trigger and failure, exactly as the file has it.
        pair: String,
        /// The trigger, as the file spells it.
        trigger: String,
        /// The failure, as the file spells it.
        failure: String,
        /// The message that triggered it.
        message: MessageKind,
    },
    /// A configured failure happened (P9.5).
    FailureApplied {
        /// Which failure, as an index into the scenario's failures.
        plan: usize,
        /// The pair of trigger and failure, exactly as the file has it.
        pair: String,
        /// The trigger, as the file spells it.
        trigger: String,
        /// The failure, as the file spells it.
        failure: String,
        /// The triggering message, or the outgoing one that was spoiled.
        message: MessageKind,
        /// Whether anything is different from what it would have been without it (P9.5).
        effect: bool,
    },
    /// A replica does nothing for a while.
    Slept {
        /// For how long, in milliseconds.
        ms: u64,
    },
    /// A replica stopped at once (P10).
    Crashed,
    /// A replica's last state: at the end of the run, or as it is told to terminate.
    FinalDictionary {
        /// Its mode.
        mode: Mode,
        /// The slot that it would execute next.
        next_slot: Slot,
        /// The hash of its running state.
        state_hash: Digest,
        /// Its dictionary.
        dictionary: Dictionary,
    },
    /// The run's last event.
    RunEnded {
        /// How it ended.
        end: RunEnd,
        /// Why, where it could not be finished.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// How late its processes were, where time was real.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lateness: Option<Lateness>,
    },
}

impl HarnessEvent {
    /// The end of a simulated run that could be finished.
    #[must_use]
    pub const fn run_ended(end: RunEnd) -> Self {
        let (reason, lateness) = (None, None);
        Self::RunEnded {
            end,
            reason,
            lateness,
        }
    }
}

/// How late processes in real time were with what they were to do at a moment: how far the machine starved
/// them.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct Lateness {
    /// At worst, in microseconds.
    pub max_us: u64,
    /// All together, in microseconds.
    pub total_us: u64,
    /// How often that was measured.
    pub samples: u64,
}
