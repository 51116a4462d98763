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
/// comments included, stays as it is. A broken clause that has nothing recorded is left alone.
#[must_use]
pub fn revised(
    present: &str,
    broken: &BTreeSet<String>,
    always: &[Clause],
    canonical: &[Clause],
) -> String {
    let mut text = String::new();
    for block in blocks(present) {
        let key = key_of(&block);
        let replacement = match key {
            Some("canonical") if broken.iter().any(|clause| clause.starts_with("canonical.")) => {
                (!canonical.is_empty()).then(|| canonical_block(canonical))
            }
            Some(key) if broken.contains(key) => always
                .iter()
                .find(|clause| clause.key == key)
                .map(|clause| clause.text.clone()),
            _ => None,
        };
        text.push_str(&replacement.unwrap_or(block));
    }
    text
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
    let lines = canonical.iter().flat_map(|clause| clause.text.lines());
    let indented: String = lines.map(|line| format!("  {line}\n")).collect();
    format!("canonical:\n{indented}")
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
