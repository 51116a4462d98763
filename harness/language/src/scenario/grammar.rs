//! From text to the AST: every mistake of a file in one pass, in linear time, without recursion.
//!
//! A line stands alone, so a mistake never reaches beyond its line; within a list the parser goes
//! on behind the next `;`. What has one reading is read, with a warning (see `mend`).
//!
//! ```text
//! file      = { line newline }
//! line      = blanks | blanks "#" text | target "=" value | text without "="
//! target    = name [ "[" index { "," index } "]" ]
//! value     = operations (workload) | failures (failures) | text to the end of the line
//! operations = [ call { ";" call } [ ";" ] ]
//! failures  = [ call "," call { ";" call "," call } [ ";" ] ]
//! call      = name "(" [ argument { "," argument } ] ")"
//! argument  = word | "'" text without "'" "'" | '"' text without '"' '"'
//! ```
//! Blanks are free between tokens. A quoted text has no escapes and no newline.

use std::ops::Range;

use nom::character::complete::char as character;

use super::ast::{Assignment, Call, File, Line, LineEnd, Pair, Spanned, Value};
use super::mend::{self, Mend};
use super::mistake::ScenarioMistake;
use super::parameter::{Form, Parameter};
use super::remedy::{self, List};
use super::token::{Cursor, Expected, Fault, Taken, begins_item, call, pair, target, token};
use crate::diagnostic::{Diagnostic, odd_line_end};

/// What a text says, and what is wrong with it.
#[derive(Debug)]
pub struct Parsed {
    /// Everything that could be read.
    pub file: File,
    /// In file order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a whole text. Total: any text gives a file, and diagnostics for what is not in it.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let mut parser = FileParser {
        lines: Vec::new(),
        diagnostics: Vec::new(),
        list: None,
    };
    let mut blank = false;
    let mut end = 0;
    let (mut returns, mut odd) = (Vec::new(), Vec::new());
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let body = match line.ends_with('\n') {
            true => body.strip_suffix('\r').unwrap_or(body),
            false => body,
        };
        // Read as ends of lines, so that what stands behind one is not hidden, and refused.
        let mut start = 0;
        let ends = line_ends(body).chain([(body.len(), '\n')]);
        for (at, c) in ends {
            match c {
                '\n' => {}
                '\r' => returns.push(end + at),
                c => odd.push((end + at, c)),
            }
            let piece = &body[start..at];
            start = (at + c.len_utf8()).min(body.len());
            let cursor = Cursor::new(piece, end + at);
            if cursor.rest.is_empty() {
                blank = !parser.lines.is_empty();
                continue;
            }
            if std::mem::take(&mut blank) {
                parser.lines.push(Line::Blank);
            }
            parser.line(cursor);
        }
        end += line.len();
    }
    parser.diagnostics.extend(lone_returns(&returns));
    parser.diagnostics.extend(odd_line_ends(&odd));
    Parsed {
        file: File {
            lines: parser.lines,
            line_end: LineEnd::of(text),
        },
        diagnostics: parser.diagnostics,
    }
}

/// Where a line has carriage returns, and outside of strings characters that end lines elsewhere.
fn line_ends(line: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut is_comment = false;
    line.char_indices().filter(move |(_, c)| {
        let is_end = *c == '\r' || (quote.is_none() && odd_line_end(*c).is_some());
        match (*c, quote) {
            _ if is_end => (quote, is_comment) = (None, false),
            ('\'' | '"', None) if !is_comment => quote = Some(*c),
            ('#', None) => is_comment = true,
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        is_end
    })
}

/// The error for carriage returns that end no line.
fn lone_returns(places: &[usize]) -> Option<Diagnostic> {
    let at = *places.first()?;
    let message = match places.len() {
        1 => "a carriage return without a line feed behind it ends no line".to_owned(),
        more => format!("{more} carriage returns without a line feed behind them end no line"),
    };
    let error = Diagnostic::error(ScenarioMistake::LoneCarriageReturn, at..at + 1, message);
    Some(
        error
            .with_label("the first is here")
            .with_help("end lines with a line feed, or with both as on Windows"),
    )
}

/// The error for characters that end lines elsewhere.
fn odd_line_ends(places: &[(usize, char)]) -> Option<Diagnostic> {
    let (at, c) = *places.first()?;
    let name = odd_line_end(c)?;
    let message = match places.len() {
        1 => format!("{name} looks like the end of a line and is none"),
        more => format!(
            "{name} and {} more look like ends of lines and are none",
            more - 1
        ),
    };
    let span = at..at + c.len_utf8();
    let error = Diagnostic::error(ScenarioMistake::OddLineEnd, span, message);
    Some(
        error
            .with_label("the first is here")
            .with_help("end the line with a line feed, or remove it"),
    )
}

/// Reads the lines of one file.
struct FileParser {
    lines: Vec<Line>,
    diagnostics: Vec<Diagnostic>,
    /// The last assignment, where it is a list and only comments and blank lines follow it.
    list: Option<LastList>,
}

/// A list that the next line may be meant to go on with.
struct LastList {
    target: Range<usize>,
    /// Whether it ends as if more were to come.
    is_open: bool,
    /// Whether it has nothing in it.
    is_empty: bool,
}

impl FileParser {
    /// Reads one line that is not blank.
    fn line(&mut self, cursor: Cursor<'_>) {
        let whole = cursor.at()..cursor.end;
        if let Some(comment) = cursor.rest.strip_prefix('#') {
            self.comment(cursor.with(comment));
        } else if !cursor.rest.contains('=') {
            self.without_equals(cursor);
            let text = cursor.rest.to_owned();
            self.lines.push(Line::Ignored(Spanned::new(text, whole)));
        } else {
            self.assignment(cursor);
        }
    }

    /// A line without `=`: the rest of a list, a list without its `=`, or words.
    fn without_equals(&mut self, line: Cursor<'_>) {
        let list = self.list.take();
        let goes_on = |list: &LastList| {
            line.rest.starts_with(';')
                || if list.is_empty {
                    begins_item(line)
                } else {
                    list.is_open
                }
        };
        if let Some(list) = list.filter(goes_on) {
            // What was said of its end is wrong if this line is more of it.
            let about_its_end = |last: &mut Diagnostic| {
                last.code == ScenarioMistake::TrailingSeparator
                    || last.code == ScenarioMistake::EmptyList
            };
            self.diagnostics.pop_if(about_its_end);
            let target = list.target.clone();
            self.diagnostics.push(remedy::list_goes_on(line, target));
            self.list = Some(LastList {
                is_open: line.rest.ends_with(';'),
                is_empty: false,
                ..list
            });
        } else {
            self.diagnostics.push(remedy::no_equals(line));
        }
    }

    fn comment(&mut self, cursor: Cursor<'_>) {
        let text = Spanned::new(cursor.rest.to_owned(), cursor.at()..cursor.end);
        self.lines.push(Line::Comment(text));
    }

    fn assignment(&mut self, line: Cursor<'_>) {
        self.list = None;
        let read = target(line).and_then(|(rest, target)| {
            let (value, _) = token(rest, Expected::Equals, character('='))?;
            Ok((rest, target, value.skip_blanks()))
        });
        let (rest, (name, indices), value) = match read {
            Ok(read) => read,
            Err(fault) => {
                self.malformed_target(line, &fault);
                return;
            }
        };
        let target = Spanned::new((), line.at()..line.at() + line.until(rest).trim_end().len());
        let before = self.diagnostics.len();
        let mut is_open = false;
        let parameter = Parameter::called(&name.value);
        let value = match parameter.map(Parameter::form) {
            Some(Form::Operations) => {
                Value::Operations(self.list(value, List::Operations, &mut is_open, &mut operation))
            }
            Some(Form::Failures) => {
                Value::Failures(self.list(value, List::Failures, &mut is_open, &mut failure_pair))
            }
            Some(Form::Number(_) | Form::Text) | None => {
                is_open = parameter.is_some_and(Parameter::is_list) && value.rest.ends_with(';');
                Value::Text(Spanned::new(value.rest.to_owned(), value.at()..value.end))
            }
        };
        let mistaken = self.diagnostics[before..].iter().any(Diagnostic::is_error);
        if value.is_empty_list() && !mistaken {
            self.empty_list(&name, &target);
        }
        if parameter.is_some_and(Parameter::is_list) {
            let target = target.span.clone();
            self.list = Some(LastList {
                target,
                is_open,
                is_empty: value.is_empty_list(),
            });
        }
        self.lines.push(Line::Assignment(Assignment {
            name,
            indices,
            target,
            value,
        }));
    }

    fn empty_list(&mut self, name: &Spanned<String>, target: &Spanned<()>) {
        self.diagnostics.push(
            Diagnostic::warning(
                ScenarioMistake::EmptyList,
                target.span.clone(),
                format!("the list of `{}` is empty", name.value),
            )
            .with_help(
                "remove the line; a client without requests has the workload `pseudorandom(0,0)`",
            ),
        );
    }

    /// A line with an `=` whose left side is no name.
    fn malformed_target(&mut self, line: Cursor<'_>, fault: &Fault<'_>) {
        let error = fault.diagnostic(ScenarioMistake::MalformedName);
        let found = fault.cursor.rest.chars().next();
        self.diagnostics.push(match (fault.expected, found) {
            (Expected::Equals, Some('[')) => remedy::split_indices(line, error),
            (Expected::IndexEnd, Some('=')) => error.with_help("close the brackets").with_fix("] ="),
            (Expected::Equals, Some('(')) => error.with_help(
                "indices stand in brackets: `workload[c] = …`, `failures[c,r] = …`",
            ),
            _ => error.with_help(
                "a parameter is `name = value`, `workload[c] = …` or `failures[c,r] = …`; a comment \
                 begins with `#`",
            ),
        });
        let text = line.rest.to_owned();
        self.lines
            .push(Line::Ignored(Spanned::new(text, line.at()..line.end)));
    }

    /// Items separated by `;`, to the end of the line; `is_open` tells whether there is none behind the last
    /// `;`, or none at all.
    fn list<'a, T>(
        &mut self,
        mut cursor: Cursor<'a>,
        list: List,
        is_open: &mut bool,
        item: &mut impl FnMut(Cursor<'a>, &mut Vec<Diagnostic>) -> Taken<'a, T>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        *is_open = true;
        loop {
            cursor = cursor.skip_blanks();
            if cursor.rest.is_empty() {
                break;
            }
            if let Some(comment) = cursor.rest.strip_prefix('#') {
                self.trailing_comment(cursor, cursor.with(comment));
                break;
            }
            if let Some(rest) = cursor.rest.strip_prefix(';') {
                self.spare_separator(cursor);
                cursor = cursor.with(rest);
                *is_open = true;
                continue;
            }
            let read = item(cursor, &mut self.diagnostics).and_then(|(rest, item)| {
                items.push(item);
                let rest = rest.skip_blanks();
                *is_open = false;
                if rest.rest.is_empty() || rest.rest.starts_with('#') {
                    return Ok(rest);
                }
                let (rest, _) = token(rest, Expected::ItemEnd, character(';'))?;
                *is_open = true;
                if rest.rest.is_empty() {
                    self.spare_separator(rest);
                }
                Ok(rest)
            });
            cursor = match read {
                Ok(rest) => rest,
                Err(fault) => {
                    let (error, from) = remedy::explain(cursor, &fault, list);
                    self.diagnostics.push(error);
                    *is_open = cursor.rest.ends_with(';');
                    resume(from)
                }
            };
        }
        items
    }

    /// A `;` that separates nothing; `cursor` stands on it, or at the end of the line behind it.
    fn spare_separator(&mut self, cursor: Cursor<'_>) {
        let start = if cursor.rest.is_empty() {
            cursor.at() - 1
        } else {
            cursor.at()
        };
        self.diagnostics.push(
            Diagnostic::warning(
                ScenarioMistake::TrailingSeparator,
                start..start + 1,
                "a `;` stands between two items, and there is none behind this one",
            )
            .with_label("not needed")
            .with_help("remove it")
            .with_fix(""),
        );
    }

    /// A comment behind a list: kept, on a line of its own before the assignment.
    fn trailing_comment(&mut self, hash: Cursor<'_>, comment: Cursor<'_>) {
        self.diagnostics.push(trailing_comment(hash.at()..hash.end));
        self.comment(comment);
    }
}

/// The warning for a comment behind a value.
pub(super) fn trailing_comment(span: Range<usize>) -> Diagnostic {
    Diagnostic::warning(
        ScenarioMistake::TrailingComment,
        span,
        "a comment needs a line of its own; this one is not part of the value",
    )
    .with_help("move it to the line above")
}

/// One invocation of a workload. Where it does not parse, quotes are missing or the text is wrong.
fn operation<'a>(
    cursor: Cursor<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Taken<'a, Spanned<Call>> {
    match call(cursor) {
        Ok((rest, mut call)) => {
            diagnostics.extend(mend::quote_words(&mut call));
            Ok((rest, call))
        }
        Err(fault) => match mend::mend(cursor) {
            Mend::One(rest, call, warning) => {
                diagnostics.push(warning);
                Ok((rest, call))
            }
            Mend::Several(rest, call, error) => {
                diagnostics.push(error);
                Ok((rest, call))
            }
            Mend::None => Err(fault),
        },
    }
}

fn failure_pair<'a>(cursor: Cursor<'a>, _: &mut Vec<Diagnostic>) -> Taken<'a, Pair> {
    pair(cursor)
}

/// Where to go on after a mistake: behind the next `;` that an item follows.
fn resume(fault: Cursor<'_>) -> Cursor<'_> {
    fault
        .rest
        .match_indices(';')
        .map(|(at, _)| fault.with(&fault.rest[at + 1..]))
        .find(|rest| begins_item(*rest))
        .unwrap_or_else(|| fault.with(&fault.rest[fault.rest.len()..]))
}

#[cfg(test)]
mod tests;
