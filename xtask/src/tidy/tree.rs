//! The repository's files in memory, so that a test can plant a violation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::source::Source;

/// Folders that hold no work of ours.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// All of it; what is not UTF-8 is replaced.
    pub(crate) text: String,
    /// Its parts, for a Rust file.
    source: Option<Source>,
}

/// Every file by its path from the root, with `/` between the parts, in order of bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// Reads the files below a folder.
    ///
    /// # Errors
    /// A file or folder cannot be read.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> anyhow::Result<()> {
        let named = || format!("cannot read {}", folder.display());
        for entry in fs::read_dir(folder).with_context(named)? {
            let entry = entry.with_context(named)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            let kind = entry.file_type().with_context(named)?;
            if kind.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.read_folder(&path, &format!("{prefix}{name}/"))?;
                }
            } else if kind.is_file() {
                let bytes =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                self.insert(format!("{prefix}{name}"), &String::from_utf8_lossy(&bytes));
            }
        }
        Ok(())
    }

    /// A tree of these files.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.insert((*path).into(), text);
        }
        tree
    }

    fn insert(&mut self, path: String, text: &str) {
        let source = path.ends_with(".rs").then(|| Source::of(text));
        let text = text.to_owned();
        self.files.insert(path, File { text, source });
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// Every Rust file, taken apart.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &File, &Source)> {
        self.files.iter().filter_map(|(path, file)| {
            let source = file.source.as_ref()?;
            Some((path.as_str(), file, source))
        })
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.text.as_str())
    }

    /// A Rust file, taken apart, with its path as the tree keeps it.
    pub(crate) fn rust_file(&self, path: &str) -> Option<(&str, &File, &Source)> {
        let (path, file) = self.files.get_key_value(path)?;
        Some((path, file, file.source.as_ref()?))
    }

    /// Every folder, without a `/` at its end.
    pub(crate) fn folders(&self) -> BTreeSet<&str> {
        self.files
            .keys()
            .flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]))
            .collect()
    }

    /// Whether a Rust file holds nothing but tests: it lies in a room for tests, or a module above it
    /// declares it under `#[cfg(test)]`.
    pub(crate) fn is_test(&self, path: &str) -> bool {
        let is_room = path.split('/').any(|part| part == "tests");
        let stem = path.strip_suffix(".rs").unwrap_or(path);
        let names: Vec<usize> = stem.match_indices('/').map(|(at, _)| at).collect();
        is_room
            || names.iter().any(|at| {
                let rest = &stem[at + 1..];
                let name = rest.split('/').next().unwrap_or(rest);
                let above = &stem[..*at];
                let declares = |parent: String| {
                    let source = self
                        .files
                        .get(&parent)
                        .and_then(|file| file.source.as_ref());
                    source.is_some_and(|source| source.test_modules().any(|module| module == name))
                };
                [".rs", "/lib.rs", "/main.rs"]
                    .iter()
                    .any(|ending| declares(format!("{above}{ending}")))
            })
    }

    /// Whether there is a file or folder of this path, or one whose path ends in it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let ends = |whole: &str| {
            whole
                .strip_suffix(path)
                .is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        self.files.keys().any(|file| ends(file)) || self.folders().into_iter().any(ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_whole_or_by_its_end() {
        let tree = Tree::of(&[("a/b/c.rs", "")]);
        for path in ["a/b/c.rs", "b/c.rs", "c.rs", "a", "a/b/", "b"] {
            assert!(tree.has(path), "{path}");
        }
        for path in ["a/c.rs", "/c.rs", "d.rs", "c"] {
            assert!(!tree.has(path), "{path}");
        }
    }

    #[test]
    fn test_files_are_known_by_their_room_or_their_declaration() {
        let declaration = "mod a;\n#[cfg(test)]\nmod tests;\n";
        let tree = Tree::of(&[
            ("harness/src/log.rs", declaration),
            ("x/src/lib.rs", declaration),
        ]);
        assert!(tree.is_test("tests/scenarios.rs"));
        assert!(tree.is_test("harness/src/log/tests.rs"));
        assert!(tree.is_test("harness/src/log/tests/deep.rs"));
        assert!(tree.is_test("x/src/tests.rs"));
        assert!(!tree.is_test("harness/src/log/a.rs"));
        assert!(!tree.is_test("harness/src/trace/tests.rs"));
    }
}
