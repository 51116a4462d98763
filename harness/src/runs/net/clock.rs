//! The time of a real run: microseconds since its start, the same in all its processes.

#![expect(
    clippy::disallowed_methods,
    reason = "the time of a real run is read here and nowhere else"
)]

use std::time::{Duration, Instant, SystemTime};

use crate::trace::Micros;

/// Tells the time of a run. All processes of a run have the same epoch; from there each goes by its own
/// monotonic clock, which no correction of the wall clock disturbs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    epoch_us: u64,
    /// A moment, and the run's time then.
    origin: Instant,
    elapsed: Micros,
}

impl Clock {
    /// The clock of a run that starts now.
    pub(super) fn start() -> Self {
        Self::since(wall_us())
    }

    /// The clock of a run that started at `epoch_us`, in microseconds of the wall clock.
    pub(super) fn since(epoch_us: u64) -> Self {
        Self {
            epoch_us,
            origin: Instant::now(),
            elapsed: Micros(wall_us().saturating_sub(epoch_us)),
        }
    }

    /// When the run started, in microseconds since the Unix epoch.
    pub(super) const fn epoch_us(&self) -> u64 {
        self.epoch_us
    }

    /// The run's time.
    pub(super) fn now(&self) -> Micros {
        let since = u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX);
        Micros(self.elapsed.0.saturating_add(since))
    }

    /// The wall clock at a time of the run, in microseconds since the Unix epoch.
    pub(super) const fn wall_us(&self, at: Micros) -> u64 {
        self.epoch_us.saturating_add(at.0)
    }

    /// The moment that is `at` in the run's time, for timers; one too far away is never waited for.
    pub(super) fn moment(&self, at: Micros) -> Option<tokio::time::Instant> {
        let ahead = Duration::from_micros(at.0.saturating_sub(self.elapsed.0));
        self.origin.checked_add(ahead).map(Into::into)
    }
}

fn wall_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
