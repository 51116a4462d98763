//! What no run leaves in its trace.

use std::fmt;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::MessageKind;

use crate::trace::Micros;

/// The first event of a trace by which it is none of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The event's number.
    pub event: u64,
    /// Why.
    pub what: Impossibility,
}

/// Why an event cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossibility {
    /// A replica that was told no crash crashed, or one that was told no sleep slept.
    Causeless(&'static str),
    /// Its link has no message of this type that could be discarded.
    NotDiscarded {
        /// The sender that it names.
        from: ProcessId,
        /// The type.
        message: MessageKind,
    },
    /// Not the process to which this happens.
    NotIts(&'static str),
    /// It names an event that did not send this message from there to here, or none.
    NotSent {
        /// The event, if it names one.
        sent: Option<u64>,
    },
    /// The process has not started: its settings come first.
    NotStarted,
    /// The process has crashed, or told its last state.
    Over,
    /// The message has been received, or one that was sent later.
    Overtaken {
        /// The event that sent it.
        sent: u64,
    },
    /// The run has ended.
    RunOver,
    /// The process has started.
    StartedTwice,
    /// No such process is in this run.
    Stranger(ProcessId),
    /// The event before it happened later.
    TimeRunsBack {
        /// When that happened.
        before: Micros,
    },
    /// It was sent, the run came to rest, and its receiver, which was there, never received it.
    Unreceived {
        /// The receiver.
        to: ProcessId,
    },
    /// No such failure is planned for this replica, or it would have had another effect.
    Unplanned,
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} cannot be: {}", self.event, self.what)
    }
}

impl fmt::Display for Impossibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Causeless(what) => write!(f, "no failure that was applied makes it {what}"),
            Self::NotDiscarded { from, message } => write!(
                f,
                "no {message} message from {from} is on its way to a process that has ended"
            ),
            Self::NotIts(whose) => write!(f, "this happens to {whose} alone"),
            Self::NotSent { sent: Some(sent) } => {
                write!(f, "event {sent} did not send this message")
            }
            Self::NotSent { sent: None } => f.write_str("nobody sent this message"),
            Self::NotStarted => f.write_str("the process has not started"),
            Self::Over => f.write_str("the process has ended"),
            Self::Overtaken { sent } => write!(
                f,
                "the message of event {sent} has been received before, or one that was sent after it"
            ),
            Self::RunOver => f.write_str("the run has ended"),
            Self::StartedTwice => f.write_str("the process has started before"),
            Self::Stranger(process) => write!(f, "there is no {process} in this run"),
            Self::TimeRunsBack { before } => {
                write!(f, "the event before it happened at {} ms", before.as_ms())
            }
            Self::Unreceived { to } => write!(
                f,
                "{to} never received what it sent, and the run came to rest"
            ),
            Self::Unplanned => f.write_str("no such failure is planned for this replica"),
        }
    }
}

impl std::error::Error for Impossible {}
