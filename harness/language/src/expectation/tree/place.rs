//! Nodes with their places in the text: the second reading of a file whose shape is known.

use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Entry, Node, NodeKind, Shape};

/// How far a scalar or a pair of brackets is searched for, in bytes beyond what it needs itself.
const SEARCH_MAX: usize = 2_000;

/// Where the second pass is.
pub(super) struct Cursor<'s> {
    pub(super) text: &'s str,
    /// The end of the last scalar.
    pub(super) at: usize,
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

pub(super) struct NodeSeed<'a, 's> {
    pub(super) shape: &'a Shape,
    pub(super) cursor: &'a mut Cursor<'s>,
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

/// The first `length` bytes of a text, or a little less.
fn up_to(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
