//! How many real runs go on at a time in this OS process.
//!
//! Real time does not wait: too many runs at once on too few cores, and timers expire that nobody meant
//! to. Whoever runs scenarios on many threads is held back here. Most of a run is waiting, so that a core
//! has room for several.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

/// How many runs a core has room for.
const RUNS_PER_CORE: usize = 4;

static GATE: Gate = Gate {
    running: Mutex::new(0),
    changed: Condvar::new(),
};

struct Gate {
    running: Mutex<usize>,
    changed: Condvar,
}

/// Leave to run; given back when dropped.
#[derive(Debug)]
pub(super) struct Permit(());

impl Permit {
    /// Waits until fewer runs go on than the cores have room for.
    #[expect(
        clippy::disallowed_methods,
        reason = "how many runs go on at a time changes none of them"
    )]
    pub(super) fn wait() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let max = cores * RUNS_PER_CORE;
        let mut running = GATE.running();
        while *running >= max {
            running = GATE
                .changed
                .wait(running)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *running += 1;
        Self(())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *GATE.running() -= 1;
        GATE.changed.notify_one();
    }
}

impl Gate {
    fn running(&self) -> MutexGuard<'_, usize> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
