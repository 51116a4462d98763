//! The verdict on one run.
//!
//! In this order, the first that applies:
//! 1. `fail`: a clause that counts broke, or an invariant that is owed, or the run hung though an
//!    answer to every request was owed;
//! 2. `unknown`: a real-time run met its deadline, any run its limit of time or bytes, or an invariant was left
//!    undecided that is owed or that `outside_promise` asserts;
//! 3. `outside`: more than `t` faulty replicas in a configuration, and no `outside_promise`;
//! 4. `vacuous`: a configured failure did not happen, and nothing says so;
//! 5. `pass`.
//!
//! A failure seen is worth more than a doubt, a doubt about what was asserted more than the remark
//! that little was. What is *owed*: within the promise every invariant; outside it none, what
//! `outside_promise` asserts is a clause. Every clause of the file counts, outside the promise as well;
//! the `unanswered` that nobody wrote counts only where somebody vouches for the run: within the
//! promise, or with `outside_promise`. Of a run that was cut short only counts what more
//! time could not have mended: a broken invariant other than `liveness` and `state`, a broken `never`.

use super::failures::vacuous;
use super::outside_promise::is_undecided;
use crate::expectation::{ClauseKey, ClauseName, Clauses, Expectation, Invariant, OutsidePromise};
use crate::outcome::{ClauseOutcome, ClauseStatus, InvariantOutcome, Outcome, Verdict};
use crate::runs::Runtime;
use crate::trace::RunEnd;

/// Weighs a run whose outcome is complete but for its verdicts. `Invalid` is never the answer: what is
/// invalid does not run.
#[must_use]
pub fn verdict(expectation: Option<&Expectation>, outcome: &Outcome, end: RunEnd) -> Verdict {
    let run = Weighing {
        outcome,
        promise: Promise::of(expectation, outcome),
        is_told_unanswered: expectation.is_some_and(|e| e.clauses.unanswered.is_some()),
        is_cut_short: end.is_cut_short(outcome.runtime != Runtime::Simulated),
    };
    let is_owed = matches!(run.promise, Promise::Kept);
    let has_hung = is_owed && end != RunEnd::AtRest && !run.is_cut_short;
    let mut broken = outcome
        .clauses
        .iter()
        .filter(|c| c.status == ClauseStatus::Broken);
    if has_hung || broken.any(|clause| run.counts(clause)) || run.breaks_invariants() {
        Verdict::Fail
    } else if run.is_cut_short || run.is_undecided() {
        Verdict::Unknown
    } else if matches!(run.promise, Promise::Void) {
        Verdict::Outside
    } else if vacuous(expectation, outcome).is_empty() {
        Verdict::Pass
    } else {
        Verdict::Vacuous
    }
}

/// What is known of the run beforehand.
enum Promise<'e> {
    /// At most `t` faulty replicas in every configuration: all invariants are owed.
    Kept,
    /// More, and the file says what becomes of the invariants.
    Asserted(&'e OutsidePromise),
    /// More, and nothing is said.
    Void,
}

impl<'e> Promise<'e> {
    fn of(expectation: Option<&'e Expectation>, outcome: &Outcome) -> Self {
        let is_kept = outcome
            .budget
            .iter()
            .all(|of| of.faulty.len() as u64 <= u64::from(of.t));
        if is_kept {
            return Self::Kept;
        }
        let asserted = |clauses: &'e Clauses| clauses.outside_promise.as_ref();
        let top = expectation.and_then(|expectation| asserted(&expectation.clauses));
        let is_evaluated = |clause: &ClauseOutcome| {
            clause.clause == ClauseName::canonical(ClauseKey::OutsidePromise)
        };
        let canonical = expectation
            .filter(|_| outcome.clauses.iter().any(is_evaluated))
            .and_then(|expectation| expectation.canonical.as_ref())
            .and_then(|canonical| asserted(&canonical.value));
        top.or(canonical)
            .map_or(Self::Void, |clause| Self::Asserted(&clause.value))
    }
}

struct Weighing<'a> {
    outcome: &'a Outcome,
    promise: Promise<'a>,
    is_told_unanswered: bool,
    is_cut_short: bool,
}

impl Weighing<'_> {
    /// Whether a broken clause makes the run fail.
    fn counts(&self, clause: &ClauseOutcome) -> bool {
        let ClauseName { key, is_canonical } = clause.clause;
        if self.is_cut_short {
            return key == ClauseKey::Never;
        }
        match (key, &self.promise) {
            (ClauseKey::OutsidePromise, Promise::Asserted(expected)) => {
                !is_undecided(expected, self.outcome)
            }
            (ClauseKey::Unanswered, Promise::Void) => self.is_told_unanswered || is_canonical,
            _ => true,
        }
    }

    fn breaks_invariants(&self) -> bool {
        let could_be_mended = |invariant: &InvariantOutcome| {
            self.is_cut_short && matches!(invariant.name, Invariant::Liveness | Invariant::State)
        };
        self.owed()
            .any(|invariant| invariant.held == Some(false) && !could_be_mended(invariant))
    }

    fn is_undecided(&self) -> bool {
        match &self.promise {
            Promise::Kept => self.owed().any(|invariant| invariant.held.is_none()),
            Promise::Asserted(expected) => is_undecided(expected, self.outcome),
            Promise::Void => false,
        }
    }

    fn owed(&self) -> impl Iterator<Item = &InvariantOutcome> {
        let is_owed = matches!(self.promise, Promise::Kept);
        self.outcome.invariants.iter().filter(move |_| is_owed)
    }
}
