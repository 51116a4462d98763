//! `reconfigurations`: how many configurations follow the first.

use super::{Finding, Run};
use crate::expectation::Bounds;

pub(super) fn check(expected: &Bounds<u64>, run: &Run<'_>) -> Finding {
    let actual = run.outcome.configurations.len().saturating_sub(1) as u64;
    // The last that started: the one too many, or the one after which another was expected.
    let event = run.last_configuration().and_then(|last| run.started(last));
    if expected.contain(&actual) {
        return Finding::held().at(event);
    }
    let expected = match (expected.at_least, expected.at_most) {
        (Some(least), Some(most)) if least == most => format!("exactly {most}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number".to_owned(),
    };
    let detail = format!("expected {expected} reconfigurations, actual {actual}");
    Finding::broken(detail).at(event)
}
