//! The time of a real run: microseconds since its start.

#![expect(
    clippy::disallowed_methods,
    reason = "the time of a real run is read here and nowhere else"
)]

use std::time::{Duration, Instant, SystemTime};

use crate::trace::Micros;

/// Where time is read. A value, so that a test can plant another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// Goes on evenly, whatever is done to the wall clock.
    pub(super) monotonic: fn() -> Instant,
    /// The wall clock, in microseconds since the Unix epoch.
    pub(super) wall_us: fn() -> u64,
}

impl Source {
    /// The clocks of this machine.
    pub(super) const MACHINE: Self = Self {
        monotonic: Instant::now,
        wall_us,
    };
}

/// Tells the time since it was started, the run's or a child's, by a monotonic clock. The wall clock is read
/// once, at the start, for log files alone: no step of it moves any time of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    source: Source,
    origin: Instant,
    epoch_us: u64,
}

impl Clock {
    /// A clock that starts now.
    pub(super) fn start(source: Source) -> Self {
        Self {
            source,
            origin: (source.monotonic)(),
            epoch_us: (source.wall_us)(),
        }
    }

    /// The time.
    pub(super) fn now(&self) -> Micros {
        let since = (self.source.monotonic)().saturating_duration_since(self.origin);
        Micros(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }

    /// The wall clock at a time, in microseconds since the Unix epoch.
    pub(super) const fn wall_us(&self, at: Micros) -> u64 {
        self.epoch_us.saturating_add(at.0)
    }

    /// The moment that is `at`, for timers; one too far away is never waited for.
    pub(super) fn moment(&self, at: Micros) -> Option<tokio::time::Instant> {
        let moment = self.origin.checked_add(Duration::from_micros(at.0));
        moment.map(Into::into)
    }
}

fn wall_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Clocks that a test sets, for the thread that it runs in.
#[cfg(test)]
pub(super) mod planted {
    use std::cell::Cell;

    use super::{Duration, Instant, Source};

    thread_local! {
        static START: Instant = Instant::now();
        static MONOTONIC: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        static WALL_US: Cell<u64> = const { Cell::new(0) };
    }

    /// They stand still until they are set.
    pub(in crate::runs::net) const SOURCE: Source = Source {
        monotonic: || START.with(|start| *start) + MONOTONIC.get(),
        wall_us: || WALL_US.get(),
    };

    /// The machine's, set forward by what is set.
    pub(in crate::runs::net) const RUNNING: Source = Source {
        monotonic: || Instant::now() + MONOTONIC.get(),
        ..SOURCE
    };

    /// Sets both, in milliseconds.
    pub(in crate::runs::net) fn set(monotonic_ms: u64, wall_ms: u64) {
        MONOTONIC.set(Duration::from_millis(monotonic_ms));
        WALL_US.set(wall_ms * 1000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_wall_clock_moves_no_time() {
        const HOUR_MS: u64 = 3_600_000;
        planted::set(0, 10 * HOUR_MS);
        let clock = Clock::start(planted::SOURCE);
        for wall_hours in [0, 10, 20] {
            planted::set(5, wall_hours * HOUR_MS);
            assert_eq!(clock.now(), Micros::from_ms(5));
        }
        assert_eq!(clock.wall_us(clock.now()), (10 * HOUR_MS + 5) * 1000);
    }
}
