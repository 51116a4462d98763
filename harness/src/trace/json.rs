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
mod error;
mod sent;

use std::io::{self, BufRead, BufWriter, Write};

use serde::Serializer;
use serde_json::{Map, Value};

pub(crate) use self::decode::time;
pub(crate) use self::encode::Milliseconds;
pub use self::error::{AT_MAX, TraceError, TraceFlaw};

use self::decode::read_record;
use self::encode::{Contents, Encoder, serialize_event};
use super::{Record, Trace};

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

#[cfg(test)]
mod tests;
