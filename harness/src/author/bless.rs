//! `bcr bless`: expected files that follow what scenarios now come to, clause by clause.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::path::Path;

use crate::author::yaml::Clause;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::expectation::{self, ClauseKey, ClauseName, Expectation, FileKey, Section};
use crate::tell::whole;

/// The key of the clauses that hold in the canonical run alone.
const CANONICAL: &str = FileKey::Canonical.as_str();

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
    // A byte order mark is no part of the text that places refer to.
    if let Some(present) = present.strip_prefix('\u{feff}') {
        let text = revised(present, broken, always, canonical)?;
        return Ok(format!("\u{feff}{text}"));
    }
    let sections = expectation::sections(present);
    if broken.is_empty() && !sections.iter().any(|it| is_about_outcome(&it.key)) {
        let text = new_file(present, always, canonical);
        read_back(&text)?;
        return Ok(text);
    }
    let mut edits = Vec::new();
    let mut moved = String::new();
    for section in &sections {
        if section.key == CANONICAL {
            for below in &section.sections {
                let is_broken = broken.contains(&format!("{CANONICAL}.{}", below.key));
                let of_first =
                    recorded(canonical, &below.key).or_else(|| recorded(always, &below.key));
                if let Some(clause) = of_first.filter(|_| is_broken) {
                    edits.push(Edit::of(below, clause)?);
                }
            }
        } else if broken.contains(&section.key) {
            if let Some(clause) = recorded(always, &section.key) {
                edits.push(Edit::of(section, clause)?);
            } else if let Some(clause) = recorded(canonical, &section.key) {
                moved.push_str(clause);
                edits.push(Edit::of(section, "")?);
            }
        }
    }
    let mut behind = String::new();
    // A request that stays open breaks the clause also where the file does not have it.
    let unanswered = ClauseKey::Unanswered.as_str();
    if broken.contains(unanswered) && !sections.iter().any(|it| it.key == unanswered) {
        match recorded(always, unanswered) {
            Some(clause) => behind.push_str(clause),
            None => moved.extend(recorded(canonical, unanswered)),
        }
    }
    if !moved.is_empty() {
        match sections.iter().find(|it| it.key == CANONICAL) {
            Some(section) => edits.push(Edit::first_below(present, section, &moved)?),
            None => behind.push_str(&canonical_block(&moved)),
        }
    }
    let mut text = edited(present, edits);
    if !behind.is_empty() && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&behind);
    if present.contains("\r\n") {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    check(&text, broken, &[always, canonical].concat())?;
    Ok(text)
}

/// What comes in place of some lines.
struct Edit {
    lines: Range<usize>,
    text: String,
}

impl Edit {
    /// The clause in place of a section.
    fn of(section: &Section, clause: &str) -> Result<Self, String> {
        let lines = section.lines.clone();
        Ok(Self {
            lines: lines.ok_or_else(|| no_lines(&section.key))?,
            text: indented_by(section.indent, clause),
        })
    }

    /// Further clauses below a section, before those that are there.
    fn first_below(text: &str, section: &Section, clauses: &str) -> Result<Self, String> {
        let first = section.sections.first().filter(|it| it.lines.is_some());
        let place = first.zip(section.lines.clone()).and_then(|(first, lines)| {
            let head = text[lines.clone()].find('\n')?;
            Some((lines.start + head + 1, first.indent))
        });
        let (at, indent) = place.ok_or_else(|| no_lines(&section.key))?;
        Ok(Self {
            lines: at..at,
            text: indented_by(indent, clauses),
        })
    }
}

fn no_lines(key: &str) -> String {
    format!("`{key}` shares its lines with others")
}

/// The text after edits, of which no two touch the same lines.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.lines.start, edit.lines.end));
    let mut result = String::new();
    let mut done = 0;
    for edit in edits {
        result.push_str(&text[done..edit.lines.start]);
        result.push_str(&edit.text);
        done = edit.lines.end;
    }
    result + &text[done..]
}

/// Whether the new text is an expected file with every clause that was to be replaced.
fn check(text: &str, broken: &BTreeSet<String>, clauses: &[Clause]) -> Result<(), String> {
    let expectation = read_back(text)?;
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

/// What a text says that is to be written.
fn read_back(text: &str) -> Result<Expectation, String> {
    let reading = expectation::read(&SourceFile::new("", text));
    reading.expectation.ok_or_else(|| {
        let mistake = reading.diagnostics.into_iter().find(Diagnostic::is_error);
        let what = mistake.map_or_else(String::new, |mistake| mistake.message);
        format!("what would be written is no expected file: {what}")
    })
}

fn recorded<'c>(clauses: &'c [Clause], key: &str) -> Option<&'c str> {
    let clause = clauses.iter().find(|clause| clause.key == key)?;
    Some(&clause.text)
}

/// Whether a key says what comes of a run, and not only what is excused or how it runs.
fn is_about_outcome(key: &str) -> bool {
    key == CANONICAL || key.parse().is_ok_and(|key: ClauseKey| !key.is_excuse())
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

fn canonical_block(clauses: &str) -> String {
    format!("{CANONICAL}:\n{}", indented_by(2, clauses))
}

/// Writes an expected file in one step, once it is read back: a reader sees the old one or the new one.
///
/// # Errors
/// Why the text is no expected file, or what the file system says.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    read_back(text).map_err(|why| {
        let path = path.display();
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{path} is not written: {why}"),
        )
    })?;
    whole::write(path, text)
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
    fn every_byte_of_what_is_not_replaced_stays() {
        let clause = |key, text: &str| Clause {
            key,
            text: text.to_owned(),
        };
        let always = [clause("final", "final: {k: new}\n")];
        let canonical = [clause("results", "results: {0: [y]}\n")];
        let broken = ["final", "results", "canonical.final"].map(str::to_owned);
        let broken = broken.into();
        let present = "\u{feff}---\n'final': {\n  k: 'a\n\n    # b'}  # old\n# one\nresults:\n  0:\n  - x\n \ncanonical: # two\n\
                       # three\n    final:\n      k: v\n  # four\n   \n    completed_within_ms: {0: 5}\n    # five\n...\n# end";
        let expected = "\u{feff}---\nfinal: {k: new}\n# one\n \ncanonical: # two\n    results: {0: [y]}\n\
                        # three\n    final: {k: new}\n  # four\n   \n    completed_within_ms: {0: 5}\n    # five\n...\n# end";
        assert_eq!(
            revised(present, &broken, &always, &canonical).as_deref(),
            Ok(expected)
        );
        let windows = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(
            revised(&windows(present), &broken, &always, &canonical),
            Ok(windows(expected))
        );
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "looks for a file that must not be there"
    )]
    fn what_would_be_no_expected_file_is_refused() {
        let always = [Clause {
            key: "final",
            text: "final: {k: new}\n".to_owned(),
        }];
        let broken = ["final".to_owned()].into();
        for present in [
            "{final: {k: old}, schedules: 3}\n",
            "{\nfinal: {k: old}\n}\n",
            "final: &x {k: old}\nfinal_any_of: [*x]\n",
            "? final\n: {k: old}\n",
        ] {
            let result = revised(present, &broken, &always, &[]);
            assert!(result.is_err(), "{present}: {result:?}");
        }
        for excuse in ["{schedules: 3}\n", "schedules: 3\n...\n"] {
            let result = revised(excuse, &BTreeSet::new(), &always, &[]);
            assert!(result.is_err(), "{excuse}: {result:?}");
        }
        let said = "{final: {k: v}}\n";
        let result = revised(said, &BTreeSet::new(), &always, &[]);
        assert_eq!(result.as_deref(), Ok(said), "nothing is broken");
        let path = std::env::temp_dir().join("bcr-no-expected-file.yaml");
        let error = write(&path, "final: [\n").expect_err("it is no YAML");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(!path.exists());
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
