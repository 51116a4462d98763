//! One record as one line.

use std::fmt;
use std::io::Write;

use bcr_protocol::identity::{ClientId, ProcessId, RequestNumber, Slot};
use bcr_protocol::message::{Message, MessageKind};
use serde::{Serialize, Serializer};

use super::sent::find_sent;
use crate::trace::{HarnessEvent, Micros, Record, TraceEvent};

/// Whether a line carries the message that it is about.
#[derive(Clone, Copy)]
pub(super) enum Contents<'a> {
    Always,
    Never,
    /// Unless the record names one of these as the event that sent it.
    UnlessIn(&'a [Record]),
}

/// Two buffers, kept from line to line.
#[derive(Default)]
pub(super) struct Encoder {
    line: Vec<u8>,
    event: Vec<u8>,
}

/// What every serialised event begins with.
const TAG: &[u8] = b"{\"event\":\"";

impl Encoder {
    /// The record's line, without a newline.
    ///
    /// An event writes its own name first; the place goes between the name and the other fields,
    /// which costs a copy and spares a second description of every event.
    pub(super) fn encode(&mut self, record: &Record, contents: Contents<'_>) -> &[u8] {
        const IN_MEMORY: &str = "writing into memory cannot fail";
        self.event.clear();
        let mut serializer = serde_json::Serializer::new(&mut self.event);
        serialize_event(record, contents, &mut serializer).expect(IN_MEMORY);
        let name_length = self.event[TAG.len()..].iter().position(|&b| b == b'"');
        let name_end = TAG.len() + name_length.expect("an event begins with its name") + 1;
        let (name, fields) = self.event.split_at(name_end);

        self.line.clear();
        let at = Milliseconds(record.at);
        let process = record.process;
        write!(
            self.line,
            r#"{{"n":{},"at_ms":{at},"process":"{process}","#,
            record.n
        )
        .expect(IN_MEMORY);
        self.line.extend_from_slice(&name[1..]);
        match process {
            ProcessId::Olympus => Ok(()),
            ProcessId::Client(client) => write!(self.line, r#","client":{client}"#),
            ProcessId::Replica(replica) => write!(
                self.line,
                r#","configuration":{},"replica":{}"#,
                replica.configuration, replica.position
            ),
        }
        .expect(IN_MEMORY);
        self.line.extend_from_slice(fields);
        &self.line
    }
}

/// Microseconds as milliseconds, exactly: `6003.0`, `0.25`.
pub(crate) struct Milliseconds(pub(crate) Micros);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Micros(micros) = self.0;
        let (whole, rest) = (micros / 1000, micros % 1000);
        if rest % 100 == 0 {
            write!(f, "{whole}.{}", rest / 100)
        } else if rest % 10 == 0 {
            write!(f, "{whole}.{:02}", rest / 10)
        } else {
            write!(f, "{whole}.{rest:03}")
        }
    }
}

/// An event as it stands in a line: its name under `event`, then its fields.
pub(super) fn serialize_event<S: Serializer>(
    record: &Record,
    contents: Contents<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match &record.event {
        TraceEvent::Harness(HarnessEvent::Sent {
            to,
            spoiled,
            content,
        }) => SentLine {
            event: "sent",
            to: *to,
            spoiled: *spoiled,
            message: Summary::of(content),
            content: (!matches!(contents, Contents::Never)).then_some(content),
        }
        .serialize(serializer),
        TraceEvent::Harness(HarnessEvent::Received {
            from,
            sent,
            content,
        }) => {
            let is_written = match contents {
                Contents::Always => true,
                Contents::Never => false,
                Contents::UnlessIn(earlier) => {
                    find_sent(earlier, *sent, *from, record.process) != Some(content)
                }
            };
            let line = ReceivedLine {
                event: "received",
                from: *from,
                sent: *sent,
                message: Summary::of(content),
                content: is_written.then_some(content),
            };
            line.serialize(serializer)
        }
        event => event.serialize(serializer),
    }
}

/// What a message is and is about, for readers that do not look into its content.
#[derive(Serialize)]
struct Summary {
    message: MessageKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_client: Option<ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<Slot>,
}

impl Summary {
    fn of(message: &Message) -> Self {
        let request = message.request();
        Self {
            message: message.kind(),
            request_client: request.map(|id| id.client),
            request: request.map(|id| id.number),
            slot: message.slot(),
        }
    }
}

#[derive(Serialize)]
struct SentLine<'a> {
    event: &'static str,
    to: ProcessId,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    spoiled: bool,
    #[serde(flatten)]
    message: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a Message>,
}

#[derive(Serialize)]
struct ReceivedLine<'a> {
    event: &'static str,
    from: ProcessId,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<u64>,
    #[serde(flatten)]
    message: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a Message>,
}
