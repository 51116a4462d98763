//! `bcr bless`: expected files that follow what scenarios now come to, clause by clause.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::author::yaml::Clause;
use crate::diagnostic::SourceFile;
use crate::expectation::{self, ClauseKey, ClauseName};

/// The expected file for clauses that hold in all runs and those of the canonical one alone, behind its
/// `beginning`, which may be empty.
#[must_use]
pub(crate) fn new_file(beginning: &str, always: &[Clause], canonical: &[Clause]) -> String {
    let mut text = beginning.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(always.iter().map(|clause| clause.text.as_str()));
    if !canonical.is_empty() {
        let clauses = canonical.iter().map(|clause| clause.text.as_str());
        text.push_str(&canonical_block(&clauses.collect::<String>()));
    }
    text
}

/// The expected file `present` with the clauses in `broken` replaced by what was recorded; every other line,
/// comments included, stays as it is. A clause in which runs do not agree any more moves below `canonical`;
/// one of which nothing is recorded is left alone. A file that says nothing that could be recorded gets all
/// of it behind what it says.
///
/// # Errors
/// Why the file cannot be revised clause by clause: its layout is one that only a person should change.
pub(crate) fn revised(
    present: &str,
    broken: &BTreeSet<String>,
    always: &[Clause],
    canonical: &[Clause],
) -> Result<String, String> {
    let blocks = blocks(present);
    if broken.is_empty()
        && !blocks
            .iter()
            .any(|block| key_of(block).is_some_and(is_about_outcome))
    {
        return Ok(new_file(present, always, canonical));
    }
    let mut moved = String::new();
    let mut text = String::new();
    for block in &blocks {
        let replacement = match key_of(block) {
            Some("canonical") => {
                let inner = |key: &str| {
                    let is_broken = broken.contains(&format!("canonical.{key}"));
                    let of_first = recorded(canonical, key).or_else(|| recorded(always, key));
                    of_first.filter(|_| is_broken)
                };
                Some(revised_canonical(block, inner))
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
        text.push_str(replacement.as_deref().unwrap_or(block));
    }
    // A request that stays open breaks the clause also where the file does not have it.
    if broken.contains("unanswered") && !blocks.iter().any(|b| key_of(b) == Some("unanswered")) {
        match recorded(always, "unanswered") {
            Some(clause) => text.push_str(&clause),
            None => moved.extend(recorded(canonical, "unanswered")),
        }
    }
    if !moved.is_empty() {
        text = with_canonical(&text, &moved);
    }
    if present.contains("\r\n") {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    check(&text, broken, &[always, canonical].concat())?;
    Ok(text)
}

/// Whether every clause that was to be replaced is in the new text, and the text is an expected file.
fn check(text: &str, broken: &BTreeSet<String>, clauses: &[Clause]) -> Result<(), String> {
    let reading = expectation::read(&SourceFile::new("", text));
    let Some(expectation) = reading.expectation else {
        return Err("its layout cannot be revised line by line".to_owned());
    };
    let lost = broken.iter().find(|name| {
        name.parse().is_ok_and(|ClauseName { key, .. }| {
            recorded(clauses, key.as_str()).is_some()
                && expectation.span_of(key.into()).is_none()
                && expectation.span_of(ClauseName::canonical(key)).is_none()
        })
    });
    match lost {
        Some(name) => Err(format!("`{name}` cannot be replaced line by line")),
        None => Ok(()),
    }
}

fn recorded(clauses: &[Clause], key: &str) -> Option<String> {
    let clause = clauses.iter().find(|clause| clause.key == key)?;
    Some(clause.text.clone())
}

/// Whether a key says what comes of a run, and not only what is excused or how it runs.
fn is_about_outcome(key: &str) -> bool {
    key == "canonical" || ClauseKey::named(key).is_some_and(|key| !key.is_excuse())
}

/// The text with further clauses below `canonical`, first there.
fn with_canonical(text: &str, clauses: &str) -> String {
    let mut has_it = false;
    let mut result = String::new();
    for block in blocks(text) {
        match block.split_once('\n') {
            Some((head, body)) if key_of(&block) == Some("canonical") => {
                has_it = true;
                result.push_str(&format!("{head}\n{}{body}", indented(clauses)));
            }
            _ => result.push_str(&block),
        }
    }
    if !has_it {
        result.push_str(&canonical_block(clauses));
    }
    result
}

/// The block of canonical clauses, each replaced where `replacement` has another text for its key.
fn revised_canonical(block: &str, replacement: impl Fn(&str) -> Option<String>) -> String {
    let Some((head, body)) = block.split_once('\n') else {
        return block.to_owned();
    };
    let indent = body.len() - body.trim_start_matches(' ').len();
    let outdented: String = body
        .split_inclusive('\n')
        .map(|line| &line[indent.min(line.len() - line.trim_start_matches(' ').len())..])
        .collect();
    let clauses = blocks(&outdented).into_iter().map(|clause| {
        let other = key_of(&clause).and_then(&replacement);
        indented_by(indent, &other.unwrap_or(clause))
    });
    format!("{head}\n{}", clauses.collect::<String>())
}

fn indented(text: &str) -> String {
    indented_by(2, text)
}

fn indented_by(blanks: usize, text: &str) -> String {
    let indent = |line: &str| {
        if line.trim().is_empty() {
            line.to_owned()
        } else {
            format!("{:blanks$}{line}", "")
        }
    };
    text.split_inclusive('\n').map(indent).collect()
}

/// Writes a file in one step: a reader sees the old one or the new one.
///
/// # Errors
/// What the file system says.
pub(crate) fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Hidden, and of this process alone: nobody takes it for an expected file.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written
}

fn canonical_block(clauses: &str) -> String {
    format!("canonical:\n{}", indented(clauses))
}

/// The text in pieces: a top-level key with its value, comments within it included, or a line that belongs
/// to none.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    // Comments and blank lines, of which the next line decides whose they are.
    let mut pending: Vec<&str> = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() || line.starts_with('#') {
            pending.push(line);
            continue;
        }
        let continues = line.starts_with([' ', '\t', '}', ']']) || line.starts_with("- ");
        match blocks.last_mut() {
            Some(block) if continues && key_of(block).is_some() => {
                block.extend(pending.drain(..));
                block.push_str(line);
            }
            _ => {
                blocks.extend(pending.drain(..).map(str::to_owned));
                blocks.push(line.to_owned());
            }
        }
    }
    blocks.extend(pending.into_iter().map(str::to_owned));
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
            revised(present, &broken, &always, &canonical).expect("plain layout"),
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
            )
            .expect("plain layout"),
            "reconfigurations: 0\ncanonical:\n  results: {0: [y]}\n"
        );
        let present = "results: {0: [x]}\ncanonical:\n  completed_within_ms: {0: 5}   # why\n";
        assert_eq!(
            revised(present, &broken, &[], &canonical).expect("plain layout"),
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
            revised(present, &broken, &always, &[]).expect("plain layout"),
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
            "# why",
            &[clause("final", "final: {}\n")],
            &[clause("results", "results:\n  0: [x]\n")],
        );
        assert_eq!(
            text,
            "# why\nfinal: {}\ncanonical:\n  results:\n    0: [x]\n"
        );
    }

    #[test]
    fn comments_within_a_value_belong_to_it_and_others_stay() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let always = [clause("final", "final: {k: new}\n")];
        let broken = ["final".to_owned()].into();
        let present =
            "final:\n  a: b\n# about c\n\n  c: d\n# about the next\nreconfigurations: 1\n# end\n";
        assert_eq!(
            revised(present, &broken, &always, &[]).expect("plain layout"),
            "final: {k: new}\n# about the next\nreconfigurations: 1\n# end\n"
        );
        let flow = "final: {\n  k: old,\n}\nschedules: 3\n";
        assert_eq!(
            revised(flow, &broken, &always, &[]).expect("plain layout"),
            "final: {k: new}\nschedules: 3\n"
        );
    }

    #[test]
    fn a_layout_for_which_lines_do_not_do_is_left_to_its_author() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let canonical = [clause("results", "results: {0: [y]}\n")];
        let broken = ["results".to_owned()].into();
        let present = "results: {0: [x]}\ncanonical: {reconfigurations: 1}\n";
        assert!(revised(present, &broken, &[], &canonical).is_err());
    }

    #[test]
    fn a_file_that_says_nothing_of_the_outcome_gets_all_of_it() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let always = [clause("final", "final: {k: new}\n")];
        let excuse = "# why\nno_effect: [\"failures[0,1] shuttle(0,0), drop()\"]\n";
        assert_eq!(
            revised(excuse, &BTreeSet::new(), &always, &[]).expect("plain layout"),
            format!("{excuse}final: {{k: new}}\n")
        );
    }
}
