//! Two versions of an expected file, line by line, below the clauses that the lines belong to.

use crate::diagnostic::{Colour, visible};

/// Beyond so many pairs of lines the old lines are shown as a whole, then the new ones.
const PAIRS_MAX: usize = 4_000_000;

/// The lines that go (`- `) and those that come (`+ `), in their order, those that stay left out.
#[must_use]
pub(crate) fn difference(present: &str, proposed: &str, colour: Colour) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (present.lines().collect(), proposed.lines().collect());
    let mut text = String::new();
    for change in changes(&old, &new) {
        let (sign, line, paint) = match change {
            Change::Stays => continue,
            Change::Goes(line) => ('-', line, "\u{1b}[31m"),
            Change::Comes(line) => ('+', line, "\u{1b}[32m"),
        };
        let line = visible::line(line);
        text.push_str(&match colour {
            Colour::None => format!("  {sign} {line}\n"),
            Colour::Ansi => format!("  {paint}{sign} {line}\u{1b}[0m\n"),
        });
    }
    text
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change<'t> {
    Stays,
    Goes(&'t str),
    Comes(&'t str),
}

/// A shortest way from the old lines to the new ones.
fn changes<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Change<'t>> {
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        let gone = old.iter().map(|line| Change::Goes(line));
        return gone
            .chain(new.iter().map(|line| Change::Comes(line)))
            .collect();
    }
    // How many lines `old[i..]` and `new[j..]` have in common.
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for (i, line) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            common[i][j] = if line == other {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut way = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            way.push(Change::Stays);
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            way.push(Change::Goes(old[i]));
            i += 1;
        } else {
            way.push(Change::Comes(new[j]));
            j += 1;
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_shown_in_its_order() {
        let old = "final: {a: b}\n# why\nreconfigurations: 1\nconvicted: {}\n";
        let new = "final: {a: c}\n# why\nreconfigurations: 1\nquorums: {}\n";
        assert_eq!(
            difference(old, new, Colour::None),
            "  - final: {a: b}\n  + final: {a: c}\n  - convicted: {}\n  + quorums: {}\n"
        );
        assert_eq!(difference(old, old, Colour::None), "");
        assert_eq!(
            difference("", "a\n", Colour::Ansi),
            "  \u{1b}[32m+ a\u{1b}[0m\n"
        );
    }

    #[test]
    fn a_line_that_stands_twice_is_not_taken_for_the_other() {
        assert_eq!(difference("a\na\n", "a\n", Colour::None), "  - a\n");
    }
}
