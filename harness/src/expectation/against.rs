//! An expected file compared with the scenario that it belongs to: what only both together show.

use std::collections::BTreeSet;
use std::ops::Range;

use bcr_protocol::identity::ClientId;

use super::{Clauses, EventPattern, Expectation, FieldTest, Kind, Located, NamedFailure, Span};
use crate::diagnostic::Diagnostic;
use crate::scenario::Scenario;

/// What of an expected file cannot be about this scenario. Empty where all is well.
#[must_use]
pub fn check_against(expectation: &Expectation, scenario: &Scenario) -> Vec<Diagnostic> {
    let mut comparison = Comparison {
        scenario,
        found: Vec::new(),
    };
    comparison.clauses(&expectation.clauses);
    if let Some(canonical) = &expectation.canonical {
        comparison.clauses(&canonical.value);
    }
    let mut found = comparison.found;
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    found
}

struct Comparison<'s> {
    scenario: &'s Scenario,
    found: Vec<Diagnostic>,
}

impl Comparison<'_> {
    fn clauses(&mut self, clauses: &Clauses) {
        for (client, results) in clauses.results.iter().flat_map(|clause| &clause.value) {
            let expected = u64::try_from(results.value.len()).unwrap_or(u64::MAX);
            if let Some(requests) = self.client(*client, results.span)
                && requests != expected
            {
                let message = format!("client {client} has {requests} requests, not {expected}");
                self.error(Kind::WrongCount, results.span, message);
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
                self.error(Kind::OutOfRange, limit.span, message);
            }
        }
        self.sets(clauses);
        for (_, failure) in clauses.named_failures() {
            self.failure(failure);
        }
        let patterns = clauses.order.iter().chain(&clauses.never);
        for pattern in patterns.flat_map(|clause| &clause.value) {
            self.pattern(pattern);
        }
    }

    fn sets(&mut self, clauses: &Clauses) {
        let quorum = u64::from(self.scenario.t) + 1;
        let replicas = u64::from(self.scenario.replicas());
        for (key, sets) in clauses
            .sets()
            .into_iter()
            .filter(|(key, _)| *key != "checkpoints")
        {
            for set in sets.iter().flat_map(|sets| sets.value.values()) {
                let beyond = set
                    .value
                    .words()
                    .flat_map(|(_, set)| set)
                    .find(|r| **r >= replicas);
                if let Some(replica) = beyond {
                    let message = format!("there is no replica {replica}: a chain has {replicas}");
                    self.error(Kind::OutOfRange, set.span, message);
                }
                if key != "quorums" {
                    continue;
                }
                let size = |set: &BTreeSet<u64>| u64::try_from(set.len()).unwrap_or(u64::MAX);
                if let Some(is) = set.value.is.as_ref().filter(|is| size(is) != quorum) {
                    let message = format!("a quorum has {quorum} replicas, not {}", is.len());
                    self.error(Kind::WrongCount, set.span, message);
                }
                if set
                    .value
                    .includes
                    .as_ref()
                    .is_some_and(|includes| size(includes) > quorum)
                {
                    let message = format!("a quorum has no more than {quorum} replicas");
                    self.error(Kind::WrongCount, set.span, message);
                }
            }
        }
    }

    fn failure(&mut self, named: &NamedFailure) {
        let planned = &self.scenario.failures;
        if planned
            .iter()
            .any(|failure| failure.is_named_by(&named.reference))
        {
            return;
        }
        let message = format!("the scenario plans no failure `{}`", named.text);
        let diagnostic = Diagnostic::error(Kind::UnknownFailure, Range::from(named.span), message);
        let all: Vec<_> = planned
            .iter()
            .map(|failure| {
                let (c, r) = (failure.configuration, failure.replica);
                let pair = format!("{}, {}", failure.trigger_text, failure.failure_text);
                format!("`failures[{c},{r}] {pair}`")
            })
            .collect();
        self.found.push(if all.is_empty() {
            diagnostic.with_help("it plans none")
        } else {
            diagnostic.with_help(format!("it plans {}", all.join(" and ")))
        });
    }

    /// A pattern that names a process that is not there matches nothing.
    fn pattern(&mut self, pattern: &EventPattern) {
        let clients = u64::from(self.scenario.clients);
        let replicas = u64::from(self.scenario.replicas());
        for (field, test) in &pattern.fields {
            let (what, count) = match field.as_str() {
                "client" | "request_client" => ("client", clients),
                "replica" | "suspect" => ("replica", replicas),
                _ => continue,
            };
            let FieldTest::Text(text) = test else {
                continue;
            };
            if text.parse::<u64>().is_ok_and(|number| number >= count) {
                let message = format!("there is no {what} {text}: there are {count}");
                self.error(Kind::OutOfRange, pattern.span, message);
            }
        }
    }

    fn request(&mut self, client: u32, request: u64, span: Span) {
        if let Some(requests) = self.client(client, span)
            && request >= requests
        {
            let message = format!("client {client} has no request {request}: it has {requests}");
            self.error(Kind::OutOfRange, span, message);
        }
    }

    /// How many requests a client has; says so where there is no such client.
    fn client(&mut self, client: u32, span: Span) -> Option<u64> {
        let clients = self.scenario.clients;
        if client >= clients {
            let message = format!("there is no client {client}: there are {clients}");
            self.error(Kind::OutOfRange, span, message);
            return None;
        }
        Some(self.scenario.requests_of(ClientId(client)))
    }

    fn error(&mut self, kind: Kind, span: Span, message: String) {
        self.found
            .push(Diagnostic::error(kind, Range::from(span), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
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
        let cases: &[(&str, &[Kind])] = &[
            ("results: {0: [any, OK, OK], 1: []}", &[]),
            ("results: {0: [OK]}", &[Kind::WrongCount]),
            ("results: {2: [OK]}", &[Kind::OutOfRange]),
            ("unanswered: [[0, 2]]", &[]),
            (
                "unanswered: [[0, 3], [2, 0]]",
                &[Kind::OutOfRange, Kind::OutOfRange],
            ),
            ("answered_by: {0: {2: tail, 3: tail}}", &[Kind::OutOfRange]),
            ("completed_within_ms: {0: 9, 1: 9}", &[Kind::OutOfRange]),
            ("quorums: {0: [0, 1]}", &[]),
            ("quorums: {0: [0, 3]}", &[Kind::OutOfRange]),
            ("quorums: {0: [0]}", &[Kind::WrongCount]),
            ("quorums: {0: {includes: [0, 1, 2]}}", &[Kind::WrongCount]),
            ("suspects: {0: {excludes: [3]}}", &[Kind::OutOfRange]),
            ("convicted: {0: [4]}", &[Kind::OutOfRange]),
            ("checkpoints: {0: [99]}", &[]),
            ("never: [{event: crashed, replica: 3}]", &[Kind::OutOfRange]),
            ("order: [{event: invoked, client: 2}]", &[Kind::OutOfRange]),
            (
                "not_applied: [\"failures[0,1] shuttle( 0, 0 ), crash()\"]",
                &[],
            ),
            (
                "no_effect: [\"failures[0,1] shuttle(0,1), crash()\"]",
                &[Kind::UnknownFailure],
            ),
            ("canonical: {results: {2: [OK]}}", &[Kind::OutOfRange]),
        ];
        for (text, kinds) in cases {
            let expected: Vec<_> = kinds.iter().map(|kind| kind.code().as_str()).collect();
            assert_eq!(codes(text), expected, "{text}");
        }
    }
}
