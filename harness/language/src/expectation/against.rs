//! An expected file compared with the scenario that it belongs to: what only both together show.

mod count;
mod pattern;

use std::collections::BTreeSet;
use std::ops::Range;

use bcr_protocol::identity::ClientId;

use self::count::no_such;
use self::pattern::Patterns;
use super::clauses::{ClauseKey, Clauses};
use super::failure::NamedFailure;
use super::file::Expectation;
use super::mistake::ExpectedMistake;
use crate::diagnostic::{Diagnostic, Located, Span, arrange};
use crate::scenario::{FailureReference, PlannedFailure, Scenario};

/// How many of the scenario's failures a message names.
const PLANNED_SHOWN: usize = 4;

/// What of an expected file cannot be about this scenario. Empty where all is well.
#[must_use]
pub fn check_against(expectation: &Expectation, scenario: &Scenario) -> Vec<Diagnostic> {
    let planned = scenario.failures.iter().map(PlannedFailure::reference);
    compare(expectation, scenario, Some(planned.collect()))
}

/// The same for a scenario file that has errors, of which `fragment` is right: failures that an expected
/// file names may be among those that could not be read.
#[must_use]
pub fn check_against_fragment(expectation: &Expectation, fragment: &Scenario) -> Vec<Diagnostic> {
    compare(expectation, fragment, None)
}

fn compare(
    expectation: &Expectation,
    scenario: &Scenario,
    planned: Option<BTreeSet<FailureReference>>,
) -> Vec<Diagnostic> {
    let mut comparison = Comparison {
        scenario,
        planned,
        found: Vec::new(),
    };
    comparison.clauses(&expectation.clauses);
    if let Some(canonical) = &expectation.canonical {
        comparison.clauses(&canonical.value);
    }
    arrange(comparison.found)
}

struct Comparison<'s> {
    scenario: &'s Scenario,
    /// The failures that the scenario plans; `None` where not all are known.
    planned: Option<BTreeSet<FailureReference>>,
    found: Vec<Diagnostic>,
}

impl Comparison<'_> {
    fn clauses(&mut self, clauses: &Clauses) {
        for (client, results) in clauses.results.iter().flat_map(|clause| &clause.value) {
            let expected = u64::try_from(results.value.len()).unwrap_or(u64::MAX);
            if let Some(requests) = self.client(*client, results.span)
                && requests != expected
            {
                let message = format!(
                    "client {client} has {requests} requests, and this lists {expected} results"
                );
                self.found.push(
                    Diagnostic::error(
                        ExpectedMistake::WrongCount,
                        Range::from(results.span),
                        message,
                    )
                    .with_help("one for each request; `any` stands for one that does not matter"),
                );
            }
        }
        for Located { span, value } in clauses.unanswered.iter().flat_map(|clause| &clause.value) {
            self.request(value.0, value.1, *span);
        }
        for (client, by) in clauses.answered_by.iter().flat_map(|clause| &clause.value) {
            for (request, answerer) in &by.value {
                self.request(*client, *request, answerer.span);
            }
        }
        for (client, limit) in clauses
            .completed_within
            .iter()
            .flat_map(|clause| &clause.value)
        {
            if self.client(*client, limit.span) == Some(0) {
                let message = format!("client {client} has no requests that could complete");
                self.error(ExpectedMistake::OutOfRange, limit.span, message);
            }
        }
        self.sets(clauses);
        for (_, failure) in clauses.named_failures() {
            self.failure(failure);
        }
        let mut checker = Patterns::new(self.scenario, self.planned.is_some());
        let patterns = clauses.order.iter().chain(&clauses.never);
        for pattern in patterns.flat_map(|clause| &clause.value) {
            self.found.extend(checker.check(pattern));
        }
    }

    fn sets(&mut self, clauses: &Clauses) {
        let quorum = u64::from(self.scenario.parameters.t) + 1;
        let replicas = u64::from(self.scenario.replicas());
        for (key, sets) in clauses
            .sets()
            .into_iter()
            .filter(|(key, _)| *key != ClauseKey::Checkpoints)
        {
            for set in sets.iter().flat_map(|sets| sets.value.values()) {
                let beyond = set
                    .value
                    .words()
                    .flat_map(|(_, set)| set)
                    .find(|r| **r >= replicas);
                if let Some(replica) = beyond {
                    let message = no_such("replica", replica, replicas);
                    self.error(ExpectedMistake::OutOfRange, set.span, message);
                }
                if key != ClauseKey::Quorums {
                    continue;
                }
                let size = |set: &BTreeSet<u64>| u64::try_from(set.len()).unwrap_or(u64::MAX);
                if let Some(is) = set.value.is.as_ref().filter(|is| size(is) != quorum) {
                    let message =
                        format!("a quorum has t + 1 = {quorum} replicas, not {}", is.len());
                    self.error(ExpectedMistake::WrongCount, set.span, message);
                }
                if set
                    .value
                    .includes
                    .as_ref()
                    .is_some_and(|includes| size(includes) > quorum)
                {
                    let message = format!("a quorum has no more than t + 1 = {quorum} replicas");
                    self.error(ExpectedMistake::WrongCount, set.span, message);
                }
            }
        }
    }

    fn failure(&mut self, named: &NamedFailure) {
        let is_unknown = |planned: &BTreeSet<_>| !planned.contains(&named.reference);
        if !self.planned.as_ref().is_some_and(is_unknown) {
            return;
        }
        let message = format!("the scenario plans no failure `{}`", named.text);
        let diagnostic = Diagnostic::error(
            ExpectedMistake::UnknownFailure,
            Range::from(named.span),
            message,
        );
        let planned = &self.scenario.failures;
        let shown: Vec<_> = planned
            .iter()
            .take(PLANNED_SHOWN)
            .map(|failure| format!("`{failure}`"))
            .collect();
        self.found.push(match planned.len() - shown.len() {
            0 if shown.is_empty() => diagnostic.with_help("it plans none"),
            0 => diagnostic.with_help(format!("it plans {}", shown.join(" and "))),
            more => diagnostic.with_help(format!("it plans {} and {more} more", shown.join(", "))),
        });
    }

    fn request(&mut self, client: u32, request: u64, span: Span) {
        if let Some(requests) = self.client(client, span)
            && request >= requests
        {
            let message = match requests {
                0 => format!("client {client} has no requests"),
                1 => format!("client {client} has no request {request}, only request 0"),
                _ => format!(
                    "client {client} has no request {request}: its requests are 0 to {}",
                    requests - 1
                ),
            };
            self.error(ExpectedMistake::OutOfRange, span, message);
        }
    }

    /// How many requests a client has; says so where there is no such client.
    fn client(&mut self, client: u32, span: Span) -> Option<u64> {
        let clients = self.scenario.clients;
        if client >= clients {
            let message = no_such("client", client, clients.into());
            self.error(ExpectedMistake::OutOfRange, span, message);
            return None;
        }
        Some(self.scenario.requests_of(ClientId(client)))
    }

    fn error(&mut self, kind: ExpectedMistake, span: Span, message: String) {
        self.found
            .push(Diagnostic::error(kind, Range::from(span), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{SourceFile, Subject};
    use crate::expectation::read;

    const SCENARIO: &str = "t = 1\nnum_client = 2\nworkload[0] = get('a'); get('b'); get('c')\n\
        workload[1] =\nfailures[0,1] = shuttle(0,0), crash()\n";

    fn scenario() -> Scenario {
        let reading = crate::scenario::read(&SourceFile::new("x.conf", SCENARIO), &[]);
        reading.scenario.expect("the scenario has no error")
    }

    fn codes(text: &str) -> Vec<&'static str> {
        let reading = read(&SourceFile::new("x.yaml", text));
        let expectation = reading.expectation.expect(text);
        let found = check_against(&expectation, &scenario());
        found
            .iter()
            .map(|diagnostic| diagnostic.code.as_str())
            .collect()
    }

    #[test]
    fn what_the_scenario_does_not_have_is_an_error() {
        let cases: &[(&str, &[ExpectedMistake])] = &[
            ("results: {0: [any, OK, OK], 1: []}", &[]),
            ("results: {0: [OK]}", &[ExpectedMistake::WrongCount]),
            ("results: {2: [OK]}", &[ExpectedMistake::OutOfRange]),
            ("unanswered: [[0, 2]]", &[]),
            (
                "unanswered: [[0, 3], [2, 0]]",
                &[ExpectedMistake::OutOfRange, ExpectedMistake::OutOfRange],
            ),
            (
                "answered_by: {0: {2: tail, 3: tail}}",
                &[ExpectedMistake::OutOfRange],
            ),
            (
                "completed_within_ms: {0: 9, 1: 9}",
                &[ExpectedMistake::OutOfRange],
            ),
            ("quorums: {0: [0, 1]}", &[]),
            ("quorums: {0: [0, 3]}", &[ExpectedMistake::OutOfRange]),
            ("quorums: {0: [0]}", &[ExpectedMistake::WrongCount]),
            ("quorums: {0: {includes: [0, 1]}}", &[]),
            (
                "quorums: {0: {includes: [0, 1, 2]}}",
                &[ExpectedMistake::WrongCount],
            ),
            (
                "suspects: {0: {excludes: [3]}}",
                &[ExpectedMistake::OutOfRange],
            ),
            ("convicted: {0: [4]}", &[ExpectedMistake::OutOfRange]),
            ("checkpoints: {0: [99]}", &[]),
            (
                "never: [{event: crashed, replica: 3}]",
                &[ExpectedMistake::OutOfRange],
            ),
            (
                "never: [{event: sent, to: replica-0-3}, {event: sent, to: client-2}]",
                &[ExpectedMistake::OutOfRange, ExpectedMistake::OutOfRange],
            ),
            (
                "order: [{event: invoked, client: 2}]",
                &[ExpectedMistake::OutOfRange],
            ),
            (
                "not_applied: [\"failures[0,1] shuttle( 0, 0 ), crash()\"]",
                &[],
            ),
            (
                "no_effect: [\"failures[0,1] shuttle(0,1), crash()\"]",
                &[ExpectedMistake::UnknownFailure],
            ),
            (
                "canonical: {results: {2: [OK]}}",
                &[ExpectedMistake::OutOfRange],
            ),
        ];
        for (text, kinds) in cases {
            let expected: Vec<_> = kinds.iter().map(|kind| kind.code().as_str()).collect();
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn a_request_is_excused_by_its_result_alone() {
        let subject = Subject::Request {
            client: 0,
            request: 1,
        };
        let cases = [
            ("results: {0: [any, fail, any]}", true),
            ("results: {0: [OK, any, fail]}", false),
            ("canonical: {results: {0: [any, fail, any]}}", true),
            ("reconfigurations: 0", false),
        ];
        for (text, expected) in cases {
            let expectation = read(&SourceFile::new("x.yaml", text)).expectation;
            let excused = expectation.expect(text).excuses(&scenario(), subject);
            assert_eq!(excused, expected, "{text}");
        }
    }
}
