//! The verdict on one run.
//!
//! In this order, the first that applies:
//! 1. `error`: the run could not be finished, and no invariant of safety that is owed broke before that;
//! 2. `fail`: a clause that counts broke, or an invariant that is owed, or the run hung though an
//!    answer to every request was owed;
//! 3. `unknown`: a real-time run met its deadline, any run its limit of time or bytes, a real-time run was starved
//!    and broke what time decides, or an invariant was left undecided that is owed or that `outside_promise`
//!    asserts;
//! 4. `outside`: more than `t` faulty replicas in a configuration, and no `outside_promise`;
//! 5. `vacuous`: a configured failure did not happen, and nothing says so;
//! 6. `pass`.
//!
//! A failure seen is worth more than a doubt, a doubt about what was asserted more than the remark
//! that little was. What is *owed*: within the promise every invariant; outside it none, what
//! `outside_promise` asserts is a clause. Every clause of the file counts, outside the promise as well;
//! the `unanswered` that nobody wrote counts only where somebody vouches for the run: within the
//! promise, or with `outside_promise`. Of a run that was cut short only counts what more
//! time could not have mended: a broken invariant of safety, which are all but `liveness` and `state`, and a
//! broken `never`. Of a run that could not be finished only the former counts. Of a real-time run that was
//! starved as far as its timeouts count neither `liveness` nor the clauses about time or order.

use super::failures::vacuous;
use super::outside_promise::is_undecided;
use crate::expectation::{ClauseKey, ClauseName, Clauses, Expectation, Invariant, OutsidePromise};
use crate::outcome::{ClauseOutcome, ClauseStatus, InvariantOutcome, Outcome, Verdict};
use crate::runs::Runtime;
use crate::trace::RunEnd;

/// Weighs a run whose outcome is complete but for its verdicts. `Invalid` is never the answer: what is
/// invalid does not run.
#[must_use]
pub(crate) fn verdict(
    expectation: Option<&Expectation>,
    outcome: &Outcome,
    end: RunEnd,
) -> Verdict {
    let promise = Promise::of(expectation, outcome);
    let is_cut_short = end.is_cut_short(outcome.runtime != Runtime::Simulated);
    let is_owed = matches!(promise, Promise::Kept);
    let run = Weighing {
        outcome,
        promise,
        is_told_unanswered: expectation.is_some_and(|e| e.clauses.unanswered.is_some()),
        is_cut_short,
        has_hung: is_owed && end != RunEnd::AtRest && !is_cut_short,
    };
    let starvation = outcome.starvation.as_ref();
    let is_starved = starvation.is_some_and(|starvation| starvation.reaches_timeouts);
    if end == RunEnd::Error && !breaks_safety(outcome) {
        Verdict::Error
    } else if run.fails(is_starved) {
        Verdict::Fail
    } else if is_cut_short || run.is_undecided() || run.fails(false) {
        Verdict::Unknown
    } else if matches!(run.promise, Promise::Void) {
        Verdict::Outside
    } else if vacuous(expectation, outcome).is_empty() {
        Verdict::Pass
    } else {
        Verdict::Vacuous
    }
}

/// Whether an invariant broke that was owed, and that more time could not have mended.
fn breaks_safety(outcome: &Outcome) -> bool {
    let is_safety = |name| !matches!(name, Invariant::Liveness | Invariant::State);
    let mut invariants = outcome.invariants.iter();
    is_within_promise(outcome) && invariants.any(|of| of.held == Some(false) && is_safety(of.name))
}

/// Whether no configuration has more faulty replicas than are tolerated.
fn is_within_promise(outcome: &Outcome) -> bool {
    let mut budgets = outcome.budget.iter();
    budgets.all(|of| of.faulty.len() as u64 <= u64::from(of.t))
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
        if is_within_promise(outcome) {
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
    has_hung: bool,
}

impl Weighing<'_> {
    /// Whether something broke that counts; on a machine that excuses it, nothing that time decides.
    fn fails(&self, is_excused: bool) -> bool {
        let mut clauses = self.outcome.clauses.iter();
        let clause_counts = |clause: &ClauseOutcome| {
            let is_excused = is_excused && clause.clause.key.is_about_time();
            clause.status == ClauseStatus::Broken && self.counts(clause) && !is_excused
        };
        let invariant_counts = |invariant: &InvariantOutcome| {
            let is_excused = is_excused && invariant.name == Invariant::Liveness;
            invariant.held == Some(false) && !is_excused
        };
        self.has_hung && !is_excused
            || clauses.any(clause_counts)
            || breaks_safety(self.outcome)
            || !self.is_cut_short && self.owed().any(invariant_counts)
    }

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
