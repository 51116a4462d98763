//! Schedules: how long each message takes, as a source of choices decides.
//!
//! Source: docs/running.md.

use std::collections::BTreeMap;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::parameters::Parameters;

use super::choices::{Choices, Question, Seeded};
use super::pauses::Pauses;
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

/// Decides the arrival time of each message. Links stay FIFO.
#[derive(Debug)]
pub struct Schedule<'a> {
    latencies: Latencies,
    pauses: Option<Pauses>,
    choices: Box<dyn Choices + 'a>,
    /// The last arrival on each link.
    links: BTreeMap<(ProcessId, ProcessId), Micros>,
}

/// How long messages may take: `count` latencies, each longer than the one before by a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// The shortest.
    pub fastest: Micros,
    /// The difference between one and the next.
    pub step: Micros,
    /// How many there are, at least 1. Where there is one nothing is chosen.
    pub count: u64,
}

impl Latencies {
    /// Those of the canonical schedule.
    const CANONICAL: Self = Self {
        fastest: CANONICAL,
        step: Micros(1),
        count: 1,
    };

    /// Every microsecond within bounds that are short enough for no timer to fire by itself.
    fn harmless(parameters: &Parameters, is_paused: bool) -> Self {
        let slowest = if is_paused {
            slowest(parameters).min(SLOWEST_AMONG_PAUSES)
        } else {
            slowest(parameters)
        };
        let fastest = FASTEST.min(Micros(slowest.0 / 2));
        Self {
            fastest,
            step: Micros(1),
            count: slowest.0 - fastest.0 + 1,
        }
    }
}

impl Schedule<'static> {
    /// The schedule of a seed: 0 is the canonical one. In the others processes pause for so long at
    /// most, if they do.
    #[must_use]
    pub fn of_seed(seed: u64, parameters: &Parameters, pauses: Option<Micros>) -> Self {
        let pauses = pauses.filter(|_| seed != 0);
        let latencies = if seed == 0 {
            Latencies::CANONICAL
        } else {
            Latencies::harmless(parameters, pauses.is_some())
        };
        Self::new(latencies, pauses, Seeded::new(seed))
    }
}

impl<'a> Schedule<'a> {
    /// A schedule with these latencies, in which processes pause for so long at most, if they do. Hand
    /// `choices` over by `&mut` to know afterwards what was chosen.
    #[must_use]
    pub fn new(latencies: Latencies, pauses: Option<Micros>, choices: impl Choices + 'a) -> Self {
        Self {
            latencies,
            pauses: pauses.map(Pauses::new),
            choices: Box::new(choices),
            links: BTreeMap::new(),
        }
    }

    /// When a message that is sent `now` is handled.
    pub(super) fn arrival(&mut self, from: ProcessId, to: ProcessId, now: Micros) -> Micros {
        let latency = self.latency(from, to);
        let mut at = Micros(now.0 + latency);
        if let Some(pauses) = &mut self.pauses {
            let over = pauses.over(to, at, self.choices.as_mut());
            if over > at {
                // Which link is read first after a pause has nothing to do with which had something first.
                at = Micros(over.0 + latency);
            }
        }
        let last = self.links.entry((from, to)).or_default();
        *last = at.max(*last);
        *last
    }

    fn latency(&mut self, from: ProcessId, to: ProcessId) -> u64 {
        let Latencies {
            fastest,
            step,
            count,
        } = self.latencies;
        let steps = if count > 1 {
            let question = Question::Latency { from, to };
            self.choices.choose(question, count)
        } else {
            0
        };
        fastest.0 + steps * step.0
    }
}

/// The longest latency with which a message can go down a chain and back four times within the
/// shortest timeout.
fn slowest(parameters: &Parameters) -> Micros {
    let share = shortest_timeout(parameters).0 / (4 * parameters.replicas() as u64);
    SLOWEST.min(Micros(share)).max(SLOWEST_AT_LEAST)
}

/// The shortest time after which somebody repeats himself or suspects somebody.
pub(crate) fn shortest_timeout(parameters: &Parameters) -> Micros {
    let shortest_ms = parameters
        .client_timeout_ms
        .min(parameters.head_timeout_ms)
        .min(parameters.nonhead_timeout_ms)
        .min(parameters.olympus_timeout_ms);
    Micros::from_ms(shortest_ms)
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
        let mut schedule = Schedule::of_seed(seed, &parameters(timeout_ms), None);
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
    fn the_shortest_of_all_timeouts_bounds_the_latencies() {
        let short = |change: fn(&mut Parameters)| {
            let mut parameters = parameters(3000);
            change(&mut parameters);
            slowest(&parameters)
        };
        assert_eq!(short(|_| {}), SLOWEST);
        let twelve = [
            short(|of| of.client_timeout_ms = 12),
            short(|of| of.head_timeout_ms = 12),
            short(|of| of.nonhead_timeout_ms = 12),
            short(|of| of.olympus_timeout_ms = 12),
        ];
        assert_eq!(twelve, [Micros(1000); 4]);
    }

    #[test]
    fn among_pauses_links_are_quick_and_what_waited_still_comes_one_by_one() {
        let mut schedule = Schedule::of_seed(1, &parameters(3000), Some(Micros(80_000)));
        let mut waited = 0;
        for n in 0..2000 {
            let sent = Micros(n * 100_000);
            let mut arrive = |client| {
                let client = ProcessId::Client(ClientId(client));
                schedule.arrival(client, ProcessId::Olympus, sent)
            };
            let (one, other) = (arrive(0), arrive(1));
            let quickest = one.min(other).0 - sent.0;
            assert!(one.0.abs_diff(other.0) <= 80_000 + 2 * SLOWEST_AMONG_PAUSES.0);
            if quickest > SLOWEST_AMONG_PAUSES.0 {
                waited += 1;
                assert!(quickest <= 80_000 + 2 * SLOWEST_AMONG_PAUSES.0);
                assert_ne!(one, other, "{n}");
            }
        }
        assert!(waited > 50, "{waited}");
    }

    #[test]
    fn the_seed_alone_decides() {
        assert_eq!(arrivals(7, 3000), arrivals(7, 3000));
        assert_ne!(arrivals(7, 3000), arrivals(8, 3000));
    }
}
