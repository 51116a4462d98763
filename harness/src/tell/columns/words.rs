//! An event in a few words, without the process at which it happens.

use bcr_protocol::identity::ProcessId;
use serde_json::{Map, Value};

use crate::trace::Record;

/// `O`, `C0`, `R0.2`: a process in as little room as can be.
pub(super) fn short(process: ProcessId) -> String {
    match process {
        ProcessId::Olympus => "O".to_owned(),
        ProcessId::Client(client) => format!("C{client}"),
        ProcessId::Replica(of) => format!("R{}.{}", of.configuration, of.position),
    }
}

/// What happened: `shuttle to R0.1, slot 3, request 0:1`; other events under their names.
pub(super) fn words(record: &Record) -> String {
    let fields = Fields(record.fields());
    let event = fields.text("event").unwrap_or_default();
    let message = fields.text("message").unwrap_or_default();
    let is_spoiled = fields.0.contains_key("spoiled");
    let mut words = match event.as_str() {
        "sent" => {
            let spoiled = if is_spoiled { "spoiled " } else { "" };
            format!("{spoiled}{message} to {}", fields.process("to"))
        }
        "received" => format!("{message} from {}", fields.process("from")),
        "failure_applied" | "failure_armed" => {
            let pair = fields.text("pair").unwrap_or_default();
            let in_vain = match fields.0.get("effect") {
                Some(Value::Bool(false)) => ", without effect",
                _ => "",
            };
            return format!("{event}: {pair}, at a {message} message{in_vain}");
        }
        "settings" => return event,
        "final_dictionary" => {
            let dictionary = fields.text("dictionary").unwrap_or_default();
            let mode = fields.text("mode").unwrap_or_default();
            return format!("{event}: {mode}, {dictionary}");
        }
        _ => {
            let from = match fields.0.contains_key("from") {
                true => format!(" {message} from {}", fields.process("from")),
                false => String::new(),
            };
            format!("{event}{}", from.replace("  ", " "))
        }
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
        text.parse().map_or(text, short)
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
fn printable(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
