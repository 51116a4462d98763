//! Liveness: every request is answered.
//!
//! Source: docs/protocol.md P11.8, docs/running.md.

use bcr_protocol::identity::ClientId;

use crate::judge::facts::Facts;
use crate::judge::finding::Finding;
use crate::judge::waiting::waiting;
use crate::trace::RunEnd;

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    let Some(end) = facts.run.end else {
        return Finding::undecided("the trace ends before the run did".to_owned());
    };
    let is_done =
        (0..facts.run.premises.clients).all(|client| facts.run.done.contains(&ClientId(client)));
    let is_answered = facts
        .run
        .requests
        .values()
        .all(|request| request.accepted.is_some());
    let is_invoked = (0..)
        .zip(&facts.run.premises.requests)
        .all(|(client, &planned)| {
            let invoked = facts.run.requests_of(ClientId(client)).count();
            u64::try_from(invoked).is_ok_and(|invoked| invoked >= planned)
        });
    if is_done && is_answered && is_invoked {
        return Finding::held();
    }
    let how = match end.value {
        RunEnd::AtRest => "the run came to rest",
        RunEnd::Stuck => "the run is stuck",
        RunEnd::Deadline => "the run met its deadline",
        RunEnd::EventBound => "the run met its bound on events",
        RunEnd::Error => return Finding::undecided("the run could not be finished".to_owned()),
        RunEnd::TimeBound => "the run took longer than it may (`--time-limit`)",
        RunEnd::ByteBound => "the run recorded more than it may (`--trace-limit`)",
    };
    let detail = format!("{how} with work undone: {}", waiting(facts).join("; "));
    if matches!(end.value, RunEnd::TimeBound | RunEnd::ByteBound) {
        return Finding::undecided(detail);
    }
    Finding::broken(detail).at(Some(end.n))
}
