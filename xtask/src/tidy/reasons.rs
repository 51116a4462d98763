//! Every reason of a refusal is met by some test or scenario; those that are not are listed.

use super::finding::Finding;
use super::source::{Source, lines_with_word};
use super::tree::Tree;

const REASONS: &str = "protocol/src/reason.rs";

/// Looks for each reason as `Reason::Variant` or `"name"` in tests, and as `reason: name` in scenarios
/// and expected files.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(table) = tree.text(REASONS) else {
        return Vec::new();
    };
    let reasons: Vec<(usize, &str, &str)> = rows(table).collect();
    if reasons.is_empty() {
        let message = "no row `Variant => \"name\",` is found: has the table changed its form?";
        return vec![Finding::problem(REASONS, None, message)];
    }
    let tests: Vec<String> = tree
        .rust()
        .filter(|(path, ..)| *path != REASONS)
        .map(|(path, file, source)| test_text(tree.is_test(path), &file.text, source))
        .collect();
    let data: Vec<String> = tree
        .files()
        .filter(|(path, _)| path.starts_with("scenarios/") || path.starts_with("expected/"))
        .map(|(_, text)| text.replace(['"', '\''], ""))
        .collect();
    let is_met = |variant: &str, name: &str| {
        let (path, text) = (format!("Reason::{variant}"), format!("\"{name}\""));
        let key = format!("reason: {name}");
        tests
            .iter()
            .any(|test| test.contains(&text) || !lines_with_word(test, &path).is_empty())
            || data
                .iter()
                .any(|file| !lines_with_word(file, &key).is_empty())
    };
    reasons
        .into_iter()
        .filter(|(_, variant, name)| !is_met(variant, name))
        .map(|(line, variant, _)| {
            let message = format!("no test and no scenario meets `Reason::{variant}`");
            Finding::note(REASONS, Some(line), message)
        })
        .collect()
}

/// The rows of the table: line, variant, name.
fn rows(table: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    table.lines().enumerate().filter_map(|(number, line)| {
        let (variant, name) = line.trim().split_once(" => \"")?;
        let name = name.strip_suffix("\",")?;
        let is_variant = variant.chars().all(char::is_alphanumeric);
        is_variant.then_some((number + 1, variant, name))
    })
}

/// The lines of a file that are tests.
fn test_text(is_test: bool, text: &str, source: &Source) -> String {
    if is_test {
        return text.into();
    }
    let lines = text.lines().zip(source.test_lines());
    lines
        .filter(|(_, is_test)| *is_test)
        .flat_map(|(line, _)| [line, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "reasons! {\n    /// A.\n    BadDigest => \"bad_digest\",\n    Timeout => \"timeout\",\n}\n";

    fn unmet(path: &str, text: &str) -> Vec<Option<usize>> {
        let found = check(&Tree::of(&[(REASONS, TABLE), (path, text)]));
        found.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_reason_that_no_test_meets_is_listed() {
        let both = [Some(3), Some(4)];
        assert_eq!(unmet("protocol/src/a.rs", "Reason::Timeout"), both);
        assert_eq!(unmet("tests/a.rs", "Reason::TimeoutOfAnother"), both);
        assert_eq!(unmet("expected/a.yaml", "# the timeout\n"), both);
    }

    #[test]
    fn a_reason_is_met_in_tests_and_expected_files() {
        let rest = [Some(3)];
        assert_eq!(unmet("tests/a.rs", "(Reason::Timeout)"), rest);
        assert_eq!(unmet("protocol/tests/a.rs", "x == \"timeout\""), rest);
        let inline = "#[cfg(test)]\nmod tests {\n    Reason::Timeout;\n}\n";
        assert_eq!(unmet("protocol/src/a.rs", inline), rest);
        let clause = "never: [{event: refused, reason: \"timeout\"}]\n";
        assert_eq!(unmet("expected/a.yaml", clause), rest);
    }

    #[test]
    fn a_table_that_cannot_be_read_is_a_problem() {
        assert_eq!(check(&Tree::of(&[(REASONS, "enum Reason {}")])).len(), 1);
        assert_eq!(check(&Tree::of(&[])), []);
    }
}
