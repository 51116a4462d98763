//! Files stay short enough to be read.
//!
//! What counts is lines that hold code: comments and blank lines are free, since documentation is
//! wanted, and so are tests.

use super::finding::Finding;
use super::source::Source;
use super::tree::Tree;

/// A file aims to stay below this.
const AIM: usize = 300;
/// Past this it is split.
const LIMIT: usize = 500;

/// Counts the lines of code of each file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, _, source) in tree.rust().filter(|(path, ..)| !tree.is_test(path)) {
        let lines = lines_of_code(source);
        if lines > LIMIT {
            let message = format!("{lines} lines of code; past {LIMIT} a file is split");
            found.push(Finding::problem(path, None, message));
        } else if lines > AIM {
            let message = format!("{lines} lines of code; the aim is {AIM}");
            found.push(Finding::note(path, None, message));
        }
    }
    found
}

fn lines_of_code(source: &Source) -> usize {
    source
        .code
        .lines()
        .zip(source.test_lines())
        .filter(|(line, is_test)| !is_test && !line.trim().is_empty())
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;

    fn severity(path: &str, text: &str) -> Option<Severity> {
        let found = check(&Tree::of(&[(path, text)]));
        found.first().map(|finding| finding.severity)
    }

    #[test]
    fn a_long_file_is_noted_and_a_longer_one_is_a_problem() {
        assert_eq!(severity("a.rs", &"x\n".repeat(300)), None);
        assert_eq!(severity("a.rs", &"x\n".repeat(301)), Some(Severity::Note));
        assert_eq!(severity("a.rs", &"x\n".repeat(500)), Some(Severity::Note));
        assert_eq!(
            severity("a.rs", &"x\n".repeat(501)),
            Some(Severity::Problem)
        );
    }

    #[test]
    fn comments_blank_lines_and_tests_are_free() {
        assert_eq!(severity("a.rs", &"/// x\n\n".repeat(501)), None);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(501));
        assert_eq!(severity("a.rs", &tests), None);
        assert_eq!(severity("a/tests/b.rs", &"x\n".repeat(501)), None);
    }
}
