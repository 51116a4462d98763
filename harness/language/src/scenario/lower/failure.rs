//! Planned failures: positions and clients exist, texts are those of the file.

use std::ops::Range;

use super::lowering::{Lowering, Mark, ReplicaFailures, there_are};
use super::number::seconds_meant;
use crate::diagnostic::{Diagnostic, Subject};
use crate::scenario::ast::Pair;
use crate::scenario::call;
use crate::scenario::failure::Failure;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::SECONDS_SLEEP;
use crate::scenario::plan::PlannedFailure;
use crate::scenario::trigger::{Trigger, TriggerKind};

impl Lowering<'_> {
    /// The planned failures of the file, and where they stand.
    pub(super) fn failures(
        &mut self,
        replicas: &[ReplicaFailures<'_>],
        positions: Option<u32>,
        clients: Option<u32>,
    ) -> (Vec<PlannedFailure>, Vec<Mark>) {
        let mut failures = Vec::new();
        let mut marks = Vec::new();
        for replica in replicas {
            let is_there = self.check_position(replica, positions);
            for pair in replica.pairs {
                let planned = self.failure(replica, pair, clients, failures.len());
                if let Some(planned) = planned.filter(|_| is_there) {
                    failures.push(planned);
                    marks.push(Mark {
                        trigger: pair.trigger.span.clone(),
                        failure: pair.failure.span.clone(),
                    });
                }
            }
        }
        (failures, marks)
    }

    /// Whether there is such a position, as far as is known.
    fn check_position(&mut self, replica: &ReplicaFailures<'_>, positions: Option<u32>) -> bool {
        let Some(positions) = positions.filter(|n| replica.position.0 >= *n) else {
            return true;
        };
        let message = format!(
            "replica {} does not exist: with t = {} {}",
            replica.position,
            positions / 2,
            there_are("position", positions)
        );
        let span = replica.assignment.indices[1].span.clone();
        self.diagnostics.push(
            Diagnostic::error(ScenarioMistake::IndexOutOfRange, span, message)
                .with_rule("P1.1")
                .with_label("no such position"),
        );
        false
    }

    fn failure(
        &mut self,
        replica: &ReplicaFailures<'_>,
        pair: &Pair,
        clients: Option<u32>,
        index: usize,
    ) -> Option<PlannedFailure> {
        let subject = Subject::Failure(index);
        if self.is_swapped(pair) {
            return None;
        }
        let trigger = call::trigger(&pair.trigger).map_err(|wrong| self.diagnostics.extend(wrong));
        let failure = call::failure(&pair.failure).map_err(|wrong| self.diagnostics.extend(wrong));
        let is_there = trigger.is_ok_and(|trigger| self.check_client(trigger, pair, clients));
        let (trigger, (failure, warning)) = (trigger.ok()?, failure.ok()?);
        self.diagnostics.extend(warning);
        if !is_there {
            return None;
        }
        if let Some(ms @ 1..SECONDS_SLEEP) = failure.sleeps_ms() {
            let message = format!("a sleep of {ms} ms: sleeps are in milliseconds");
            self.diagnostics.push(
                Diagnostic::warning(
                    ScenarioMistake::LooksLikeSeconds,
                    pair.failure.span.clone(),
                    message,
                )
                .with_rule("P10")
                .with_help(seconds_meant(ms))
                .with_fix(failure.with_argument(ms * 1_000).to_string())
                .with_subject(subject),
            );
        }
        let text = |span: &Range<usize>, canonical: String| {
            if self.overridden.covers(&replica.assignment.target.span) {
                return canonical;
            }
            let text = self.source.text().get(span.clone());
            text.map_or(canonical, |text| text.trim().to_owned())
        };
        let line = self.source.location(pair.trigger.span.start).line;
        Some(PlannedFailure {
            configuration: replica.configuration,
            replica: replica.position,
            trigger,
            failure,
            trigger_text: text(&pair.trigger.span, trigger.to_string()),
            failure_text: text(&pair.failure.span, failure.to_string()),
            pair_text: text(
                &(pair.trigger.span.start..pair.failure.span.end),
                format!("{trigger}, {failure}"),
            ),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        })
    }

    /// Whether the pair has its failure first, which is said then.
    fn is_swapped(&mut self, pair: &Pair) -> bool {
        let (first, second) = (&pair.trigger.value, &pair.failure.value);
        let is_swapped = Failure::called(&first.name.value).is_some()
            && TriggerKind::called(&second.name.value).is_some();
        if is_swapped {
            let message = format!(
                "`{}` is a failure and `{}` a trigger: the trigger comes first",
                first.name.value, second.name.value
            );
            let span = pair.trigger.span.start..pair.failure.span.end;
            self.diagnostics.push(
                Diagnostic::error(ScenarioMistake::UnknownTrigger, span, message)
                    .with_help("swap them")
                    .with_fix(format!("{second}, {first}")),
            );
        }
        is_swapped
    }

    /// Whether there is such a client, as far as is known.
    fn check_client(&mut self, trigger: Trigger, pair: &Pair, clients: Option<u32>) -> bool {
        let (Some(client), Some(clients)) = (trigger.client(), clients) else {
            return true;
        };
        if client.0 < clients {
            return true;
        }
        let found = &pair.trigger.value.arguments[0];
        let message = format!(
            "client {} does not exist: with num_client = {clients} {}",
            found.value,
            there_are("client", clients)
        );
        self.diagnostics.push(
            Diagnostic::error(
                ScenarioMistake::IndexOutOfRange,
                found.span.clone(),
                message,
            )
            .with_label("no such client")
            .with_help(format!(
                "the first argument of {} is the client, the second the message",
                trigger.name()
            )),
        );
        false
    }
}
