//! What happened in a run, told in a few sentences: from the failures over who noticed and what came
//! of it to the event that broke a clause or an invariant.
//!
//! Told from typed events and the outcome alone; the same run gives the same words.
//!
//! Source: docs/running.md.

mod candidates;
mod chain;
mod clients;
mod difference;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use bcr_language::words::counted;

use crate::diagnostic::visible;
use crate::expectation::ClauseKey;
use crate::outcome::{ClauseStatus, Outcome};
use crate::tell::log;
use crate::tell::words::{Weight, sentence, words};
use crate::trace::{Record, Trace, TraceEvent};

use self::chain::{Line, chain};

pub(crate) use self::clients::clients;
pub(crate) use self::difference::difference;

/// How many events are told at most; the least telling ones go first.
const LINES_MAX: usize = 12;
/// How many characters of a line of a log are shown.
const LOG_LINE_MAX: usize = 160;

/// A story, event by event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Story {
    /// What it is the story of.
    pub(crate) title: String,
    /// The events, in the order of time.
    pub(crate) lines: Vec<ToldEvent>,
    /// How many less telling events are left out.
    pub(crate) left_out: usize,
}

/// An event in a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToldEvent {
    /// Its number in the trace.
    pub(crate) n: u64,
    /// When, who and what, in words.
    pub(crate) text: String,
}

/// The story of a run as text: a title, then one event a line.
#[must_use]
pub(crate) fn story(outcome: &Outcome, trace: &Trace) -> String {
    let told = tell(outcome, trace);
    let mut text = told.title;
    for line in &told.lines {
        text.push('\n');
        text.push_str(&visible::line(&line.text));
    }
    if told.left_out > 0 {
        let verb = if told.left_out == 1 { "is" } else { "are" };
        let events = counted(told.left_out, "less telling event");
        text.push_str(&format!("\n{events} {verb} left out"));
    }
    text
}

/// The story of a run. It ends at the event that broke a clause or an invariant first, if there is one.
#[must_use]
pub(crate) fn tell(outcome: &Outcome, trace: &Trace) -> Story {
    let (broken, mut lines) = told(outcome, trace);
    let title = match &broken {
        None => "what happened:".to_owned(),
        Some(Broken { name, event: None }) => format!("what happened, and {name} broke:"),
        Some(Broken { name, .. }) => format!("what happened until {name} broke:"),
    };
    let left_out = shorten(&mut lines);
    let lines = lines.into_iter().map(|line| ToldEvent {
        n: line.n,
        text: line.text,
    });
    Story {
        title,
        lines: lines.collect(),
        left_out,
    }
}

/// What broke first, and every telling event up to there.
fn told(outcome: &Outcome, trace: &Trace) -> (Option<Broken>, Vec<Line>) {
    let broken = first_broken(outcome, trace);
    let end = broken.as_ref().and_then(|broken| broken.event);
    let end = end.and_then(|end| usize::try_from(end).ok());
    let records = end.and_then(|end| trace.records.get(..=end));
    let mut lines = chain(records.unwrap_or(&trace.records), outcome);
    if let (Some(Broken { name, .. }), Some(record)) = (&broken, records.and_then(<[_]>::last)) {
        end_at(&mut lines, record, name);
    }
    (broken, lines)
}

/// Up to three lines of the log files, after the name of each, without real time: the last failure with
/// effect in the story, who noticed it first, and the event that broke something, or the next that
/// tells most.
#[must_use]
pub(crate) fn log_lines(outcome: &Outcome, trace: &Trace) -> String {
    let (_, lines) = told(outcome, trace);
    let of = |weight: Weight| lines.iter().filter(move |line| line.weight == weight);
    let failure = of(Weight::Failure).next_back().map(|line| line.n);
    let after = failure.unwrap_or(0);
    let noticed = of(Weight::Suspicion).chain(of(Weight::Symptom));
    let noticed = noticed.map(|line| line.n).filter(|&n| n > after).min();
    let broke = of(Weight::Break).map(|line| line.n).next();
    if failure.is_none() && broke.is_none() {
        return String::new();
    }
    let ended = of(Weight::Reconfiguration).map(|line| line.n).next_back();
    let numbers: BTreeSet<u64> = [failure, noticed, broke.or(ended)]
        .into_iter()
        .flatten()
        .collect();
    let records = numbers.into_iter().filter_map(|n| {
        let n = usize::try_from(n).ok()?;
        trace.records.get(n)
    });
    let text = |record: &Record| {
        let line = log::line(record);
        let cut = line.char_indices().nth(LOG_LINE_MAX);
        let (line, more) = match cut {
            Some((cut, _)) => (&line[..cut], " …"),
            None => (line.as_str(), ""),
        };
        format!("{}.log: {line}{more}", record.process)
    };
    records.map(text).collect::<Vec<_>>().join("\n")
}

/// What broke, and the event that broke it.
struct Broken {
    /// `clause final`, `invariant agreement`.
    name: String,
    /// None where no single event did.
    event: Option<u64>,
}

/// Of all that broke, what broke first; what no event broke comes last.
fn first_broken(outcome: &Outcome, trace: &Trace) -> Option<Broken> {
    let clauses = outcome.clauses.iter();
    let clauses = clauses.filter(|clause| clause.status == ClauseStatus::Broken);
    let clauses = clauses.map(|clause| {
        let event = clause.event.filter(|&event| {
            let record = usize::try_from(event)
                .ok()
                .and_then(|n| trace.records.get(n));
            record.is_some_and(|record| is_breach(clause.clause.key, record))
        });
        let name = format!("clause {}", clause.clause);
        Broken { name, event }
    });
    let invariants = outcome.invariants.iter();
    let invariants = invariants.filter(|invariant| invariant.held == Some(false));
    let invariants = invariants.map(|invariant| Broken {
        name: format!("invariant {}", invariant.name),
        event: invariant.event,
    });
    // Of two that broke by one event the invariant tells more.
    invariants
        .chain(clauses)
        .min_by_key(|broken| broken.event.unwrap_or(u64::MAX))
}

/// Whether the clause broke by this event. What should have happened and did not is broken by none:
/// its event is the nearest candidate, or the request that went without an answer.
fn is_breach(key: ClauseKey, record: &Record) -> bool {
    use bcr_protocol::event::Event;
    let is_missing = matches!(
        key,
        ClauseKey::Order
            | ClauseKey::NotApplied
            | ClauseKey::NoEffect
            | ClauseKey::RecoveredWithin
            | ClauseKey::Unanswered
    );
    let is_invocation = matches!(record.event, TraceEvent::Protocol(Event::Invoked { .. }));
    // The last start, also where another one should have followed.
    let is_start = matches!(
        record.event,
        TraceEvent::Protocol(Event::ConfigurationStarted { .. })
    );
    !is_missing && !is_invocation && (!is_start || key == ClauseKey::Never)
}

/// Lets the story end with the event that broke something.
fn end_at(lines: &mut Vec<Line>, record: &Record, name: &str) {
    match lines.iter_mut().find(|line| line.n == record.n) {
        Some(line) => line.break_by(name),
        None => {
            let mut line = Line::new(record, sentence(record, &words(record)));
            line.break_by(name);
            lines.push(line);
        }
    }
}

/// Leaves out the least telling lines, of those the last, until few enough are left. How many it were.
fn shorten(lines: &mut Vec<Line>) -> usize {
    let left_out = lines.len().saturating_sub(LINES_MAX);
    for _ in 0..left_out {
        let last = lines.iter().enumerate().max_by_key(|(_, line)| line.weight);
        if let Some((index, _)) = last {
            lines.remove(index);
        }
    }
    left_out
}
