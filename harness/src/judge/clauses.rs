//! Clauses: whether a run came to what its expected file says, one by one, and the verdict.
//!
//! [`evaluate`] fills `Outcome::clauses` from the rest of the outcome and the trace; [`vacuous`] finds
//! the failures that should have happened and did not; [`verdict()`] weighs clauses, invariants and
//! budget; [`points()`] gives each clause its weight. What a clause means stands at its module.
//!
//! Source: docs/expectations.md, docs/running.md.

mod answered_by;
mod configuration_sets;
mod events;
mod failures;
mod final_dictionary;
mod outside_promise;
mod points;
mod reconfigurations;
mod results;
mod timing;
mod unanswered;
mod verdict;

use std::fmt::Display;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, ProcessId};

use self::events::Catalogue;
use crate::expectation::{Clauses, Expectation};
use crate::outcome::{ClauseOutcome, ClauseStatus, Outcome};
use crate::trace::{Micros, Record, Trace, TraceEvent};

pub use failures::vacuous;
pub(crate) use points::merge;
pub use points::{Points, points, total};
pub use verdict::verdict;

/// What kind of run is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// The canonical schedule of the simulator: clauses under `canonical` count.
    Canonical,
    /// Another schedule of the simulator.
    Drawn,
    /// A run in real time, which the machine takes part of: clauses about durations allow for so much
    /// more.
    Real {
        /// How much.
        allowance: Micros,
    },
}

/// Evaluates every clause of the file on a run, on its own terms.
///
/// Of the outcome it reads everything but `clauses`, `verdict` and `schedules`. `unanswered` is
/// evaluated even where the file does not have it: then no request may be unanswered.
#[must_use]
pub fn evaluate(
    expectation: &Expectation,
    outcome: &Outcome,
    trace: &Trace,
    terms: Terms,
) -> Vec<ClauseOutcome> {
    let run = Run {
        outcome,
        trace,
        terms,
        catalogue: Catalogue::default(),
    };
    let canonical = expectation
        .canonical
        .as_ref()
        .filter(|_| terms == Terms::Canonical);
    let canonical = canonical.map(|canonical| &canonical.value);
    let mut found = Vec::new();
    let mut report = |clause: String, finding: Finding| found.push(finding.reported_as(clause));
    for (key, finding) in check(&expectation.clauses, &run) {
        report(key.to_owned(), finding);
    }
    let is_told = |clauses: &Clauses| clauses.unanswered.is_some();
    if !is_told(&expectation.clauses) && !canonical.is_some_and(is_told) {
        report("unanswered".to_owned(), unanswered::check(&[], &run));
    }
    for (key, finding) in canonical
        .map(|clauses| check(clauses, &run))
        .into_iter()
        .flatten()
    {
        report(format!("canonical.{key}"), finding);
    }
    found
}

/// Every clause that is there, in the order of `expectation::CLAUSES`.
fn check(clauses: &Clauses, run: &Run<'_>) -> Vec<(&'static str, Finding)> {
    let mut found = Vec::new();
    macro_rules! clause {
        ($key:literal, $field:ident, $check:expr) => {
            if let Some(clause) = &clauses.$field {
                found.push(($key, $check(&clause.value, run)));
            }
        };
    }
    clause!("final", final_dictionary, final_dictionary::exactly);
    clause!("final_any_of", final_any_of, |all: &Vec<_>, run| {
        final_dictionary::one_of(all, run)
    });
    clause!("final_unchecked", final_unchecked, |why: &String, _| {
        Finding::held().because(why)
    });
    clause!("results", results, results::check);
    clause!("unanswered", unanswered, |all: &Vec<_>, run| {
        unanswered::check(all, run)
    });
    clause!(
        "reconfigurations",
        reconfigurations,
        reconfigurations::check
    );
    clause!("quorums", quorums, configuration_sets::quorums);
    clause!("suspects", suspects, configuration_sets::suspects);
    clause!("convicted", convicted, configuration_sets::convicted);
    clause!("checkpoints", checkpoints, configuration_sets::checkpoints);
    clause!("answered_by", answered_by, answered_by::check);
    clause!("completed_within_ms", completed_within, timing::completed);
    clause!("recovered_within_ms", recovered_within, timing::recovered);
    clause!("order", order, |all: &Vec<_>, run| events::order(all, run));
    clause!("never", never, |all: &Vec<_>, run| events::never(all, run));
    clause!("not_applied", not_applied, |all: &Vec<_>, run| {
        failures::not_applied(all, run)
    });
    clause!("no_effect", no_effect, |all: &Vec<_>, run| {
        failures::no_effect(all, run)
    });
    clause!("may_not_apply", may_not_apply, |all: &Vec<_>, run| {
        failures::may_not_apply(all, run)
    });
    clause!("outside_promise", outside_promise, outside_promise::check);
    found
}

/// What clauses are evaluated on.
struct Run<'a> {
    outcome: &'a Outcome,
    trace: &'a Trace,
    terms: Terms,
    catalogue: Catalogue,
}

impl Run<'_> {
    /// The events of machines.
    fn events(&self) -> impl Iterator<Item = (&Record, &Event)> {
        let records = self.trace.records.iter();
        records.filter_map(|record| match &record.event {
            TraceEvent::Protocol(event) => Some((record, event)),
            TraceEvent::Harness(_) => None,
        })
    }

    /// The event by which a client accepted the result of a request.
    fn accepted(&self, client: u32, request: u64) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::Accepted { request: id, .. }
                if id.request_client.0 == client && id.request.0 == request)
        })
    }

    /// The event by which a client first sent a request.
    fn invoked(&self, client: u32, request: u64) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::Invoked { request: id, .. }
                if id.request_client.0 == client && id.request.0 == request)
        })
    }

    /// The event by which a configuration started.
    fn started(&self, number: u32) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::ConfigurationStarted { configuration, .. }
                if *configuration == ConfigurationId(number))
        })
    }

    fn find(&self, is_it: impl Fn(&Event) -> bool) -> Option<u64> {
        self.events()
            .find(|(_, event)| is_it(event))
            .map(|(record, _)| record.n)
    }

    /// The last event of a process.
    fn last_event_of(&self, process: ProcessId) -> Option<u64> {
        let mut records = self.trace.records.iter().rev();
        records
            .find(|record| record.process == process)
            .map(|record| record.n)
    }

    /// The number of the last configuration.
    fn last_configuration(&self) -> Option<u32> {
        self.outcome
            .configurations
            .iter()
            .map(|configuration| configuration.number)
            .max()
    }

    /// Whether no failure but sleeps was applied with effect to a replica.
    fn is_correct(&self, configuration: u32, replica: u32) -> bool {
        let replicas = &self.outcome.replicas;
        let known = replicas
            .iter()
            .find(|other| (other.configuration, other.replica) == (configuration, replica));
        known.map_or_else(
            || {
                // A stored outcome may lack replicas of which nothing is known at the end.
                !self
                    .outcome
                    .budget
                    .iter()
                    .any(|of| of.configuration == configuration && of.faulty.contains(&replica))
            },
            |replica| replica.correct,
        )
    }
}

/// What a clause came to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    status: ClauseStatus,
    detail: String,
    event: Option<u64>,
}

impl Finding {
    const fn held() -> Self {
        Self {
            status: ClauseStatus::Held,
            detail: String::new(),
            event: None,
        }
    }

    fn broken(detail: impl Into<String>) -> Self {
        Self {
            status: ClauseStatus::Broken,
            detail: detail.into(),
            event: None,
        }
    }

    /// Broken by all these flaws, at the event of the first that has one; held where there is none.
    fn of_flaws(flaws: Vec<Flaw>) -> Self {
        if flaws.is_empty() {
            return Self::held();
        }
        let event = flaws.iter().find_map(|flaw| flaw.event);
        let details: Vec<_> = flaws.into_iter().map(|flaw| flaw.detail).collect();
        Self::broken(details.join("; ")).at(event)
    }

    fn because(self, detail: &str) -> Self {
        Self {
            detail: detail.to_owned(),
            ..self
        }
    }

    fn at(self, event: Option<u64>) -> Self {
        Self { event, ..self }
    }

    fn reported_as(self, clause: String) -> ClauseOutcome {
        ClauseOutcome {
            clause,
            status: self.status,
            detail: self.detail,
            event: self.event,
        }
    }
}

/// One thing in which a run differs from a clause.
struct Flaw {
    detail: String,
    event: Option<u64>,
}

impl Flaw {
    fn new(detail: impl Into<String>, event: Option<u64>) -> Self {
        Self {
            detail: detail.into(),
            event,
        }
    }
}

/// `[1, 2]`, for messages.
fn listed<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests;
