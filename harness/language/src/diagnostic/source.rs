//! A file's text, and from a byte of it to line and column.

use std::ops::Range;

use super::model::{Code, Diagnostic};

/// Characters are counted once per block, so that a column of a very long line costs no more than
/// that of a short one.
const BLOCK: usize = 1024;

/// The byte order mark.
const MARK: char = '\u{feff}';

/// A file that is read: its name as the user gave it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    name: String,
    text: String,
    has_mark: bool,
    /// Byte offset of the first character of each line.
    line_starts: Vec<usize>,
    /// What is counted before byte `BLOCK * i`.
    counts_before: Vec<Counts>,
    /// Offset of the first byte that is not UTF-8.
    broken_at: Option<usize>,
}

/// A place in a file: line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
    /// The column in code units of UTF-16, in which editors count.
    pub column_utf16: usize,
}

impl SourceFile {
    /// What the file called `name` holds. A byte order mark at its start is left out.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        let has_mark = text.starts_with(MARK);
        if has_mark {
            text.drain(..MARK.len_utf8());
        }
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut before = Counts::default();
        let mut counts_before = Vec::with_capacity(text.len() / BLOCK + 1);
        for block in text.as_bytes().chunks(BLOCK) {
            counts_before.push(before);
            before = before.with(block);
        }
        Self {
            name: name.into(),
            text,
            has_mark,
            line_starts,
            counts_before,
            broken_at: None,
        }
    }

    /// The same from bytes that need not be UTF-8: what is not becomes U+FFFD, and
    /// [`SourceFile::encoding_error`] says so.
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(name, text),
            Err(error) => {
                let mut source = Self::new(name, String::from_utf8_lossy(bytes));
                let mark = if source.has_mark { MARK.len_utf8() } else { 0 };
                source.broken_at = Some(error.valid_up_to() - mark);
                source
            }
        }
    }

    /// The name that diagnostics give the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the file begins with a byte order mark, which the text is without.
    #[must_use]
    pub fn has_mark(&self) -> bool {
        self.has_mark
    }

    /// The text that spans refer to.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The error for a file that is not UTF-8, code `not-utf8`; `None` where it is.
    #[must_use]
    pub fn encoding_error(&self) -> Option<Diagnostic> {
        let at = self.broken_at?;
        let line = self.location(at).line;
        let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
        Some(
            Diagnostic::error(
                Code::new("not-utf8"),
                at..end,
                format!("the file is not UTF-8: line {line} has an invalid byte at offset {at}"),
            )
            .with_label("not UTF-8")
            .with_help("save the file with the encoding UTF-8"),
        )
    }

    /// Line and column of a byte; what lies past the end is the end, what lies inside a character
    /// is that character.
    #[must_use]
    pub fn location(&self, byte: usize) -> Location {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.line_starts.partition_point(|start| *start <= byte);
        let start = self.line_starts[line - 1];
        let (from, to) = (self.counts_to(start), self.counts_to(byte));
        Location {
            line,
            column: to.characters - from.characters + 1,
            column_utf16: to.units() - from.units() + 1,
        }
    }

    /// The bytes of a line (from 1), without its end; empty past the last line.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Range<usize> {
        let end = self.text.len();
        let start = *self.line_starts.get(line.saturating_sub(1)).unwrap_or(&end);
        let stop = self.line_starts.get(line).map_or(end, |next| next - 1);
        let stop = stop.max(start);
        let text = &self.text[start..stop];
        start..start + text.strip_suffix('\r').unwrap_or(text).len()
    }

    /// What is counted before `byte`.
    fn counts_to(&self, byte: usize) -> Counts {
        // The end of a text that fills its last block has no block of its own.
        let last = self.counts_before.len().saturating_sub(1);
        let block = (byte / BLOCK).min(last);
        let before = self.counts_before.get(block).copied().unwrap_or_default();
        before.with(&self.text.as_bytes()[block * BLOCK..byte])
    }
}

/// How many characters begin in bytes of UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    characters: usize,
    /// Those that UTF-16 takes two code units for.
    pairs: usize,
}

impl Counts {
    /// These and those of further bytes.
    fn with(self, bytes: &[u8]) -> Self {
        let count = |begins: fn(&&u8) -> bool| bytes.iter().filter(begins).count();
        Self {
            characters: self.characters + count(|byte| !(0x80..0xc0).contains(*byte)),
            pairs: self.pairs + count(|byte| **byte >= 0xf0),
        }
    }

    const fn units(self) -> usize {
        self.characters + self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_from_one() {
        let source = SourceFile::new("x", "ab\r\nä€c\n");
        let cases = [
            (0, (1, 1)),
            (2, (1, 3)),
            (4, (2, 1)),
            (5, (2, 1)),
            (6, (2, 2)),
            (9, (2, 3)),
            (10, (2, 4)),
            (11, (3, 1)),
            (99, (3, 1)),
        ];
        for (byte, (line, column)) in cases {
            let place = source.location(byte);
            assert_eq!((place.line, place.column), (line, column), "{byte}");
        }
        assert_eq!(source.line_span(1), 0..2);
        assert_eq!(source.line_span(2), 4..10);
        assert_eq!(source.line_span(3), 11..11);
        assert_eq!(source.line_span(9), 11..11);
    }

    #[test]
    fn columns_of_long_lines_agree_with_counting() {
        for length in [BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK] {
            let text = "é".repeat(length / 2);
            let source = SourceFile::new("x", text.clone());
            for byte in (0..=text.len()).filter(|byte| text.is_char_boundary(*byte)) {
                let column = text[..byte].chars().count() + 1;
                assert_eq!(source.location(byte).column, column);
            }
        }
    }

    #[test]
    fn editors_count_two_for_what_utf16_takes_two_code_units_for() {
        let line = "a€😀b𝔸".repeat(BLOCK);
        let text = format!("😀\n{line}");
        let source = SourceFile::new("x", text);
        for (at, _) in line.char_indices().chain([(line.len(), ' ')]) {
            let place = source.location("😀\n".len() + at);
            let column = line[..at].encode_utf16().count() + 1;
            assert_eq!((place.line, place.column_utf16), (2, column));
        }
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let source = SourceFile::from_bytes("x", b"\xef\xbb\xbft = 1");
        assert_eq!(source.text(), "t = 1");
        assert!(source.has_mark());
        assert!(!SourceFile::new("x", "t = 1").has_mark());
        assert_eq!(source.encoding_error(), None);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error_with_their_place() {
        for prefix in ["", "\u{feff}"] {
            let bytes = [prefix.as_bytes(), b"t = 1\nx = \xff\n"].concat();
            let source = SourceFile::from_bytes("x", &bytes);
            let error = source.encoding_error().expect("0xff is never UTF-8");
            assert_eq!(error.code.as_str(), "not-utf8");
            let place = source.location(error.span.start);
            assert_eq!((place.line, place.column), (2, 5));
        }
    }
}
