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
use crate::expectation::{ClauseKey, ClauseValue, Clauses, Expectation};
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
        report(key.to_string(), finding);
    }
    let is_told = |clauses: &Clauses| clauses.unanswered.is_some();
    if !is_told(&expectation.clauses) && !canonical.is_some_and(is_told) {
        report(
            ClauseKey::Unanswered.to_string(),
            unanswered::check(&[], &run),
        );
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

/// Every clause that is there, in the order of [`ClauseKey`].
fn check(clauses: &Clauses, run: &Run<'_>) -> Vec<(ClauseKey, Finding)> {
    let present = clauses.present();
    present
        .map(|(_, value)| (value.key(), finding(value, run)))
        .collect()
}

/// What one clause came to.
fn finding(clause: ClauseValue<'_>, run: &Run<'_>) -> Finding {
    match clause {
        ClauseValue::Final(expected) => final_dictionary::exactly(expected, run),
        ClauseValue::FinalAnyOf(all) => final_dictionary::one_of(all, run),
        ClauseValue::FinalUnchecked(why) => Finding::held().because(why),
        ClauseValue::Results(expected) => results::check(expected, run),
        ClauseValue::Unanswered(all) => unanswered::check(all, run),
        ClauseValue::Reconfigurations(expected) => reconfigurations::check(expected, run),
        ClauseValue::Quorums(expected) => configuration_sets::quorums(expected, run),
        ClauseValue::Suspects(expected) => configuration_sets::suspects(expected, run),
        ClauseValue::Convicted(expected) => configuration_sets::convicted(expected, run),
        ClauseValue::Checkpoints(expected) => configuration_sets::checkpoints(expected, run),
        ClauseValue::AnsweredBy(expected) => answered_by::check(expected, run),
        ClauseValue::CompletedWithin(limits) => timing::completed(limits, run),
        ClauseValue::RecoveredWithin(limit) => timing::recovered(limit, run),
        ClauseValue::Order(all) => events::order(all, run),
        ClauseValue::Never(all) => events::never(all, run),
        ClauseValue::NotApplied(all) => failures::not_applied(all, run),
        ClauseValue::NoEffect(all) => failures::no_effect(all, run),
        ClauseValue::MayNotApply(all) => failures::may_not_apply(all, run),
        ClauseValue::OutsidePromise(expected) => outside_promise::check(expected, run),
    }
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
