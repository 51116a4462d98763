//! What one file says by itself: its modules, and in each what is declared, imported and named.

use std::collections::BTreeMap;

/// The names of a path, first to last.
pub(super) type Path<'a> = Vec<&'a str>;

/// A module as its file shows it. The first of a file is the file itself, the others stand in braces.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// The module around it, in the same file.
    pub(super) outer: Option<usize>,
    /// Whether it stands under `#[cfg(test)]`.
    pub(super) is_test: bool,
    /// What has a name in it.
    pub(super) names: BTreeMap<&'a str, Meaning<'a>>,
    /// What is imported with a `*`.
    pub(super) globs: Vec<Path<'a>>,
    /// Every path that its code names.
    pub(super) mentions: Vec<Mention<'a>>,
    /// The modules that it declares.
    pub(super) children: Vec<Child<'a>>,
}

/// What a name means in a module: types, values and modules may share it.
#[derive(Debug, Default)]
pub(super) struct Meaning<'a> {
    /// An item is defined here.
    pub(super) is_item: bool,
    /// An import, as it is written.
    pub(super) import: Option<Path<'a>>,
}

/// A declaration of a module.
#[derive(Debug)]
pub(super) struct Child<'a> {
    pub(super) name: &'a str,
    pub(super) body: Body,
    pub(super) is_test: bool,
}

/// Where a module's code is.
#[derive(Debug)]
pub(super) enum Body {
    /// In the same file, as this scope.
    Here(usize),
    /// In a file of its own; where a `#[path]` names it, the line of that.
    File { path_line: Option<usize> },
}

/// A path that code names.
#[derive(Debug)]
pub(super) struct Mention<'a> {
    pub(super) path: Path<'a>,
    /// The line, 1-based.
    pub(super) line: usize,
    pub(super) is_test: bool,
    pub(super) kind: Kind,
}

/// How a path is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `use a::b`
    Import,
    /// `use a::*`
    Glob,
    /// `pub use a::b`, to whomever it is public.
    Reexport,
    /// Within code.
    Code,
}
