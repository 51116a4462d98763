//! `results`: what each client got, in request order.

use super::mismatch::Mismatch;
use super::run::Run;
use crate::expectation::{ByNumber, Items, ResultTest};
use crate::judge::finding::Finding;

pub(super) fn judge(expected: &ByNumber<u32, Items<ResultTest>>, run: &Run<'_>) -> Finding {
    let mut mismatches = Vec::new();
    for (client, tests) in expected {
        for (request, test) in (0..).zip(&tests.value) {
            mismatches.extend(result(*client, request, &test.value, run));
        }
        let count = tests.value.len() as u64;
        let requests = run.outcome.requests.iter();
        for extra in requests.filter(|request| request.client == *client && request.id >= count) {
            let id = extra.id;
            let detail = format!("request {client}:{id}: expected no such request");
            mismatches.push(Mismatch::new(detail, run.invoked(*client, id)));
        }
    }
    Finding::of_mismatches(mismatches)
}

fn result(client: u32, request: u64, test: &ResultTest, run: &Run<'_>) -> Option<Mismatch> {
    let ResultTest::OneOf(allowed) = test else {
        return None;
    };
    let mut requests = run.outcome.requests.iter();
    let actual = requests.find(|actual| actual.client == client && actual.id == request);
    let quoted: Vec<_> = allowed.iter().map(|text| format!("`{text}`")).collect();
    let expected = quoted.join(" or ");
    let (actual, event) = match actual.map(|actual| actual.result.as_ref()) {
        Some(Some(result)) if allowed.contains(result) => return None,
        Some(Some(result)) => (format!("actual `{result}`"), run.accepted(client, request)),
        Some(None) => (
            "actually unanswered".to_owned(),
            run.invoked(client, request),
        ),
        None => ("actually never invoked".to_owned(), None),
    };
    let detail = format!("request {client}:{request}: expected {expected}, {actual}");
    Some(Mismatch::new(detail, event))
}
