//! `order` and `never`: events that occur one after the other, and events that do not occur.
//!
//! A pattern matches an event that has all its fields, as the event's line in `trace.jsonl` spells
//! them. Values compare as text, numbers by value, `trigger` and `failure` without their blanks; the
//! message `client_request` is also called `request`.

use bcr_protocol::dictionary::Operation;
use serde_json::{Map, Value};

use super::mismatch::listed;
use super::run::Run;
use crate::expectation::{EventPattern, FieldTest};
use crate::judge::finding::Finding;
use crate::trace::Record;

/// Greedy: each pattern takes the first event after that of the one before. If any choice of events
/// is in order, this one is.
pub(super) fn order(expected: &[EventPattern], run: &Run<'_>) -> Finding {
    let mut matched: Vec<u64> = Vec::new();
    let mut records = run.trace.records.iter();
    for pattern in expected {
        match records.find(|record| matches(record, pattern, run)) {
            Some(record) => matched.push(record.n),
            None => return out_of_order(expected, &matched, run),
        }
    }
    let event = matched.last().copied();
    Finding::held()
        .because(&format!("events {}", listed(&matched)))
        .at(event)
}

/// Says how far it went, and which event came nearest to going on.
fn out_of_order(expected: &[EventPattern], matched: &[u64], run: &Run<'_>) -> Finding {
    let pattern = &expected[matched.len()];
    let mut detail = format!("{} of {} matched", matched.len(), expected.len());
    let last = matched.last().copied();
    if let Some(last) = last {
        detail.push_str(&format!(
            ": events {}; nothing after event {last}",
            listed(matched)
        ));
    } else {
        detail.push_str("; nothing");
    }
    detail.push_str(&format!(" is {}", describe(pattern)));
    // Of the events of that name the one that differs least; of those one that is not too early.
    let candidates = run
        .trace
        .records
        .iter()
        .filter(|record| run.catalogue.is_named(record, pattern));
    let nearest = candidates.min_by_key(|record| {
        let is_early = last.is_some_and(|last| record.n <= last);
        (mismatches(pattern, &record.fields()).len(), is_early)
    });
    let Some(nearest) = nearest else {
        detail.push_str(&format!("; there is no event `{}` at all", pattern.event));
        return Finding::broken(detail).at(last);
    };
    let differences = mismatches(pattern, &nearest.fields());
    let why = if differences.is_empty() {
        "comes too early".to_owned()
    } else {
        format!("has {}", differences.join(", "))
    };
    detail.push_str(&format!("; the nearest, event {}, {why}", nearest.n));
    Finding::broken(detail).at(Some(nearest.n))
}

pub(super) fn never(expected: &[EventPattern], run: &Run<'_>) -> Finding {
    let matching = |record: &Record| {
        expected
            .iter()
            .find(|pattern| matches(record, pattern, run))
    };
    let mut records = run.trace.records.iter();
    let found = records.find_map(|record| Some((record, matching(record)?)));
    found.map_or_else(Finding::held, |(record, pattern)| {
        let detail = format!(
            "event {} at {}, {} ms, is {}",
            record.n,
            record.process,
            record.at.as_ms(),
            describe(pattern)
        );
        Finding::broken(detail).at(Some(record.n))
    })
}

fn matches(record: &Record, pattern: &EventPattern, run: &Run<'_>) -> bool {
    run.catalogue.is_named(record, pattern)
        && (pattern.fields.is_empty() || mismatches(pattern, &record.fields()).is_empty())
}

/// The fields in which an event differs, with what it has there. Empty where it matches.
fn mismatches(pattern: &EventPattern, fields: &Map<String, Value>) -> Vec<String> {
    let mismatch = |(field, test): &(String, FieldTest)| match fields.get(field) {
        None => Some(format!("no `{field}`")),
        Some(actual) if holds(field, test, actual) => None,
        Some(actual) => Some(format!("`{field}` {}", text(actual))),
    };
    pattern.fields.iter().filter_map(mismatch).collect()
}

fn holds(field: &str, test: &FieldTest, actual: &Value) -> bool {
    match (test, actual) {
        (FieldTest::Text(expected), Value::Number(number)) => {
            *expected == number.to_string() || expected.parse::<f64>().ok() == number.as_f64()
        }
        (FieldTest::Text(expected), Value::Object(_)) => {
            // `operation` may be written as in a scenario file.
            serde_json::from_value::<Operation>(actual.clone())
                .is_ok_and(|operation| is_same_but_blanks(expected, &operation.to_string()))
        }
        (FieldTest::Text(expected), _) => match (field, text(actual)) {
            ("trigger" | "failure", actual) => is_same_but_blanks(expected, &actual),
            ("message", actual) if expected == "request" => {
                matches!(actual.as_str(), "request" | "client_request")
            }
            (_, actual) => *expected == actual,
        },
        (FieldTest::Bounds(bounds), _) => actual
            .as_f64()
            .is_some_and(|number| bounds.contain(&number)),
        (FieldTest::List(tests), Value::Array(items)) => {
            tests.len() == items.len()
                && tests
                    .iter()
                    .zip(items)
                    .all(|(test, item)| holds("", test, item))
        }
        (FieldTest::Map(tests), Value::Object(fields)) => tests.iter().all(|(name, test)| {
            fields
                .get(name)
                .is_some_and(|field| holds(name, test, field))
        }),
        (FieldTest::List(_) | FieldTest::Map(_), _) => false,
    }
}

fn is_same_but_blanks(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    letters(one) == letters(other)
}

/// A value as text: a string without its quotes.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `{event: crashed, replica: 0}`.
fn describe(pattern: &EventPattern) -> String {
    let mut described = format!("{{event: {}", pattern.event);
    for (field, test) in &pattern.fields {
        described.push_str(&format!(", {field}: {}", describe_test(test)));
    }
    described.push('}');
    described
}

fn describe_test(test: &FieldTest) -> String {
    match test {
        FieldTest::Text(text) => text.clone(),
        FieldTest::Bounds(bounds) => match (bounds.at_least, bounds.at_most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "any".to_owned(),
        },
        FieldTest::List(tests) => listed(tests.iter().map(describe_test)),
        FieldTest::Map(tests) => {
            let fields = tests
                .iter()
                .map(|(name, test)| format!("{name}: {}", describe_test(test)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}
