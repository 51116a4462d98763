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

/// Reads lines `trigger | failure | positions | rule | why`. Of several reasons for a cell the first
/// stands.
///
/// # Errors
/// A line has another form, names what the grid does not know, or says nothing that the lines before
/// it have not said; the error names the line.
pub(crate) fn read(text: &str) -> anyhow::Result<BTreeMap<Cell, Reason>> {
    let mut reasons = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let said = reasons.len();
        read_line(line, &mut reasons).with_context(|| format!("line {}: {line}", number + 1))?;
        if reasons.len() == said {
            bail!("line {}: {line}: said before", number + 1);
        }
    }
    Ok(reasons)
}

fn read_line(line: &str, reasons: &mut BTreeMap<Cell, Reason>) -> anyhow::Result<()> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [trigger, failure, positions, rule, why] = parts[..] else {
        bail!("not `trigger | failure | positions | rule | why`");
    };
    let triggers = named(&TRIGGERS, trigger)?;
    let failures = named(&FAILURES, failure)?;
    let positions = read_positions(positions)?;
    let is_named = |cell: &Cell| {
        triggers.contains(&cell.trigger)
            && failures.contains(&cell.failure)
            && positions.contains(&cell.position)
    };
    for cell in Cell::all().filter(is_named) {
        reasons.entry(cell).or_insert_with(|| Reason {
            rule: rule.to_owned(),
            why: why.to_owned(),
        });
    }
    Ok(())
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
        let reasons = read(text).expect("no mistake");
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
        for reason in read(TEXT).expect("no mistake").values() {
            let anchor = format!("<a id=\"{}\">", reason.rule.to_lowercase());
            assert!(manual.contains(&anchor), "{} is no rule", reason.rule);
        }
    }
}
