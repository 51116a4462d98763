//! One run judged: its outcome with invariants, clauses and verdict, whoever ran it and whenever.

pub(crate) mod clauses;
pub(crate) mod facts;
pub(crate) mod invariants;
pub(crate) mod premises;

mod course;
#[cfg(test)]
mod edits;
mod evidence;
mod fate;
mod finding;
mod keys;
mod starvation;
mod summary;
#[cfg(test)]
mod tests;
mod waiting;
mod words;

use std::sync::Arc;

pub use self::clauses::Points;
pub use self::course::{Impossibility, Impossible};
pub(crate) use self::summary::{Heading, parameters, summarize};
pub(crate) use self::waiting::waiting;
use crate::expectation::Expectation;
use crate::judge::clauses::Terms;
use crate::judge::facts::Facts;
use crate::judge::keys::Keys;
use crate::judge::premises::Premises;
use crate::outcome::{Outcome, RunSpecification, Verdict};
use crate::runs::Runtime;
use crate::scenario::Scenario;
use crate::trace::{Micros, RunEnd, Trace};

/// What a run is judged by.
#[derive(Clone, Debug)]
pub struct Standard<'a> {
    /// The scenario's name.
    pub name: &'a str,
    /// Its file, as given on the command line.
    pub file: String,
    /// What was run.
    pub scenario: &'a Arc<Scenario>,
    /// What is expected of it, if anything is.
    pub expectation: Option<&'a Expectation>,
    /// How much longer things may take in real time than is expected.
    pub allowance: Micros,
}

/// A run that has come to its end.
#[derive(Clone, Debug)]
pub struct EndedRun {
    /// What happened.
    pub trace: Trace,
    /// How it was made.
    pub specification: RunSpecification,
    /// How long it took on the wall clock, in milliseconds.
    pub wall_ms: f64,
}

/// One run, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it came to. Its `schedules` are left to whoever knows of others.
    pub outcome: Outcome,
    /// What happened.
    pub trace: Trace,
    /// What everybody was waiting for, where it did not come to rest.
    pub waiting: Vec<String>,
}

/// Judges a run.
///
/// # Errors
/// The trace is none of a run: somebody changed it, or a runtime is broken.
pub fn judge(standard: &Standard<'_>, run: EndedRun) -> Result<Judged, Impossible> {
    let EndedRun {
        trace,
        specification,
        wall_ms,
    } = run;
    let runtime = specification.runtime;
    let terms = match runtime {
        Runtime::Simulated if specification.seed == 0 => Terms::Canonical,
        Runtime::Simulated if specification.pauses.is_none() => Terms::Drawn,
        Runtime::Simulated | Runtime::Tcp | Runtime::Process => Terms::Real {
            allowance: standard.allowance,
        },
    };
    let premises = Premises::from(standard.scenario.as_ref());
    course::examine(&premises, runtime, &trace)?;
    let facts = Facts::read(&premises, &trace);
    let keys = Keys::of(standard.scenario, &specification, &trace);
    let invariants = invariants::judge(&facts, &|process| keys.public_key(process));
    let heading = Heading {
        scenario: standard.name.to_owned(),
        file: standard.file.clone(),
        parameters: parameters(standard.scenario),
        specification,
        wall_ms,
    };
    let mut outcome = summarize(&facts, heading, invariants);
    let parameters = &standard.scenario.parameters;
    let lateness = facts.run.lateness;
    outcome.starvation = lateness.map(|lateness| starvation::starvation(lateness, parameters));
    if let Some(expectation) = standard.expectation {
        outcome.clauses = clauses::evaluate(expectation, &outcome, &trace, terms);
    }
    let end = facts.run.end.map_or(RunEnd::Stuck, |end| end.value);
    outcome.verdict = clauses::verdict(standard.expectation, &outcome, end);
    if outcome.verdict == Verdict::Unknown
        && let Some(starved) = outcome.starvation.as_ref().filter(|of| of.reaches_timeouts)
    {
        outcome.reason = Some(starvation::reason(starved, parameters));
    }
    let waiting = waiting(&facts);
    Ok(Judged {
        outcome,
        trace,
        waiting,
    })
}
