//! Patterns that match no event of any run of this scenario: a `never` that nothing can break would be a
//! test of nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, ProcessId, RequestId, RequestNumber};
use bcr_protocol::machine::Timer;

use super::count::no_such;
use crate::diagnostic::Diagnostic;
use crate::expectation::event_names::{FieldKind, kind_of};
use crate::expectation::mistake::ExpectedMistake;
use crate::expectation::value::{EventPattern, FieldTest};
use crate::scenario::Scenario;

/// What patterns are compared with.
pub(super) struct Patterns<'s> {
    scenario: &'s Scenario,
    /// Whether all failures that the scenario plans are known.
    knows_failures: bool,
    /// What can be asked for, without blanks; made where it is first needed.
    operations: Option<BTreeSet<String>>,
}

impl<'s> Patterns<'s> {
    pub(super) fn new(scenario: &'s Scenario, knows_failures: bool) -> Self {
        Self {
            scenario,
            knows_failures,
            operations: None,
        }
    }

    /// Why a pattern matches nothing; nothing where it may.
    pub(super) fn check(&mut self, pattern: &EventPattern) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (field, test) in &pattern.fields {
            let kind = kind_of(&pattern.event, field);
            found.extend(self.field(pattern, field, kind, test));
        }
        if self.knows_failures && !self.is_planned(pattern) {
            let message = format!(
                "the scenario plans no failure that is like this `{}`",
                pattern.event
            );
            found.push((ExpectedMistake::UnknownFailure, message));
        }
        let span = Range::from(pattern.span);
        let errors = found.into_iter();
        errors
            .map(|(kind, message)| Diagnostic::error(kind, span.clone(), message))
            .collect()
    }

    fn field(
        &mut self,
        pattern: &EventPattern,
        field: &str,
        kind: FieldKind,
        test: &FieldTest,
    ) -> Option<(ExpectedMistake, String)> {
        let message = match kind {
            FieldKind::Client => self.client(least(test)?)?,
            FieldKind::Replica => self.replica(least(test)?)?,
            FieldKind::Replicas => self.quorum(test)?,
            FieldKind::Request => self.request(pattern, least(test)?)?,
            FieldKind::Slot if is_checkpoint(&pattern.event, field) => self.checkpoint(test)?,
            FieldKind::Operation => self.operation(text(test)?)?,
            FieldKind::Timer => match text(test)?.parse().ok()? {
                Timer::Request(request) | Timer::Result(request) => self.request_of(request)?,
                Timer::State(_, replica) => self.replica(replica.0.into())?,
                Timer::Wedge(_) | Timer::Grace(_) => return None,
            },
            FieldKind::Process => match text(test)?.parse().ok()? {
                ProcessId::Client(client) => self.client(client.0.into())?,
                ProcessId::Replica(replica) => self.replica(replica.position.0.into())?,
                ProcessId::Olympus => return None,
            },
            FieldKind::Answerer
            | FieldKind::Anything
            | FieldKind::Case
            | FieldKind::Configuration
            | FieldKind::Digest
            | FieldKind::End
            | FieldKind::Entries
            | FieldKind::Failure
            | FieldKind::Message
            | FieldKind::Mode
            | FieldKind::Number
            | FieldKind::Reason
            | FieldKind::Slot
            | FieldKind::Text
            | FieldKind::Texts
            | FieldKind::Time
            | FieldKind::Trigger
            | FieldKind::Truth => return None,
        };
        Some((ExpectedMistake::OutOfRange, message))
    }

    fn client(&self, number: u64) -> Option<String> {
        let count = u64::from(self.scenario.clients);
        (number >= count).then(|| no_such("client", number, count))
    }

    fn replica(&self, number: u64) -> Option<String> {
        let count = u64::from(self.scenario.replicas());
        (number >= count).then(|| no_such("replica", number, count))
    }

    fn quorum(&self, test: &FieldTest) -> Option<String> {
        let FieldTest::List(members) = test else {
            return None;
        };
        let size = u64::from(self.scenario.parameters.t) + 1;
        if members.len() as u64 != size {
            let found = members.len();
            return Some(format!("a quorum has t + 1 = {size} replicas, not {found}"));
        }
        members
            .iter()
            .find_map(|member| self.replica(least(member)?))
    }

    /// A request of the client that the pattern names, or of any.
    fn request(&self, pattern: &EventPattern, number: u64) -> Option<String> {
        let named = |field: &str| {
            let mut fields = pattern.fields.iter();
            let (_, test) = fields.find(|(name, _)| name == field)?;
            u32::try_from(exact(test)?).ok()
        };
        if let Some(client) = named("request_client").or_else(|| named("client")) {
            return self.request_of(RequestId {
                client: ClientId(client),
                number: RequestNumber(number),
            });
        }
        let clients = (0..self.scenario.clients).map(ClientId);
        let most = clients
            .map(|client| self.scenario.requests_of(client))
            .max();
        let most = most.unwrap_or_default();
        (number >= most).then(|| format!("no client has a request {number}: {most} is the most"))
    }

    fn request_of(&self, RequestId { client, number }: RequestId) -> Option<String> {
        let count = self.scenario.requests_of(client);
        (number.0 >= count)
            .then(|| format!("client {client} has no request {number}: it has {count}"))
    }

    /// Checkpoints are taken behind every so many slots (P8.1).
    fn checkpoint(&self, test: &FieldTest) -> Option<String> {
        let slot = exact(test)?;
        let interval = self.scenario.parameters.checkpoint_interval;
        (slot % interval != interval - 1).then(|| {
            format!(
                "no checkpoint is taken at slot {slot}: the first is at slot {}, then one every {interval}",
                interval - 1
            )
        })
    }

    fn operation(&mut self, text: &str) -> Option<String> {
        let scenario = self.scenario;
        let known = self.operations.get_or_insert_with(|| {
            let all = scenario.workloads.iter().flatten();
            // What a head may name in place of what it was asked for (P10).
            let changed = Operation::Get {
                key: "x".to_owned(),
            };
            let all = all.chain([&changed]);
            all.map(|operation| without_blanks(&operation.to_string()))
                .collect()
        });
        (!known.contains(&without_blanks(text))).then(|| format!("no client asks for `{text}`"))
    }

    /// Whether the scenario plans a failure like that of the pattern, where it is about one.
    fn is_planned(&self, pattern: &EventPattern) -> bool {
        if !matches!(pattern.event.as_str(), "failure_armed" | "failure_applied") {
            return true;
        }
        let agrees = |name: &str, number: u32| {
            let mut fields = pattern.fields.iter().filter(|(field, _)| field == name);
            fields.all(|(_, test)| exact(test).is_none_or(|it| it == u64::from(number)))
        };
        let reads = |name: &str, text: &str| {
            let mut fields = pattern.fields.iter().filter(|(field, _)| field == name);
            fields.all(|(_, test)| match test {
                FieldTest::Text(expected) => without_blanks(expected) == without_blanks(text),
                FieldTest::Bounds(_) | FieldTest::List(_) | FieldTest::Map(_) => true,
            })
        };
        self.scenario.failures.iter().any(|planned| {
            agrees("configuration", planned.configuration.0)
                && agrees("replica", planned.replica.0)
                && reads("trigger", &planned.trigger_text)
                && reads("failure", &planned.failure_text)
        })
    }
}

/// Whether a slot is that of a checkpoint.
fn is_checkpoint(event: &str, field: &str) -> bool {
    field == "checkpoint"
        || (field == "slot" && matches!(event, "checkpoint_started" | "checkpoint_completed"))
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

fn text(test: &FieldTest) -> Option<&str> {
    match test {
        FieldTest::Text(text) => Some(text),
        FieldTest::Bounds(_) | FieldTest::List(_) | FieldTest::Map(_) => None,
    }
}

/// The number that a field is to be.
fn exact(test: &FieldTest) -> Option<u64> {
    text(test)?.parse().ok()
}

/// The least number that a field may be.
fn least(test: &FieldTest) -> Option<u64> {
    match test {
        FieldTest::Bounds(bounds) => {
            let least = bounds.at_least?.ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "what is below 0 is 0, and what is too large the most"
            )]
            let least = least as u64;
            Some(least)
        }
        FieldTest::Text(_) => exact(test),
        FieldTest::List(_) | FieldTest::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::SourceFile;
    use crate::expectation::{check_against, read};

    const SCENARIO: &str = "t = 1\nnum_client = 2\ncheckpt_interval = 5\n\
        workload[0] = put('a', 'b c'); get('b'); get('c')\nworkload[1] = get('d')\n\
        failures[0,1] = shuttle(0,0), crash()\n";

    /// Patterns that an event of the scenario may match.
    const POSSIBLE: &[&str] = &[
        "event: quorum_formed, quorum: [0, 2]",
        "event: quorum_formed, quorum: [{at_least: 1}, 2], checkpoint: 4",
        "event: quorum_formed, entries: [{slot: 0, request: {body: {id: {client: 1}}}}]",
        "event: checkpoint_started, slot: 9",
        "event: checkpoint_completed, slot: {at_least: 3}",
        "event: executed, operation: \"put( 'a','b c' )\"",
        "event: executed, operation: get('x')",
        "event: executed, operation: {name: put, key: a}",
        "event: executed, operation: {value: b}",
        "event: invoked, client: 0, request: 2",
        "event: invoked, request: 2",
        "event: accepted, client: {at_most: 7}, slot: {at_least: 1000}",
        "event: executed, at_ms: {at_least: 0.5, at_most: 9}, slot: 70",
        "event: failure_applied, replica: 1, trigger: 'shuttle( 0,0 )'",
        "event: failure_armed",
        "event: final_dictionary, dictionary: {a: b, at_least: c}",
        "event: timer_set, timer: request-0:2",
        "event: timer_expired, timer: state-7-2",
        "event: convicted, proof: {two_orders: {first: {signer: replica-0-1}}}",
    ];

    /// Patterns that no event can match.
    const IMPOSSIBLE: &[&str] = &[
        "event: quorum_formed, quorum: [0, 3]",
        "event: quorum_formed, quorum: [0, 1, 2]",
        "event: quorum_formed, quorum: 0",
        "event: quorum_formed, quorum: [0, one]",
        "event: quorum_formed, quorum: [[0], 1]",
        "event: quorum_formed, quorum: {at_least: 1}",
        "event: quorum_formed, checkpoint: 5",
        "event: quorum_formed, entries: 3",
        "event: checkpoint_started, slot: 10",
        "event: checkpoint_completed, slot: [9]",
        "event: executed, operation: put('a','c')",
        "event: executed, operation: remove('a')",
        "event: executed, operation: get(b)",
        "event: executed, operation: \"put(\\\"a\\\",'b c')\"",
        "event: executed, operation: get('b') and more",
        "event: executed, operation: [get, b]",
        "event: executed, operation: {at_least: 3}",
        "event: executed, operation: {name: get, value: b}",
        "event: executed, operation: {name: remove}",
        "event: executed, operation: {value: b, slice: '1:'}",
        "event: executed, operation: {kind: put}",
        "event: executed, operation: {name: {at_least: 1}}",
        "event: invoked, client: 1, request: 1",
        "event: invoked, request: 3",
        "event: invoked, request: {at_least: 3}",
        "event: accepted, client: {at_least: 2}",
        "event: accepted, client: {at_most: -1}",
        "event: crashed, replica: {at_least: 2.5}",
        "event: executed, slot: 18446744073709551615",
        "event: executed, configuration: 1000001",
        "event: executed, slot: {at_least: 1e300}",
        "event: executed, slot: {event: 1}",
        "event: executed, at_ms: soon",
        "event: executed, result: {at_least: 1}",
        "event: executed, result: [OK]",
        "event: executed, repeated: {a: b}",
        "event: activated, state: abc",
        "event: timer_set, timer: request-1:1",
        "event: timer_set, timer: result-2:0",
        "event: timer_expired, timer: state-0-3",
        "event: failure_applied, replica: 0",
        "event: failure_applied, failure: drop()",
        "event: final_dictionary, dictionary: full",
        "event: final_dictionary, dictionary: {a: [b]}",
    ];

    #[test]
    fn a_pattern_is_wrong_exactly_where_no_event_can_match_it() {
        let source = SourceFile::new("x.conf", SCENARIO);
        let scenario = crate::scenario::read(&source, &[])
            .scenario
            .expect("it is right");
        let is_wrong = |pattern: &str| {
            let text = format!("never: [{{{pattern}}}]");
            let reading = read(&SourceFile::new("x.yaml", text));
            reading
                .expectation
                .is_none_or(|expectation| !check_against(&expectation, &scenario).is_empty())
        };
        for pattern in POSSIBLE {
            assert!(!is_wrong(pattern), "{pattern}");
        }
        for pattern in IMPOSSIBLE {
            assert!(is_wrong(pattern), "{pattern}");
        }
    }
}
