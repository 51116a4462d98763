//! Trace files: one event, one line of JSON.
//!
//! A line is `{"n":…,"at_ms":…,"process":…,"event":…}`, then where it happened (`configuration` and
//! `replica`, or `client`; Olympus's events name their own), then the event's fields. A message is
//! written whole where it is sent; where it is received the line names the event that sent it. There
//! is no wall clock and no path in a line, so that equal runs give equal bytes.
//!
//! Source: docs/running.md.

mod decode;
mod encode;

use std::fmt;
use std::io::{self, BufRead, BufWriter, Write};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::Message;
use serde::Serializer;
use serde_json::{Map, Value};

pub(crate) use self::encode::Milliseconds;

use self::decode::read_record;
use self::encode::{Contents, Encoder, serialize_event};
use super::{HarnessEvent, Micros, Record, Trace, TraceEvent};

/// Writes every event of `trace`, one a line. The same trace gives the same bytes.
///
/// # Errors
/// Those of `to`.
pub fn write(trace: &Trace, to: impl Write) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    let mut encoder = Encoder::default();
    for (index, record) in trace.records.iter().enumerate() {
        let earlier = &trace.records[..index];
        to.write_all(encoder.encode(record, Contents::UnlessIn(earlier)))?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

/// Reads what [`write()`] has written. The wall clock of every record is unknown.
///
/// # Errors
/// The first line that is not an event, or not the next one.
pub fn read(mut from: impl BufRead) -> Result<Trace, TraceError> {
    let mut trace = Trace::default();
    let mut bytes = Vec::new();
    for line in 1.. {
        let at_line = |what| TraceError { line, what };
        bytes.clear();
        let length = from
            .read_until(b'\n', &mut bytes)
            .map_err(|error| at_line(TraceFlaw::Unreadable(error.to_string())))?;
        if length == 0 {
            break;
        }
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let record = read_record(text, &trace.records).map_err(at_line)?;
        trace.records.push(record);
    }
    Ok(trace)
}

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

pub(crate) use decode::time;

/// The latest time that a trace file can hold: some 35 years. Up to here every microsecond has a
/// number of milliseconds of its own that reads back exactly.
pub const AT_MAX: Micros = Micros(1 << 50);

impl Record {
    /// The record as in a trace file, with the content of every message sent or received.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        self.map(Contents::Always)
    }

    /// The record's own fields, without the content of messages: what a clause can match, at a
    /// fraction of the cost of [`Self::to_json`].
    #[must_use]
    pub fn fields(&self) -> Map<String, Value> {
        self.map(Contents::Never)
    }

    /// Hands the event to any serializer as a trace file describes it, its name first and the content
    /// of every message included.
    pub(crate) fn serialize_event<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serialize_event(self, Contents::Always, to)
    }

    fn map(&self, contents: Contents<'_>) -> Map<String, Value> {
        serde_json::from_slice(Encoder::default().encode(self, contents))
            .expect("an encoded record is a JSON object")
    }
}

/// The message that event `sent` sent from `from` to `to`, if it did.
fn find_sent(
    records: &[Record],
    sent: Option<u64>,
    from: ProcessId,
    to: ProcessId,
) -> Option<&Message> {
    let record = records.get(usize::try_from(sent?).ok()?)?;
    match &record.event {
        TraceEvent::Harness(HarnessEvent::Sent {
            to: receiver,
            content,
            ..
        }) if record.process == from && *receiver == to => Some(content),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
