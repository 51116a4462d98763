//! Runs that are nothing to expect: why, and what to do about it.

use std::collections::BTreeMap;

use crate::diagnostic::visible;
use crate::outcome::{FailureStatus, Outcome, Verdict};

/// Why runs are nothing to expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Objection {
    /// An invariant broke with no more faulty replicas than the protocol tolerates.
    Broken {
        /// In this schedule.
        seed: u64,
        /// Which.
        invariant: String,
        /// What broke it.
        detail: String,
    },
    /// A failure did not happen, or changed nothing.
    Vacuous {
        /// In this schedule, the first.
        seed: u64,
        /// The lines of an expected file that say that it is meant.
        excuses: String,
    },
    /// More than `t` replicas of a configuration are faulty, and nothing says what is expected then.
    Outside {
        /// The line of an expected file that does.
        excuse: String,
    },
    /// A run could not be finished.
    BrokenOff {
        /// In this schedule.
        seed: u64,
        /// Why.
        reason: String,
    },
    /// It was not decided whether an invariant held.
    Undecided {
        /// In this schedule.
        seed: u64,
    },
}

impl Objection {
    /// Why these runs, of one scenario under its schedules, are nothing to expect; `None` where they are.
    #[must_use]
    pub(crate) fn of(runs: &[Outcome]) -> Option<Self> {
        runs.iter().find_map(|run| {
            let is_owed = run
                .budget
                .iter()
                .all(|budget| budget.faulty.len() <= budget.t as usize);
            let broken = run.invariants.iter().find(|i| i.held == Some(false));
            if let Some(invariant) = broken.filter(|_| is_owed) {
                return Some(Self::Broken {
                    seed: run.seed,
                    invariant: invariant.name.to_string(),
                    detail: invariant.detail.clone(),
                });
            }
            match run.verdict {
                Verdict::Vacuous => Some(Self::Vacuous {
                    seed: run.seed,
                    excuses: excuses(runs),
                }),
                Verdict::Outside => Some(Self::Outside {
                    excuse: promise(runs),
                }),
                Verdict::Unknown => Some(Self::Undecided { seed: run.seed }),
                Verdict::Error => Some(Self::BrokenOff {
                    seed: run.seed,
                    reason: run.reason.clone().unwrap_or_default(),
                }),
                Verdict::Pass | Verdict::Fail | Verdict::Invalid => None,
            }
        })
    }

    /// Why, in a sentence.
    #[must_use]
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Broken {
                seed,
                invariant,
                detail,
            } => format!("seed {seed} broke the invariant {invariant}: {detail}"),
            Self::Vacuous { seed, .. } => {
                format!("in seed {seed} a failure did not happen or changed nothing")
            }
            Self::Outside { .. } => {
                "more than t replicas of a configuration are faulty, so that nothing is promised"
                    .to_owned()
            }
            Self::BrokenOff { seed, reason } => {
                format!("the run of seed {seed} could not be finished: {reason}")
            }
            Self::Undecided { seed } => format!("seed {seed} was not decided"),
        }
    }

    /// What to do: a sentence and, indented below it, lines for the expected file.
    #[must_use]
    pub(crate) fn remedy(&self, expected: &str) -> String {
        let (lines, otherwise) = match self {
            Self::Broken { .. } => {
                return "that is a finding: the protocol, or a check, is wrong".to_owned();
            }
            Self::BrokenOff { .. } => {
                return "that says nothing of the scenario: run it again".to_owned();
            }
            Self::Undecided { .. } => {
                return "make the scenario smaller: fewer requests or clients".to_owned();
            }
            Self::Vacuous { excuses, .. } => (excuses, "choose another trigger or failure"),
            Self::Outside { excuse } => (excuse, "let fewer replicas fail, or raise t"),
        };
        let lines = lines.lines().map(visible::line);
        let lines: String = lines.map(|line| format!("    {line}\n")).collect();
        let expected = visible::line(expected);
        format!("{otherwise}; or, if that is meant, say so in {expected}:\n{lines}")
    }
}

/// How an expected file excuses each failure that came to nothing in some run.
fn excuses(runs: &[Outcome]) -> String {
    let mut fates: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for failure in runs.iter().flat_map(|run| &run.failures) {
        let fate = match (failure.status, failure.effect) {
            (FailureStatus::Applied, true) => "applied",
            (FailureStatus::Applied, false) => "no_effect",
            (FailureStatus::Armed | FailureStatus::NotTriggered, _) => "not_applied",
        };
        let name = failure.configured.to_string();
        fates.entry(name).or_default().push(fate);
    }
    let mut clauses: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, fates) in fates {
        let clause = match &fates[..] {
            [first, others @ ..] if others.iter().all(|other| other == first) => first,
            _ => "may_not_apply",
        };
        clauses
            .entry(clause)
            .or_default()
            .push(format!("\"{name}\""));
    }
    clauses.remove("applied");
    let line = |(clause, names): (&str, Vec<String>)| format!("{clause}: [{}]\n", names.join(", "));
    clauses.into_iter().map(line).collect()
}

/// What became of the invariants in all of these runs.
fn promise(runs: &[Outcome]) -> String {
    let names = runs.iter().take(1).flat_map(|run| &run.invariants);
    let names: Vec<&str> = names.map(|invariant| invariant.name.as_str()).collect();
    let agreed = |word: &str, held: bool| {
        let is_so = |name: &&&str| {
            runs.iter().all(|run| {
                let mut invariants = run.invariants.iter();
                invariants.any(|i| i.name.as_str() == **name && i.held == Some(held))
            })
        };
        let names: Vec<&str> = names.iter().filter(is_so).copied().collect();
        (!names.is_empty()).then(|| format!("{word}: [{}]", names.join(", ")))
    };
    let lists: Vec<_> = [agreed("broken", false), agreed("held", true)]
        .into_iter()
        .flatten()
        .collect();
    format!("outside_promise: {{{}}}\n", lists.join(", "))
}
