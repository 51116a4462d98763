//! The grid as a table for people, and its place in `README.md`.

use anyhow::Context as _;

use super::cell::{Cell, FAILURES, Position, TRIGGERS};
use super::grid::{Grid, Status};

/// The line before the table.
const BEGIN: &str = "<!-- coverage: `cargo xtask coverage` writes what follows -->\n";
/// The line after it.
const END: &str = "<!-- end of coverage -->\n";

/// Rows of triggers, columns of failures, a letter for each position: `h`, `m` or `t` where it is
/// covered, `·` where it cannot be, `?` where it is not.
pub(crate) fn table(grid: &Grid) -> String {
    let heading = |name: &str| format!(" {} |", name.replace('_', "_<br>"));
    let mut table = format!("|{}", heading(""));
    table.extend(FAILURES.map(heading));
    table.push_str("\n| --- |");
    table.push_str(&" --- |".repeat(FAILURES.len()));
    for trigger in TRIGGERS {
        table.push_str(&format!("\n| {trigger} |"));
        for failure in FAILURES {
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

/// The document with this table between the two lines that mark its place.
///
/// # Errors
/// The marks are not there.
pub(crate) fn with_table(readme: &str, table: &str) -> anyhow::Result<String> {
    let marked = || format!("no table between `{}` and `{}`", BEGIN.trim(), END.trim());
    let (before, rest) = readme.split_once(BEGIN).with_context(marked)?;
    let (_, after) = rest.split_once(END).with_context(marked)?;
    Ok(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}
