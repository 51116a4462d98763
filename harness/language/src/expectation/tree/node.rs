//! Maps, lists and scalars, each with its place.

use std::ops::Range;

/// A map, a list or a scalar, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::expectation) struct Node {
    /// In bytes of the source; from the first scalar of a map or list to the last. What an alias
    /// stands for is where its anchor is.
    pub(in crate::expectation) span: Range<usize>,
    pub(in crate::expectation) kind: NodeKind,
    /// Whether it is a list or map in brackets, parts of which may share a line.
    pub(in crate::expectation) is_in_brackets: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::expectation) enum NodeKind {
    /// A key or a dash with nothing after it.
    Nothing,
    /// The text as written, quotes and escapes resolved.
    Scalar(String),
    List(Vec<Node>),
    /// In the order of the file; a repeated key is there twice.
    Map(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::expectation) struct Entry {
    pub(in crate::expectation) key: Node,
    pub(in crate::expectation) value: Node,
}

impl Node {
    pub(in crate::expectation) fn is_empty_map(&self) -> bool {
        matches!(&self.kind, NodeKind::Map(entries) if entries.is_empty())
    }

    /// What it is, for a message.
    pub(in crate::expectation) fn description(&self) -> String {
        match &self.kind {
            NodeKind::Nothing => "nothing".to_owned(),
            NodeKind::Scalar(text) => format!("`{text}`"),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Map(_) => "a map".to_owned(),
        }
    }
}
