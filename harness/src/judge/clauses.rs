//! Clauses: whether a run came to what its expected file says, one by one, and the verdict.
//!
//! [`evaluate`] fills `Outcome::clauses` from the rest of the outcome and the trace; [`vacuous`] finds
//! the failures that should have happened and did not; [`verdict()`] weighs clauses, invariants and
//! budget; [`points()`] gives each clause its weight. What a clause means stands at its module.
//!
//! Source: docs/expectations.md, docs/running.md.

mod answered_by;
mod catalogue;
mod configuration_sets;
mod events;
mod failures;
mod final_dictionary;
mod mismatch;
mod outside_promise;
mod points;
mod reconfigurations;
mod results;
mod run;
mod timing;
mod unanswered;
mod verdict;

use self::run::Run;
use crate::expectation::{ClauseKey, ClauseName, ClauseValue, Clauses, Expectation};
use crate::judge::finding::Finding;
use crate::outcome::{ClauseOutcome, ClauseStatus, Outcome};
use crate::trace::Trace;

pub use failures::vacuous;
pub(crate) use points::merge;
pub use points::{Points, points, total};
pub use run::Terms;
pub(crate) use verdict::break_off;
pub use verdict::verdict;

/// Evaluates every clause of the file on a run, on its own terms.
///
/// Of the outcome it reads everything but `clauses`, `verdict` and `schedules`. `unanswered` is
/// evaluated even where the file does not have it: then no request may be unanswered.
#[must_use]
pub fn evaluate(
    expectation: &Expectation,
    outcome: &Outcome,
    trace: &Trace,
    terms: Terms,
) -> Vec<ClauseOutcome> {
    let run = Run::new(outcome, trace, terms);
    let canonical = expectation
        .canonical
        .as_ref()
        .filter(|_| terms == Terms::Canonical);
    let canonical = canonical.map(|canonical| &canonical.value);
    let mut found = Vec::new();
    let mut report = |clause: ClauseName, finding: Finding| found.push(reported(clause, finding));
    for (key, finding) in judge(&expectation.clauses, &run) {
        report(key.into(), finding);
    }
    let is_told = |clauses: &Clauses| clauses.unanswered.is_some();
    if !is_told(&expectation.clauses) && !canonical.is_some_and(is_told) {
        report(ClauseKey::Unanswered.into(), unanswered::judge(&[], &run));
    }
    for (key, finding) in canonical
        .map(|clauses| judge(clauses, &run))
        .into_iter()
        .flatten()
    {
        report(ClauseName::canonical(key), finding);
    }
    found
}

/// Every clause that is there, in the order of [`ClauseKey`].
fn judge(clauses: &Clauses, run: &Run<'_>) -> Vec<(ClauseKey, Finding)> {
    let present = clauses.present();
    present
        .map(|(_, value)| (value.key(), finding(value, run)))
        .collect()
}

/// What one clause came to.
fn finding(clause: ClauseValue<'_>, run: &Run<'_>) -> Finding {
    match clause {
        ClauseValue::Final(expected) => final_dictionary::exactly(expected, run),
        ClauseValue::FinalAnyOf(all) => final_dictionary::one_of(all, run),
        ClauseValue::FinalUnchecked(why) => Finding::held().because(why),
        ClauseValue::Results(expected) => results::judge(expected, run),
        ClauseValue::Unanswered(all) => unanswered::judge(all, run),
        ClauseValue::Reconfigurations(expected) => reconfigurations::judge(expected, run),
        ClauseValue::Quorums(expected) => configuration_sets::quorums(expected, run),
        ClauseValue::Suspects(expected) => configuration_sets::suspects(expected, run),
        ClauseValue::Convicted(expected) => configuration_sets::convicted(expected, run),
        ClauseValue::Checkpoints(expected) => configuration_sets::checkpoints(expected, run),
        ClauseValue::AnsweredBy(expected) => answered_by::judge(expected, run),
        ClauseValue::CompletedWithin(limits) => timing::completed(limits, run),
        ClauseValue::RecoveredWithin(limit) => timing::recovered(limit, run),
        ClauseValue::Order(all) => events::order(all, run),
        ClauseValue::Never(all) => events::never(all, run),
        ClauseValue::NotApplied(all) => failures::not_applied(all, run),
        ClauseValue::NoEffect(all) => failures::no_effect(all, run),
        ClauseValue::MayNotApply(all) => failures::may_not_apply(all, run),
        ClauseValue::OutsidePromise(expected) => outside_promise::judge(expected, run),
    }
}

fn reported(clause: ClauseName, finding: Finding) -> ClauseOutcome {
    ClauseOutcome {
        clause,
        status: match finding.held {
            Some(true) => ClauseStatus::Held,
            Some(false) | None => ClauseStatus::Broken,
        },
        detail: finding.detail,
        event: finding.event,
    }
}

#[cfg(test)]
mod tests;
