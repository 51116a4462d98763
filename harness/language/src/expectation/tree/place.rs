//! Places in the text: from what the parser tells to the bytes that are marked.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

/// How many characters lie between two that are remembered.
const STRIDE: usize = 64;

/// From characters, which the parser counts, to bytes.
pub(super) struct Characters<'t> {
    text: &'t str,
    /// Where every so many characters begin.
    starts: Vec<usize>,
}

impl<'t> Characters<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = text.char_indices().step_by(STRIDE).map(|(at, _)| at);
        Self {
            text,
            starts: starts.collect(),
        }
    }

    /// Where a character begins; the end of the text for those beyond.
    pub(super) fn byte(&self, character: usize) -> usize {
        let end = self.text.len();
        let Some(start) = self.starts.get(character / STRIDE) else {
            return end;
        };
        let mut following = self.text[*start..].char_indices();
        following
            .nth(character % STRIDE)
            .map_or(end, |(at, _)| start + at)
    }
}

/// The text of a scalar without quotes, what is declared before it and blanks behind it; of an empty one
/// also the quotes.
pub(super) fn scalar(
    text: &str,
    style: ScalarStyle,
    is_declared: bool,
    span: Range<usize>,
) -> Range<usize> {
    let start = if is_declared {
        after_properties(text, span.start, span.end)
    } else {
        span.start
    };
    let end = start + text[start..span.end].trim_end().len();
    match style {
        ScalarStyle::Plain => start..end,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            // The parser's span goes on to what follows, comments included.
            let close = closing_quote(text, start, span.end);
            if close == start + 1 {
                start..close + 1
            } else {
                start + 1..close
            }
        }
        ScalarStyle::Literal | ScalarStyle::Folded if start == end => last_visible(text, start),
        ScalarStyle::Literal | ScalarStyle::Folded => start..end,
    }
}

/// The last character before `at`, comments and blanks aside: what has nothing after it.
pub(super) fn last_visible(text: &str, at: usize) -> Range<usize> {
    let before = text[..at].trim_end();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let shown = before[line..].split(" #").next().unwrap_or_default();
    let end = line + shown.trim_end().len();
    let last = text[..end].chars().next_back();
    end - last.map_or(0, char::len_utf8)..end
}

/// Where a scalar begins behind its anchor and tag, and comments between them.
fn after_properties(text: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    while text[at..end].starts_with(['&', '!', '#']) {
        let is_comment = text[at..].starts_with('#');
        let ends_it = |c: char| {
            if is_comment {
                c == '\n'
            } else {
                c.is_whitespace()
            }
        };
        let rest = text[at..end].find(ends_it);
        let rest = rest.map_or("", |length| &text[at + length..end]);
        at = end - rest.trim_start().len();
    }
    at
}

/// Where the quote that opens at `start` is closed.
fn closing_quote(text: &str, start: usize, end: usize) -> usize {
    let quote = text[start..].chars().next();
    let mut characters = text[start + 1..end].char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match (c, quote) {
            ('\\', Some('"')) => drop(characters.next()),
            ('\'', Some('\'')) if characters.next_if(|(_, c)| *c == '\'').is_some() => {}
            _ if Some(c) == quote => return start + 1 + at,
            _ => {}
        }
    }
    end
}
