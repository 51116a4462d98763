//! Every scenario has its expected file, and the reverse.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::Tree;

/// Compares the two rooms by stem.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let scenarios = stems(tree, "scenarios/", &[".conf", ".txt"]);
    let expected = stems(tree, "expected/", &[".yaml"]);
    let mut found = Vec::new();
    for (stem, path) in &scenarios {
        if !expected.contains_key(stem) {
            let message = format!("has no `expected/{stem}.yaml`; `cargo bcr bless` writes it");
            found.push(Finding::problem(path, None, message));
        }
    }
    for (stem, path) in &expected {
        if !scenarios.contains_key(stem) {
            let message = format!("has no `scenarios/{stem}.conf`");
            found.push(Finding::problem(path, None, message));
        }
    }
    found
}

/// The files of a room with one of these endings, by their path inside it without the ending.
fn stems<'a>(tree: &'a Tree, room: &str, endings: &[&str]) -> BTreeMap<&'a str, &'a str> {
    tree.files()
        .filter_map(|(path, _)| {
            let inside = path.strip_prefix(room)?;
            let stem = endings.iter().find_map(|end| inside.strip_suffix(end))?;
            Some((stem, path))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_pass_and_widows_are_found() {
        let tree = Tree::of(&[
            ("scenarios/crash/a.conf", ""),
            ("expected/crash/a.yaml", ""),
            ("scenarios/crash/b.conf", ""),
            ("expected/c.yaml", ""),
            ("scenarios/README.md", ""),
        ]);
        let found: Vec<String> = check(&tree).iter().map(|f| f.path.clone()).collect();
        assert_eq!(found, ["scenarios/crash/b.conf", "expected/c.yaml"]);
    }
}
