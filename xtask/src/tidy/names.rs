//! No room is a lumber room: a name says what is inside.

use super::finding::Finding;
use super::tree::Tree;

const LUMBER: [&str; 6] = ["common", "helper", "helpers", "misc", "util", "utils"];

/// Looks at the names of folders and of Rust files.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let folders = tree.folders();
    let modules = tree
        .rust()
        .filter_map(|(path, ..)| path.strip_suffix(".rs"));
    folders
        .into_iter()
        .chain(modules)
        .filter_map(|path| {
            let name = path.rsplit('/').next()?;
            LUMBER.contains(&name).then(|| {
                Finding::problem(path, None, format!("`{name}` does not say what is inside"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lumber_rooms_are_found() {
        for path in ["tests/common/a.rs", "harness/src/util.rs", "docs/misc/a.md"] {
            assert_eq!(check(&Tree::of(&[(path, "")])).len(), 1, "{path}");
        }
        let tree = Tree::of(&[("protocol/src/commons.rs", ""), ("docs/util.md", "")]);
        assert_eq!(check(&tree), []);
    }
}
