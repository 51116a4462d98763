//! The names of events.

use std::cell::RefCell;
use std::mem::{Discriminant, discriminant};

use bcr_protocol::event::Event;
use serde_json::Value;

use crate::expectation::EventPattern;
use crate::trace::{HarnessEvent, Record, TraceEvent};

/// The names of events, learnt as they are met: a record's fields are built only where the name is
/// that of the pattern.
#[derive(Default)]
pub(super) struct Catalogue {
    names: RefCell<Vec<(Variant, String)>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    Protocol(Discriminant<Event>),
    Harness(Discriminant<HarnessEvent>),
}

impl Catalogue {
    /// Whether the record's event is the one that the pattern names.
    pub(super) fn is_named(&self, record: &Record, pattern: &EventPattern) -> bool {
        let variant = match &record.event {
            TraceEvent::Protocol(event) => Variant::Protocol(discriminant(event)),
            TraceEvent::Harness(event) => Variant::Harness(discriminant(event)),
        };
        let mut names = self.names.borrow_mut();
        if let Some((_, name)) = names.iter().find(|(known, _)| *known == variant) {
            return *name == pattern.event;
        }
        let fields = record.fields();
        let name = fields.get("event").and_then(Value::as_str);
        let name = name.unwrap_or_default().to_owned();
        let is_named = name == pattern.event;
        names.push((variant, name));
        is_named
    }
}
