//! Whether the machine starved a run so far that its timers say nothing.
//!
//! Source: docs/running.md; docs/protocol.md P5.1, P5.2, P7.1.

use bcr_protocol::parameters::Parameters;

use crate::outcome::Starvation;
use crate::runs::schedule::shortest_timeout;
use crate::trace::{Lateness, Micros};

/// What the lateness of its processes comes to in a run with these parameters.
///
/// A request goes down the chain and comes back in `2 (2t + 1)` steps before the longest-waiting of those who
/// have a timer for it is answered. If each may be as late as the latest was, and that adds up to the shortest
/// timeout, a timer can expire though every process does its best.
pub(super) fn starvation(lateness: Lateness, parameters: &Parameters) -> Starvation {
    let steps = 2 * parameters.replicas() as u64;
    let together = Micros(lateness.max_us.saturating_mul(steps));
    Starvation {
        max: Micros(lateness.max_us),
        total: Micros(lateness.total_us),
        samples: lateness.samples,
        reaches_timeouts: together >= shortest_timeout(parameters),
    }
}

/// Why a run that was starved is not decided.
pub(super) fn reason(starvation: &Starvation, parameters: &Parameters) -> String {
    format!(
        "the machine was busy: a process was up to {} ms late, which adds up to the shortest timeout, {} ms, \
         on a request's way down the chain and back",
        starvation.max.as_ms(),
        shortest_timeout(parameters).as_ms()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_that_add_up_to_the_shortest_timeout_reach_it() {
        let mut parameters = Parameters {
            t: 1,
            checkpoint_interval: 10,
            client_timeout_ms: 600,
            head_timeout_ms: 600,
            nonhead_timeout_ms: 600,
            olympus_timeout_ms: 600,
            quorum_grace_ms: 0,
        };
        let reaches = |max_us, parameters: &Parameters| {
            let lateness = Lateness {
                max_us,
                total_us: max_us,
                samples: 1,
            };
            starvation(lateness, parameters).reaches_timeouts
        };
        assert!(!reaches(99_999, &parameters));
        assert!(reaches(100_000, &parameters));
        parameters.nonhead_timeout_ms = 300;
        assert!(reaches(50_000, &parameters));
        parameters.t = 2;
        assert!(reaches(30_000, &parameters) && !reaches(29_999, &parameters));
    }
}
