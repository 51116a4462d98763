//! The modules of one build target, and where a path leads among them.

use std::collections::BTreeMap;

use super::super::tree::Tree;
use super::reader::scopes;
use super::scope::{Body, Child, Scope};

/// More steps from import to import than any path takes; an import that leads to itself ends here.
const STEPS_MAX: usize = 32;

/// A module, by its place in a [`Web`].
pub(super) type Id = usize;

/// The modules of a target, its root first.
#[derive(Debug, Default)]
pub(super) struct Web<'a> {
    pub(super) modules: Vec<Module<'a>>,
}

/// A module and what its file says of it.
#[derive(Debug)]
pub(super) struct Module<'a> {
    pub(super) file: &'a str,
    /// The module of the target's root that it is or belongs to; none for the root itself.
    pub(super) room: Option<&'a str>,
    pub(super) is_test: bool,
    pub(super) scope: Scope<'a>,
    parent: Option<Id>,
    children: BTreeMap<&'a str, Id>,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// A module.
    Module(Id),
    /// Something that this module defines.
    Item(Id),
}

/// Where a module of a file of its own was declared.
#[derive(Clone, Copy)]
struct Above<'a> {
    parent: Id,
    name: &'a str,
    is_test: bool,
}

impl<'a> Web<'a> {
    /// Reads the files that a target's root leads to.
    pub(super) fn of(tree: &'a Tree, root: &str) -> Self {
        let mut web = Self::default();
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        web.add(tree, root, folder, None);
        web
    }

    /// Adds a file, whose modules lie in `folder`, and the files below it.
    fn add(&mut self, tree: &'a Tree, path: &str, folder: &str, above: Option<Above<'a>>) {
        let Some((file, whole, source)) = tree.rust_file(path) else {
            return;
        };
        let first = self.modules.len();
        let scopes = scopes(&source.code);
        let mut children: Vec<Vec<Child>> = Vec::new();
        for mut scope in scopes {
            children.push(std::mem::take(&mut scope.children));
            self.modules.push(Module {
                file,
                room: None,
                is_test: scope.is_test || above.is_some_and(|above| above.is_test),
                parent: scope.outer.map(|outer| first + outer),
                children: BTreeMap::new(),
                scope,
            });
        }
        if let Some(above) = above {
            self.adopt(above.parent, above.name, first);
        }
        // Outer modules come before inner ones, so that each has its place before its children.
        let mut folders: BTreeMap<usize, String> = BTreeMap::from([(0, folder.into())]);
        for (number, children) in children.into_iter().enumerate() {
            let folder = folders.get(&number).cloned().unwrap_or_default();
            for child in children {
                let below = format!("{folder}/{}", child.name);
                match child.body {
                    Body::Here(scope) => {
                        self.adopt(first + number, child.name, first + scope);
                        folders.insert(scope, below);
                    }
                    Body::File { path_line } => {
                        let above = Above {
                            parent: first + number,
                            name: child.name,
                            is_test: child.is_test || self.modules[first + number].is_test,
                        };
                        let named = path_line.and_then(|line| quoted(&whole.text, line));
                        let beside = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                        match named {
                            Some(named) => {
                                self.add(tree, &format!("{beside}/{named}"), &below, Some(above));
                            }
                            None => self.add(tree, &format!("{below}.rs"), &below, Some(above)),
                        }
                    }
                }
            }
        }
    }

    fn adopt(&mut self, parent: Id, name: &'a str, child: Id) {
        self.modules[parent].children.insert(name, child);
        let (room, is_test) = (self.modules[parent].room, self.modules[parent].is_test);
        let module = &mut self.modules[child];
        module.parent = Some(parent);
        module.room = room.or(Some(name));
        module.is_test |= is_test;
    }

    /// What `path` names where it stands in `from`; none for what is no module's of this target.
    pub(super) fn resolve(&self, from: Id, path: &[&str]) -> Option<Goal> {
        self.resolve_within(from, path, STEPS_MAX)
    }

    fn resolve_within(&self, from: Id, path: &[&str], steps: usize) -> Option<Goal> {
        let steps = steps.checked_sub(1)?;
        let (mut module, mut rest) = match path.split_first()? {
            (&"crate", rest) => (0, rest),
            (&"self", rest) => (from, rest),
            (&"super", rest) => (self.modules[from].parent?, rest),
            _ => return self.find(from, path, steps),
        };
        while let Some((&"super", after)) = rest.split_first() {
            module = self.modules[module].parent?;
            rest = after;
        }
        Some(self.walk(module, rest, steps))
    }

    /// What a path names that begins inside `module`. A name that is not found there was made there by
    /// a macro.
    fn walk(&self, module: Id, path: &[&str], steps: usize) -> Goal {
        if path.is_empty() {
            return Goal::Module(module);
        }
        self.find(module, path, steps).unwrap_or(Goal::Item(module))
    }

    fn find(&self, module: Id, path: &[&str], steps: usize) -> Option<Goal> {
        let (name, rest) = path.split_first()?;
        let here = &self.modules[module];
        let child = here.children.get(name).copied();
        // Types, values and modules may share a name: what has something behind it is the module.
        if let (Some(child), false) = (child, rest.is_empty()) {
            return Some(self.walk(child, rest, steps));
        }
        let meaning = here.scope.names.get(name);
        if meaning.is_some_and(|meaning| meaning.is_item) {
            return Some(Goal::Item(module));
        }
        if let Some(import) = meaning.and_then(|meaning| meaning.import.as_ref()) {
            let whole: Vec<&str> = import.iter().chain(rest).copied().collect();
            return self.resolve_within(module, &whole, steps);
        }
        if let Some(child) = child {
            return Some(Goal::Module(child));
        }
        let steps = steps.checked_sub(1)?;
        here.scope
            .globs
            .iter()
            .find_map(|glob| match self.resolve_within(module, glob, steps)? {
                Goal::Module(source) if source != module => self.find(source, path, steps),
                Goal::Module(_) | Goal::Item(_) => None,
            })
    }

    /// Whether a module lies below another.
    pub(super) fn is_below(&self, module: Id, above: Id) -> bool {
        let mut at = self.modules[module].parent;
        while let Some(parent) = at {
            if parent == above {
                return true;
            }
            at = self.modules[parent].parent;
        }
        false
    }
}

/// The first text in quotes on a line.
fn quoted(text: &str, line: usize) -> Option<&str> {
    text.lines().nth(line - 1)?.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::of(&[
            (
                "x/src/lib.rs",
                "mod a;\nmod b;\npub use a::deep;\npub use self::a::Thing as Renamed;\n",
            ),
            (
                "x/src/a.rs",
                "pub mod deep;\npub use deep::{Thing, points};\nmod points;\npub use b::*;\nuse crate::b;\n",
            ),
            (
                "x/src/a/deep.rs",
                "pub struct Thing;\npub fn points() {}\nuse round::round;\n",
            ),
            ("x/src/a/points.rs", "pub struct Points;\n"),
            (
                "x/src/b.rs",
                "pub enum Kind {}\nmod inner {\n    mod leaf;\n}\n#[path = \"elsewhere.rs\"]\nmod named;\n",
            ),
            ("x/src/b/inner/leaf.rs", "use super::super::Kind;\n"),
            ("x/src/elsewhere.rs", ""),
        ])
    }

    /// The file that a path leads to from the module of the first of these files.
    fn lead<'a>(web: &Web<'a>, from: &str, path: &str) -> Option<(&'a str, bool)> {
        let from = web.modules.iter().position(|module| module.file == from);
        let path: Vec<&str> = path.split("::").collect();
        Some(match web.resolve(from.expect("a module"), &path)? {
            Goal::Module(id) => (web.modules[id].file, true),
            Goal::Item(id) => (web.modules[id].file, false),
        })
    }

    #[test]
    fn a_path_leads_to_the_file_that_defines() {
        let tree = tree();
        let web = Web::of(&tree, "x/src/lib.rs");
        let [a, b] = ["x/src/a.rs", "x/src/b.rs"];
        let [deep, leaf] = ["x/src/a/deep.rs", "x/src/b/inner/leaf.rs"];
        let item = |file| Some((file, false));
        let module = |file| Some((file, true));
        for (from, path, expected) in [
            (b, "crate::a::deep::Thing", item(deep)),
            (b, "crate::a::Thing", item(deep)),
            (b, "crate::deep::Thing::new", item(deep)),
            (b, "super::Renamed", item(deep)),
            // A function and a module of one name.
            (b, "crate::a::points", item(deep)),
            (b, "crate::a::points::Points", item("x/src/a/points.rs")),
            (a, "self::points::Points", item("x/src/a/points.rs")),
            (deep, "super::super::a", module(a)),
            // By a glob, and by an import of the module around.
            (deep, "crate::a::Kind::One", item(b)),
            (deep, "super::b::Kind", item(b)),
            (leaf, "super::super::Kind", item(b)),
            (leaf, "super::leaf", module(leaf)),
            (b, "named", module("x/src/elsewhere.rs")),
            // Made by a macro, perhaps.
            (b, "crate::a::Made", item(a)),
            (b, "std::fmt", None),
            (b, "Kind", item(b)),
            (deep, "round::f", None),
            ("x/src/lib.rs", "super::a", None),
        ] {
            assert_eq!(lead(&web, from, path), expected, "{path} in {from}");
        }
    }

    #[test]
    fn a_module_knows_its_room_and_what_is_above() {
        let tree = tree();
        let web = Web::of(&tree, "x/src/lib.rs");
        let id = |file| web.modules.iter().position(|module| module.file == file);
        let leaf = id("x/src/b/inner/leaf.rs").expect("a module");
        let above = id("x/src/b.rs").expect("a module");
        assert_eq!(web.modules[leaf].room, Some("b"));
        assert_eq!(web.modules[0].room, None);
        assert!(web.is_below(leaf, above) && web.is_below(leaf, 0));
        assert!(!web.is_below(above, leaf) && !web.is_below(leaf, leaf));
    }
}
