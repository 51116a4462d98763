//! What code and messages cite exists: every rule (`P4.3`) in the manual of the protocol, every
//! document in the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::tree::Tree;

/// Where the rules live. A rule's anchor is a line that opens with its number, in whatever dress of
/// Markdown.
const RULES: &str = "docs/protocol.md";
/// This room plants citations in its tests.
const EXEMPT: &str = "xtask/";

/// Checks rules, then documents.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = rules(tree);
    found.extend(documents(tree));
    found
}

fn rules(tree: &Tree) -> Vec<Finding> {
    let Some(manual) = tree.text(RULES) else {
        let message = "missing, so that no citation of a rule is checked";
        return vec![Finding::note(RULES, None, message)];
    };
    let anchors: BTreeSet<&str> = manual.lines().filter_map(anchor).collect();
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        let is_read = [".rs", ".conf", ".yaml", ".md"]
            .iter()
            .any(|ending| path.ends_with(ending));
        if !is_read || path.starts_with(EXEMPT) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            for rule in cited(line).filter(|rule| !anchors.contains(rule)) {
                let message = format!("rule {rule} has no anchor in {RULES}");
                found.push(Finding::problem(path, Some(number + 1), message));
            }
        }
    }
    found
}

/// The rule that a line of the manual opens, if it opens one.
fn anchor(line: &str) -> Option<&str> {
    let mut rest = line.trim_start_matches(|letter: char| "#-*_|>[ ".contains(letter));
    while let Some(tag) = rest.strip_prefix('<') {
        rest = tag.split_once('>')?.1.trim_start();
    }
    let rest = rest.trim_start_matches(['*', '_', '[', ' ']);
    let first = cited(rest).next()?;
    rest.starts_with(first).then_some(first)
}

/// The rules that a line names: a `P`, a number, perhaps a point and a number, as a word of its own.
fn cited(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('P').filter_map(|(at, _)| {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        let chapter = digits(&line[at + 1..]);
        let mut end = at + 1 + chapter;
        if let Some(rest) = line[end..].strip_prefix('.')
            && digits(rest) > 0
        {
            end += 1 + digits(rest);
        }
        let after = line[end..].chars().next();
        let is_word = !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        (chapter > 0 && is_word).then(|| &line[at..end])
    })
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Documents that comments cite and nobody can open: one note for each, at its first place.
fn documents(tree: &Tree) -> Vec<Finding> {
    let mut missing: BTreeMap<&str, (&str, usize, usize)> = BTreeMap::new();
    for (path, _, source) in tree.rust().filter(|(path, ..)| !path.starts_with(EXEMPT)) {
        for (number, line) in source.comments.lines().enumerate() {
            let words = line
                .split(|letter: char| !(letter.is_ascii_alphanumeric() || "_-./".contains(letter)));
            for word in words.map(|word| word.trim_end_matches('.')) {
                let stem = word
                    .strip_suffix(".md")
                    .or_else(|| word.strip_suffix(".txt"));
                if stem.is_some_and(|stem| !stem.is_empty()) && !tree.has(word) {
                    let place = missing.entry(word).or_insert((path, number + 1, 0));
                    place.2 += 1;
                }
            }
        }
    }
    missing
        .into_iter()
        .map(|(document, (path, line, times))| {
            let message = format!("cites `{document}`, which is not here ({times} times in all)");
            Finding::note(path, Some(line), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;

    const MANUAL: &str = "## P4 The failure-free case\n- **P4.3** A replica\n\
                          <a id=\"p11.10\"></a>**P11.10** Last, unlike P4.3\n### P5.2\n";

    fn problems(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(RULES, MANUAL), (path, text)]))
            .into_iter()
            .filter(|finding| finding.severity == Severity::Problem)
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn a_rule_with_an_anchor_passes() {
        let text = "//! P4, P4.3 and (P5.2); P11.10. P2P, MAP7, P, `P_1`\n";
        assert_eq!(problems("protocol/src/a.rs", text), Vec::<String>::new());
    }

    #[test]
    fn a_rule_without_one_is_found_in_comment_text_and_scenario() {
        let expected = "rule P9.9 has no anchor in docs/protocol.md";
        for (path, text) in [
            ("protocol/src/a.rs", "/// P9.9\n"),
            ("harness/src/a.rs", "\"breaks P9.9.\"\n"),
            ("scenarios/a.conf", "# see P9.9\n"),
        ] {
            assert_eq!(problems(path, text), [format!("{path}:1: {expected}")]);
        }
        assert_eq!(
            problems("xtask/src/a.rs", "/// P9.9\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_mention_within_a_line_of_the_manual_is_no_anchor() {
        let found = rules(&Tree::of(&[(RULES, "- **P1.1** is like P1.2.\n")]));
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn without_the_manual_there_is_but_a_note() {
        let found = check(&Tree::of(&[("protocol/src/a.rs", "// P1.1")]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Note);
    }

    #[test]
    fn a_document_that_nobody_can_open_is_noted_once() {
        let text =
            "//! GONE.md P4, docs/protocol.md, protocol.md.\n// GONE.md\nlet x = \"a.md\";\n";
        let found = check(&Tree::of(&[(RULES, MANUAL), ("tests/a.rs", text)]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].to_string(),
            "tests/a.rs:1: cites `GONE.md`, which is not here (2 times in all)"
        );
    }
}
