//! The grid as a table for people, and its place in `README.md`.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::cell::{Cell, FAILURES, Position, TRIGGERS};
use super::grid::{Grid, Status};
use super::impossible::{Line, Reason, cells};

/// The line before the table.
const BEGIN: &str = "<!-- coverage: `cargo xtask coverage` writes what follows -->\n";
/// The line after it.
const END: &str = "<!-- end of coverage -->\n";

/// Rows of triggers, columns of failures, a letter for each position: `h`, `m` or `t` where it is
/// covered, `·` where it cannot be, `?` where it is not.
pub(crate) fn table(grid: &Grid) -> String {
    let heading = |name: &str| format!(" {} |", name.replace('_', "_<br>"));
    let mut table = format!("|{}", heading(""));
    table.extend(FAILURES.iter().map(|name| heading(name)));
    table.push_str("\n| --- |");
    table.push_str(&" --- |".repeat(FAILURES.len()));
    for &trigger in TRIGGERS.iter() {
        table.push_str(&format!("\n| {trigger} |"));
        for &failure in FAILURES.iter() {
            let letters = Position::ALL.map(|position| {
                let cell = Cell {
                    trigger,
                    failure,
                    position,
                };
                match grid.status(cell) {
                    Status::Covered(_) => position.letter(),
                    Status::Impossible(_) => '·',
                    Status::NoScenario => '?',
                }
            });
            table.push_str(&format!(" {} |", String::from_iter(letters)));
        }
    }
    table.push('\n');
    table
}

/// Why cells cannot be covered, folded away: an entry for each reason, with what it rules out.
pub(crate) fn reasons(lines: &[Line]) -> String {
    let count = cells(lines).len();
    let mut text = format!("<details>\n<summary>Why {count} cells cannot be covered</summary>\n\n");
    let mut entries: Vec<(&Reason, Vec<&Line>)> = Vec::new();
    for line in lines {
        match entries
            .iter_mut()
            .find(|(reason, _)| **reason == line.reason)
        {
            Some((_, same)) => same.push(line),
            None => entries.push((&line.reason, vec![line])),
        }
    }
    for (Reason { rule, why }, lines) in entries {
        let failures = listed(
            "any failure",
            &FAILURES,
            lines.iter().flat_map(|line| &line.failures),
        );
        let triggers = listed(
            "any trigger",
            &TRIGGERS,
            lines.iter().flat_map(|line| &line.triggers),
        );
        let anchor = rule.to_lowercase();
        text.push_str(&format!(
            "- {failures} at {triggers}: {why} ([{rule}](docs/protocol.md#{anchor}))\n"
        ));
    }
    text.push_str("\n</details>\n");
    text
}

/// Different names, in the order of `all`, or the word for all of them.
fn listed<'a>(
    any: &str,
    all: &[&'static str],
    names: impl Iterator<Item = &'a &'static str>,
) -> String {
    let names: BTreeSet<&str> = names.copied().collect();
    if names.len() == all.len() {
        return any.to_owned();
    }
    let is_listed = |name: &&&str| names.contains(**name);
    let listed: Vec<&str> = all.iter().filter(is_listed).copied().collect();
    listed.join(", ")
}

/// The document with this text between the two lines that mark its place.
///
/// # Errors
/// The marks are not there.
pub(crate) fn with_text(readme: &str, text: &str) -> anyhow::Result<String> {
    let marked = || format!("no table between `{}` and `{}`", BEGIN.trim(), END.trim());
    let (before, rest) = readme.split_once(BEGIN).with_context(marked)?;
    let (_, after) = rest.split_once(END).with_context(marked)?;
    Ok(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}
