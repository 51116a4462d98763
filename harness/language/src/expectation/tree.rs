//! A YAML document as a tree whose every part knows where it stands and whose scalars are the text
//! as written: `0123`, `on` and `~` stay as they are.
//!
//! Built from the events of a parser that tells the place of each and types nothing.

mod build;
mod node;
mod place;
mod syntax;

use saphyr_parser::Parser;

use self::build::Builder;
use self::place::Characters;
use crate::diagnostic::odd_line_end;

pub(super) use self::node::{Node, NodeKind};
pub(super) use self::syntax::SyntaxError;

/// Reads the one document of `text`; `None` where it holds nothing but blanks and comments.
pub(super) fn parse(text: &str) -> Result<Option<Node>, SyntaxError> {
    if let Some((at, what)) = text.char_indices().find_map(|(at, c)| {
        let is_lone = c == '\r' && !text[at + 1..].starts_with('\n');
        let what = if is_lone {
            Some("a carriage return alone")
        } else {
            odd_line_end(c)
        };
        Some((at, what?))
    }) {
        let message = format!("{what} looks like the end of a line and is none");
        let help = "end the line with a line feed; in a text between `\"`, write it as an escape";
        return Err(SyntaxError::new(at, message).with_help(help));
    }
    // The parser takes some of them for the end of the file.
    if let Some((at, _)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        return Err(SyntaxError::new(at, "control characters are not allowed"));
    }
    let characters = Characters::new(text);
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = characters.byte(error.marker().index());
            SyntaxError::of_parser(text, at, &error)
        })?;
        let span = characters.byte(span.start.index())..characters.byte(span.end.index());
        builder.take(event, span)?;
    }
    Ok(builder.root())
}

/// What YAML keeps out of every document.
fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests;
