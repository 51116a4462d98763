//! Missing and typographic quotes: read where there is one reading, refused with all of them where
//! there are several.
//!
//! Files in the field, the format's own specification among them, hold `put('jedi,'luke skywalker')`. A
//! *reading* adds quotes to the arguments of one invocation and nothing else: it ends at a `)` that
//! a `;`, a `#` or the end of the line follows, has as many arguments as the operation takes, and
//! no argument holds a quote of the kind that encloses it. An argument that lacks a quote holds no
//! `;`, `(` or `)` either, so that one mistake does not swallow the next invocation.

use std::ops::Range;

use nom::character::complete::char as character;

use super::ast::{Argument, Call, Spanned};
use super::mistake::ScenarioMistake;
use super::token::{Cursor, attempt, begins_item, identifier};
use crate::diagnostic::Diagnostic;

/// How many bytes of arguments are looked at: what is longer is an error, not a riddle.
const LENGTH_MAX: usize = 1_000;
/// How many `)` are tried as the end.
const ENDS_MAX: usize = 4;
/// How many `,` are tried as the separator.
const COMMAS_MAX: usize = 16;

/// What was made of an invocation that does not parse.
pub(super) enum Mend<'a> {
    /// One reading, with its warning.
    One(Cursor<'a>, Spanned<Call>, Diagnostic),
    /// Several; the first of them, with the error that shows all.
    Several(Cursor<'a>, Spanned<Call>, Diagnostic),
    /// None: the text is no invocation with missing quotes.
    None,
}

/// Reads the invocation at `start`, which does not parse as it stands.
pub(super) fn mend(start: Cursor<'_>) -> Mend<'_> {
    let Some((inside, name, arity)) = opening(start) else {
        return Mend::None;
    };
    let mut readings: Vec<(Cursor<'_>, Call)> = Vec::new();
    for (end, rest) in ends(inside) {
        for arguments in readings_of(inside, &inside.rest[..end], arity) {
            let name = name.clone();
            readings.push((rest, Call { name, arguments }));
        }
    }
    let shown: Vec<String> = readings
        .iter()
        .map(|(_, call)| format!("`{call}`"))
        .collect();
    let mut readings = readings.into_iter();
    let Some((rest, call)) = readings.next() else {
        return Mend::None;
    };
    let span = name.span.start..rest.at();
    let text = call.to_string();
    let call = Spanned::new(call, span.clone());
    if shown.len() == 1 {
        return Mend::One(rest, call, mended(span, &text));
    }
    let error = Diagnostic::error(
        ScenarioMistake::AmbiguousQuotes,
        span,
        format!(
            "quotes are missing, and this can be read in {} ways",
            shown.len()
        ),
    )
    .with_label("where does each argument end?")
    .with_help(format!("write {}", shown.join(" or ")));
    Mend::Several(rest, call, error)
}

/// Reads words without quotes as text, with a warning: `get(movie)`. A `pseudorandom` workload
/// takes numbers, which need none.
pub(super) fn quote_words(call: &mut Spanned<Call>) -> Option<Diagnostic> {
    arity(&call.value.name.value)?;
    let mut found = false;
    for argument in &mut call.value.arguments {
        if let Argument::Word(word) = &mut argument.value {
            argument.value = Argument::Text(std::mem::take(word));
            found = true;
        }
    }
    found.then(|| mended(call.span.clone(), &call.value.to_string()))
}

fn mended(span: Range<usize>, reading: &str) -> Diagnostic {
    Diagnostic::warning(
        ScenarioMistake::MendedQuote,
        span,
        format!("quotes are missing or typographic; read as `{reading}`"),
    )
    .with_label("a text is enclosed in `'` or in `\"`")
    .with_help("write what is read")
    .with_fix(reading)
}

/// How many texts an operation takes; `None` for what is no operation.
fn arity(name: &str) -> Option<usize> {
    match name {
        "get" => Some(1),
        "put" | "slice" | "append" => Some(2),
        _ => None,
    }
}

/// `name (`, where `name` is an operation.
fn opening(start: Cursor<'_>) -> Option<(Cursor<'_>, Spanned<String>, usize)> {
    let (rest, name) = attempt(start, identifier)?;
    let (inside, _) = attempt(rest, character('('))?;
    let arity = arity(&name.value)?;
    Some((inside, name, arity))
}

/// The `)` that may end the invocation, as offsets, with what follows each.
fn ends<'a>(inside: Cursor<'a>) -> impl Iterator<Item = (usize, Cursor<'a>)> {
    let mut limit = inside.rest.len().min(LENGTH_MAX);
    while !inside.rest.is_char_boundary(limit) {
        limit -= 1;
    }
    inside.rest[..limit]
        .match_indices(')')
        .take(ENDS_MAX)
        .map(move |(at, _)| (at, inside.with(&inside.rest[at + 1..])))
        .filter(|(_, rest)| {
            let rest = rest.skip_blanks();
            match rest.rest.strip_prefix(';') {
                Some(next) => {
                    let next = rest.with(next).skip_blanks();
                    next.rest.is_empty() || begins_item(next)
                }
                None => rest.rest.is_empty() || rest.rest.starts_with('#'),
            }
        })
}

/// Every way to read `text`, which begins at `inside`, as `arity` arguments.
fn readings_of(inside: Cursor<'_>, text: &str, arity: usize) -> Vec<Vec<Spanned<Argument>>> {
    let argument = |range: Range<usize>| {
        let span = inside.at() + range.start..inside.at() + range.end;
        let content = content(&text[range])?;
        Some(Spanned::new(Argument::Text(content), span))
    };
    if arity == 1 {
        return argument(0..text.len())
            .map(|only| vec![only])
            .into_iter()
            .collect();
    }
    text.match_indices(',')
        .take(COMMAS_MAX)
        .filter_map(|(at, _)| Some(vec![argument(0..at)?, argument(at + 1..text.len())?]))
        .collect()
}

/// What an argument says, whatever quotes enclose it; `None` where it cannot be one argument.
fn content(part: &str) -> Option<String> {
    let part = part.trim();
    let opening = part.chars().next().and_then(Quote::of);
    let inner = part
        .strip_prefix(|c| Quote::of(c).is_some())
        .unwrap_or(part);
    let closing = inner.chars().next_back().and_then(Quote::of);
    let inner = inner
        .strip_suffix(|c| Quote::of(c).is_some())
        .unwrap_or(inner);
    let complete = opening.is_some() && closing.is_some();
    if inner.is_empty() && !complete {
        return None;
    }
    if !complete && inner.contains([';', '(', ')']) {
        return None;
    }
    let forbidden = |c: char| match (opening, closing) {
        (Some(one), Some(other)) if one != other => Quote::of(c).is_some(),
        (Some(kind), _) | (None, Some(kind)) => Quote::of(c) == Some(kind),
        (None, None) => Quote::of(c).is_some(),
    };
    if inner.contains(forbidden) {
        return None;
    }
    let inner = match (opening, closing) {
        (Some(_), Some(_)) => inner,
        (Some(_), None) => inner.trim_end(),
        (None, Some(_)) => inner.trim_start(),
        (None, None) => inner.trim(),
    };
    Some(inner.to_owned())
}

/// The two kinds of quotes, typographic ones included.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
}

impl Quote {
    fn of(c: char) -> Option<Self> {
        match c {
            '\'' | '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' => Some(Self::Single),
            '"' | '“' | '”' | '„' | '‟' | '″' => Some(Self::Double),
            _ => None,
        }
    }
}
