//! What came of a scenario, in words for a terminal: one rendering, for the command and for tests.

mod ablation;

use std::fmt::Write as _;

use crate::cases::case::{InvalidCase, Remarks};
use crate::diagnostic::{Colour, Severity};
use crate::outcome::{ClauseStatus, FailureStatus, Outcome, Verdict};
use crate::suite::examine::Examination;

/// How many unanswered requests and how many waiting processes are named.
const NAMED_MAX: usize = 20;

/// The remarks at least as severe as `least`, as rustc would print them.
#[must_use]
pub fn remarks(remarks: &[Remarks], least: Severity, colour: Colour) -> String {
    let mut text = String::new();
    for Remarks {
        source,
        diagnostics,
    } in remarks
    {
        for diagnostic in diagnostics.iter().filter(|found| found.severity >= least) {
            text.push_str(&diagnostic.human(source, colour));
            text.push('\n');
        }
    }
    text
}

/// Why a scenario cannot be run.
#[must_use]
pub fn invalid(case: &InvalidCase, colour: Colour) -> String {
    remarks(&case.remarks, Severity::Warning, colour)
}

/// Why a scenario did not pass: what broke, where the logs are, how to see it again.
///
/// Empty where it passed.
#[must_use]
pub fn explanation(examination: &Examination) -> String {
    let outcome = &examination.outcome;
    if outcome.verdict == Verdict::Pass {
        return String::new();
    }
    let mut text = String::new();
    push_schedules(&mut text, outcome);
    push_clauses(&mut text, outcome);
    push_invariants(&mut text, outcome);
    push_failures(&mut text, outcome);
    push_budget(&mut text, outcome);
    push_lines(&mut text, &examination.story);
    push_lines(&mut text, &examination.clients);
    push_lines(&mut text, &examination.difference);
    push_lines(&mut text, &examination.log_lines);
    push_waiting(&mut text, examination);
    if let Some(logs) = &examination.logs {
        line(&mut text, &format!("logs: {}", logs.display()));
    }
    if let Some(report) = &examination.report {
        line(&mut text, &format!("report: {}", report.display()));
    }
    line(&mut text, &format!("replay: {}", outcome.replay));
    text
}

/// What happened in a run, whether or not it passed: failures without effect, then its story.
///
/// Empty but for the former where nobody asked for a story.
#[must_use]
pub fn story(examination: &Examination) -> String {
    let mut text = String::new();
    push_failures(&mut text, &examination.outcome);
    push_lines(&mut text, &examination.story);
    push_lines(&mut text, &examination.clients);
    text
}

/// What each failure of a run did, where that was found out; else empty.
#[must_use]
pub fn ablation(examination: &Examination) -> String {
    let mut text = String::new();
    if let Some(found) = &examination.outcome.ablation {
        push_lines(&mut text, &ablation::ablation(found));
    }
    text
}

fn push_schedules(text: &mut String, outcome: &Outcome) {
    let failed: Vec<u64> = outcome
        .schedules
        .iter()
        .filter(|schedule| schedule.verdict != Verdict::Pass)
        .map(|schedule| schedule.seed)
        .collect();
    let (count, all) = (failed.len(), outcome.schedules.len());
    if all > 1 {
        let plural = if count == 1 { "" } else { "s" };
        let seeds = ranges(&failed);
        line(
            text,
            &format!("{count} of {all} schedules did not pass: seed{plural} {seeds}"),
        );
    }
}

/// Ascending numbers, neighbours joined: `3, 17–40`.
fn ranges(numbers: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let runs = runs.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    runs.collect::<Vec<_>>().join(", ")
}

fn push_clauses(text: &mut String, outcome: &Outcome) {
    for clause in outcome
        .clauses
        .iter()
        .filter(|clause| clause.status == ClauseStatus::Broken)
    {
        let event = clause
            .event
            .map(|event| format!(" (event {event})"))
            .unwrap_or_default();
        line(
            text,
            &format!("clause {} broke{event}: {}", clause.clause, clause.detail),
        );
    }
}

fn push_invariants(text: &mut String, outcome: &Outcome) {
    for invariant in &outcome.invariants {
        let event = invariant
            .event
            .map(|event| format!(" (event {event})"))
            .unwrap_or_default();
        let (name, detail) = (&invariant.name, &invariant.detail);
        match invariant.held {
            Some(true) => {}
            Some(false) => line(text, &format!("invariant {name} broke{event}: {detail}")),
            None => line(text, &format!("invariant {name} was not decided: {detail}")),
        }
    }
}

/// Failures that did not happen, or changed nothing (P9.5).
fn push_failures(text: &mut String, outcome: &Outcome) {
    for failure in &outcome.failures {
        let fate = match (failure.status, failure.effect) {
            (FailureStatus::Applied, true) => continue,
            (FailureStatus::Applied, false) => "applied without effect",
            (FailureStatus::Armed, _) => "armed and never applied",
            (FailureStatus::NotTriggered, _) => "not triggered",
        };
        let why = if failure.note.is_empty() {
            String::new()
        } else {
            format!(": {}", failure.note)
        };
        line(
            text,
            &format!("{} (line {}) {fate}{why}", failure.name(), failure.line),
        );
    }
}

fn push_budget(text: &mut String, outcome: &Outcome) {
    for budget in outcome
        .budget
        .iter()
        .filter(|budget| budget.faulty.len() > budget.t as usize)
    {
        let faulty: Vec<String> = budget.faulty.iter().map(ToString::to_string).collect();
        line(
            text,
            &format!(
                "configuration {} has {} faulty replicas ({}) and tolerates {}: nothing is promised",
                budget.configuration,
                budget.faulty.len(),
                faulty.join(", "),
                budget.t
            ),
        );
    }
}

fn push_waiting(text: &mut String, examination: &Examination) {
    let waiting = &examination.waiting;
    for sentence in waiting.iter().take(NAMED_MAX) {
        line(text, sentence);
    }
    if waiting.len() > NAMED_MAX {
        line(text, &format!("and {} more", waiting.len() - NAMED_MAX));
    }
}

fn push_lines(text: &mut String, lines: &str) {
    for content in lines.lines() {
        line(text, content);
    }
}

/// Adds a line; further lines of a longer detail are indented below it.
fn line(text: &mut String, content: &str) {
    let indented = content.replace('\n', "\n    ");
    let _infallible = writeln!(text, "  {indented}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_seeds_are_a_range() {
        let forty: Vec<u64> = std::iter::once(3).chain(17..=40).collect();
        assert_eq!(ranges(&forty), "3, 17–40");
        assert_eq!(ranges(&[0, 1, 4, 5, 6]), "0, 1, 4–6");
        assert_eq!(ranges(&[u64::MAX]), u64::MAX.to_string());
        assert_eq!(ranges(&[]), "");
    }
}
