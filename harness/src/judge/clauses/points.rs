//! `weights`: what each clause is worth in a class report. No verdict depends on it.

use crate::expectation::{ClauseName, Expectation};
use crate::outcome::{ClauseOutcome, ClauseStatus};

/// What a clause earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points {
    /// The clause, as in `outcome.json`.
    pub clause: ClauseName,
    /// All or nothing.
    pub earned: u32,
    /// Its weight; 1 where the file says nothing.
    pub of: u32,
}

/// The points of every clause, in the order of `clauses`.
#[must_use]
pub(crate) fn points(expectation: &Expectation, clauses: &[ClauseOutcome]) -> Vec<Points> {
    let weights = expectation.weights.as_ref().map(|weights| &weights.value);
    let weigh = |outcome: &ClauseOutcome| {
        let of = weights
            .and_then(|weights| weights.get(&outcome.clause))
            .copied()
            .unwrap_or(1);
        Points {
            clause: outcome.clause,
            earned: match outcome.status {
                ClauseStatus::Held => of,
                ClauseStatus::Broken => 0,
            },
            of,
        }
    };
    clauses.iter().map(weigh).collect()
}

/// What was earned, and of how many.
#[must_use]
pub(crate) fn total(points: &[Points]) -> (u32, u32) {
    let add = |(earned, of): (u32, u32), points: &Points| {
        (
            earned.saturating_add(points.earned),
            of.saturating_add(points.of),
        )
    };
    points.iter().fold((0, 0), add)
}

/// The clauses of several runs of one scenario in one list: broken where a run broke it.
pub(crate) fn merge(into: &mut Vec<ClauseOutcome>, run: &[ClauseOutcome]) {
    for found in run {
        match into.iter_mut().find(|known| known.clause == found.clause) {
            None => into.push(found.clone()),
            Some(known) if known.status == ClauseStatus::Held => *known = found.clone(),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::expectation;

    fn clauses(broken: &[&str], held: &[&str]) -> Vec<ClauseOutcome> {
        let outcome = |clause: &&str, status| ClauseOutcome {
            clause: clause.parse().expect("a clause"),
            status,
            detail: String::new(),
            event: None,
        };
        let broken = broken.iter().map(|of| outcome(of, ClauseStatus::Broken));
        let held = held.iter().map(|of| outcome(of, ClauseStatus::Held));
        broken.chain(held).collect()
    }

    #[test]
    fn a_clause_earns_its_weight_if_no_run_broke_it() {
        let text = "reconfigurations: 0\nfinal: {}\ncanonical: {checkpoints: {0: []}}\n\
                    weights: {final: 3, canonical.checkpoints: 2}\n";
        let read = expectation::read(&SourceFile::new("x.yaml", text));
        let expectation = read.expectation.expect("no mistakes");
        let mut merged = Vec::new();
        merge(
            &mut merged,
            &clauses(&[], &["final", "reconfigurations", "canonical.checkpoints"]),
        );
        merge(&mut merged, &clauses(&["final"], &["reconfigurations"]));
        merge(&mut merged, &clauses(&[], &["final", "reconfigurations"]));
        let earned: Vec<_> = points(&expectation, &merged)
            .into_iter()
            .map(|points| (points.clause.to_string(), points.earned, points.of))
            .collect();
        let expected = [
            ("final", 0, 3),
            ("reconfigurations", 1, 1),
            ("canonical.checkpoints", 2, 2),
        ];
        assert_eq!(
            earned,
            expected.map(|(clause, earned, of)| (clause.to_owned(), earned, of))
        );
    }
}
