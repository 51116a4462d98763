//! Text for a terminal: what would move its cursor, clear its lines or turn its text around is spelt out.
//!
//! Scenarios and the names of files may hold any character, and none of them may erase what is printed, or
//! look like a line that `bcr` prints.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::diagnostic::Colour;

/// The text as one line: every character that is none to look at is spelt `\u{1b}`, line ends as well.
#[must_use]
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    spelt(text, false, Colour::None)
}

/// The text with its lines, and with its colours where there are any; everything else as in [`line()`].
#[must_use]
pub(crate) fn lines(text: &str, colour: Colour) -> Cow<'_, str> {
    spelt(text, true, colour)
}

/// As [`lines`] without colours, and no line is a command for GitHub, which reads `::` and `##[` at the
/// beginning of one.
#[must_use]
pub(crate) fn no_commands(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let content = line.trim_start();
        let blanks = &line[..line.len() - content.len()];
        if content.starts_with("::") || content.starts_with("##[") {
            let (first, rest) = content.split_at(1);
            format!("{blanks}{}{rest}", first.escape_unicode())
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

fn spelt(text: &str, keeps_lines: bool, colour: Colour) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|c| is_hidden(c) && !(keeps_lines && c == '\n'))
    {
        return Cow::Borrowed(text);
    }
    let mut to = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colours = match colour {
            Colour::Ansi => colour_code(rest),
            Colour::None => None,
        };
        let taken = colours.map_or(c.len_utf8(), str::len);
        if colours.is_some() || !is_hidden(c) || keeps_lines && c == '\n' {
            to.push_str(&rest[..taken]);
        } else {
            let _infallible = write!(to, "{}", c.escape_unicode());
        }
        rest = &rest[taken..];
    }
    Cow::Owned(to)
}

/// A control character, or one that ends a line or turns text around.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The code at the beginning that sets the colour or the weight of what follows: nothing else is used here,
/// and what hides text is no such code.
fn colour_code(text: &str) -> Option<&str> {
    let codes = text.strip_prefix("\x1b[")?;
    let (codes, _) = codes.split_once('m')?;
    let is_colour = |code: &str| {
        let number = code.parse::<u8>();
        number.is_ok_and(|number| matches!(number, 0..=2 | 22 | 30..=37 | 39 | 90..=97))
    };
    let is_one = codes.is_empty() || codes.split(';').all(is_colour);
    is_one.then(|| &text[.."\x1b[m".len() + codes.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_spelt_out_and_text_is_left_alone() {
        assert_eq!(
            line("a\x1b[2K\rb\n\u{9b}\u{202e}"),
            "a\\u{1b}[2K\\u{d}b\\u{a}\\u{9b}\\u{202e}"
        );
        assert_eq!(line("näm😀 '\\u{1b}'"), "näm😀 '\\u{1b}'");
        assert_eq!(lines("a\nb\x07", Colour::Ansi), "a\nb\\u{7}");
    }

    #[test]
    fn colours_are_kept_where_there_are_any_and_codes_that_hide_are_not() {
        let text = "\x1b[1;31mfail\x1b[0m \x1b[8m\x1b[2J";
        assert_eq!(
            lines(text, Colour::Ansi),
            "\x1b[1;31mfail\x1b[0m \\u{1b}[8m\\u{1b}[2J"
        );
        assert!(!lines(text, Colour::None).contains('\x1b'));
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            no_commands("a ::b\n  ::error::c\n##[d]\n"),
            "a ::b\n  \\u{3a}:error::c\n\\u{23}#[d]\n"
        );
    }
}
