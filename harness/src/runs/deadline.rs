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
    let durations = scenario.numbers().filter(|(of, _)| of.is_duration());
    let timeouts = durations.map(|(_, ms)| ms);
    let longest = timeouts.chain(sleeps).max().unwrap_or_default();
    DEADLINE_AT_LEAST.max(Micros::from_ms(longest.saturating_mul(10)))
}
