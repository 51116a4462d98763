//! Planned failures: positions and clients exist, texts are those of the file.

use std::ops::Range;

use super::super::Kind;
use super::super::ast::Pair;
use super::super::plan::read;
use super::super::plan::{Failure, PlannedFailure, Trigger};
use super::{Lowering, Mark, Replica, SECONDS_SLEEP};
use crate::diagnostic::{Diagnostic, Subject};

impl Lowering<'_> {
    /// The planned failures of the file, and where they stand.
    pub(super) fn failures(
        &mut self,
        replicas: &[Replica<'_>],
        positions: Option<u32>,
        clients: Option<u32>,
    ) -> (Vec<PlannedFailure>, Vec<Mark>) {
        let mut failures = Vec::new();
        let mut marks = Vec::new();
        for replica in replicas {
            self.check_position(replica, positions);
            for pair in replica.pairs {
                if let Some(planned) = self.failure(replica, pair, clients, failures.len()) {
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

    fn check_position(&mut self, replica: &Replica<'_>, positions: Option<u32>) {
        let Some(positions) = positions.filter(|n| replica.position.0 >= *n) else {
            return;
        };
        let message = format!(
            "replica {} does not exist: with t = {} the positions are 0 to {}",
            replica.position,
            positions / 2,
            positions - 1
        );
        let span = replica.setting.indices[1].span.clone();
        self.diagnostics.push(
            Diagnostic::error(Kind::IndexOutOfRange, span, message)
                .with_rule("P1.1")
                .with_label("no such position"),
        );
    }

    fn failure(
        &mut self,
        replica: &Replica<'_>,
        pair: &Pair,
        clients: Option<u32>,
        index: usize,
    ) -> Option<PlannedFailure> {
        let subject = Subject::Failure(index);
        let trigger = read::trigger(&pair.trigger).map_err(|error| self.diagnostics.push(*error));
        let failure = read::failure(&pair.failure).map_err(|error| self.diagnostics.push(*error));
        if let Ok(trigger) = trigger {
            self.check_client(trigger, pair, clients);
        }
        let (trigger, (failure, warning)) = (trigger.ok()?, failure.ok()?);
        self.diagnostics.extend(warning);
        if let Failure::Sleep {
            ms: ms @ 1..SECONDS_SLEEP,
        } = failure
        {
            let message = format!("a sleep of {ms} ms: sleeps are in milliseconds");
            self.diagnostics.push(
                Diagnostic::warning(Kind::LooksLikeSeconds, pair.failure.span.clone(), message)
                    .with_rule("P10")
                    .with_help(format!("if {ms} seconds are meant"))
                    .with_fix(format!("sleep({})", ms * 1_000))
                    .with_subject(subject),
            );
        }
        let text = |span: &Range<usize>, canonical: String| {
            if self.overridden.covers(&replica.setting.target.span) {
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

    fn check_client(&mut self, trigger: Trigger, pair: &Pair, clients: Option<u32>) {
        let (Some(client), Some(clients)) = (trigger.client(), clients) else {
            return;
        };
        if client.0 < clients {
            return;
        }
        let found = &pair.trigger.value.arguments[0];
        let message = format!(
            "client {} does not exist: with num_client = {clients} the clients are 0 to {}",
            found.value,
            clients - 1
        );
        self.diagnostics.push(
            Diagnostic::error(Kind::IndexOutOfRange, found.span.clone(), message)
                .with_label("no such client")
                .with_help(format!(
                    "the first argument of {} is the client, the second the message",
                    trigger.name()
                )),
        );
    }
}
