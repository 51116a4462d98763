//! `unanswered`: exactly these of the requests that were invoked, or never could be, got no result.

use super::mismatch::Mismatch;
use super::run::Run;
use crate::diagnostic::Located;
use crate::judge::finding::Finding;

pub(super) fn judge(expected: &[Located<(u32, u64)>], run: &Run<'_>) -> Finding {
    let mut mismatches = Vec::new();
    for request in &run.outcome.requests {
        let (client, id) = (request.client, request.id);
        let is_listed = expected.iter().any(|listed| listed.value == (client, id));
        match (is_listed, &request.result) {
            (true, Some(result)) => {
                let detail =
                    format!("request {client}:{id}: expected no answer, actual `{result}`");
                mismatches.push(Mismatch::new(detail, run.accepted(client, id)));
            }
            (false, None) => {
                let detail = format!("request {client}:{id}: expected an answer, got none");
                mismatches.push(Mismatch::new(detail, run.invoked(client, id)));
            }
            (true, None) | (false, Some(_)) => {}
        }
    }
    Finding::of_mismatches(mismatches)
}
