//! An expected file says more than what is left at the end: a final dictionary alone proves little,
//! since it may come right although nothing that the scenario describes has happened.

use super::finding::Finding;
use super::tree::Tree;

/// What says nothing of how a run came to its end.
const WEAK: [&str; 6] = [
    "final",
    "final_any_of",
    "final_unchecked",
    "runtimes",
    "schedules",
    "weights",
];

/// Looks for one strong clause in each expected file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter(|(path, _)| path.starts_with("expected/") && path.ends_with(".yaml"))
        .filter(|(_, text)| !keys(text).any(|key| !WEAK.contains(&key)))
        .map(|(path, _)| {
            let message = "has no clause but `final`; say what must happen: `results`, `quorums`, \
                           `suspects`, `checkpoints`, `order`, …";
            Finding::problem(path, None, message)
        })
        .collect()
}

/// The keys of the top level.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, _)| key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_states_only_what_is_left_is_found() {
        let tree = Tree::of(&[
            ("expected/a.yaml", "final: {k: v}\n"),
            (
                "expected/b.yaml",
                "# order: []\nfinal_unchecked: a race\nschedules: 2\n",
            ),
            ("expected/c.yaml", "final:\n  order: first\n"),
            ("expected/d.yaml", "final: {k: v}\nresults: {0: [OK]}\n"),
            ("expected/e.yaml", "unanswered: [[0, 1]]\n"),
            ("expected/README.md", ""),
        ]);
        let found: Vec<String> = check(&tree).iter().map(|f| f.path.clone()).collect();
        assert_eq!(
            found,
            ["expected/a.yaml", "expected/b.yaml", "expected/c.yaml"]
        );
    }
}
