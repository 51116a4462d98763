//! A YAML document as a tree whose every part knows where it stands and whose scalars are the text
//! as written: `0123`, `on` and `~` stay as they are.
//!
//! The YAML crate tells positions only in errors and types plain scalars (`0123` becomes 123) when it
//! is asked what stands there. It gives the text when it is asked for a string, borrowed from the
//! source wherever nothing had to be unescaped, and a borrowed text tells its place. Hence two
//! passes: the first learns where maps, lists and scalars are, the second asks for each as what it is.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

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
/// How far a scalar or a pair of brackets is searched for, in bytes beyond what it needs itself.
const SEARCH_MAX: usize = 2_000;

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

/// The first `length` bytes of a text, or a little less.
fn up_to(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
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

/// Where the second pass is.
struct Cursor<'s> {
    text: &'s str,
    /// The end of the last scalar.
    at: usize,
}

impl Cursor<'_> {
    /// The place of a scalar that the crate borrowed from the source.
    fn borrowed(&mut self, scalar: &str) -> Option<Range<usize>> {
        let offset = (scalar.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = offset.checked_add(scalar.len())?;
        if end > self.text.len() {
            return None;
        }
        self.at = end;
        if !scalar.is_empty() {
            return Some(offset..end);
        }
        // Nothing at all is marked where the last scalar ended, not where the parser noticed.
        let is_quoted =
            |quote| self.text[..offset].ends_with(quote) && self.text[offset..].starts_with(quote);
        Some(if is_quoted('\'') || is_quoted('"') {
            offset - 1..offset + 1
        } else {
            offset..offset
        })
    }

    /// The place of a scalar that had to be unescaped or folded: from the next thing that is no
    /// punctuation, word by word.
    fn searched(&mut self, scalar: &str) -> Range<usize> {
        let rest = up_to(&self.text[self.at..], 16 * scalar.len() + SEARCH_MAX);
        let limit = self.at + rest.len();
        let start = self.at
            + rest
                .find(|c: char| !c.is_whitespace() && !"'\":,-?[]{}".contains(c))
                .unwrap_or(0);
        let mut end = start;
        for word in scalar.split_whitespace() {
            match self.text[end..limit].find(word) {
                Some(found) => end += found + word.len(),
                None => break,
            }
        }
        if end == start {
            let line = self.text[start..limit].find('\n').unwrap_or(limit - start);
            end = start + line;
        }
        self.at = end;
        start..end
    }
}

struct NodeSeed<'a, 's> {
    shape: &'a Shape,
    cursor: &'a mut Cursor<'s>,
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.shape {
            Shape::Absent | Shape::Scalar => deserializer.deserialize_str(self),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same document as before")
    }

    fn visit_str<E>(self, scalar: &str) -> Result<Node, E> {
        let span = self.cursor.searched(scalar);
        Ok(Node {
            span,
            kind: NodeKind::Scalar(scalar.to_owned()),
        })
    }

    fn visit_borrowed_str<E>(self, scalar: &'de str) -> Result<Node, E> {
        let span = match self.cursor.borrowed(scalar) {
            Some(span) => span,
            None => self.cursor.searched(scalar),
        };
        let kind = if span.is_empty() {
            NodeKind::Nothing
        } else {
            NodeKind::Scalar(scalar.to_owned())
        };
        Ok(Node { span, kind })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let Shape::List(shapes) = self.shape else {
            return Err(A::Error::custom("a list where none was"));
        };
        let before = self.cursor.at;
        let mut items = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let seed = NodeSeed {
                shape,
                cursor: self.cursor,
            };
            items.extend(access.next_element_seed(seed)?);
        }
        // Reading on past the last element is what makes the crate close the list.
        while access.next_element::<IgnoredAny>()?.is_some() {}
        let span = match (items.first(), items.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => empty_collection(self.cursor, before, '[', ']'),
        };
        Ok(Node {
            span,
            kind: NodeKind::List(items),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let Shape::Map(shapes) = self.shape else {
            return Err(A::Error::custom("a map where none was"));
        };
        let before = self.cursor.at;
        let mut entries = Vec::with_capacity(shapes.len());
        for (key, value) in shapes {
            let seed = NodeSeed {
                shape: key,
                cursor: self.cursor,
            };
            let Some(key) = access.next_key_seed(seed)? else {
                break;
            };
            let seed = NodeSeed {
                shape: value,
                cursor: self.cursor,
            };
            let mut value = access.next_value_seed(seed)?;
            if value.kind == NodeKind::Nothing {
                value.span = key.span.clone();
            }
            entries.push(Entry { key, value });
        }
        while access.next_key::<IgnoredAny>()?.is_some() {
            access.next_value::<IgnoredAny>()?;
        }
        let span = match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => first.key.span.start..last.value.span.end,
            _ => empty_collection(self.cursor, before, '{', '}'),
        };
        Ok(Node {
            span,
            kind: NodeKind::Map(entries),
        })
    }
}

/// The place of `[]` or `{}` after `before`.
fn empty_collection(
    cursor: &mut Cursor<'_>,
    before: usize,
    open: char,
    close: char,
) -> Range<usize> {
    let text = &cursor.text[..before + up_to(&cursor.text[before..], SEARCH_MAX).len()];
    let is_empty = |at: &usize| text[at + open.len_utf8()..].trim_start().starts_with(close);
    let mut opened = text[before..]
        .match_indices(open)
        .map(|(at, _)| before + at);
    let Some(start) = opened.find(is_empty) else {
        return before..before;
    };
    let end = text[start..]
        .find(close)
        .map_or(text.len(), |at| start + at + close.len_utf8());
    cursor.at = end;
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in one line: scalars with the line and column of their first character.
    fn outline(text: &str) -> String {
        let node = parse(text)
            .expect("the text is YAML")
            .expect("it holds something");
        let mut out = String::new();
        write(&node, text, &mut out);
        out
    }

    fn write(node: &Node, text: &str, out: &mut String) {
        match &node.kind {
            NodeKind::Nothing => out.push_str("nothing"),
            NodeKind::Scalar(scalar) => {
                let before = &text[..node.span.start];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
                out.push_str(&format!("{scalar:?}@{line}:{column}"));
            }
            NodeKind::List(items) => {
                out.push('[');
                for item in items {
                    write(item, text, out);
                    out.push(' ');
                }
                out.push(']');
            }
            NodeKind::Map(entries) => {
                out.push('{');
                for Entry { key, value } in entries {
                    write(key, text, out);
                    out.push('=');
                    write(value, text, out);
                    out.push(' ');
                }
                out.push('}');
            }
        }
    }

    #[test]
    fn plain_scalars_are_the_text_as_written() {
        for text in [
            "0123",
            "on",
            "~",
            "1.0",
            "1e3",
            "0x10",
            "null",
            "true",
            ".inf",
            "-5",
            "+7",
            "0b1",
            "1_000",
            "99999999999999999999999999999999999999999999",
            "star wars",
            "=",
            "2001-01-01",
            "é",
        ] {
            let node = parse(&format!("k: {text}")).unwrap().unwrap();
            let NodeKind::Map(entries) = node.kind else {
                panic!("{text}")
            };
            assert_eq!(
                entries[0].value.kind,
                NodeKind::Scalar(text.to_owned()),
                "{text}"
            );
            assert_eq!(entries[0].value.span, 3..3 + text.len(), "{text}");
        }
    }

    #[test]
    fn every_scalar_knows_its_place() {
        let cases = [
            ("a: [b, 'c']", r#"{"a"@1:1=["b"@1:5 "c"@1:9 ] }"#),
            (
                "a:\n  - \"x\\ty\"\n  - z",
                r#"{"a"@1:1=["x\ty"@2:6 "z"@3:5 ] }"#,
            ),
            (
                "a: 'it''s'\nb: 'it''s'",
                r#"{"a"@1:1="it's"@1:5 "b"@2:1="it's"@2:5 }"#,
            ),
            ("{'a'}", r#"{"a"@1:3=nothing }"#),
            ("é: {ü: ö}", r#"{"é"@1:1={"ü"@1:5="ö"@1:8 } }"#),
            ("a:\nb: ''", r#"{"a"@1:1=nothing "b"@2:1=""@2:4 }"#),
            (
                "a: &x [1]\nb: *x\nc: d",
                r#"{"a"@1:1=["1"@1:8 ] "b"@2:1=["1"@1:8 ] "c"@3:1="d"@3:4 }"#,
            ),
            (
                "a: two\n  lines\nb: c",
                r#"{"a"@1:1="two lines"@1:4 "b"@3:1="c"@3:4 }"#,
            ),
            ("a: 1\r\na: 2\r\n", r#"{"a"@1:1="1"@1:4 "a"@2:1="2"@2:4 }"#),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_collection_is_marked_where_it_stands() {
        let node = parse("a: []\nb: {}").unwrap().unwrap();
        let NodeKind::Map(entries) = node.kind else {
            panic!("a map")
        };
        assert_eq!(entries[0].value.span, 3..5);
        assert_eq!(entries[1].value.span, 9..11);
    }

    #[test]
    fn nothing_but_comments_is_no_document() {
        assert_eq!(parse(""), Ok(None));
        assert_eq!(parse("# final: {}\n"), Ok(None));
    }

    #[test]
    fn what_is_no_yaml_is_an_error_with_its_place() {
        let cases = [
            ("a: [1\nb: 2", 7),
            ("é: b: c", 5),
            ("a: 'b\n", 6),
            ("a: !t x", 3),
            ("a: b\n---\nc: d", 5),
        ];
        for (text, at) in cases {
            let error = parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {}", error.message);
            assert!(!error.message.contains(" at line "), "{}", error.message);
        }
    }

    #[test]
    fn deep_nesting_and_scalars_that_cannot_be_found_take_linear_time() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(parse(&deep).expect_err("too deep").at, NESTING_MAX);
        let text = format!("a: '{deep}'\nb: {{c: \"{deep}\"}}\n");
        assert!(parse(&text).is_ok(), "what is quoted is not nested");
        // Escaped, so that the text as read stands nowhere in the file.
        let unfindable = format!("a: [{}]", "\"\\x41\\x42\", ".repeat(100_000));
        assert!(parse(&unfindable).is_ok());
        let commented = format!("a:\n{}", "  - {  # why\n    }\n".repeat(50_000));
        assert!(parse(&commented).is_ok());
    }
}
