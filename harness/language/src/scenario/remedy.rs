//! What to do about a list that does not parse: where there is one reading, the fix.

use nom::character::complete::char as character;

use super::failure::Failure;
use super::mistake::ScenarioMistake;
use super::token::{Cursor, Expected, Fault, attempt, begins_item, identifier};
use super::trigger::TriggerKind;
use crate::diagnostic::{Diagnostic, nearest};

/// What clients may ask for, as workloads write it.
pub(super) const OPERATIONS: [&str; 5] = ["put", "get", "slice", "append", "pseudorandom"];

/// A list that stands behind a `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// What a client asks for.
    Operations,
    /// How a replica fails.
    Failures,
}

impl List {
    /// What such a list looks like, for the help of a mistake in one.
    const fn form(self) -> &'static str {
        match self {
            Self::Operations => "a workload is `put('k','v'); get('k'); …`",
            Self::Failures => "a failure list is `trigger(0), failure(); trigger(1), failure(); …`",
        }
    }
}

/// The error for an item that does not parse, and from where to look for the next one. `item` is where the
/// item begins.
pub(super) fn explain<'a>(
    item: Cursor<'a>,
    fault: &Fault<'a>,
    list: List,
) -> (Diagnostic, Cursor<'a>) {
    let error = fault.diagnostic(ScenarioMistake::MalformedCall);
    let at = fault.cursor;
    match fault.expected {
        Expected::Opening => (parentheses(item, fault, error), at),
        Expected::ArgumentEnd => (closing(item, at, error, list), at),
        Expected::Failure => second_half(at, error, list),
        Expected::ItemEnd if at.rest.starts_with(',') && list == List::Failures => (
            error.with_help(
                "one trigger, one failure: give each failure its own pair, as in \
                 `shuttle(0,0), extra_op(); shuttle(0,0), crash()`",
            ),
            at,
        ),
        Expected::ItemEnd if begins_item(at) => {
            let fix = format!("; {}", word(at));
            (error.with_help("separate the two").with_fix(fix), at)
        }
        Expected::Argument if at.rest.starts_with(['\'', '"']) => (
            error.with_help("a text ends with the quote that it begins with, on the same line"),
            at,
        ),
        Expected::ParameterName
        | Expected::Equals
        | Expected::Index
        | Expected::IndexEnd
        | Expected::Name
        | Expected::Argument
        | Expected::ItemEnd => (error.with_help(list.form()), at),
    }
}

/// A name without its parentheses, or in two words.
fn parentheses(item: Cursor<'_>, fault: &Fault<'_>, error: Diagnostic) -> Diagnostic {
    let before = item.until(fault.cursor).trim_end();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = &before[before.trim_end_matches(is_part).len()..];
    let start = item.at() + before.len() - name.len();
    let second = word(fault.cursor);
    let joined = format!("{name}_{second}");
    let known = || TriggerKind::NAMES.iter().chain(Failure::NAMES).copied();
    if let Some(whole) = known().find(|known| *known == joined) {
        let end = fault.cursor.at() + second.len();
        return Diagnostic {
            span: start..end,
            ..error
        }
        .with_label("one name")
        .with_suggestion(whole);
    }
    let without_argument = Failure::ALL.iter().filter(|of| of.argument().is_none());
    if let Some(near) = nearest(name, without_argument.map(|failure| failure.name())) {
        return Diagnostic {
            span: start..start + name.len(),
            ..error
        }
        .with_label("parentheses are missing")
        .with_help("every name has its parentheses, also without arguments")
        .with_fix(format!("{near}()"));
    }
    error.with_help("every name has its parentheses, also without arguments: `crash()`")
}

/// Arguments that do not end.
fn closing(item: Cursor<'_>, at: Cursor<'_>, error: Diagnostic, list: List) -> Diagnostic {
    let after_quote = item.until(at).chars().next_back();
    match at.rest.chars().next() {
        None => error.with_help("close the parentheses").with_fix(")"),
        Some(';') => error.with_help("close the parentheses").with_fix(");"),
        Some(next) if next.is_alphanumeric() && after_quote == Some('\'') => error.with_help(
            "a text with a `'` in it goes between `\"`: `put(\"it's\",'k')`; there are no escapes",
        ),
        Some(_) => error.with_help(list.form()),
    }
}

/// A trigger that no `,` and failure follow.
fn second_half<'a>(at: Cursor<'a>, error: Diagnostic, list: List) -> (Diagnostic, Cursor<'a>) {
    let is_failure = |cursor: Cursor<'_>| {
        begins_item(cursor) && Failure::called(word(cursor.skip_blanks())).is_some()
    };
    match attempt(at, character(';')) {
        Some((rest, _)) if is_failure(rest) => {
            let error = error.with_help("a pair is joined by `,`; `;` separates pairs");
            (error.with_fix(","), rest)
        }
        _ if is_failure(at) => {
            let fix = format!(", {}", word(at));
            (error.with_help("a pair is joined by `,`").with_fix(fix), at)
        }
        _ => (error.with_help(list.form()), at),
    }
}

/// The name that stands here, or nothing.
fn word(cursor: Cursor<'_>) -> &str {
    match identifier(cursor.rest) {
        Ok((rest, _)) => cursor.until(cursor.with(rest)),
        Err(_) => "",
    }
}
