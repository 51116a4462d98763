//! What only a reconfiguration brings, and sleeps that are over before one.

use bcr_protocol::identity::Position;

use super::state::{Fate, Lint, shortest_timeout};
use crate::diagnostic::Severity;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::SECONDS_SLEEP;
use crate::scenario::trigger::TriggerKind;

impl Lint<'_> {
    /// Triggers and failures that need the configuration to be wedged, and sleeps; `lowest` is the
    /// first replica of the configuration for which a failure is planned.
    pub(super) fn around_wedge(&mut self, index: usize, causes: bool, lowest: Position) {
        if self.fates[index] == Fate::Dead {
            return;
        }
        let planned = &self.scenario.failures[index];
        let configuration = planned.configuration;
        if self.waits_for_wedge(index) {
            self.fates[index] = if causes { Fate::Live } else { Fate::Dead };
            let span = self.marks[index].trigger.clone();
            if !causes {
                let message = format!(
                    "nothing else in this file makes a replica ask for the end of \
                     configuration {configuration}, so there is no {}",
                    planned.trigger.name()
                );
                self.remark(
                    index,
                    Severity::Warning,
                    ScenarioMistake::NeverReceived,
                    span,
                    message,
                    "P7.1",
                );
                return;
            }
            if let Some((message, rule)) = self.unlikely_in_wedge(index, lowest) {
                self.remark(
                    index,
                    Severity::Note,
                    ScenarioMistake::MessageNumber,
                    span,
                    message,
                    rule,
                );
            }
        }
        if Self::spoils_wedged(planned.failure) && !causes {
            self.fates[index] = Fate::Dead;
            let span = self.marks[index].failure.clone();
            let message = format!(
                "nothing else in this file makes a replica ask for the end of configuration \
                 {configuration}, so no wedged message is sent"
            );
            self.remark(
                index,
                Severity::Warning,
                ScenarioMistake::NeverSent,
                span,
                message,
                "P7.1",
            );
        }
        self.short_sleep(index);
    }

    /// A message of a reconfiguration that comes only if others are silent.
    fn unlikely_in_wedge(&self, index: usize, lowest: Position) -> Option<(String, &'static str)> {
        let planned = &self.scenario.failures[index];
        match (planned.trigger.kind(), planned.trigger.message()) {
            (TriggerKind::WedgeRequest, 1..) => Some((
                "a wedge_request is repeated only to a replica whose wedged message does not come"
                    .to_owned(),
                "P7.1",
            )),
            (TriggerKind::CatchUp, 1..) => Some((
                "a second catch_up comes only if histories differ, or if the answer does not come"
                    .to_owned(),
                "P7.3",
            )),
            (TriggerKind::GetRunningState, 1..) => Some((
                "a replica is asked again for its state only if the one asked is silent".to_owned(),
                "P7.5",
            )),
            (TriggerKind::GetRunningState, 0) if planned.replica != Position::HEAD => {
                (lowest >= planned.replica).then(|| {
                    (
                        "Olympus asks the lowest-numbered replica of the quorum, and none \
                         below this one fails"
                            .to_owned(),
                        "P7.5",
                    )
                })
            }
            (
                TriggerKind::WedgeRequest | TriggerKind::CatchUp | TriggerKind::GetRunningState,
                0,
            )
            | (
                TriggerKind::ClientRequest
                | TriggerKind::ForwardedRequest
                | TriggerKind::Shuttle
                | TriggerKind::ResultShuttle
                | TriggerKind::NewConfiguration
                | TriggerKind::Checkpoint
                | TriggerKind::CompletedCheckpoint,
                _,
            ) => None,
        }
    }

    /// A sleep that is over before anybody can have missed the replica. A very short one was
    /// remarked upon already, as probably meant in seconds.
    fn short_sleep(&mut self, index: usize) {
        let Some(ms) = self.scenario.failures[index].failure.sleeps_ms() else {
            return;
        };
        let (noticed_after, by) = if self.waits_for_wedge(index) {
            (self.scenario.parameters.quorum_grace_ms, "quorum_grace")
        } else {
            (shortest_timeout(self.scenario), "the shortest timeout")
        };
        if ms > noticed_after || ms < SECONDS_SLEEP {
            return;
        }
        let span = self.marks[index].failure.clone();
        let message = format!(
            "a sleep of {ms} ms may be over before anybody notices: {by} is {noticed_after} ms"
        );
        self.remark(
            index,
            Severity::Note,
            ScenarioMistake::ShortSleep,
            span,
            message,
            "P10",
        );
    }
}
