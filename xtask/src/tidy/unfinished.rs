//! Nothing is left half done: no stub, no test that is switched off, no wish without a condition.

use super::finding::Finding;
use super::source::lines_with_word;
use super::tree::Tree;

/// Pieces of code, and what to do instead.
const CODE: [(&str, &str); 4] = [
    ("todo!(", "a stub"),
    ("unimplemented!(", "a stub"),
    (
        "#[ignore",
        "a test that does not run; assert what happens today, and say so",
    ),
    (
        "#[should_panic",
        "names no cause; test the error as a value",
    ),
];

/// Looks at the code and the comments of Rust files, and at the comments of other files.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, _, source) in tree.rust() {
        for (number, line) in source.code.lines().enumerate() {
            for (piece, why) in CODE.iter().filter(|(piece, _)| line.contains(piece)) {
                let message = format!("`{piece}`: {why}");
                found.push(Finding::problem(path, Some(number + 1), message));
            }
        }
        found.extend(wishes(path, &source.comments));
    }
    let has_comments = |path: &str| {
        let endings = [".conf", ".toml", ".yaml", ".yml"];
        endings.iter().any(|ending| path.ends_with(ending)) || path.starts_with(".ci/")
    };
    for (path, text) in tree.files().filter(|(path, _)| has_comments(path)) {
        let blank_others = |line| if is_comment(line) { line } else { "" };
        let comments: Vec<&str> = text.lines().map(blank_others).collect();
        found.extend(wishes(path, &comments.join("\n")));
    }
    found
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Wishes in comments; a word between backticks is only spoken about.
fn wishes(path: &str, comments: &str) -> Vec<Finding> {
    let spoken: Vec<String> = comments
        .lines()
        .map(|line| line.split('`').step_by(2).collect())
        .collect();
    let spoken = spoken.join("\n");
    let mut found = Vec::new();
    for line in lines_with_word(&spoken, "FIXME") {
        found.push(Finding::problem(
            path,
            Some(line),
            "`FIXME`: mend it before it lands",
        ));
    }
    for line in lines_with_word(&spoken, "TODO") {
        let text = spoken.lines().nth(line - 1).unwrap_or_default();
        if !text.split("TODO").skip(1).all(has_condition) {
            let message = "`TODO` names the condition for its removal: `TODO(once …): …`";
            found.push(Finding::problem(path, Some(line), message));
        }
    }
    found
}

/// Whether what follows the word is a condition in parentheses.
fn has_condition(rest: &str) -> bool {
    rest.strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .is_some_and(|(condition, _)| condition.split_whitespace().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<Option<usize>> {
        let found = check(&Tree::of(&[(path, text)]));
        found.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn stubs_and_switched_off_tests_are_found() {
        let code = "fn a() {\n    todo!()\n}\n#[ignore = \"slow\"]\n#[should_panic]\n";
        assert_eq!(lines("a.rs", code), [Some(2), Some(4), Some(5)]);
        assert_eq!(lines("a.rs", "// todo!()\nlet x = \"#[ignore]\";\n"), []);
    }

    #[test]
    fn a_wish_without_a_condition_is_found() {
        assert_eq!(lines("a.rs", "x // TODO: later\n"), [Some(1)]);
        assert_eq!(lines("a.rs", "/// TODO(me): later\n"), [Some(1)]);
        assert_eq!(lines("a.conf", "t = 1\n  # TODO later\n"), [Some(2)]);
        assert_eq!(lines("a.rs", "// FIXME(once it rains): x\n"), [Some(1)]);
    }

    #[test]
    fn a_wish_with_one_passes() {
        assert_eq!(lines("a.rs", "// TODO(once b is out): use it\n"), []);
        assert_eq!(lines("a.rs", "// `TODO` and `FIXME` as words\n"), []);
        assert_eq!(lines("a.conf", "x = TODO\n"), []);
    }
}
