//! From the parser's events to the tree.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, ScalarStyle, Tag};

use super::node::{Entry, Node, NodeKind};
use super::place::{last_visible, scalar};
use super::syntax::SyntaxError;

/// How deep lists and maps may lie in each other.
const DEPTH_MAX: usize = 128;

/// How much the aliases of a file may stand for in all, in bytes: a few lines could ask for the world.
const COPIES_MAX: usize = 16_000_000;

/// The tree as far as it is known.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// The lists and maps that are not complete, the innermost last.
    open: Vec<Open>,
    root: Option<Node>,
    has_document: bool,
    /// What aliases may stand for, by the parser's numbers.
    anchored: BTreeMap<usize, Node>,
    /// How many bytes aliases stood for.
    copied: usize,
}

/// A list or map that is not complete.
struct Open {
    content: Content,
    /// The number of its anchor; 0 where it has none.
    anchor: usize,
    /// Where its bracket stands; its beginning, where it has none.
    start: usize,
    is_in_brackets: bool,
}

enum Content {
    List(Vec<Node>),
    /// With the key whose value is to come.
    Map(Vec<Entry>, Option<Node>),
}

impl<'t> Builder<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self {
            text,
            open: Vec::new(),
            root: None,
            has_document: false,
            anchored: BTreeMap::new(),
            copied: 0,
        }
    }

    /// The document, after the last event.
    pub(super) fn root(self) -> Option<Node> {
        self.root
    }

    /// Takes the next event, and where it stands in bytes.
    pub(super) fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), SyntaxError> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => self.begin_document(span.start),
            Event::Alias(anchor) => self.alias(anchor, span.start),
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.as_deref(), span.start)?;
                let is_declared = anchor != 0 || tag.is_some();
                let node = self.scalar(text, style, is_declared, span);
                self.add(node, anchor);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), span.start)?;
                self.open(Content::List(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), span.start)?;
                self.open(Content::Map(Vec::new(), None), anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
        }
    }

    fn begin_document(&mut self, at: usize) -> Result<(), SyntaxError> {
        if !self.has_document {
            self.has_document = true;
            return Ok(());
        }
        let error = SyntaxError::new(at, "a second document begins here");
        Err(if self.text[at..].starts_with("---") {
            error.with_help("an expected file is one document: remove the `---`")
        } else {
            error
        })
    }

    fn scalar(
        &self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        is_declared: bool,
        span: Range<usize>,
    ) -> Node {
        if text.is_empty() && style == ScalarStyle::Plain {
            let is_item = matches!(
                self.open.last().map(|open| &open.content),
                Some(Content::List(_))
            );
            let span = if is_item {
                last_visible(self.text, span.start)
            } else {
                span
            };
            return Node {
                span,
                kind: NodeKind::Nothing,
                is_in_brackets: false,
            };
        }
        Node {
            span: scalar(self.text, style, is_declared, span),
            kind: NodeKind::Scalar(text.into_owned()),
            is_in_brackets: false,
        }
    }

    fn open(
        &mut self,
        content: Content,
        anchor: usize,
        span: Range<usize>,
    ) -> Result<(), SyntaxError> {
        if self.open.len() == DEPTH_MAX {
            return Err(too_deep(span.start));
        }
        let is_in_brackets = self.text[span.start..span.end].ends_with(['[', '{']);
        self.open.push(Open {
            content,
            anchor,
            start: span.end - usize::from(is_in_brackets),
            is_in_brackets,
        });
        Ok(())
    }

    fn close(&mut self, end: Range<usize>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let ends = match &open.content {
            Content::List(items) => items.first().zip(items.last()),
            Content::Map(entries, _) => {
                let ends = entries.first().zip(entries.last());
                ends.map(|(first, last)| (&first.key, &last.value))
            }
        };
        let span = match ends {
            // What an alias stands for may be before it.
            Some((first, last)) => first.span.start..last.span.end.max(first.span.end),
            None if open.is_in_brackets => open.start..end.start + 1,
            None => open.start..open.start,
        };
        let kind = match open.content {
            Content::List(items) => NodeKind::List(items),
            Content::Map(entries, _) => NodeKind::Map(entries),
        };
        let node = Node {
            span,
            kind,
            is_in_brackets: open.is_in_brackets,
        };
        self.add(node, open.anchor);
    }

    /// Puts in another time what stands at an anchor.
    fn alias(&mut self, anchor: usize, at: usize) -> Result<(), SyntaxError> {
        let Some(node) = self.anchored.get(&anchor) else {
            return Err(SyntaxError::new(
                at,
                "this stands within what it stands for",
            ));
        };
        if self.open.len() + depth(node) > DEPTH_MAX {
            return Err(too_deep(at));
        }
        self.copied = self.copied.saturating_add(weight(node));
        if self.copied > COPIES_MAX {
            return Err(SyntaxError::new(at, "aliases stand for too much"));
        }
        self.add(node.clone(), 0);
        Ok(())
    }

    /// Adds what is complete to the list or map that it is part of.
    fn add(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchored.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(entries, waiting)) => match waiting.take() {
                None => *waiting = Some(node),
                Some(key) => {
                    let mut value = node;
                    if value.kind == NodeKind::Nothing {
                        value.span = key.span.clone();
                    }
                    entries.push(Entry { key, value });
                }
            },
        }
    }
}

fn too_deep(at: usize) -> SyntaxError {
    SyntaxError::new(at, format!("this is nested more than {DEPTH_MAX} deep"))
}

/// A tag of YAML's own says nothing here, where scalars are the text as written; others are unknown.
fn refuse_tag(tag: Option<&Tag>, at: usize) -> Result<(), SyntaxError> {
    match tag {
        Some(tag) if !format!("{}{}", tag.handle, tag.suffix).starts_with("tag:yaml.org,2002:") => {
            Err(SyntaxError::new(
                at,
                "a tag means nothing in an expected file",
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// How many lists and maps lie in each other.
fn depth(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Nothing | NodeKind::Scalar(_) => 0,
        NodeKind::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        NodeKind::Map(entries) => {
            let depths = entries
                .iter()
                .map(|entry| depth(&entry.key).max(depth(&entry.value)));
            1 + depths.max().unwrap_or(0)
        }
    }
}

/// How many bytes a copy takes.
fn weight(node: &Node) -> usize {
    let within = match &node.kind {
        NodeKind::Nothing => 0,
        NodeKind::Scalar(text) => text.len(),
        NodeKind::List(items) => items.iter().map(weight).sum(),
        NodeKind::Map(entries) => {
            let entries = entries.iter();
            entries
                .map(|entry| weight(&entry.key) + weight(&entry.value))
                .sum()
        }
    };
    size_of::<Node>() + within
}
