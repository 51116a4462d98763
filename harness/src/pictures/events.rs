//! The events of a trace, compact enough for a page of a hundred thousand of them.

use std::collections::BTreeMap;

use bcr_protocol::identity::ProcessId;
use serde_json::{Map, Value};

use super::pool::Pool;
use crate::trace::{HarnessEvent, Record, Trace, TraceEvent};

/// A trace as JSON, in parts.
pub(super) struct Events {
    /// The names of the processes, an array, in order.
    pub(super) processes: String,
    /// One array an event: when (microseconds), where (an index into the processes), its name, its
    /// other fields. Its place is its number.
    pub(super) events: String,
    /// See [`Pool`].
    pub(super) pool: String,
}

/// Takes a trace to pieces.
pub(super) fn encode(trace: &Trace) -> Events {
    let mut processes: BTreeMap<ProcessId, usize> = BTreeMap::new();
    for record in &trace.records {
        processes.insert(record.process, 0);
    }
    for (index, place) in processes.values_mut().enumerate() {
        *place = index;
    }
    let names: Vec<String> = processes.keys().map(ToString::to_string).collect();
    let mut pool = Pool::default();
    let mut events = String::from("[");
    for (index, record) in trace.records.iter().enumerate() {
        let (name, fields) = fields(record, &trace.records[..index], &mut pool);
        let separator = if index == 0 { "" } else { ",\n" };
        let (at, place) = (record.at.0, processes[&record.process]);
        let fields = Value::Object(fields);
        events.push_str(&format!("{separator}[{at},{place},\"{name}\",{fields}]"));
    }
    events.push(']');
    Events {
        processes: Value::from(names).to_string(),
        events,
        pool: pool.into_json(),
    }
}

/// The event's name and its fields, without those that say where. A message is in its `content` where
/// it is sent, and where it is received if that is not what was sent.
fn fields(record: &Record, earlier: &[Record], pool: &mut Pool) -> (String, Map<String, Value>) {
    let is_written = match &record.event {
        TraceEvent::Harness(HarnessEvent::Received {
            sent: Some(sent),
            content,
            ..
        }) => {
            let sent = usize::try_from(*sent).ok().and_then(|n| earlier.get(n));
            !sent.is_some_and(|sent| match &sent.event {
                TraceEvent::Harness(HarnessEvent::Sent { content: out, .. }) => out == content,
                _ => false,
            })
        }
        _ => true,
    };
    let mut fields = if is_written {
        record.to_json()
    } else {
        record.fields()
    };
    let name = fields.remove("event");
    let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
    for place in ["n", "at_ms", "process"] {
        fields.remove(place);
    }
    match record.process {
        ProcessId::Olympus => {}
        ProcessId::Client(_) => drop(fields.remove("client")),
        // An acceptance names the configuration of its proof: that is a client's event.
        ProcessId::Replica(_) => {
            fields.remove("configuration");
            fields.remove("replica");
        }
    }
    let fields = fields.into_iter();
    let fields = fields.map(|(key, value)| (key, pool.intern(value)));
    (name.to_owned(), fields.collect())
}
