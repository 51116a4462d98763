//! `bcr bless`: expected files that follow what scenarios now come to, clause by clause.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::author::yaml::Clause;

/// The expected file for clauses that hold in every schedule and those of the canonical one alone.
#[must_use]
pub fn new_file(always: &[Clause], canonical: &[Clause]) -> String {
    let mut text: String = always.iter().map(|clause| clause.text.as_str()).collect();
    if !canonical.is_empty() {
        text.push_str(&canonical_block(canonical));
    }
    text
}

/// The expected file with the clauses in `broken` replaced by what was recorded; every other line,
/// comments included, stays as it is. A clause that no longer is the same in every schedule moves
/// below `canonical`; one of which nothing is recorded is left alone.
#[must_use]
pub fn revised(
    present: &str,
    broken: &BTreeSet<String>,
    always: &[Clause],
    canonical: &[Clause],
) -> String {
    let recorded = |clauses: &[Clause], key: &str| {
        clauses
            .iter()
            .find(|clause| clause.key == key)
            .map(|clause| clause.text.clone())
    };
    let mut moved = String::new();
    let mut text = String::new();
    for block in blocks(present) {
        let replacement = match key_of(&block) {
            Some("canonical") => {
                let inner = |key: &str| {
                    let is_broken = broken.contains(&format!("canonical.{key}"));
                    let of_first = recorded(canonical, key).or_else(|| recorded(always, key));
                    of_first.filter(|_| is_broken)
                };
                Some(revised_canonical(&block, inner))
            }
            Some(key) if broken.contains(key) => match recorded(always, key) {
                Some(clause) => Some(clause),
                None => recorded(canonical, key).map(|clause| {
                    moved.push_str(&clause);
                    String::new()
                }),
            },
            _ => None,
        };
        text.push_str(&replacement.unwrap_or(block));
    }
    if moved.is_empty() {
        return text;
    }
    let has_canonical = blocks(&text)
        .iter()
        .any(|block| key_of(block) == Some("canonical"));
    if has_canonical {
        text.replace("canonical:\n", &format!("canonical:\n{}", indented(&moved)))
    } else {
        format!("{text}canonical:\n{}", indented(&moved))
    }
}

/// The block of canonical clauses, each replaced where `replacement` has another text for its key.
fn revised_canonical(block: &str, replacement: impl Fn(&str) -> Option<String>) -> String {
    let Some((head, body)) = block.split_once('\n') else {
        return block.to_owned();
    };
    let outdented: String = body
        .split_inclusive('\n')
        .map(|line| line.strip_prefix("  ").unwrap_or(line))
        .collect();
    let clauses = blocks(&outdented).into_iter().map(|clause| {
        let other = key_of(&clause).and_then(&replacement);
        indented(&other.unwrap_or(clause))
    });
    format!("{head}\n{}", clauses.collect::<String>())
}

fn indented(text: &str) -> String {
    let indent = |line: &str| {
        if line.trim().is_empty() {
            line.to_owned()
        } else {
            format!("  {line}")
        }
    };
    text.split_inclusive('\n').map(indent).collect()
}

/// Writes a file in one step: a reader sees the old one or the new one.
///
/// # Errors
/// What the file system says.
pub fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("yaml.new");
    fs::write(&beside, text)?;
    fs::rename(beside, path)
}

fn canonical_block(canonical: &[Clause]) -> String {
    let clauses: String = canonical
        .iter()
        .map(|clause| clause.text.as_str())
        .collect();
    format!("canonical:\n{}", indented(&clauses))
}

/// The text in pieces that begin with a top-level key or a line that belongs to none.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let continues = line.starts_with([' ', '\t']) || line.starts_with("- ");
        match blocks.last_mut() {
            Some(block) if continues && key_of(block).is_some() => block.push_str(line),
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks
}

fn key_of(block: &str) -> Option<&str> {
    let (key, _) = block.split_once(':')?;
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_word.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_clauses_are_replaced_and_everything_else_stays() {
        let present = "# why\nfinal:\n  # inner\n  k: old\nreconfigurations: 1   # one\n\ncanonical:\n  results: {0: [x]}\n";
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let always = [
            clause("final", "final: {k: new}\n"),
            clause("reconfigurations", "reconfigurations: 2\n"),
        ];
        let canonical = [clause("results", "results: {0: [y]}\n")];
        let broken = ["final", "canonical.results"].map(str::to_owned).into();
        assert_eq!(
            revised(present, &broken, &always, &canonical),
            "# why\nfinal: {k: new}\nreconfigurations: 1   # one\n\ncanonical:\n  results: {0: [y]}\n"
        );
    }

    #[test]
    fn a_clause_that_differs_between_schedules_moves_below_canonical() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let canonical = [clause("results", "results: {0: [y]}\n")];
        let broken = ["results".to_owned()].into();
        assert_eq!(
            revised(
                "results: {0: [x]}\nreconfigurations: 0\n",
                &broken,
                &[],
                &canonical
            ),
            "reconfigurations: 0\ncanonical:\n  results: {0: [y]}\n"
        );
        let present = "results: {0: [x]}\ncanonical:\n  completed_within_ms: {0: 5}   # why\n";
        assert_eq!(
            revised(present, &broken, &[], &canonical),
            "canonical:\n  results: {0: [y]}\n  completed_within_ms: {0: 5}   # why\n"
        );
    }

    #[test]
    fn a_canonical_clause_is_replaced_alone() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let always = [clause("final", "final: {k: new}\n")];
        let present = "canonical:\n  completed_within_ms: {0: 5}\n  final: {k: old}\n";
        let broken = ["canonical.final".to_owned()].into();
        assert_eq!(
            revised(present, &broken, &always, &[]),
            "canonical:\n  completed_within_ms: {0: 5}\n  final: {k: new}\n"
        );
    }

    #[test]
    fn a_new_file_has_the_canonical_clauses_below_a_key_of_their_own() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let text = new_file(
            &[clause("final", "final: {}\n")],
            &[clause("results", "results:\n  0: [x]\n")],
        );
        assert_eq!(text, "final: {}\ncanonical:\n  results:\n    0: [x]\n");
    }
}
