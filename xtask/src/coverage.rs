//! `cargo xtask coverage`: which trigger, failure and position the suite covers, from what was really
//! applied with effect in its runs.
//!
//! The runs are those of the canonical schedule. In the others each configured failure must be applied
//! with effect as well, or the scenario does not pass, unless its expected file excuses it.

mod cell;
mod grid;
mod impossible;
mod readme;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::cargo;
use cell::Cell;
use grid::Grid;

/// What to do with the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Writes the table into `README.md`.
    Write,
    /// Writes nothing, and fails when the table is stale or a cell is empty that need not be.
    Check,
    /// Prints every cell as JSON.
    Json,
}

impl Mode {
    /// The mode that an argument asks for.
    pub(crate) fn of(arguments: &[std::ffi::OsString]) -> Option<Self> {
        match arguments {
            [] => Some(Self::Write),
            [flag] if flag == "--check" => Some(Self::Check),
            [flag] if flag == "--json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Runs the suite, does what `mode` says, and returns whether all is well. A cell that is called
/// impossible and covered is not, in any mode.
///
/// # Errors
/// Cargo cannot be started, or says what cannot be read; a scenario does not pass; `README.md` has no
/// place for the table.
pub(crate) fn run(root: &Path, mode: Mode) -> anyhow::Result<bool> {
    let lines = impossible::read(impossible::TEXT)
        .context("cannot read xtask/src/coverage/impossible.txt")?;
    let grid = measure(root, &lines)?;
    if mode == Mode::Json {
        println!("{}", grid.json());
        return Ok(grid.contradicted().is_empty());
    }
    let path = root.join("README.md");
    let old = fs::read_to_string(&path).context("cannot read README.md")?;
    let text = format!("{}\n{}", readme::table(&grid), readme::reasons(&lines));
    let new = readme::with_text(&old, &text)?;
    let is_stale = old != new;
    if mode == Mode::Write && is_stale {
        fs::write(&path, &new).context("cannot write README.md")?;
    }
    let mut problems = problems(&grid);
    if mode == Mode::Check && is_stale {
        problems.push("the table in README.md is stale; `cargo xtask coverage` writes it".into());
    }
    for problem in &problems {
        println!("{problem}");
    }
    let (covered, impossible, empty) = grid.counts();
    println!(
        "coverage: {covered} cells covered, {impossible} impossible, {empty} without scenario"
    );
    Ok(match mode {
        Mode::Check => problems.is_empty(),
        Mode::Write | Mode::Json => grid.contradicted().is_empty(),
    })
}

/// What is wrong with the suite, or with the list of impossible cells.
fn problems(grid: &Grid) -> Vec<String> {
    let empty = grid.empty();
    let empty = empty
        .iter()
        .map(|cell: &Cell| format!("{cell}: no scenario"));
    let contradicted = grid.contradicted();
    let contradicted = contradicted.iter().map(|cell| {
        format!("{cell}: called impossible in xtask/src/coverage/impossible.txt, and covered")
    });
    empty.chain(contradicted).collect()
}

/// The grid of the scenarios below `scenarios`, in the canonical schedule.
fn measure(root: &Path, impossible: &[impossible::Line]) -> anyhow::Result<Grid> {
    let mut grid = Grid::new(impossible::cells(impossible));
    let output = cargo::command(&["bcr", "run", "scenarios", "--schedules", "0"])
        .args(["--format", "json"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo does not start")?;
    let documents = String::from_utf8(output.stdout).context("`cargo bcr` prints no UTF-8")?;
    if documents.is_empty() {
        bail!("`cargo bcr run scenarios` printed nothing");
    }
    for document in documents.lines() {
        grid.add(document)?;
    }
    match grid.not_passed() {
        [] => Ok(grid),
        [first, others @ ..] => bail!(
            "{first} and {} others do not pass: what the suite covers shows once it does",
            others.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::cell::{FAILURES, TRIGGERS};
    use super::*;

    /// A document with these failures: replica, trigger, failure, status, effect.
    fn document(
        name: &str,
        verdict: &str,
        t: u64,
        failures: &[(u64, &str, &str, &str, bool)],
    ) -> String {
        let failures: Vec<_> = failures
            .iter()
            .map(|(replica, trigger, failure, status, effect)| {
                serde_json::json!({
                    "configuration": 0, "replica": replica, "trigger": trigger,
                    "failure": failure, "status": status, "effect": effect,
                })
            })
            .collect();
        let parameters = serde_json::json!({ "t": t });
        serde_json::json!({
            "scenario": name, "verdict": verdict, "parameters": parameters, "failures": failures,
        })
        .to_string()
    }

    /// Some failures that cover and some that do not, and what is impossible.
    fn example() -> Grid {
        let text = "forwarded_request | * | middle tail | P5.2 | the head alone\n\
                    shuttle | increment_slot | middle tail | P4.2 | the head alone\n";
        let impossible = impossible::read(text).expect("no mistake");
        let mut grid = Grid::new(impossible::cells(&impossible));
        let drop = ("shuttle(0,0)", "drop()", "applied", true);
        let of = |replica, (trigger, failure, status, effect)| {
            (replica, trigger, failure, status, effect)
        };
        for document in [
            document("a/head", "pass", 1, &[of(0, drop)]),
            document("a/heads", "pass", 2, &[of(0, drop), of(4, drop)]),
            document(
                "a/middle",
                "pass",
                2,
                &[of(
                    3,
                    ("client_request( 0, 1 )", "sleep(9)", "applied", true),
                )],
            ),
            // None of these covers anything.
            document(
                "b/alone",
                "pass",
                0,
                &[of(0, ("shuttle(0,0)", "crash()", "applied", true))],
            ),
            document(
                "b/armed",
                "pass",
                1,
                &[of(0, ("shuttle(0,0)", "omit_send()", "armed", false))],
            ),
            document(
                "b/failed",
                "fail",
                1,
                &[of(0, ("shuttle(0,0)", "crash()", "applied", true))],
            ),
            document("b/invalid", "invalid", 1, &[]),
            document(
                "b/vain",
                "pass",
                1,
                &[of(0, ("shuttle(0,0)", "extra_op()", "applied", false))],
            ),
        ] {
            grid.add(&document).expect("a document");
        }
        grid
    }

    #[test]
    fn what_was_applied_with_effect_in_a_passing_run_is_covered() {
        let grid = example();
        let table = readme::table(&grid);
        let row = |name: &str| {
            let start = format!("| {name} |");
            table
                .lines()
                .find_map(|line| line.strip_prefix(&start))
                .expect("a row")
        };
        let missing = " ??? |";
        assert_eq!(
            row("shuttle"),
            [
                missing, missing, missing, missing, missing, missing, " h?t |", " ?·· |", missing,
                missing, missing, missing, missing,
            ]
            .concat()
        );
        assert_eq!(
            row("client_request"),
            [&missing.repeat(5), " ?m? |", &missing.repeat(7)].concat()
        );
        assert_eq!(row("forwarded_request"), " ?·· |".repeat(13));
        assert_eq!(row("catch_up"), missing.repeat(13));
        assert_eq!(table.lines().count(), 2 + TRIGGERS.len());
        let head = "|  | change_<br>operation | change_<br>result |";
        assert!(table.starts_with(head), "{table}");
        assert_eq!(grid.counts(), (3, 28, 390 - 31));
        assert_eq!(grid.not_passed(), ["b/failed", "b/invalid"]);
    }

    #[test]
    fn each_reason_names_its_rule_and_what_it_rules_out() {
        let text = "forwarded_request | * | middle tail | P5.2 | to the head alone\n\
                    * | drop_checkpt_stmts | head | P8.2 | the head sends none\n\
                    shuttle | truncate_history | tail | P7.1 | too late\n\
                    catch_up | truncate_history | tail | P7.1 | too late\n";
        assert_eq!(
            readme::reasons(&impossible::read(text).expect("no mistake")),
            "<details>\n<summary>Why 38 cells cannot be covered</summary>\n\n\
             - any failure at forwarded_request: to the head alone ([P5.2](docs/protocol.md#p5.2))\n\
             - drop_checkpt_stmts at any trigger: the head sends none ([P8.2](docs/protocol.md#p8.2))\n\
             - truncate_history at shuttle, catch_up: too late ([P7.1](docs/protocol.md#p7.1))\n\
             \n</details>\n"
        );
    }

    #[test]
    fn empty_cells_are_problems_and_so_are_impossible_ones_that_are_covered() {
        let mut grid = example();
        let problem = "forwarded_request × crash × tail: called impossible in \
                       xtask/src/coverage/impossible.txt, and covered";
        assert!(problems(&grid).contains(&"shuttle × drop × middle: no scenario".to_owned()));
        assert!(!problems(&grid).contains(&problem.to_owned()));
        assert_eq!(problems(&grid).len(), 359);
        let covers = [(2, "forwarded_request(0,0)", "crash()", "applied", true)];
        grid.add(&document("a/tail", "pass", 1, &covers))
            .expect("a document");
        assert!(problems(&grid).contains(&problem.to_owned()));
        assert_eq!(grid.counts(), (4, 27, 359));
    }

    #[test]
    fn what_the_grid_does_not_know_is_an_error() {
        let mut grid = example();
        let failures = [(0, "shuttle(0,0)", "explode()", "armed", false)];
        let unknown = grid
            .add(&document("a/b", "pass", 1, &failures))
            .expect_err("unknown");
        assert!(format!("{unknown:#}").starts_with("a/b: the grid knows no `explode`"));
        assert!(grid.add("pass").is_err());
        assert!(grid.add(r#"{"scenario": "a", "verdict": "pass"}"#).is_err());
    }

    #[test]
    fn the_json_says_of_each_cell_who_covers_it_or_why_nobody_can() {
        let document = example().json();
        let cells = document["cells"].as_array().expect("a list");
        assert_eq!(cells.len(), TRIGGERS.len() * FAILURES.len() * 3);
        let of = |trigger: &str, failure: &str, position: &str| {
            cells
                .iter()
                .find(|cell| {
                    cell["trigger"] == trigger
                        && cell["failure"] == failure
                        && cell["position"] == position
                })
                .expect("a cell")
        };
        assert_eq!(
            of("shuttle", "drop", "head")["scenarios"],
            serde_json::json!(["a/head", "a/heads"])
        );
        let impossible = of("shuttle", "increment_slot", "tail");
        assert_eq!(
            (&impossible["status"], &impossible["rule"]),
            (&"impossible".into(), &"P4.2".into())
        );
        assert_eq!(of("catch_up", "crash", "middle")["status"], "no_scenario");
    }

    #[test]
    fn the_table_takes_the_place_of_the_old_one_and_of_nothing_else() {
        let grid = example();
        let table = readme::table(&grid);
        let old = "# A\n<!-- coverage: `cargo xtask coverage` writes what follows -->\nold\n\
                   <!-- end of coverage -->\n## B\n";
        let new = readme::with_text(old, &table).expect("marks");
        assert!(new.starts_with("# A\n<!-- coverage"));
        assert!(new.ends_with("|\n\n<!-- end of coverage -->\n## B\n"));
        assert!(new.contains(&table) && !new.contains("old"));
        assert_eq!(readme::with_text(&new, &table).expect("marks"), new);
        assert!(readme::with_text("# A\n", &table).is_err());
    }
}
