//! Text for a terminal: what would end a line, move the cursor, clear lines, turn text around or not be seen at
//! all is spelt out.
//!
//! Scenarios and the names of files may hold any character, and none of them may erase what is printed, or
//! look like a line that `bcr` prints. Whoever puts text into a layout spells it here, whatever the layout:
//! a terminal, a page of plain text, XML, Markdown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a rendering uses terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// ANSI escape sequences.
    Ansi,
    /// Plain text.
    None,
}

/// The text as one line: every character that is none to look at is spelt `\u{1b}`, line ends as well.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    spelt(text, false, Colour::None)
}

/// As [`line()`], but colours stay where there are any: for text in which everything from outside is spelt.
#[must_use]
pub fn coloured_line(text: &str, colour: Colour) -> Cow<'_, str> {
    spelt(text, false, colour)
}

/// The text with its lines, and with its colours where there are any; everything else as in [`line()`].
#[must_use]
pub fn lines(text: &str, colour: Colour) -> Cow<'_, str> {
    spelt(text, true, colour)
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

/// Whether a character is none to look at: a control character, or one that ends a line, turns text around,
/// has no width and joins nothing, or is no character at all.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    ) || c as u32 & 0xfffe == 0xfffe
}

/// JSON in which no such character stands by itself: they can only be in its texts, where `\u001b` means the
/// same.
#[must_use]
pub fn json(json: &str) -> Cow<'_, str> {
    let is_odd = |c: char| is_hidden(c) && c != '\n';
    if !json.contains(is_odd) {
        return Cow::Borrowed(json);
    }
    let mut to = String::with_capacity(json.len());
    for c in json.chars() {
        if is_odd(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(to, "\\u{unit:04x}");
            }
        } else {
            to.push(c);
        }
    }
    Cow::Owned(to)
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
    fn no_character_at_all_ends_a_line_or_hides() {
        for c in '\0'..=char::MAX {
            let text = String::from(c);
            let shown = line(&text);
            assert!(!shown.contains(is_hidden), "{c:?}");
            assert!(
                !shown.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}']),
                "{c:?}"
            );
            assert!(!c.is_control() || shown != text, "{c:?}");
            if shown == text {
                assert!(
                    matches!(lines(&text, Colour::Ansi), Cow::Borrowed(_)),
                    "{c:?}"
                );
            } else {
                assert_eq!(shown, c.escape_unicode().to_string(), "{c:?}");
            }
            let written = serde_json::to_string(&text).expect("text is JSON");
            let visible = json(&written);
            assert!(!visible.contains(is_hidden), "{c:?}");
            let back: String = serde_json::from_str(&visible).expect("JSON");
            assert_eq!(back, text);
        }
    }
}
