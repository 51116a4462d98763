//! What there is to say of a run that did not pass, passage by passage.

use std::fmt::{self, Write as _};
use std::path::Path;

use bcr_language::words::counted;

use crate::diagnostic::visible;
use crate::outcome::{
    Budget, ClauseOutcome, ClauseStatus, FailureOutcome, FailureStatus, InvariantOutcome, Outcome,
    ScheduleVerdict, Verdict,
};
use crate::tell::result::Account;

/// How many waiting processes are named.
const NAMED_MAX: usize = 20;

/// One thing to say: a line, or a line and what is indented below it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Passage<'a> {
    /// Which of several schedules did not pass.
    Schedules(&'a [ScheduleVerdict]),
    /// A clause that broke.
    Clause(&'a ClauseOutcome),
    /// An invariant that broke or was not decided.
    Invariant(&'a InvariantOutcome),
    /// A failure that did not happen, or changed nothing (P9.5).
    Failure(&'a FailureOutcome),
    /// A configuration with more faulty replicas than it tolerates.
    Budget(&'a Budget),
    /// A line of what is told from the events of the run.
    Told(&'a str),
    /// Why the run could not be finished, or decides less than it would otherwise.
    Reason(&'a str),
    /// What somebody was waiting for.
    Waiting(&'a str),
    /// How many more were waiting.
    MoreWaiting(usize),
    /// Where the logs are.
    Logs(&'a Path),
    /// Where the page is.
    Report(&'a Path),
    /// The command that repeats the run.
    Replay(&'a str),
}

/// Why a scenario did not pass: what broke, where the logs are, how to see it again. Nothing where it
/// passed.
pub(crate) fn passages(account: &Account) -> Vec<Passage<'_>> {
    let outcome = &account.outcome;
    if outcome.verdict == Verdict::Pass {
        return Vec::new();
    }
    let mut passages = Vec::new();
    if outcome.schedules.len() > 1 {
        passages.push(Passage::Schedules(&outcome.schedules));
    }
    passages.extend(outcome.reason.as_deref().map(Passage::Reason));
    // What did not come to its end has not come to what is expected of it: that is no news.
    if outcome.verdict != Verdict::Error {
        let clauses = outcome.clauses.iter();
        let broken = clauses.filter(|clause| clause.status == ClauseStatus::Broken);
        passages.extend(broken.map(Passage::Clause));
        let invariants = outcome.invariants.iter();
        let open = invariants.filter(|invariant| invariant.held != Some(true));
        passages.extend(open.map(Passage::Invariant));
        passages.extend(idle_failures(outcome));
    }
    let budgets = outcome.budget.iter();
    let exceeded = budgets.filter(|budget| budget.faulty.len() > budget.t as usize);
    passages.extend(exceeded.map(Passage::Budget));
    for told in [
        &account.story,
        &account.clients,
        &account.difference,
        &account.log_lines,
    ] {
        passages.extend(told.lines().map(Passage::Told));
    }
    let waiting = account.waiting.iter().take(NAMED_MAX);
    passages.extend(waiting.map(|sentence| Passage::Waiting(sentence)));
    if account.waiting.len() > NAMED_MAX {
        passages.push(Passage::MoreWaiting(account.waiting.len() - NAMED_MAX));
    }
    passages.extend(account.logs.as_deref().map(Passage::Logs));
    passages.extend(account.report.as_deref().map(Passage::Report));
    passages.push(Passage::Replay(&outcome.replay));
    passages
}

/// What happened in a run, whether or not it passed: failures without effect, then its story.
pub(super) fn passages_of_story(account: &Account) -> Vec<Passage<'_>> {
    let told = [&account.story, &account.clients];
    let told = told.into_iter().flat_map(|told| told.lines());
    idle_failures(&account.outcome)
        .chain(told.map(Passage::Told))
        .collect()
}

/// Failures that did not happen, or changed nothing (P9.5).
fn idle_failures(outcome: &Outcome) -> impl Iterator<Item = Passage<'_>> {
    let is_idle = |of: &&FailureOutcome| (of.status, of.effect) != (FailureStatus::Applied, true);
    outcome
        .failures
        .iter()
        .filter(is_idle)
        .map(Passage::Failure)
}

/// On one line, whatever is quoted in it.
impl fmt::Display for Passage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        f.write_str(&visible::line(&text))
    }
}

impl Passage<'_> {
    fn write(&self, f: &mut String) -> fmt::Result {
        match *self {
            Self::Schedules(schedules) => write_schedules(f, schedules),
            Self::Clause(clause) => {
                write!(f, "clause {} broke", clause.clause)?;
                write_event(f, clause.event)?;
                write!(f, ": {}", clause.detail)
            }
            Self::Invariant(invariant) => {
                write!(f, "invariant {} ", invariant.name)?;
                if invariant.held.is_some() {
                    f.write_str("broke")?;
                    write_event(f, invariant.event)?;
                } else {
                    f.write_str("was not decided")?;
                }
                write!(f, ": {}", invariant.detail)
            }
            Self::Failure(failure) => write_failure(f, failure),
            Self::Budget(budget) => {
                let faulty = budget.faulty.iter();
                let faulty: Vec<String> = faulty.map(ToString::to_string).collect();
                write!(
                    f,
                    "configuration {} has {} ({}) and tolerates {}: nothing is promised",
                    budget.configuration,
                    counted(budget.faulty.len(), "faulty replica"),
                    faulty.join(", "),
                    budget.t
                )
            }
            Self::Reason(line) => f.write_str(&visible::line(line)),
            Self::Told(line) | Self::Waiting(line) => f.write_str(line),
            Self::MoreWaiting(count) => write!(f, "and {count} more"),
            Self::Logs(path) => write!(f, "logs: {}", path.display()),
            Self::Report(path) => write!(f, "report: {}", path.display()),
            Self::Replay(command) => write!(f, "replay: {command}"),
        }
    }
}

fn write_schedules(f: &mut String, schedules: &[ScheduleVerdict]) -> fmt::Result {
    let failed = schedules.iter();
    let failed = failed.filter(|schedule| schedule.verdict != Verdict::Pass);
    let failed: Vec<u64> = failed.map(|schedule| schedule.seed).collect();
    let (count, all) = (failed.len(), schedules.len());
    let (all, seeds) = (counted(all, "schedule"), ranges(&failed));
    let seed = if count == 1 { "seed" } else { "seeds" };
    write!(f, "{count} of {all} did not pass: {seed} {seeds}")
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

fn write_event(f: &mut String, event: Option<u64>) -> fmt::Result {
    match event {
        Some(event) => write!(f, " (event {event})"),
        None => Ok(()),
    }
}

fn write_failure(f: &mut String, failure: &FailureOutcome) -> fmt::Result {
    let fate = match (failure.status, failure.effect) {
        (FailureStatus::Applied, true) => "applied",
        (FailureStatus::Applied, false) => "applied without effect",
        (FailureStatus::Armed, _) => "armed and never applied",
        (FailureStatus::NotTriggered, _) => "not triggered",
    };
    write!(
        f,
        "{} (line {}) {fate}",
        failure.configured, failure.configured.line
    )?;
    if failure.note.is_empty() {
        Ok(())
    } else {
        write!(f, ": {}", failure.note)
    }
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
