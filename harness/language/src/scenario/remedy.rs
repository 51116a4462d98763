//! What to do about a list that does not parse: where there is one reading, the fix.

use std::ops::Range;

use nom::character::complete::char as character;

use super::ast::Spanned;
use super::failure::Failure;
use super::mistake::ScenarioMistake;
use super::parameter::Parameter;
use super::token::{
    Cursor, Expected, Fault, Taken, attempt, begins_item, identifier, indices, target,
};
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

/// The error for a line that goes on with the list of the line before, whose name and indices are at `list`.
pub(super) fn list_goes_on(line: Cursor<'_>, list: Range<usize>) -> Diagnostic {
    let message = "a list ends with its line, and this looks like the rest of one";
    Diagnostic::error(ScenarioMistake::NoEquals, line.at()..line.end, message)
        .with_label("would be lost")
        .with_secondary(list, "more of this list?")
        .with_help("put the whole list on one line, however long; begin a comment with `#`")
}

/// What to say of a line without `=` that stands alone: an error where it was meant to be a list.
pub(super) fn no_equals(line: Cursor<'_>) -> Diagnostic {
    let whole = line.at()..line.end;
    let words = || {
        Diagnostic::warning(
            ScenarioMistake::NoEquals,
            whole.clone(),
            "a line without `=` is ignored",
        )
        .with_label("neither a comment nor a parameter")
    };
    let Ok((rest, (name, indices))) = target_in_pieces(line) else {
        return words().with_help(COMMENT_OR_PARAMETER);
    };
    let known = Parameter::called(&name.value).map(Parameter::name);
    let meant = Parameter::meant_with_indices(&name.value);
    let next = rest.skip_blanks().rest.chars().next();
    let is_list = match meant {
        Some(_) => !next.is_some_and(char::is_alphabetic) || begins_item(rest),
        None => false,
    };
    if indices.is_empty() && !is_list {
        return match known {
            Some(_) => words().with_help(format!(
                "a `=` belongs between `{}` and its value",
                name.value
            )),
            None => words().with_help(COMMENT_OR_PARAMETER),
        };
    }
    let colon = attempt(rest, character(':')).map_or(rest, |(behind, _)| behind);
    let error = Diagnostic::error(
        ScenarioMistake::NoEquals,
        line.at()..line.at() + line.until(colon).trim_end().len(),
        "this line says something and has no `=`",
    )
    .with_label("neither a comment nor a parameter");
    let near = || nearest(&name.value, Parameter::names_with(indices.len()));
    match known.or(meant.map(Parameter::name)).or_else(near) {
        Some(known) => error
            .with_help(format!("a `=` belongs between `{known}` and its value"))
            .with_fix(format!("{} =", written(known, &indices))),
        None => error.with_help(COMMENT_OR_PARAMETER),
    }
}

/// The error for `failures[0][1] = …`, which `error` finds at the second bracket.
pub(super) fn split_indices(line: Cursor<'_>, error: Diagnostic) -> Diagnostic {
    match target_in_pieces(line) {
        Ok((rest, (name, indices))) => Diagnostic {
            span: line.at()..line.at() + line.until(rest).trim_end().len(),
            ..error
        }
        .with_help("all indices stand in one pair of brackets")
        .with_fix(written(&name.value, &indices)),
        Err(_) => error.with_help("all indices stand in one pair of brackets"),
    }
}

/// What to do about a line that says nothing that is known.
const COMMENT_OR_PARAMETER: &str = "begin a comment with `#`; write a parameter as `name = value`";

/// A parameter's name and indices.
fn written(name: &str, indices: &[Spanned<String>]) -> String {
    if indices.is_empty() {
        return name.to_owned();
    }
    let indices: Vec<_> = indices.iter().map(|index| index.value.as_str()).collect();
    format!("{name}[{}]", indices.join(","))
}

/// A name with its indices, each perhaps in brackets of its own.
fn target_in_pieces<'a>(line: Cursor<'a>) -> Taken<'a, (Spanned<String>, Vec<Spanned<String>>)> {
    let (mut rest, (name, mut found)) = target(line)?;
    while !found.is_empty() && rest.skip_blanks().rest.starts_with('[') {
        let (behind, more) = indices(rest)?;
        found.extend(more);
        rest = behind;
    }
    Ok((rest, (name, found)))
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
