//! `not_applied`, `no_effect`, `may_not_apply`: failures that end otherwise than configured, and which
//! failures make a run vacuous because nothing says so.

use super::mismatch::Mismatch;
use super::run::Run;
use crate::expectation::{Clauses, Expectation, NamedFailure};
use crate::judge::finding::Finding;
use crate::outcome::{FailureOutcome, FailureStatus, Outcome};
use crate::runs::Runtime;

/// Each ends armed or not triggered.
pub(super) fn not_applied(named: &[NamedFailure], run: &Run<'_>) -> Finding {
    fates(named, run, "not to be applied", |failure| {
        match failure.status {
            FailureStatus::Applied => false,
            FailureStatus::Armed | FailureStatus::NotTriggered => true,
        }
    })
}

/// Each is applied, without effect.
pub(super) fn no_effect(named: &[NamedFailure], run: &Run<'_>) -> Finding {
    fates(named, run, "to be applied without effect", |failure| {
        failure.status == FailureStatus::Applied && !failure.effect
    })
}

/// Nothing is asserted; that the scenario plans it is checked when the files are read.
pub(super) fn may_not_apply(_: &[NamedFailure], _: &Run<'_>) -> Finding {
    Finding::held()
}

/// The failures, as indices into `Outcome::failures`, that were not applied or had no effect and that
/// no clause in force excuses. Clauses under `canonical` are in force in seed 0 of the simulator.
#[must_use]
pub(crate) fn vacuous(expectation: Option<&Expectation>, outcome: &Outcome) -> Vec<usize> {
    let is_canonical = outcome.runtime == Runtime::Simulated && outcome.seed == 0;
    let top = expectation.map(|expectation| &expectation.clauses);
    let canonical = expectation.and_then(|expectation| expectation.canonical.as_ref());
    let canonical = canonical
        .filter(|_| is_canonical)
        .map(|canonical| &canonical.value);
    let excuses: Vec<_> = [top, canonical]
        .into_iter()
        .flatten()
        .flat_map(Clauses::named_failures)
        .collect();
    let is_vacuous = |failure: &FailureOutcome| {
        (failure.status != FailureStatus::Applied || !failure.effect)
            && !excuses.iter().any(|(_, named)| is_named(failure, named))
    };
    let failures = outcome.failures.iter().enumerate();
    failures
        .filter(|(_, failure)| is_vacuous(failure))
        .map(|(index, _)| index)
        .collect()
}

/// Whether the outcome tells the fate of the failure that an expected file names.
fn is_named(outcome: &FailureOutcome, named: &NamedFailure) -> bool {
    outcome.configured.reference == named.reference
}

fn fates(
    named: &[NamedFailure],
    run: &Run<'_>,
    expected: &str,
    is_so: impl Fn(&FailureOutcome) -> bool,
) -> Finding {
    let mut mismatches = Vec::new();
    for name in named {
        let failures = run.outcome.failures.iter();
        let meant: Vec<_> = failures.filter(|failure| is_named(failure, name)).collect();
        if meant.is_empty() {
            mismatches.push(Mismatch::new(
                format!("`{}` is not planned", name.text),
                None,
            ));
        }
        for failure in meant.into_iter().filter(|failure| !is_so(failure)) {
            let actual = match (failure.status, failure.effect) {
                (FailureStatus::Applied, true) => "it was, with effect",
                (FailureStatus::Applied, false) => "it was, without effect",
                (FailureStatus::Armed, _) => "it stayed armed",
                (FailureStatus::NotTriggered, _) => "it was not triggered",
            };
            let mut detail = format!("`{}` was expected {expected}: {actual}", name.text);
            if !failure.note.is_empty() {
                detail.push_str(&format!(" ({})", failure.note));
            }
            mismatches.push(Mismatch::new(detail, failure.event));
        }
    }
    Finding::of_mismatches(mismatches)
}
