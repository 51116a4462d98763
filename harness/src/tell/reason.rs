//! Why a scenario did not pass, in one sentence.

use crate::outcome::{ClauseOutcome, ClauseStatus, InvariantOutcome, Outcome, Verdict};

/// Why the run broke off or is not decided, where that has a reason of its own; else what broke: a clause, else an invariant, else what the verdict says.
pub(crate) fn first_reason(outcome: &Outcome) -> String {
    if matches!(outcome.verdict, Verdict::Error | Verdict::Unknown)
        && let Some(reason) = &outcome.reason
    {
        return reason.clone();
    }
    let mut clauses = outcome.clauses.iter();
    let mut invariants = outcome.invariants.iter();
    if let Some(broken) = clauses.find(|of| of.status == ClauseStatus::Broken) {
        return clause_broke(broken);
    }
    if let Some(broken) = invariants.find(|of| of.held == Some(false)) {
        return invariant_broke(broken);
    }
    let verdict = match outcome.verdict {
        Verdict::Vacuous => "a failure did not happen or had no effect",
        Verdict::Outside => "more replicas failed than are tolerated, and no clause decides",
        Verdict::Unknown => "the run was not decided",
        Verdict::Pass | Verdict::Fail | Verdict::Invalid | Verdict::Error => "",
    };
    verdict.to_owned()
}

/// `clause final broke: …`.
pub(super) fn clause_broke(clause: &ClauseOutcome) -> String {
    format!("clause {} broke: {}", clause.clause, clause.detail)
}

/// `invariant agreement broke: …`, or that it was not decided.
pub(super) fn invariant_broke(invariant: &InvariantOutcome) -> String {
    let what = match invariant.held {
        Some(_) => "broke",
        None => "was not decided",
    };
    format!("invariant {} {what}: {}", invariant.name, invariant.detail)
}
