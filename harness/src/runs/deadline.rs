//! How long a run may go without progress.
//!
//! Source: docs/running.md.

use crate::scenario::Scenario;
use crate::trace::Micros;

/// No progress for at least this long ends a run.
const DEADLINE_AT_LEAST: Micros = Micros::from_ms(60_000);

/// How long a run may go without progress: max(60 s, 10 × the longest timeout or sleep).
#[must_use]
pub(super) fn deadline(scenario: &Scenario) -> Micros {
    let sleeps = scenario
        .failures
        .iter()
        .filter_map(|planned| planned.failure.sleeps_ms());
    let timeouts = [
        scenario.client_timeout_ms,
        scenario.head_timeout_ms,
        scenario.nonhead_timeout_ms,
        scenario.olympus_timeout_ms,
        scenario.quorum_grace_ms,
    ];
    let longest = timeouts.into_iter().chain(sleeps).max().unwrap_or_default();
    DEADLINE_AT_LEAST.max(Micros::from_ms(longest.saturating_mul(10)))
}
