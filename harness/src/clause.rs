//! STUB
#![allow(missing_docs)]
use crate::expectation::Expectation;
use crate::outcome::*;
use crate::trace::*;
pub fn evaluate(_: &Expectation, _: &Outcome, _: &Trace, _: bool) -> Vec<ClauseOutcome> {
    vec![]
}
pub fn verdict(_: Option<&Expectation>, o: &Outcome, _: Option<RunEnd>) -> Verdict {
    let outside = o.budget.iter().any(|b| b.faulty.len() > b.t as usize);
    if outside {
        return Verdict::Outside;
    }
    if o.invariants.iter().any(|i| i.held == Some(false)) {
        return Verdict::Fail;
    }
    if o.invariants.iter().any(|i| i.held == None) {
        return Verdict::Unknown;
    }
    if o.failures
        .iter()
        .any(|f| f.status != FailureStatus::Applied || !f.effect)
    {
        return Verdict::Vacuous;
    }
    Verdict::Pass
}
