//! Every Rust file opens with `//!`: what it is for. A `tests.rs` says it by its name.

use super::finding::Finding;
use super::tree::Tree;

/// Looks at the first line of each file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|(path, file, _)| !path.ends_with("/tests.rs") && !opens_with_purpose(&file.text))
        .map(|(path, ..)| Finding::problem(path, Some(1), "a module opens with `//!`: its purpose"))
        .collect()
}

fn opens_with_purpose(text: &str) -> bool {
    text.strip_prefix("//!")
        .and_then(|rest| rest.lines().next())
        .is_some_and(|purpose| !purpose.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_a_purpose_is_found() {
        for text in ["", "use a;\n", "// a\n", "//!\n//! a\n", "\n//! a\n"] {
            let found = check(&Tree::of(&[("protocol/src/a.rs", text)]));
            assert_eq!(found.len(), 1, "{text:?}");
        }
        let tree = Tree::of(&[
            ("protocol/src/a.rs", "//! A.\nuse a;\n"),
            ("a.conf", ""),
            ("b/tests.rs", "use a;"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
