//! One line as one record.

use std::borrow::Cow;
use std::sync::LazyLock;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ProcessId, RequestNumber};
use bcr_protocol::message::Message;
use serde::Deserialize;

use super::error::{AT_MAX, TraceFlaw};
use super::sent::find_sent;
use crate::trace::names::names;
use crate::trace::{HarnessEvent, Micros, Record, TraceEvent};

/// The names of what happens around the machines.
static AROUND: LazyLock<&[&str]> = LazyLock::new(names::<HarnessEvent>);

/// What every line has, read first: it decides how the rest is read.
#[derive(Deserialize)]
struct Head<'a> {
    n: u64,
    at_ms: f64,
    process: ProcessId,
    #[serde(borrow)]
    event: Cow<'a, str>,
    request_client: Option<ClientId>,
    request: Option<RequestNumber>,
}

/// The fields of `sent` and `received`. Their content must be read straight from the text: serde's
/// tagged enums keep what they read in a form from which maps with numbers for keys do not read back.
#[derive(Deserialize)]
struct MessageFields {
    to: Option<ProcessId>,
    from: Option<ProcessId>,
    #[serde(default)]
    spoiled: bool,
    sent: Option<u64>,
    content: Option<Message>,
}

/// The record in `text`, the next after `earlier`.
pub(super) fn read_record(text: &[u8], earlier: &[Record]) -> Result<Record, TraceFlaw> {
    let head: Head<'_> = serde_json::from_slice(text).map_err(not_an_event)?;
    let expected = earlier.len() as u64;
    if head.n != expected {
        return Err(TraceFlaw::OutOfOrder {
            expected,
            found: head.n,
        });
    }
    // An optional request that does not read is none to serde, without a word.
    if head.request.is_some() != head.request_client.is_some() {
        return Err(TraceFlaw::HalfARequest);
    }
    Ok(Record {
        n: head.n,
        at: time(head.at_ms).ok_or(TraceFlaw::TimeOutOfRange)?,
        wall_us: 0,
        process: head.process,
        event: read_event(&head, text, earlier)?,
    })
}

/// A time from the milliseconds that a document has; none for one that is negative or beyond
/// [`AT_MAX`].
pub(crate) fn time(ms: f64) -> Option<Micros> {
    if !(0.0..=AT_MAX.as_ms()).contains(&ms) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within 0 and AT_MAX"
    )]
    let micros = (ms * 1000.0).round() as u64;
    Some(Micros(micros))
}

fn read_event(head: &Head<'_>, text: &[u8], earlier: &[Record]) -> Result<TraceEvent, TraceFlaw> {
    match head.event.as_ref() {
        "sent" => read_sent(text).map(TraceEvent::Harness),
        "received" => read_received(head.process, text, earlier).map(TraceEvent::Harness),
        name if AROUND.contains(&name) => serde_json::from_slice::<HarnessEvent>(text)
            .map(TraceEvent::Harness)
            .map_err(not_an_event),
        _ => serde_json::from_slice::<Event>(text)
            .map(TraceEvent::Protocol)
            .map_err(not_an_event),
    }
}

fn read_sent(text: &[u8]) -> Result<HarnessEvent, TraceFlaw> {
    let fields: MessageFields = serde_json::from_slice(text).map_err(not_an_event)?;
    Ok(HarnessEvent::Sent {
        to: fields.to.ok_or_else(|| missing("to"))?,
        spoiled: fields.spoiled,
        content: fields.content.ok_or_else(|| missing("content"))?,
    })
}

fn read_received(
    process: ProcessId,
    text: &[u8],
    earlier: &[Record],
) -> Result<HarnessEvent, TraceFlaw> {
    let fields: MessageFields = serde_json::from_slice(text).map_err(not_an_event)?;
    let from = fields.from.ok_or_else(|| missing("from"))?;
    let sent = fields.sent;
    let content = fields
        .content
        .or_else(|| find_sent(earlier, sent, from, process).cloned())
        .ok_or(TraceFlaw::NotSent { sent })?;
    Ok(HarnessEvent::Received {
        from,
        sent,
        content,
    })
}

fn missing(field: &str) -> TraceFlaw {
    TraceFlaw::NotAnEvent {
        column: 0,
        why: format!("missing field `{field}`"),
    }
}

/// The reader counts lines within the one that it is given; only the column says something.
fn not_an_event(error: serde_json::Error) -> TraceFlaw {
    let column = error.column();
    let position = format!(" at line {} column {column}", error.line());
    let why = error.to_string();
    TraceFlaw::NotAnEvent {
        column,
        why: why.strip_suffix(&position).unwrap_or(&why).to_owned(),
    }
}
