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
mod flaw;
mod outside_promise;
mod points;
mod reconfigurations;
mod results;
mod run;
mod timing;
mod unanswered;
mod verdict;

use self::run::Run;
use crate::expectation::{Clauses, Expectation};
use crate::judge::finding::Finding;
use crate::outcome::{ClauseOutcome, ClauseStatus, Outcome};
use crate::trace::Trace;

pub use failures::vacuous;
pub(crate) use points::merge;
pub use points::{Points, points, total};
pub use run::Terms;
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
    let mut report = |clause: String, finding: Finding| found.push(reported(clause, finding));
    for (key, finding) in check(&expectation.clauses, &run) {
        report(key.to_owned(), finding);
    }
    let is_told = |clauses: &Clauses| clauses.unanswered.is_some();
    if !is_told(&expectation.clauses) && !canonical.is_some_and(is_told) {
        report("unanswered".to_owned(), unanswered::check(&[], &run));
    }
    for (key, finding) in canonical
        .map(|clauses| check(clauses, &run))
        .into_iter()
        .flatten()
    {
        report(format!("canonical.{key}"), finding);
    }
    found
}

/// Every clause that is there, in the order of `expectation::CLAUSES`.
fn check(clauses: &Clauses, run: &Run<'_>) -> Vec<(&'static str, Finding)> {
    let mut found = Vec::new();
    macro_rules! clause {
        ($key:literal, $field:ident, $check:expr) => {
            if let Some(clause) = &clauses.$field {
                found.push(($key, $check(&clause.value, run)));
            }
        };
    }
    clause!("final", final_dictionary, final_dictionary::exactly);
    clause!("final_any_of", final_any_of, |all: &Vec<_>, run| {
        final_dictionary::one_of(all, run)
    });
    clause!("final_unchecked", final_unchecked, |why: &String, _| {
        Finding::held().because(why)
    });
    clause!("results", results, results::check);
    clause!("unanswered", unanswered, |all: &Vec<_>, run| {
        unanswered::check(all, run)
    });
    clause!(
        "reconfigurations",
        reconfigurations,
        reconfigurations::check
    );
    clause!("quorums", quorums, configuration_sets::quorums);
    clause!("suspects", suspects, configuration_sets::suspects);
    clause!("convicted", convicted, configuration_sets::convicted);
    clause!("checkpoints", checkpoints, configuration_sets::checkpoints);
    clause!("answered_by", answered_by, answered_by::check);
    clause!("completed_within_ms", completed_within, timing::completed);
    clause!("recovered_within_ms", recovered_within, timing::recovered);
    clause!("order", order, |all: &Vec<_>, run| events::order(all, run));
    clause!("never", never, |all: &Vec<_>, run| events::never(all, run));
    clause!("not_applied", not_applied, |all: &Vec<_>, run| {
        failures::not_applied(all, run)
    });
    clause!("no_effect", no_effect, |all: &Vec<_>, run| {
        failures::no_effect(all, run)
    });
    clause!("may_not_apply", may_not_apply, |all: &Vec<_>, run| {
        failures::may_not_apply(all, run)
    });
    clause!("outside_promise", outside_promise, outside_promise::check);
    found
}

fn reported(clause: String, finding: Finding) -> ClauseOutcome {
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
