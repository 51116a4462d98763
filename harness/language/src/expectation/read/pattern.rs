//! Patterns of events, as `order` and `never` name them. A pattern that no event can match is an
//! error: a `never` that nothing can break is a test of nothing.

use bcr_protocol::event::RetransmissionCase;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{AnsweredBy, MessageKind};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Mode;

use super::values::{Reader, all};
use super::words;
use crate::diagnostic::Span;
use crate::expectation::event_names::{EVENTS, FieldKind, fields_of, kind_of};
use crate::expectation::mistake::ExpectedMistake;
use crate::expectation::tree::{Node, NodeKind};
use crate::expectation::value::{Bounds, EventPattern, FieldTest};
use crate::scenario::parse_failure_reference;
use crate::words::RunEnd;

impl Reader {
    pub(super) fn pattern(&mut self, node: &Node) -> Option<EventPattern> {
        let entries = self.entries(node, "an event: a map with `event` and fields");
        if entries.is_empty() {
            if matches!(node.kind, NodeKind::Map(_)) {
                self.empty(node.span.clone().into(), "the pattern");
            }
            return None;
        }
        let Some((_, _, event)) = entries.iter().find(|(key, ..)| *key == "event") else {
            let message = "the pattern does not say which event: expected `event`";
            self.error(
                ExpectedMistake::MissingKey,
                node.span.clone().into(),
                message,
            );
            return None;
        };
        let name = self.text(event, "an event's name")?;
        let Some(mut allowed) = fields_of(&name) else {
            let names: Vec<_> = EVENTS.iter().map(|(name, ..)| *name).collect();
            let span = event.span.clone().into();
            self.unknown(
                ExpectedMistake::UnknownEvent,
                span,
                &format!("event `{name}`"),
                &name,
                &names,
            );
            return None;
        };
        allowed.push("event");
        let mut seen: Vec<(&str, Span)> = Vec::new();
        let mut fields = Vec::new();
        let mut is_complete = true;
        for (key, span, value) in entries {
            if !allowed.contains(&key) {
                let found = format!("field `{key}` of event `{name}`");
                self.unknown(ExpectedMistake::UnknownField, span, &found, key, &allowed);
                is_complete = false;
            } else if seen.iter().any(|(other, _)| *other == key) {
                let first = seen.iter().find(|(other, _)| *other == key);
                self.repeated_key(key, first.map_or(span, |(_, first)| *first), span);
            } else {
                seen.push((key, span));
                if key != "event" {
                    let test = self.field(&name, key, value);
                    is_complete &= test.is_some();
                    fields.extend(test.map(|test| (key.to_owned(), test)));
                }
            }
        }
        is_complete.then(|| EventPattern {
            span: node.span.clone().into(),
            event: name,
            fields,
        })
    }

    fn field(&mut self, event: &str, field: &str, node: &Node) -> Option<FieldTest> {
        let is_bounds = |key: &str| matches!(key, "at_least" | "at_most");
        match &node.kind {
            NodeKind::Nothing => {
                self.wrong_shape(node, "the value of a field");
                None
            }
            NodeKind::Scalar(text) => {
                self.check_value(event, field, text, node.span.clone().into())?;
                Some(FieldTest::Text(text.clone()))
            }
            NodeKind::List(items) => {
                let items = items.iter().map(|item| self.field(event, "", item));
                all(items).map(FieldTest::List)
            }
            NodeKind::Map(_) => {
                let entries = self.entries(node, "a map");
                if entries.iter().any(|(key, ..)| is_bounds(key)) {
                    return self.number_bounds(node).map(FieldTest::Bounds);
                }
                let entries = entries.into_iter().map(|(key, _, value)| {
                    let test = self.field(event, "", value)?;
                    Some((key.to_owned(), test))
                });
                all(entries).map(FieldTest::Map)
            }
        }
    }

    fn number_bounds(&mut self, node: &Node) -> Option<Bounds<f64>> {
        let read = |reader: &mut Self, node: &Node| {
            let text = reader.text(node, "a number")?;
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            if number.is_none() {
                let message = format!("`{text}` is no number");
                reader.error(
                    ExpectedMistake::BadNumber,
                    node.span.clone().into(),
                    message,
                );
            }
            number
        };
        self.limits(node, "a field", read, |exactly| Bounds {
            at_least: Some(exactly),
            at_most: Some(exactly),
        })
    }

    /// Refuses a value that the field never has.
    fn check_value(&mut self, event: &str, field: &str, text: &str, span: Span) -> Option<()> {
        let words: Vec<&str> = match kind_of(event, field) {
            FieldKind::Text => return Some(()),
            FieldKind::Trigger => {
                let pair = format!("failures[0,0] {text}, drop()");
                return self.half_of_pair(&pair, span);
            }
            FieldKind::Failure => {
                let pair = format!("failures[0,0] shuttle(0,0), {text}");
                return self.half_of_pair(&pair, span);
            }
            FieldKind::Client | FieldKind::Number | FieldKind::Replica => {
                if text.parse::<u64>().is_ok() {
                    return Some(());
                }
                let message =
                    format!("`{field}` of event `{event}` is never `{text}`: expected a number");
                self.error(ExpectedMistake::UnknownWord, span, message);
                return None;
            }
            FieldKind::Process => {
                if text.parse::<ProcessId>().is_ok() {
                    return Some(());
                }
                let message = format!(
                    "`{field}` of event `{event}` is never `{text}`: expected `olympus`, \
                     `client-<c>` or `replica-<configuration>-<r>`"
                );
                self.error(ExpectedMistake::UnknownWord, span, message);
                return None;
            }
            FieldKind::Timer => {
                if text.parse::<Timer>().is_ok() {
                    return Some(());
                }
                let message = format!(
                    "`{field}` of event `{event}` is never `{text}`: expected `request-<c>:<n>`, \
                     `result-<c>:<n>`, `wedge-<configuration>`, `grace-<configuration>` or \
                     `state-<configuration>-<r>`"
                );
                self.error(ExpectedMistake::UnknownWord, span, message);
                return None;
            }
            FieldKind::Mode => Mode::ALL.iter().map(|mode| mode.as_str()).collect(),
            FieldKind::Message => [&["request"], words::of::<MessageKind>()].concat(),
            FieldKind::Reason => Reason::ALL.iter().map(|r| r.as_str()).collect(),
            FieldKind::Case => words::of::<RetransmissionCase>().to_vec(),
            FieldKind::Answerer => words::of::<AnsweredBy>().to_vec(),
            FieldKind::End => words::of::<RunEnd>().to_vec(),
            FieldKind::Truth => vec!["true", "false"],
        };
        if words.contains(&text) {
            return Some(());
        }
        let found = format!("{field} `{text}` of event `{event}`");
        self.unknown(ExpectedMistake::UnknownWord, span, &found, text, &words);
        None
    }

    /// Refuses half of a pair of trigger and failure with which even the simplest other half is none.
    fn half_of_pair(&mut self, pair: &str, span: Span) -> Option<()> {
        parse_failure_reference(pair)
            .map_err(|why| self.error(ExpectedMistake::BadFailure, span, why))
            .ok()?;
        Some(())
    }
}
