//! Patterns of events, as `order` and `never` name them. A pattern that no event can match is an
//! error: a `never` that nothing can break is a test of nothing.

use std::fmt;

use bcr_protocol::event::RetransmissionCase;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{AnsweredBy, MessageKind};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Mode;

use super::values::{Reader, all};
use super::words;
use crate::diagnostic::Span;
use crate::expectation::event_names::{EVENTS, FieldKind, Shape, fields_of, kind_of};
use crate::expectation::mistake::ExpectedMistake;
use crate::expectation::tree::{Node, NodeKind};
use crate::expectation::value::{Bounds, EventPattern, FieldTest};
use crate::scenario::{parse_failure_reference, parse_operation};
use crate::words::RunEnd;

/// The field that a value belongs to, as messages name it.
#[derive(Clone, Copy)]
struct Field<'a> {
    event: &'a str,
    name: &'a str,
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of event `{}`", self.name, self.event)
    }
}

/// How many digits a hash has.
const DIGEST_DIGITS: usize = 64;

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
                    let of = Field {
                        event: &name,
                        name: key,
                    };
                    let test = self.field(of, kind_of(&name, key), value);
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

    /// Reads what a field should be.
    fn field(&mut self, of: Field<'_>, kind: FieldKind, node: &Node) -> Option<FieldTest> {
        match (&node.kind, kind.shape()) {
            (NodeKind::Scalar(_), Shape::Entries | Shape::Replicas | Shape::Texts)
            | (
                NodeKind::List(_),
                Shape::Number(_) | Shape::Operation | Shape::Text | Shape::Texts,
            )
            | (NodeKind::Map(_), Shape::Entries | Shape::Replicas | Shape::Text)
            | (NodeKind::Nothing, _) => {
                let expected = format!("{} as {of}", kind.shape().as_str());
                self.wrong_shape(node, &expected);
                None
            }
            (NodeKind::Scalar(text), _) => {
                self.check_value(of, kind, text, node.span.clone().into())?;
                Some(FieldTest::Text(text.clone()))
            }
            (NodeKind::List(items), Shape::Replicas) => {
                self.items_of(of, FieldKind::Replica, items)
            }
            (NodeKind::List(items), Shape::Anything | Shape::Entries) => {
                self.items_of(of, FieldKind::Anything, items)
            }
            (NodeKind::Map(_), Shape::Number(most)) => {
                self.number_bounds(of, most, node).map(FieldTest::Bounds)
            }
            (NodeKind::Map(_), Shape::Operation) => self.operation(of, node),
            (NodeKind::Map(_), Shape::Texts) => self.parts(of, FieldKind::Text, node),
            (NodeKind::Map(_), Shape::Anything) => self.parts(of, FieldKind::Anything, node),
        }
    }

    fn items_of(&mut self, of: Field<'_>, kind: FieldKind, items: &[Node]) -> Option<FieldTest> {
        all(items.iter().map(|item| self.field(of, kind, item))).map(FieldTest::List)
    }

    /// The fields of a value that has parts, all of one kind.
    fn parts(&mut self, of: Field<'_>, kind: FieldKind, node: &Node) -> Option<FieldTest> {
        let entries = self.entries(node, "a map").into_iter();
        let entries = entries.map(|(key, _, value)| {
            let test = self.field(of, kind, value)?;
            Some((key.to_owned(), test))
        });
        all(entries).map(FieldTest::Map)
    }

    /// An operation by its parts, which one operation has together.
    fn operation(&mut self, of: Field<'_>, node: &Node) -> Option<FieldTest> {
        const PARTS: [(&str, &[&str]); 4] = [
            ("put", &["name", "key", "value"]),
            ("get", &["name", "key"]),
            ("slice", &["name", "key", "slice"]),
            ("append", &["name", "key", "value"]),
        ];
        let keys = self.keys(node, &of.to_string(), &["name", "key", "value", "slice"]);
        let name = keys.iter().find(|(key, ..)| *key == "name");
        let name = name.and_then(|(_, _, value)| match &value.kind {
            NodeKind::Scalar(text) => Some(text.as_str()),
            NodeKind::Nothing | NodeKind::List(_) | NodeKind::Map(_) => None,
        });
        let has_all = |(operation, parts): &(&str, &[&str])| {
            name.is_none_or(|name| name == *operation)
                && keys.iter().all(|(key, ..)| parts.contains(key))
        };
        if !PARTS.iter().any(has_all) {
            let message = format!("{of} is never like this: no operation has these parts");
            self.error(
                ExpectedMistake::UnknownWord,
                node.span.clone().into(),
                message,
            );
            return None;
        }
        self.parts(of, FieldKind::Text, node)
    }

    fn number_bounds(&mut self, of: Field<'_>, most: u64, node: &Node) -> Option<Bounds<f64>> {
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
        let bounds = self.limits(node, &of.to_string(), read, |exactly| Bounds {
            at_least: Some(exactly),
            at_most: Some(exactly),
        })?;
        #[expect(clippy::cast_precision_loss, reason = "no bound is told apart by one")]
        let most = most as f64;
        if bounds.at_most.is_some_and(|at_most| at_most < 0.0)
            || bounds.at_least.is_some_and(|at_least| at_least > most)
        {
            let message = format!("{of} is never within these bounds: it is 0 to {most}");
            self.error(
                ExpectedMistake::BadNumber,
                node.span.clone().into(),
                message,
            );
            return None;
        }
        Some(bounds)
    }

    /// Refuses a text that the field never is.
    fn check_value(
        &mut self,
        of: Field<'_>,
        kind: FieldKind,
        text: &str,
        span: Span,
    ) -> Option<()> {
        let words: Vec<&str> = match kind {
            // Lists and maps were refused by their shape.
            FieldKind::Anything
            | FieldKind::Entries
            | FieldKind::Replicas
            | FieldKind::Text
            | FieldKind::Texts => return Some(()),
            FieldKind::Trigger => {
                let pair = format!("failures[0,0] {text}, drop()");
                return self.half_of_pair(&pair, span);
            }
            FieldKind::Failure => {
                let pair = format!("failures[0,0] shuttle(0,0), {text}");
                return self.half_of_pair(&pair, span);
            }
            FieldKind::Operation => {
                return match parse_operation(text) {
                    Ok(_) => Some(()),
                    Err(why) => self.never(of, text, &why, span),
                };
            }
            FieldKind::Client
            | FieldKind::Configuration
            | FieldKind::Number
            | FieldKind::Replica
            | FieldKind::Request
            | FieldKind::Slot => {
                let Shape::Number(most) = kind.shape() else {
                    return Some(());
                };
                if text.parse::<u64>().is_ok_and(|number| number <= most) {
                    return Some(());
                }
                return self.never(of, text, &format!("expected a number, 0 to {most}"), span);
            }
            FieldKind::Time => {
                if text
                    .parse::<f64>()
                    .is_ok_and(|ms| ms.is_finite() && ms >= 0.0)
                {
                    return Some(());
                }
                return self.never(of, text, "expected milliseconds", span);
            }
            FieldKind::Digest => {
                let is_hexadecimal = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if text.len() == DIGEST_DIGITS && text.bytes().all(is_hexadecimal) {
                    return Some(());
                }
                let expected = format!("expected {DIGEST_DIGITS} of the digits 0 to 9 and a to f");
                return self.never(of, text, &expected, span);
            }
            FieldKind::Process => {
                if text.parse::<ProcessId>().is_ok() {
                    return Some(());
                }
                let expected = "expected `olympus`, `client-<c>` or `replica-<configuration>-<r>`";
                return self.never(of, text, expected, span);
            }
            FieldKind::Timer => {
                if text.parse::<Timer>().is_ok() {
                    return Some(());
                }
                let expected = "expected `request-<c>:<n>`, `result-<c>:<n>`, \
                     `wedge-<configuration>`, `grace-<configuration>` or \
                     `state-<configuration>-<r>`";
                return self.never(of, text, expected, span);
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
        let found = format!("{} `{text}` of event `{}`", of.name, of.event);
        self.unknown(ExpectedMistake::UnknownWord, span, &found, text, &words);
        None
    }

    /// Says that a field is never this text.
    fn never(&mut self, of: Field<'_>, text: &str, why: &str, span: Span) -> Option<()> {
        let message = format!("{of} is never `{text}`: {why}");
        self.error(ExpectedMistake::UnknownWord, span, message);
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
