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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::scenario;

    #[test]
    fn ten_times_the_longest_timeout_or_sleep_but_a_minute_at_least() {
        let cases = [
            ("", 60_000),
            ("client_timeout = 7000\n", 70_000),
            ("nonhead_timeout = 8000\n", 80_000),
            ("failures[0,1] = shuttle(0,0), sleep(9000)\n", 90_000),
        ];
        for (more, ms) in cases {
            let text = format!("t = 1\nnum_client = 1\nworkload[0] = get('k')\n{more}");
            let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
            let scenario = reading.scenario.expect("no mistakes");
            assert_eq!(deadline(&scenario), Micros::from_ms(ms), "{more}");
        }
    }
}
