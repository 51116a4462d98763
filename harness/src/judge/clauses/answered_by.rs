//! `answered_by`: who gave the answer that a client accepted.

use bcr_protocol::message::AnsweredBy;

use super::mismatch::Mismatch;
use super::run::Run;
use crate::expectation::ByNumber;
use crate::judge::finding::Finding;

pub(super) fn judge(expected: &ByNumber<u32, ByNumber<u64, AnsweredBy>>, run: &Run<'_>) -> Finding {
    let mut mismatches = Vec::new();
    for (client, requests) in expected {
        for (id, expected) in &requests.value {
            let mut all = run.outcome.requests.iter();
            let request = all.find(|request| request.client == *client && request.id == *id);
            let actual = request.and_then(|request| request.answered_by);
            if actual == Some(expected.value) {
                continue;
            }
            let expected = name(expected.value);
            let actual = match (request, actual) {
                (_, Some(by)) => format!("actual `{}`", name(by)),
                (Some(_), None) => "actually unanswered".to_owned(),
                (None, None) => "actually never invoked".to_owned(),
            };
            let event = run
                .accepted(*client, *id)
                .or_else(|| run.invoked(*client, *id));
            let detail = format!("request {client}:{id}: expected `{expected}`, {actual}");
            mismatches.push(Mismatch::new(detail, event));
        }
    }
    Finding::of_mismatches(mismatches)
}

const fn name(by: AnsweredBy) -> &'static str {
    match by {
        AnsweredBy::Tail => "tail",
        AnsweredBy::Cache => "cache",
        AnsweredBy::Olympus => "olympus",
    }
}
