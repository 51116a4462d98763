//! The cells that no run can cover, each with its rule and the reason, read from `impossible.txt`.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};

use super::cell::{Cell, FAILURES, Position, TRIGGERS, known};

/// The file that says so, as it was when this program was built.
pub(crate) const TEXT: &str = include_str!("impossible.txt");

/// Why a cell cannot be covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// The rule's number in `docs/protocol.md`.
    pub(crate) rule: String,
    pub(crate) why: String,
}

/// One line of the file: every cell of these triggers, failures and positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) triggers: Vec<&'static str>,
    pub(crate) failures: Vec<&'static str>,
    pub(crate) positions: Vec<Position>,
    pub(crate) reason: Reason,
}

/// Reads lines `trigger | failure | positions | rule | why`.
///
/// # Errors
/// A line has another form, names what the grid does not know, or says nothing that the lines before
/// it have not said; the error names the line.
pub(crate) fn read(text: &str) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut said = 0;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = || format!("line {}: {line}", number + 1);
        lines.push(read_line(line).with_context(place)?);
        let now_said = cells(&lines).len();
        if now_said == said {
            bail!("{}: said before", place());
        }
        said = now_said;
    }
    Ok(lines)
}

/// The cells that the lines name. Of several reasons for a cell the first stands.
pub(crate) fn cells(lines: &[Line]) -> BTreeMap<Cell, Reason> {
    let mut reasons = BTreeMap::new();
    for line in lines {
        for cell in Cell::all().filter(|cell| line.names(*cell)) {
            reasons.entry(cell).or_insert_with(|| line.reason.clone());
        }
    }
    reasons
}

impl Line {
    fn names(&self, cell: Cell) -> bool {
        self.triggers.contains(&cell.trigger)
            && self.failures.contains(&cell.failure)
            && self.positions.contains(&cell.position)
    }
}

fn read_line(line: &str) -> anyhow::Result<Line> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [trigger, failure, positions, rule, why] = parts[..] else {
        bail!("not `trigger | failure | positions | rule | why`");
    };
    Ok(Line {
        triggers: named(&TRIGGERS, trigger)?,
        failures: named(&FAILURES, failure)?,
        positions: read_positions(positions)?,
        reason: Reason {
            rule: rule.to_owned(),
            why: why.to_owned(),
        },
    })
}

fn named(names: &[&'static str], text: &str) -> anyhow::Result<Vec<&'static str>> {
    if text == "*" {
        return Ok(names.to_vec());
    }
    Ok(vec![known(names, text)?])
}

fn read_positions(text: &str) -> anyhow::Result<Vec<Position>> {
    if text == "*" {
        return Ok(Position::ALL.to_vec());
    }
    text.split_whitespace()
        .map(|name| {
            Position::ALL
                .into_iter()
                .find(|position| position.name() == name)
                .with_context(|| format!("no position `{name}`"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        format!("{:#}", read(text).expect_err("a mistake"))
    }

    #[test]
    fn a_star_stands_for_all_and_the_first_reason_stands() {
        let text = "# why\n\nshuttle | drop | head tail | P1 | a\nshuttle | * | * | P2 | b\n";
        let reasons = cells(&read(text).expect("no mistake"));
        assert_eq!(reasons.len(), 39);
        let rules = |failure: &'static str| {
            Position::ALL.map(|position| {
                let trigger = "shuttle";
                let cell = Cell {
                    trigger,
                    failure,
                    position,
                };
                reasons[&cell].rule.clone()
            })
        };
        assert_eq!(rules("drop"), ["P1", "P2", "P1"]);
        assert_eq!(rules("crash"), ["P2", "P2", "P2"]);
    }

    #[test]
    fn mistakes_are_located() {
        let known = "the grid knows no `crahs`";
        let crahs = error("\nshuttle | crahs | head | P1 | a");
        assert!(
            crahs.starts_with("line 2: ") && crahs.contains(known),
            "{crahs}"
        );
        let front = error("shuttle | crash | front | P1 | a");
        assert!(front.ends_with("no position `front`"), "{front}");
        let short = error("shuttle | crash | head");
        assert!(short.contains("not `trigger | failure"), "{short}");
        let twice = error("* | crash | head | P1 | a\nshuttle | crash | head | P2 | b");
        assert!(
            twice.starts_with("line 2") && twice.ends_with("said before"),
            "{twice}"
        );
    }

    #[test]
    fn every_rule_that_the_file_cites_is_in_the_manual() {
        let manual = include_str!("../../../docs/protocol.md");
        for Line { reason, .. } in read(TEXT).expect("no mistake") {
            let anchor = format!("<a id=\"{}\">", reason.rule.to_lowercase());
            assert!(manual.contains(&anchor), "{} is no rule", reason.rule);
        }
    }
}
