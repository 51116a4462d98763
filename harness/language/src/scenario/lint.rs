//! What a file says about itself without a run: failures that cannot happen, or change nothing.
//!
//! The reasoning follows which position receives and sends which message (docs/protocol.md P4, P5, P7 to
//! P9) and how many messages a run without failures has. It goes configuration by configuration: a
//! configuration beyond the first exists only if something in the one before can make a replica ask
//! for it. A remark about one planned failure names it, so that a caller whose expected file
//! accounts for that failure can leave it out.

mod crash;
mod position;
mod state;
mod wedge;

use std::collections::BTreeMap;

use bcr_protocol::identity::{ConfigurationId, Position};

use super::lower::Mark;
use super::mistake::ScenarioMistake;
use super::model::Scenario;
use super::trigger::{Origin, Trigger};
use crate::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::counted;
use state::{Fate, Lint};

/// Remarks about a scenario without errors; `marks` says where each failure stands.
pub(super) fn lint(scenario: &Scenario, marks: &[Mark]) -> Vec<Diagnostic> {
    let mut lint = Lint::new(scenario, marks);
    let mut by_configuration: BTreeMap<ConfigurationId, Vec<usize>> = BTreeMap::new();
    for (index, planned) in scenario.failures.iter().enumerate() {
        by_configuration
            .entry(planned.configuration)
            .or_default()
            .push(index);
    }
    let mut before: Option<ConfigurationId> = None;
    let mut causes_before = true;
    for (configuration, indices) in by_configuration {
        let follows = before.map_or(configuration.0 == 0, |before| {
            before.next() == configuration
        });
        let reached = lint.short_timeouts || (follows && causes_before);
        causes_before = if reached {
            lint.configuration(configuration, &indices)
        } else {
            lint.unreached(configuration, &indices);
            false
        };
        before = Some(configuration);
    }
    lint.after_crashes();
    lint.remarks
}

/// Remarks about a scenario with errors: only those that each failure draws by itself, since what is
/// missing might bring about anything.
pub(super) fn each_failure(scenario: &Scenario, marks: &[Mark]) -> Vec<Diagnostic> {
    let mut lint = Lint::new(scenario, marks);
    for index in 0..scenario.failures.len() {
        let _is_dead = lint.never_received(index) || lint.changes_nothing(index);
    }
    lint.remarks
}

impl Lint<'_> {
    /// Looks at the failures of one configuration. Returns whether something in it can make a
    /// replica ask for the next one.
    fn configuration(&mut self, configuration: ConfigurationId, indices: &[usize]) -> bool {
        for &index in indices {
            if self.never_received(index) || self.changes_nothing(index) {
                self.fates[index] = Fate::Dead;
            }
        }
        for &index in indices {
            if self.is_open(index) && !self.waits_for_wedge(index) && self.expected(index) > 0 {
                let message = self.scenario.failures[index].trigger.message();
                if message < self.expected(index) {
                    self.fates[index] = Fate::Live;
                }
            }
        }
        let disturbed = configuration.0 > 0
            || self.short_timeouts
            || indices.iter().any(|index| self.fates[*index] == Fate::Live);
        for &index in indices {
            if self.is_open(index) && !self.waits_for_wedge(index) {
                self.fates[index] = if disturbed { Fate::Live } else { Fate::Dead };
                self.beyond_expected(index, disturbed);
            }
        }
        let causes = self.short_timeouts || indices.iter().any(|index| self.is_cause(*index));
        let replicas = indices.iter().map(|index| self.replica(*index));
        let lowest = replicas.min().unwrap_or(Position::HEAD);
        for &index in indices {
            self.around_wedge(index, causes, lowest);
        }
        self.too_many_faulty(configuration, indices);
        causes
    }

    fn unreached(&mut self, configuration: ConfigurationId, indices: &[usize]) {
        for &index in indices {
            self.fates[index] = Fate::Dead;
            let message = format!(
                "nothing in this file ends configuration {}, so configuration \
                 {configuration} is never reached",
                configuration.0.saturating_sub(1)
            );
            let span = self.whole(index);
            self.remark(
                index,
                Severity::Warning,
                ScenarioMistake::UnreachedConfiguration,
                span,
                message,
                "P7.1",
            );
        }
    }

    /// Which message numbers a run without failures has: those below this.
    fn expected(&self, index: usize) -> u64 {
        let planned = &self.scenario.failures[index];
        let trigger = planned.trigger;
        let requests = trigger.client().map(|of| self.scenario.requests_of(of));
        match trigger.kind().origin() {
            Origin::Client if planned.replica == Position::HEAD => requests.unwrap_or_default(),
            Origin::Request => requests.unwrap_or_default(),
            Origin::Checkpoint => self.checkpoints(),
            Origin::Start => 1,
            Origin::Client | Origin::Forwarding | Origin::Reconfiguration => 0,
        }
    }

    /// A message that only something else going wrong could bring.
    fn beyond_expected(&mut self, index: usize, disturbed: bool) {
        let planned = &self.scenario.failures[index];
        let trigger = planned.trigger;
        let expected = self.expected(index);
        let mut message = match expected {
            0 => format!(
                "without failures replica {} receives no {}",
                planned.replica,
                trigger.name()
            ),
            most => format!(
                "without failures replica {} receives {}, {}",
                planned.replica,
                messages(most, trigger),
                numbered(most)
            ),
        };
        if trigger.kind().origin() == Origin::Checkpoint {
            message = format!("{message}: {}", self.checkpoint_arithmetic());
        }
        let severity = if disturbed {
            Severity::Note
        } else {
            message.push_str(", and nothing else in this file could bring more");
            Severity::Warning
        };
        let span = self.marks[index].trigger.clone();
        self.remark(
            index,
            severity,
            ScenarioMistake::MessageNumber,
            span,
            message,
            "P9.1",
        );
    }

    /// More than `t` replicas that fail otherwise than by sleeping (P11).
    fn too_many_faulty(&mut self, configuration: ConfigurationId, indices: &[usize]) {
        let mut faulty: BTreeMap<Position, usize> = BTreeMap::new();
        for &index in indices {
            let planned = &self.scenario.failures[index];
            if self.fates[index] == Fate::Live && planned.failure.is_fault() {
                faulty.entry(planned.replica).or_insert(index);
            }
        }
        let t = self.scenario.parameters.t as usize;
        if faulty.len() <= t {
            return;
        }
        let mut order: Vec<usize> = faulty.values().copied().collect();
        order.sort_unstable();
        let names: Vec<String> = faulty.keys().map(ToString::to_string).collect();
        let message = format!(
            "{} of configuration {configuration} {} ({}), and t = {t}: nothing is promised",
            counted(faulty.len(), "replica"),
            if faulty.len() == 1 { "fails" } else { "fail" },
            names.join(", ")
        );
        let mut remark = Diagnostic::warning(
            ScenarioMistake::TooManyFaulty,
            self.whole(order[t]),
            message,
        )
        .with_rule("P11")
        .with_label("one too many")
        .with_help(
            "if that is meant, let the expected file say what holds all the same: \
                 `outside_promise: {held: [agreement]}`",
        )
        .with_subject(Subject::Configuration(configuration.0));
        for &index in &order[..t.min(3)] {
            remark = remark.with_secondary(self.whole(index), "fails too");
        }
        self.remarks.push(remark);
    }
}

fn messages(count: u64, trigger: Trigger) -> String {
    let messages = counted(count, &format!("{} message", trigger.name()));
    match trigger.client() {
        Some(client) => format!("{messages} of client {client}"),
        None => messages,
    }
}

/// The numbers of the first `count` messages; there is at least one.
fn numbered(count: u64) -> String {
    match count {
        1 => "number 0".to_owned(),
        _ => format!("numbered 0 to {}", count - 1),
    }
}
