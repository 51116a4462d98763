//! The end of a run of several scenarios: a table with those that did not pass first, and how to see
//! each again.

use std::fmt::Write as _;

use bcr_language::words::counted;

use crate::command::run::tally::Tally;
use crate::command::show::verdict_in;
use crate::diagnostic::{Colour, visible};
use crate::outcome::Verdict;
use crate::tell;
use crate::tell::result::{Ending, FolderTally, ScenarioResult, sum_of_points};

/// How much of a reason is shown.
const REASON_MAX: usize = 72;

/// The table: failed scenarios with reason and replay, then a line for each folder, then the total.
/// For one scenario the total alone.
pub(in crate::command) fn table(
    results: &[ScenarioResult],
    wall_ms: f64,
    colour: Colour,
) -> String {
    let mut to = String::new();
    if results.len() > 1 {
        push_failed(&mut to, results, colour);
        push_folders(&mut to, results);
    }
    if let Some((earned, of)) = sum_of_points(results.iter().map(ScenarioResult::points)) {
        let _infallible = writeln!(to, "points: {earned} of {of}{}", uncounted(results));
    }
    let seconds = wall_ms / 1000.0;
    let _infallible = writeln!(to, "{} in {seconds:.1} s", Tally::of(results));
    to
}

fn push_failed(to: &mut String, results: &[ScenarioResult], colour: Colour) {
    let failed: Vec<&ScenarioResult> = results.iter().filter(|of| !of.is_fine()).collect();
    if failed.is_empty() {
        return;
    }
    to.push_str("\ndid not pass:\n");
    for result in failed {
        let verdict = verdict_in(result.verdict().unwrap_or(Verdict::Invalid), colour);
        let (reason, replay) = match &result.ending {
            Ending::Examined(examined) => {
                let outcome = &examined.account.outcome;
                (tell::first_reason(outcome), Some(&outcome.replay))
            }
            Ending::Invalid(invalid) => (invalid.first_error(), None),
            Ending::Error(reason) | Ending::Ignored(reason) => (reason.clone(), None),
        };
        let _infallible = writeln!(
            to,
            "  {verdict} {}: {}",
            visible::line(&result.file.name),
            visible::line(&shortened(&reason))
        );
        if let Some(replay) = replay {
            let _infallible = writeln!(to, "           {}", visible::line(replay));
        }
    }
}

/// The first line of a reason, as far as it has room.
fn shortened(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    if line.len() == reason.len() && line.chars().count() <= REASON_MAX {
        return line.to_owned();
    }
    let start: String = line.chars().take(REASON_MAX).collect();
    format!("{start} …")
}

/// Stands for the folder of scenarios that lie in none.
const NO_FOLDER: &str = ".";

fn push_folders(to: &mut String, results: &[ScenarioResult]) {
    let folders = FolderTally::by_folder(results);
    let width = folders.keys().map(|name| name.chars().count()).max();
    let width = width.unwrap_or(0).max(NO_FOLDER.len());
    to.push_str("\npassed:\n");
    for (name, folder) in &folders {
        let name = visible::line(if name.is_empty() { NO_FOLDER } else { name });
        let ignored = match folder.ignored {
            0 => String::new(),
            count => format!(", {count} ignored"),
        };
        let points = match folder.points {
            None => String::new(),
            Some((earned, of)) => format!(", {earned} of {}", counted(of, "point")),
        };
        let _infallible = writeln!(
            to,
            "  {name:<width$}  {:>3} of {:>3}  {:>5} {:<9}  {:>6.2} s{ignored}{points}",
            folder.passed,
            folder.judged,
            folder.schedules,
            if folder.schedules == 1 {
                "schedule"
            } else {
                "schedules"
            },
            folder.wall_ms / 1000.0
        );
    }
}

/// Scenarios that cannot be run have no clauses to count.
fn uncounted(results: &[ScenarioResult]) -> String {
    let is_invalid = |result: &&ScenarioResult| result.verdict() == Some(Verdict::Invalid);
    match results.iter().filter(is_invalid).count() {
        0 => String::new(),
        count => format!(" ({count} invalid, not counted)"),
    }
}
