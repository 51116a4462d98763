//! What values of many clauses are made of: maps with known keys or numbers, lists, words, numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Located, Span, nearest};
use crate::expectation::file::FileKey;
use crate::expectation::mistake::ExpectedMistake;
use crate::expectation::tree::{Node, NodeKind};
use crate::expectation::value::{ByNumber, ExpectedDictionary};

/// How messages call the block of canonical clauses.
pub(super) const CANONICAL: &str = "`canonical`";

/// Collects the mistakes of a file. A function that reads something answers `None` where it is not
/// what it should be, and has said so.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Reader {
    /// The entries of a map whose keys are names: those that are allowed, each once.
    pub(super) fn keys<'n>(
        &mut self,
        node: &'n Node,
        place: &str,
        allowed: &[&str],
    ) -> Vec<(&'n str, Span, &'n Node)> {
        let mut known: Vec<(&str, Span, &Node)> = Vec::new();
        for (key, span, value) in self.entries(node, &format!("a map as {place}")) {
            if !allowed.contains(&key) {
                let found = format!("key `{key}` in {place}");
                self.unknown(ExpectedMistake::UnknownKey, span, &found, key, allowed);
                if place == CANONICAL && FileKey::NAMES.contains(&key) {
                    self.help(format!("`{key}` stands at the top level alone"));
                }
            } else if let Some((_, first, _)) = known.iter().find(|(name, ..)| *name == key) {
                self.repeated_key(key, *first, span);
            } else {
                known.push((key, span, value));
            }
        }
        known
    }

    /// A map whose keys are numbers, none above a limit. Not empty.
    pub(super) fn numbered<N, T>(
        &mut self,
        node: &Node,
        what: &str,
        most: u64,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Option<ByNumber<N, T>>
    where
        N: TryFrom<u64> + Ord + Copy,
    {
        let mut numbered: BTreeMap<N, (Span, Option<T>)> = BTreeMap::new();
        let entries = self.entries(node, &format!("a map by the numbers of {what}"));
        let (mut is_complete, is_empty) = (true, entries.is_empty());
        for (key, span, value) in entries {
            let Some(number) = self.parse_number(key, span, &format!("the number of {what}"), most)
            else {
                is_complete = false;
                continue;
            };
            if let Some((first, _)) = numbered.get(&number) {
                self.repeated_key(key, *first, span);
                continue;
            }
            numbered.insert(number, (span, read(self, value)));
        }
        if is_empty {
            if matches!(node.kind, NodeKind::Map(_)) {
                self.empty(node.span.clone().into(), &format!("the map of {what}"));
            }
            return None;
        }
        let values = numbered.into_iter().map(|(number, (span, value))| {
            let value = value?;
            Some((number, Located { span, value }))
        });
        let values = all(values)?;
        is_complete.then(|| values.into_iter().collect())
    }

    /// A map from text to text. May be empty.
    pub(super) fn dictionary(&mut self, node: &Node, place: &str) -> Option<ExpectedDictionary> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            self.wrong_shape(node, &format!("a map from keys to values as {place}"));
            return None;
        }
        let mut dictionary: BTreeMap<String, (Span, String)> = BTreeMap::new();
        let mut is_complete = true;
        for (key, span, value) in self.entries(node, "a map") {
            if let Some((first, _)) = dictionary.get(key) {
                self.repeated_key(key, *first, span);
                continue;
            }
            match &value.kind {
                NodeKind::Scalar(text) => {
                    dictionary.insert(key.to_owned(), (span, text.clone()));
                }
                NodeKind::Nothing | NodeKind::List(_) | NodeKind::Map(_) => {
                    self.wrong_shape(value, &format!("the value of `{key}`"));
                    is_complete = false;
                }
            }
        }
        let dictionary = dictionary.into_iter().map(|(key, (_, value))| (key, value));
        is_complete.then(|| dictionary.collect())
    }

    /// A list that is not empty.
    pub(super) fn list<T>(
        &mut self,
        node: &Node,
        what: &str,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(node, &format!("a list as {what}"))?;
        if items.is_empty() {
            self.empty(node.span.clone().into(), &format!("the list of {what}"));
            return None;
        }
        all(items.iter().map(|item| read(self, item)))
    }

    /// The items of a list, which may be empty.
    pub(super) fn items<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.kind {
            NodeKind::List(items) => Some(items),
            NodeKind::Nothing | NodeKind::Scalar(_) | NodeKind::Map(_) => {
                self.wrong_shape(node, what);
                None
            }
        }
    }

    /// A text; an empty one is in quotes.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.kind {
            NodeKind::Scalar(text) => Some(text.clone()),
            NodeKind::Nothing | NodeKind::List(_) | NodeKind::Map(_) => {
                self.wrong_shape(node, what);
                None
            }
        }
    }

    /// One of the words of a table.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        table: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(node, what)?;
        if let Some((_, meaning)) = table.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let words: Vec<_> = table.iter().map(|(word, _)| *word).collect();
        let found = format!("word `{text}`, expected {what}");
        self.unknown(
            ExpectedMistake::UnknownWord,
            node.span.clone().into(),
            &found,
            &text,
            &words,
        );
        None
    }

    /// A whole number from 0 up to a limit, for which the type has room.
    pub(super) fn number<N: TryFrom<u64>>(
        &mut self,
        node: &Node,
        what: &str,
        most: u64,
    ) -> Option<N> {
        let text = self.text(node, &format!("{what}, a number"))?;
        self.parse_number(&text, node.span.clone().into(), what, most)
    }

    /// Says of every item that is there before that it is.
    pub(super) fn refuse_repeated<T: Ord>(&mut self, items: impl Iterator<Item = (T, Span)>) {
        let mut seen: BTreeMap<T, Span> = BTreeMap::new();
        for (item, span) in items {
            if let Some(first) = seen.get(&item) {
                let diagnostic = Diagnostic::error(
                    ExpectedMistake::RepeatedItem,
                    span.into(),
                    "this stands in the list twice",
                );
                let diagnostic = diagnostic.with_secondary((*first).into(), "first here");
                self.diagnostics.push(diagnostic);
            } else {
                seen.insert(item, span);
            }
        }
    }

    /// The entries of a map; a key that is no scalar is an error.
    pub(super) fn entries<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
    ) -> Vec<(&'n str, Span, &'n Node)> {
        let NodeKind::Map(entries) = &node.kind else {
            self.wrong_shape(node, what);
            return Vec::new();
        };
        let mut readable = Vec::new();
        for entry in entries {
            match &entry.key.kind {
                NodeKind::Scalar(key) => {
                    readable.push((key.as_str(), entry.key.span.clone().into(), &entry.value));
                }
                NodeKind::Nothing | NodeKind::List(_) | NodeKind::Map(_) => {
                    self.wrong_shape(&entry.key, "a key");
                }
            }
        }
        readable
    }

    fn parse_number<N: TryFrom<u64>>(
        &mut self,
        text: &str,
        span: Span,
        what: &str,
        most: u64,
    ) -> Option<N> {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|number| *number <= most);
        if let Some(number) = number.filter(|_| is_number) {
            return N::try_from(number).ok();
        }
        let message = if is_number {
            format!("`{text}` is too large: expected {what}, at most {most}")
        } else {
            format!("`{text}` is no number: expected {what}, in digits")
        };
        self.error(ExpectedMistake::BadNumber, span, message);
        None
    }

    pub(super) fn error(&mut self, kind: ExpectedMistake, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(kind, Range::from(span), message));
    }

    pub(super) fn wrong_shape(&mut self, node: &Node, expected: &str) {
        let message = format!("found {}, expected {expected}", node.description());
        self.error(
            ExpectedMistake::WrongShape,
            node.span.clone().into(),
            message,
        );
    }

    pub(super) fn empty(&mut self, span: Span, what: &str) {
        self.error(
            ExpectedMistake::Empty,
            span,
            format!("{what} is empty and says nothing"),
        );
    }

    /// Something that is not known, with the nearest of what would be or, where nothing is near, all of it.
    pub(super) fn unknown(
        &mut self,
        kind: ExpectedMistake,
        span: Span,
        found: &str,
        name: &str,
        allowed: &[&str],
    ) {
        let diagnostic = Diagnostic::error(kind, Range::from(span), format!("unknown {found}"));
        self.diagnostics
            .push(match nearest(name, allowed.iter().copied()) {
                Some(near) => diagnostic.with_suggestion(near),
                None => {
                    let quoted: Vec<_> = allowed.iter().map(|name| format!("`{name}`")).collect();
                    diagnostic.with_help(format!("known are {}", quoted.join(", ")))
                }
            });
    }

    /// Says what to do about the last mistake.
    fn help(&mut self, help: String) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.help = Some(help);
            last.fix = None;
        }
    }

    pub(super) fn repeated_key(&mut self, key: &str, first: Span, span: Span) {
        let message = format!("key `{key}` is repeated");
        let diagnostic =
            Diagnostic::error(ExpectedMistake::RepeatedKey, Range::from(span), message);
        self.diagnostics
            .push(diagnostic.with_secondary(first.into(), "first here"));
    }
}

pub(super) fn at<T>(span: Span, value: Option<T>) -> Option<Located<T>> {
    value.map(|value| Located { span, value })
}

/// Every value, or nothing where one could not be read; all are tried, so that all are reported.
pub(super) fn all<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let mut read = Vec::new();
    let mut is_complete = true;
    for value in values {
        match value {
            Some(value) => read.push(value),
            None => is_complete = false,
        }
    }
    is_complete.then_some(read)
}
