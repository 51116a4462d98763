//! Schedules: how long each message takes, as a function of the seed.
//!
//! Source: docs/running.md.

use std::collections::BTreeMap;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::parameters::Parameters;

use super::pauses::Pauses;
use crate::dice::Dice;
use crate::trace::Micros;

/// How long a message takes in the canonical schedule.
const CANONICAL: Micros = Micros::from_ms(1);
/// The longest that a message takes in a random schedule, where timeouts allow it.
const SLOWEST: Micros = Micros::from_ms(10);
/// The longest that one takes where processes pause: then it is they who make it late.
const SLOWEST_AMONG_PAUSES: Micros = Micros::from_ms(1);
/// The shortest that a message takes in a random schedule, where timeouts allow it.
const FASTEST: Micros = Micros(100);
/// The least that the longest latency may be, so that there is something to draw from.
const SLOWEST_AT_LEAST: Micros = Micros(2);

/// Draws the arrival time of each message. Links stay FIFO.
#[derive(Debug)]
pub(super) struct Schedule {
    latency: Latency,
    pauses: Option<Pauses>,
    /// The last arrival on each link.
    links: BTreeMap<(ProcessId, ProcessId), Micros>,
}

#[derive(Debug)]
enum Latency {
    Constant(Micros),
    /// Drawn from `fastest ..= slowest`, which is short enough for no timer to fire by itself.
    Drawn {
        dice: Dice,
        fastest: Micros,
        slowest: Micros,
    },
}

impl Schedule {
    /// The schedule of a seed: 0 is the canonical one. In the others processes pause for so long at
    /// most, if they do.
    pub(super) fn new(seed: u64, parameters: &Parameters, pauses: Option<Micros>) -> Self {
        let pauses = pauses.filter(|_| seed != 0);
        let latency = if seed == 0 {
            Latency::Constant(CANONICAL)
        } else {
            let slowest = match pauses {
                None => slowest(parameters),
                Some(_) => slowest(parameters).min(SLOWEST_AMONG_PAUSES),
            };
            Latency::Drawn {
                dice: Dice::spread(seed),
                fastest: FASTEST.min(Micros(slowest.0 / 2)),
                slowest,
            }
        };
        Self {
            latency,
            pauses: pauses.map(|longest| Pauses::new(seed, longest)),
            links: BTreeMap::new(),
        }
    }

    /// When a message that is sent `now` is handled.
    pub(super) fn arrival(&mut self, from: ProcessId, to: ProcessId, now: Micros) -> Micros {
        let latency = match &mut self.latency {
            Latency::Constant(latency) => latency.0,
            Latency::Drawn {
                dice,
                fastest,
                slowest,
            } => fastest.0 + dice.below(slowest.0 - fastest.0 + 1),
        };
        let mut at = Micros(now.0 + latency);
        if let Some(pauses) = &mut self.pauses {
            let over = pauses.over(to, at);
            if over > at {
                // Which link is read first after a pause has nothing to do with which had something first.
                at = Micros(over.0 + latency);
            }
        }
        let last = self.links.entry((from, to)).or_default();
        *last = at.max(*last);
        *last
    }
}

/// The longest latency with which a message can go down a chain and back four times within the
/// shortest timeout.
fn slowest(parameters: &Parameters) -> Micros {
    let shortest_ms = parameters
        .client_timeout_ms
        .min(parameters.head_timeout_ms)
        .min(parameters.nonhead_timeout_ms)
        .min(parameters.olympus_timeout_ms);
    let share = Micros::from_ms(shortest_ms).0 / (4 * parameters.replicas() as u64);
    SLOWEST.min(Micros(share)).max(SLOWEST_AT_LEAST)
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ClientId;

    use super::*;

    fn parameters(timeout_ms: u64) -> Parameters {
        Parameters {
            t: 1,
            checkpoint_interval: 100,
            client_timeout_ms: timeout_ms,
            head_timeout_ms: 3000,
            nonhead_timeout_ms: 3000,
            olympus_timeout_ms: 3000,
            quorum_grace_ms: 100,
        }
    }

    fn arrivals(seed: u64, timeout_ms: u64) -> Vec<u64> {
        let mut schedule = Schedule::new(seed, &parameters(timeout_ms), None);
        let client = ProcessId::Client(ClientId(0));
        (0..200)
            .map(|n| schedule.arrival(client, ProcessId::Olympus, Micros(n)).0)
            .collect()
    }

    #[test]
    fn the_canonical_schedule_takes_a_millisecond_for_each_message() {
        assert!(
            (0..)
                .zip(arrivals(0, 3000))
                .all(|(n, arrival)| arrival == n + 1000)
        );
    }

    #[test]
    fn drawn_latencies_stay_within_the_bounds_and_links_in_order() {
        for (timeout_ms, slowest) in [(3000, 10_000), (12, 1000), (1, 83)] {
            let arrivals = arrivals(1, timeout_ms);
            assert!(arrivals.is_sorted(), "{timeout_ms}");
            let fastest = 100.min(slowest / 2);
            let last = *arrivals.last().expect("200 arrivals");
            assert!(
                arrivals[0] >= fastest && last <= 200 + slowest,
                "{timeout_ms}: {last}"
            );
        }
    }

    #[test]
    fn the_seed_alone_decides() {
        assert_eq!(arrivals(7, 3000), arrivals(7, 3000));
        assert_ne!(arrivals(7, 3000), arrivals(8, 3000));
    }
}
