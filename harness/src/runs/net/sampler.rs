//! How late a process is with what it has to do at a moment: how far the machine starves it.
//!
//! Source: docs/running.md.

use crate::trace::{Lateness, Micros};

/// How often a process looks, where nothing else is due.
const PERIOD: Micros = Micros::from_ms(10);

/// Measures how late one process is, by its timers and by a beat of its own.
#[derive(Debug)]
pub(super) struct Sampler {
    beat: Micros,
    lateness: Lateness,
}

impl Sampler {
    /// Begins to measure.
    pub(super) fn start(now: Micros) -> Self {
        Self {
            beat: after(now),
            lateness: Lateness::default(),
        }
    }

    /// When it is to look next.
    pub(super) const fn next(&self) -> Micros {
        self.beat
    }

    /// Something that was due at `due` is done now.
    pub(super) fn note(&mut self, due: Micros, now: Micros) {
        let late = now.0.saturating_sub(due.0);
        let lateness = &mut self.lateness;
        lateness.max_us = lateness.max_us.max(late);
        lateness.total_us = lateness.total_us.saturating_add(late);
        lateness.samples += 1;
    }

    /// Looks, if it is time to.
    pub(super) fn look(&mut self, now: Micros) {
        if self.beat <= now {
            self.note(self.beat, now);
            self.beat = after(now);
        }
    }

    /// What it has found so far.
    pub(super) const fn lateness(&self) -> Lateness {
        self.lateness
    }
}

const fn after(now: Micros) -> Micros {
    Micros(now.0.saturating_add(PERIOD.0))
}

/// How late all of them were.
pub(super) fn of_all(one: Lateness, other: Lateness) -> Lateness {
    Lateness {
        max_us: one.max_us.max(other.max_us),
        total_us: one.total_us.saturating_add(other.total_us),
        samples: one.samples.saturating_add(other.samples),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_delay_and_all_together_are_measured() {
        let mut sampler = Sampler::start(Micros(0));
        for (ms, next_ms) in [(3, 10), (10, 20), (32, 42), (41, 42)] {
            sampler.look(Micros::from_ms(ms));
            assert_eq!(sampler.next(), Micros::from_ms(next_ms));
        }
        sampler.note(Micros::from_ms(50), Micros::from_ms(53));
        let found = Lateness {
            max_us: 12_000,
            total_us: 15_000,
            samples: 3,
        };
        assert_eq!(sampler.lateness(), found);
        let both = of_all(
            found,
            Lateness {
                max_us: 1,
                total_us: 2,
                samples: 3,
            },
        );
        assert_eq!(
            (both.max_us, both.total_us, both.samples),
            (12_000, 15_002, 6)
        );
    }
}
