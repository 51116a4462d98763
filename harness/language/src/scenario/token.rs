//! The tokens of a scenario file, and what is made of them: targets, calls, pairs.
//!
//! nom reads each token from the rest of the line; what was expected where is said here, since a
//! message that teaches needs more than the name of a combinator.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::{take_till, take_while, take_while1};
use nom::character::complete::char as character;
use nom::combinator::{map, recognize};
use nom::sequence::{delimited, pair as both};
use nom::{IResult, Parser};

use super::ast::{Argument, Call, Pair, Spanned};
use super::mistake::ScenarioMistake;
use crate::diagnostic::Diagnostic;

/// What a line is expected to have next; remedies know mistakes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// At the beginning of an assignment.
    ParameterName,
    /// Behind a parameter's name and indices.
    Equals,
    /// Within the brackets.
    Index,
    /// Behind an index.
    IndexEnd,
    /// At the beginning of a call.
    Name,
    /// Behind the name of a call.
    Opening,
    /// Within the parentheses.
    Argument,
    /// Between and behind arguments.
    ArgumentEnd,
    /// Behind a trigger.
    Failure,
    /// Behind an item of a list.
    ItemEnd,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ParameterName => "a parameter name",
            Self::Equals => "`=`",
            Self::Index => "an index",
            Self::IndexEnd => "`,` or `]`",
            Self::Name => "a name",
            Self::Opening => "`(`",
            Self::Argument => "an argument",
            Self::ArgumentEnd => "`,` or `)`",
            Self::Failure => "`,` and a failure",
            Self::ItemEnd => "`;` or the end of the line",
        })
    }
}

/// The rest of a line. The end of the line never moves, so the length gives the place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
    /// Where in the file the rest ends.
    pub(super) end: usize,
}

impl<'a> Cursor<'a> {
    /// The line that ends before byte `end` of the file, without blanks around it.
    pub(super) fn new(line: &'a str, end: usize) -> Self {
        let trimmed = line.trim_end();
        Self {
            rest: trimmed.trim_start(),
            end: end - (line.len() - trimmed.len()),
        }
    }

    /// Where in the file the rest begins.
    pub(super) fn at(self) -> usize {
        self.end - self.rest.len()
    }

    pub(super) fn skip_blanks(self) -> Self {
        self.with(self.rest.trim_start())
    }

    /// The same line from `rest` on, which is a suffix of it.
    pub(super) fn with(self, rest: &'a str) -> Self {
        Self { rest, ..self }
    }

    /// What lies between here and `later`.
    pub(super) fn until(self, later: Self) -> &'a str {
        &self.rest[..self.rest.len() - later.rest.len()]
    }
}

/// Why a parser stopped: what it expected, and where.
#[derive(Debug)]
pub(super) struct Fault<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) expected: Expected,
}

impl Fault<'_> {
    pub(super) fn describe(&self) -> String {
        format!(
            "expected {}, found {}",
            self.expected,
            excerpt(self.cursor.rest)
        )
    }

    /// The error at its place. The span is the word found, or the one character.
    pub(super) fn diagnostic(&self, kind: ScenarioMistake) -> Diagnostic {
        let at = self.cursor.at();
        let end = at + found(self.cursor.rest).len();
        Diagnostic::error(kind, at..end, self.describe())
            .with_label(format!("expected {}", self.expected))
    }
}

pub(super) type Taken<'a, T> = Result<(Cursor<'a>, T), Fault<'a>>;

/// Runs a nom parser behind blanks, and says where what it read stands; its failure says what was expected
/// there.
pub(super) fn token<'a, T>(
    cursor: Cursor<'a>,
    expected: Expected,
    parser: impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>>,
) -> Taken<'a, Spanned<T>> {
    let cursor = cursor.skip_blanks();
    attempt(cursor, parser).ok_or(Fault { cursor, expected })
}

/// The same where nothing is missed if it is not there.
pub(super) fn attempt<'a, T>(
    cursor: Cursor<'a>,
    mut parser: impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>>,
) -> Option<(Cursor<'a>, Spanned<T>)> {
    let cursor = cursor.skip_blanks();
    let (rest, value) = parser.parse(cursor.rest).ok()?;
    let rest = cursor.with(rest);
    Some((rest, Spanned::new(value, cursor.at()..rest.at())))
}

/// A letter or `_`, then letters, digits and `_`.
pub(super) fn identifier(input: &str) -> IResult<&str, String> {
    let first = take_while1(|c: char| c.is_ascii_alphabetic() || c == '_');
    let more = take_while(|c: char| c.is_ascii_alphanumeric() || c == '_');
    map(recognize(both(first, more)), str::to_owned).parse(input)
}

/// A number or anything else that needs no quotes to be one token.
fn word(input: &str) -> IResult<&str, String> {
    let part = |c: char| c.is_alphanumeric() || "_.:+-".contains(c);
    map(take_while1(part), str::to_owned).parse(input)
}

pub(super) fn quoted(input: &str) -> IResult<&str, String> {
    let within = |quote: char| {
        delimited(
            character(quote),
            take_till(move |c| c == quote),
            character(quote),
        )
    };
    map(alt((within('\''), within('"'))), str::to_owned).parse(input)
}

fn argument(input: &str) -> IResult<&str, Argument> {
    alt((map(quoted, Argument::Text), map(word, Argument::Word))).parse(input)
}

/// `name[index, …]`.
pub(super) fn target<'a>(cursor: Cursor<'a>) -> Taken<'a, (Spanned<String>, Vec<Spanned<String>>)> {
    let (cursor, name) = token(cursor, Expected::ParameterName, identifier)?;
    let (cursor, indices) = indices(cursor)?;
    Ok((cursor, (name, indices)))
}

/// `[index, …]`, or nothing.
pub(super) fn indices(mut cursor: Cursor<'_>) -> Taken<'_, Vec<Spanned<String>>> {
    let mut indices = Vec::new();
    if let Some((inside, _)) = attempt(cursor, character('[')) {
        cursor = inside;
        loop {
            let (rest, index) = token(cursor, Expected::Index, word)?;
            indices.push(index);
            let (rest, end) = token(
                rest,
                Expected::IndexEnd,
                alt((character(','), character(']'))),
            )?;
            cursor = rest;
            if end.value == ']' {
                break;
            }
        }
    }
    Ok((cursor, indices))
}

/// `name(argument, …)`.
pub(super) fn call<'a>(cursor: Cursor<'a>) -> Taken<'a, Spanned<Call>> {
    let (rest, name) = token(cursor, Expected::Name, identifier)?;
    let start = name.span.start;
    let (mut cursor, _) = token(rest, Expected::Opening, character('('))?;
    let mut arguments = Vec::new();
    if let Some((rest, _)) = attempt(cursor, character(')')) {
        cursor = rest;
    } else {
        loop {
            let (rest, value) = token(cursor, Expected::Argument, argument)?;
            arguments.push(value);
            let (rest, end) = token(
                rest,
                Expected::ArgumentEnd,
                alt((character(','), character(')'))),
            )?;
            cursor = rest;
            if end.value == ')' {
                break;
            }
        }
    }
    let span = start..cursor.at();
    Ok((cursor, Spanned::new(Call { name, arguments }, span)))
}

/// `trigger(…), failure(…)`.
pub(super) fn pair<'a>(cursor: Cursor<'a>) -> Taken<'a, Pair> {
    let (cursor, trigger) = call(cursor)?;
    let (cursor, _) = token(cursor, Expected::Failure, character(','))?;
    let (cursor, failure) = call(cursor)?;
    Ok((cursor, Pair { trigger, failure }))
}

/// Whether `name (` stands here.
pub(super) fn begins_item(cursor: Cursor<'_>) -> bool {
    attempt(cursor, identifier).is_some_and(|(rest, _)| attempt(rest, character('(')).is_some())
}

/// What a message shows of what was found instead.
pub(super) fn excerpt(rest: &str) -> String {
    match found(rest) {
        "" => "the end of the line".to_owned(),
        word => format!("`{word}`"),
    }
}

/// The word that stands here, at most a few characters of it, or the one character.
fn found(rest: &str) -> &str {
    const SHOWN: usize = 30;
    let length = |end: Option<(usize, char)>| end.map_or(rest.len(), |(at, _)| at);
    let shown = length(rest.char_indices().nth(SHOWN));
    match rest[..shown].find(|c: char| !c.is_alphanumeric() && c != '_') {
        Some(0) => &rest[..length(rest.char_indices().nth(1))],
        Some(end) => &rest[..end],
        None => &rest[..shown],
    }
}
