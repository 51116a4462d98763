//! Code as words and marks, each with its line.

/// A word or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, a key word or a number.
    Name(&'a str),
    /// `::`
    Colons,
    /// Any other mark; a lifetime is one `'`.
    Mark(char),
}

/// A token and its line, 1-based.
pub(super) type Placed<'a> = (Token<'a>, usize);

/// The tokens of code that has neither comments nor text.
pub(super) fn tokens(code: &str) -> Vec<Placed<'_>> {
    let bytes = code.as_bytes();
    let mut found = Vec::with_capacity(code.len() / 8);
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'\n' => line += 1,
            b' ' | b'\t' | b'\r' => {}
            b':' if bytes.get(at) == Some(&b':') => {
                at += 1;
                found.push((Token::Colons, line));
            }
            b'\'' => {
                at = end_of_name(bytes, at);
                found.push((Token::Mark('\''), line));
            }
            first if is_name(first) => {
                at = end_of_name(bytes, at);
                found.push((Token::Name(&code[start..at]), line));
            }
            mark => found.push((Token::Mark(char::from(mark)), line)),
        }
    }
    found
}

fn end_of_name(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_name(bytes[at]) {
        at += 1;
    }
    at
}

/// Whether a name may hold this byte; what is not ASCII stands in names alone.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_falls_into_names_and_marks() {
        use Token::{Colons, Mark, Name};
        let expected = [
            (Name("a"), 1),
            (Colons, 1),
            (Name("b_1"), 1),
            (Mark('<'), 1),
            (Mark('\''), 1),
            (Mark('>'), 1),
            (Mark(':'), 2),
            (Name("é"), 2),
        ];
        assert_eq!(tokens("a::b_1<'c>\n  : é"), expected);
    }
}
