//! `reconfigurations`: how many configurations follow the first.

use bcr_language::words::counted;

use super::run::Run;
use crate::expectation::Bounds;
use crate::judge::finding::Finding;

pub(super) fn judge(expected: &Bounds<u64>, run: &Run<'_>) -> Finding {
    let actual = run.outcome.configurations.len().saturating_sub(1) as u64;
    let event = run.last_configuration().and_then(|last| run.started(last));
    if expected.contain(&actual) {
        return Finding::held().at(event);
    }
    // The one too many broke it; what did not start has no event.
    let is_too_many = expected.at_most.is_some_and(|most| actual > most);
    let event = event.filter(|_| is_too_many);
    let expected = match (expected.at_least, expected.at_most) {
        (Some(least), Some(most)) if least == most => format!("exactly {}", reconfigurations(most)),
        (Some(least), Some(most)) => format!("{least} to {}", reconfigurations(most)),
        (Some(least), None) => format!("at least {}", reconfigurations(least)),
        (None, Some(most)) => format!("at most {}", reconfigurations(most)),
        (None, None) => "any number of reconfigurations".to_owned(),
    };
    let detail = format!("expected {expected}, actual {actual}");
    Finding::broken(detail).at(event)
}

fn reconfigurations(count: u64) -> String {
    counted(count, "reconfiguration")
}
