//! An event in a few words, without the process at which it happens.

use bcr_protocol::identity::ProcessId;
use serde_json::{Map, Value};

use super::form::{Brief, Words};
use super::names::short_process;
use crate::trace::Record;

/// What happened: `shuttle to R0.1, slot 3, request 0:1`; other events under their names.
pub(crate) fn brief(record: &Record, words: &Words) -> String {
    let fields = Fields(record.fields());
    let mut words = match &words.brief {
        Brief::Whole(words) => return words.clone(),
        Brief::Lead(words) => words.clone(),
        Brief::Name => fields.name(),
    };
    fields.push(&mut words, "reason", "");
    if record.process == ProcessId::Olympus {
        fields.push(&mut words, "configuration", "configuration ");
        fields.push(&mut words, "replica", "replica ");
    }
    for (field, before) in [
        ("case", "case "),
        ("timer", ""),
        ("after_ms", "ms: "),
        ("ms", "ms: "),
        ("suspect", "suspect "),
        ("quorum", "quorum "),
        ("slot", "slot "),
    ] {
        fields.push(&mut words, field, before);
    }
    if let (Some(client), Some(request)) = (fields.text("request_client"), fields.text("request")) {
        words.push_str(&format!(", request {client}:{request}"));
    }
    if let Some(operation) = fields.operation() {
        words.push_str(&format!(", {operation}"));
    }
    for (field, before) in [("result", "result "), ("end", "")] {
        fields.push(&mut words, field, before);
    }
    words
}

/// The fields of an event.
struct Fields(Map<String, Value>);

impl Fields {
    /// The event's name, and from whom what message came.
    fn name(&self) -> String {
        let event = self.text("event").unwrap_or_default();
        match (self.text("message"), self.0.contains_key("from")) {
            (_, false) => event,
            (Some(message), true) => format!("{event} {message} from {}", self.process("from")),
            (None, true) => format!("{event} from {}", self.process("from")),
        }
    }

    /// A field's value as text; a text without its quotes.
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(printable(text)),
            value => Some(printable(&value.to_string())),
        }
    }

    /// A process under its short name.
    fn process(&self, name: &str) -> String {
        let text = self.text(name).unwrap_or_default();
        text.parse().map_or(text, short_process)
    }

    fn push(&self, words: &mut String, field: &str, before: &str) {
        if let Some(text) = self.text(field) {
            words.push_str(&format!(", {before}{text}"));
        }
    }

    /// `put('k', 'v')`.
    fn operation(&self) -> Option<String> {
        let operation = self.0.get("operation")?.as_object()?;
        let part = |name: &str| operation.get(name)?.as_str().map(printable);
        let arguments = ["key", "value", "slice"].into_iter().filter_map(part);
        let arguments: Vec<String> = arguments.map(|text| format!("'{text}'")).collect();
        Some(format!(
            "{}({})",
            part("name").unwrap_or_default(),
            arguments.join(", ")
        ))
    }
}

/// Text of a scenario that moves no cursor.
pub(super) fn printable(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
