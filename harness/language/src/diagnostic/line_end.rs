//! Characters that other programs show as the end of a line, and that end none in our files: what stands
//! behind one looks like a line of its own and would be part of the line before.

/// What a character is called that elsewhere ends a line; `None` for all that do not, and for the line feed
/// and the carriage return, which do here.
pub(crate) const fn odd_line_end(c: char) -> Option<&'static str> {
    match c {
        '\u{b}' => Some("a vertical tab (U+000B)"),
        '\u{c}' => Some("a form feed (U+000C)"),
        '\u{85}' => Some("a next line (U+0085)"),
        '\u{2028}' => Some("a line separator (U+2028)"),
        '\u{2029}' => Some("a paragraph separator (U+2029)"),
        _ => None,
    }
}
