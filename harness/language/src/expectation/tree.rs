//! A YAML document as a tree whose every part knows where it stands and whose scalars are the text
//! as written: `0123`, `on` and `~` stay as they are.
//!
//! The YAML crate tells positions only in errors and types plain scalars (`0123` becomes 123) when it
//! is asked what stands there. It gives the text when it is asked for a string, borrowed from the
//! source wherever nothing had to be unescaped, and a borrowed text tells its place. Hence two
//! passes: the first learns where maps, lists and scalars are, the second asks for each as what it is.

mod place;

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use self::place::{Cursor, NodeSeed};

/// A map, a list or a scalar, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// In bytes of the source; from the first scalar of a map or list to the last.
    pub(super) span: Range<usize>,
    pub(super) kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// A key or a dash with nothing after it.
    Nothing,
    /// The text as written, quotes and escapes resolved.
    Scalar(String),
    List(Vec<Node>),
    /// In the order of the file; a repeated key is there twice.
    Map(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: Node,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn is_empty_map(&self) -> bool {
        matches!(&self.kind, NodeKind::Map(entries) if entries.is_empty())
    }

    /// What it is, for a message.
    pub(super) fn description(&self) -> String {
        match &self.kind {
            NodeKind::Nothing => "nothing".to_owned(),
            NodeKind::Scalar(text) => format!("`{text}`"),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Map(_) => "a map".to_owned(),
        }
    }
}

/// Why a text is no YAML document, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// In bytes of the source.
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
}

/// How many brackets may be open at once. The YAML crate takes quadratic time for them, and refuses a
/// document that is nested as deeply in any case.
const NESTING_MAX: usize = 200;

/// Reads the one document of `text`; `None` where it holds nothing but blanks and comments.
pub(super) fn parse(text: &str) -> Result<Option<Node>, SyntaxError> {
    if let Some(at) = too_deep(text) {
        return Err(SyntaxError {
            at,
            message: format!("more than {NESTING_MAX} brackets are open here"),
            help: None,
        });
    }
    let shape = serde_yaml::from_str::<Shape>(text).map_err(|error| syntax_error(text, &error))?;
    if matches!(shape, Shape::Absent) {
        return Ok(None);
    }
    let mut cursor = Cursor { text, at: 0 };
    let seed = NodeSeed {
        shape: &shape,
        cursor: &mut cursor,
    };
    seed.deserialize(serde_yaml::Deserializer::from_str(text))
        .map(Some)
        .map_err(|error| syntax_error(text, &error))
}

fn syntax_error(text: &str, error: &serde_yaml::Error) -> SyntaxError {
    let message = error.to_string();
    // The crate writes places into its messages; ours stand beside the message.
    let message = match (message.find(" at line "), message.find(", while ")) {
        (Some(place), Some(context)) if place < context => {
            let context = &message[context..];
            let context = context
                .find(" at line ")
                .map_or(context, |at| &context[..at]);
            format!("{}{context}", &message[..place])
        }
        (Some(place), _) => message[..place].to_owned(),
        _ => message,
    };
    // Lines and columns, not the index, which counts characters: it may lie inside one of ours.
    let at = error.location().map_or(0, |place| {
        let line: usize = text
            .split_inclusive('\n')
            .take(place.line().saturating_sub(1))
            .map(str::len)
            .sum();
        text[line..]
            .char_indices()
            .nth(place.column().saturating_sub(1))
            .map_or(text.len(), |(column, _)| line + column)
    });
    let (at, help) = match text.find("\n---") {
        Some(second) if message.contains("more than one document") => (
            second + 1,
            Some("an expected file is one document: remove the `---`"),
        ),
        _ if text[at..].starts_with('\t') => {
            (at, Some("YAML is indented with blanks; a tab is none"))
        }
        _ => (at, None),
    };
    SyntaxError { at, message, help }
}

/// The bracket that is one too many, outside of quoted scalars.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut before = ' ';
    let mut characters = text.char_indices();
    while let Some((at, found)) = characters.next() {
        match found {
            '[' | '{' if open == NESTING_MAX => return Some(at),
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            // Only where a scalar begins: `it's` has an apostrophe.
            '\'' | '"' if "[{,:-".contains(before) => {
                let _closing = characters.find(|(_, end)| *end == found);
            }
            _ => {}
        }
        if !found.is_whitespace() {
            before = found;
        }
    }
    None
}

/// What stands where, without any text.
enum Shape {
    Absent,
    Scalar,
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map, a list or a scalar without a tag")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Scalar)
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Shape, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Shape::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Shape, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Shape::Map(entries))
    }
}

#[cfg(test)]
mod tests;
