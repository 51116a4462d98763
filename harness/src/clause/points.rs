//! `weights`: what each clause is worth in a class report. No verdict depends on it.

use crate::expectation::Expectation;
use crate::outcome::{ClauseOutcome, ClauseStatus};

/// What a clause earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points {
    /// The clause, as in `outcome.json`.
    pub clause: String,
    /// All or nothing.
    pub earned: u32,
    /// Its weight; 1 where the file says nothing.
    pub of: u32,
}

/// The points of every clause, in the order of `clauses`.
#[must_use]
pub fn points(expectation: &Expectation, clauses: &[ClauseOutcome]) -> Vec<Points> {
    let weights = expectation.weights.as_ref().map(|weights| &weights.value);
    let weigh = |outcome: &ClauseOutcome| {
        let of = weights
            .and_then(|weights| weights.get(&outcome.clause))
            .copied()
            .unwrap_or(1);
        Points {
            clause: outcome.clause.clone(),
            earned: match outcome.status {
                ClauseStatus::Held => of,
                ClauseStatus::Broken => 0,
            },
            of,
        }
    };
    clauses.iter().map(weigh).collect()
}
