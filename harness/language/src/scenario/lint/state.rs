//! What is known of a scenario's failures while they are looked at, and what was remarked.

use std::ops::Range;

use bcr_protocol::identity::{ConfigurationId, Position};

use crate::diagnostic::{Diagnostic, Severity, Subject};
use crate::scenario::failure::{Awaited, Failure};
use crate::scenario::lower::Mark;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::model::Scenario;
use crate::scenario::parameter::SECONDS_TIMEOUT;
use crate::scenario::plan::PlannedFailure;
use crate::scenario::trigger::{Origin, Trigger};
use crate::words::counted;

/// Whether a planned failure can happen, as far as the file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has looked yet.
    Open,
    /// Its trigger can fire, and its failure changes something.
    Live,
    /// It cannot happen, or changes nothing; that is said already.
    Dead,
}

pub(super) struct Lint<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) marks: &'a [Mark],
    /// Whether a timer may expire although nothing fails.
    pub(super) short_timeouts: bool,
    /// Requests of all clients.
    pub(super) requests: u64,
    pub(super) fates: Vec<Fate>,
    pub(super) remarks: Vec<Diagnostic>,
}

impl<'a> Lint<'a> {
    pub(super) fn new(scenario: &'a Scenario, marks: &'a [Mark]) -> Self {
        let shortest = shortest_timeout(scenario);
        // A request takes one message per replica, and one each from and to the client.
        let round_trip_ms = 4 * u64::from(scenario.replicas());
        Self {
            scenario,
            marks,
            short_timeouts: shortest < SECONDS_TIMEOUT.max(round_trip_ms),
            requests: scenario.requests(),
            fates: vec![Fate::Open; scenario.failures.len()],
            remarks: Vec::new(),
        }
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        self.fates[index] == Fate::Open
    }

    /// Whether the trigger is a message that only a reconfiguration brings.
    pub(super) fn waits_for_wedge(&self, index: usize) -> bool {
        is_wedge_message(self.scenario.failures[index].trigger)
    }

    /// Whether the failure can make a replica ask for the next configuration.
    pub(super) fn is_cause(&self, index: usize) -> bool {
        let failure = self.scenario.failures[index].failure;
        self.fates[index] == Fate::Live
            && !self.waits_for_wedge(index)
            && !Self::spoils_wedged(failure)
    }

    /// Whether the failure waits for the message that ends a replica's part in its configuration.
    pub(super) fn spoils_wedged(failure: Failure) -> bool {
        failure.awaits(false) == Some(Awaited::Wedged)
    }

    pub(super) fn checkpoints(&self) -> u64 {
        self.requests / self.scenario.parameters.checkpoint_interval
    }

    pub(super) fn checkpoint_arithmetic(&self) -> String {
        format!(
            "the clients' requests fill {}, and a checkpoint is taken every {}",
            counted(self.requests, "slot"),
            self.scenario.parameters.checkpoint_interval
        )
    }

    pub(super) fn replica(&self, index: usize) -> Position {
        self.scenario.failures[index].replica
    }

    /// From the trigger to the end of the failure.
    pub(super) fn whole(&self, index: usize) -> Range<usize> {
        let mark = &self.marks[index];
        mark.trigger.start..mark.failure.end
    }

    pub(super) fn remark(
        &mut self,
        index: usize,
        severity: Severity,
        kind: ScenarioMistake,
        span: Range<usize>,
        message: String,
        rule: &'static str,
    ) {
        let remark = Diagnostic::new(severity, kind, span, message)
            .with_rule(rule)
            .with_subject(Subject::Failure(index));
        self.remarks.push(if severity == Severity::Warning {
            remark.with_help(excuse(&self.scenario.failures[index], kind))
        } else {
            remark
        });
    }
}

/// How an expected file says that a failure is not to happen, or to change nothing.
pub(super) fn excuse(planned: &PlannedFailure, kind: ScenarioMistake) -> String {
    let clause = match kind {
        ScenarioMistake::NoEffect => "no_effect",
        _ => "not_applied",
    };
    format!("if that is meant, let the expected file say so: `{clause}: [\"{planned}\"]`")
}

pub(super) fn shortest_timeout(scenario: &Scenario) -> u64 {
    let of = &scenario.parameters;
    of.client_timeout_ms
        .min(of.head_timeout_ms)
        .min(of.nonhead_timeout_ms)
}

pub(super) fn is_wedge_message(trigger: Trigger) -> bool {
    trigger.kind().origin() == Origin::Reconfiguration
}

/// Where a planned failure lives: failures of one replica share it.
pub(super) fn replica_of(planned: &PlannedFailure) -> (ConfigurationId, Position) {
    (planned.configuration, planned.replica)
}
