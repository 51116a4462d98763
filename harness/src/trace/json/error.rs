//! Trace files that cannot be read, and why.

use std::fmt;

use crate::trace::Micros;

/// The latest time that a trace file can hold: some 35 years. Up to here every microsecond has a
/// number of milliseconds of its own that reads back exactly.
pub const AT_MAX: Micros = Micros(1 << 50);

/// A trace file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: TraceFlaw,
}

/// What is wrong with a line of a trace file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceFlaw {
    /// It cannot be read at all.
    Unreadable(String),
    /// It is not an event.
    NotAnEvent {
        /// Where that shows, in bytes from 1; 0 where it concerns the whole line.
        column: usize,
        /// Why, in the JSON reader's words.
        why: String,
    },
    /// `at_ms` is negative, or beyond [`AT_MAX`].
    TimeOutOfRange,
    /// It is not the next event of the trace.
    OutOfOrder {
        /// The number that it should have.
        expected: u64,
        /// The number that it has.
        found: u64,
    },
    /// It names a request by its number without its client, or the other way round.
    HalfARequest,
    /// It has no content, and the event that it names did not send its message.
    NotSent {
        /// The event that it names, if it names one.
        sent: Option<u64>,
    },
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.what {
            TraceFlaw::Unreadable(why) => f.write_str(why),
            TraceFlaw::NotAnEvent { column: 0, why } => f.write_str(why),
            TraceFlaw::NotAnEvent { column, why } => write!(f, "column {column}: {why}"),
            TraceFlaw::TimeOutOfRange => {
                write!(f, "`at_ms` is not within 0 and {}", AT_MAX.as_ms())
            }
            TraceFlaw::OutOfOrder { expected, found } => {
                write!(f, "expected event {expected}, found event {found}")
            }
            TraceFlaw::HalfARequest => {
                f.write_str("`request_client` and `request` go together, and one is missing")
            }
            TraceFlaw::NotSent { sent: Some(sent) } => write!(
                f,
                "event {sent} did not send this message, and the line has no `content`"
            ),
            TraceFlaw::NotSent { sent: None } => f.write_str("neither `sent` nor `content`"),
        }
    }
}

impl std::error::Error for TraceError {}
