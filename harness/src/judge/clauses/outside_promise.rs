//! `outside_promise`: which invariants break, and which hold all the same, in a run with more than `t`
//! faulty replicas in a configuration (P11).

use super::mismatch::Mismatch;
use super::run::Run;
use crate::expectation::{Invariant, OutsidePromise};
use crate::judge::finding::Finding;
use crate::outcome::{InvariantOutcome, Outcome};

pub(super) fn judge(expected: &OutsidePromise, run: &Run<'_>) -> Finding {
    let mismatches = all(expected, run.outcome).filter_map(|(name, should_hold, actual)| {
        let should = if should_hold { "hold" } else { "break" };
        let (what, event) = match actual {
            Some(invariant) => match invariant.held {
                Some(held) if held == should_hold => return None,
                Some(true) => ("it held".to_owned(), invariant.event),
                Some(false) => (format!("it broke: {}", invariant.detail), invariant.event),
                None => (
                    format!("it was not decided: {}", invariant.detail),
                    invariant.event,
                ),
            },
            None => ("it was not checked".to_owned(), None),
        };
        Some(Mismatch::new(
            format!("`{name}` was expected to {should}: {what}"),
            event,
        ))
    });
    Finding::of_mismatches(mismatches.collect())
}

/// Whether the clause is broken by nothing but invariants that were not decided.
pub(super) fn is_undecided(expected: &OutsidePromise, outcome: &Outcome) -> bool {
    let mut undecided = false;
    for (_, should_hold, actual) in all(expected, outcome) {
        match actual.and_then(|invariant| invariant.held) {
            Some(held) if held != should_hold => return false,
            Some(_) => {}
            None => undecided = true,
        }
    }
    undecided
}

/// Every invariant that the clause names, whether it should hold, and what became of it.
fn all<'a>(
    expected: &'a OutsidePromise,
    outcome: &'a Outcome,
) -> impl Iterator<Item = (Invariant, bool, Option<&'a InvariantOutcome>)> {
    let broken = expected.broken.iter().map(|name| (*name, false));
    let held = expected.held.iter().map(|name| (*name, true));
    broken.chain(held).map(|(name, should_hold)| {
        let mut invariants = outcome.invariants.iter();
        let actual = invariants.find(|invariant| invariant.name == name);
        (name, should_hold, actual)
    })
}
