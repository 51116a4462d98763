//! How a child's time becomes the run's.
//!
//! A child tells its own time, since its own start, by a monotonic clock, and stamps every notice with it.
//! Its time is behind the run's by the same at every moment; whoever hears a notice knows that it is behind
//! by no more than what it seems to be then, since a notice takes time. The least of that over the notices
//! before its first chunk, when nobody is in a hurry, is taken for what it is, from then on.

use crate::runs::net::notice::Notice;
use crate::trace::Micros;

/// What is known of a child's time.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    behind: Option<Micros>,
    is_settled: bool,
}

impl Alignment {
    /// Puts the times of a notice that bears the child's time `theirs` and is heard at the run's time `ours`
    /// right.
    pub(super) fn align(&mut self, notice: &mut Notice, theirs: Micros, ours: Micros) {
        let seems = Micros(ours.0.saturating_sub(theirs.0));
        let behind = match self.behind {
            Some(known) if self.is_settled => known,
            Some(known) => known.min(seems),
            None => seems,
        };
        self.behind = Some(behind);
        if let Notice::Chunk(chunk) = notice {
            self.is_settled = true;
            for entry in &mut chunk.entries {
                entry.at = Micros(entry.at.0.saturating_add(behind.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::net::clock::{Clock, planted};
    use crate::runs::net::notice::{Chunk, Entry, What};
    use crate::trace::HarnessEvent;

    /// When the run thinks that what a child records now happened, if it hears of it `late_ms` later.
    fn recorded(alignment: &mut Alignment, child: &Clock, run: &Clock, late_ms: u64) -> u64 {
        let at = child.now();
        let what = What::Event(HarnessEvent::Crashed.into());
        let entries = vec![Entry { at, what }];
        let chunk = Chunk {
            entries,
            ..Chunk::default()
        };
        let mut notice = Notice::Chunk(chunk);
        let ours = Micros(run.now().0 + late_ms * 1000);
        alignment.align(&mut notice, child.now(), ours);
        match notice {
            Notice::Chunk(chunk) => chunk.entries[0].at.0 / 1000,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_child_keeps_the_time_of_the_run_though_the_wall_clock_steps() {
        const HOUR_MS: u64 = 3_600_000;
        planted::set(0, 10 * HOUR_MS);
        let run = Clock::start(planted::SOURCE);
        planted::set(30, 9 * HOUR_MS);
        let child = Clock::start(planted::SOURCE);
        let mut alignment = Alignment::default();
        planted::set(40, 11 * HOUR_MS);
        alignment.align(&mut Notice::Gathered, child.now(), run.now());
        for (ms, wall_hours) in [(50, 0), (60, 20), (900, 10)] {
            planted::set(ms, wall_hours * HOUR_MS);
            assert_eq!(recorded(&mut alignment, &child, &run, 0), ms);
        }
    }

    #[test]
    fn the_quickest_notice_before_the_first_chunk_counts_and_none_after_it() {
        planted::set(0, 0);
        let run = Clock::start(planted::SOURCE);
        planted::set(30, 0);
        let child = Clock::start(planted::SOURCE);
        let mut alignment = Alignment::default();
        for late_ms in [7, 2, 5] {
            let ours = Micros(run.now().0 + late_ms * 1000);
            alignment.align(&mut Notice::Gathered, child.now(), ours);
        }
        planted::set(50, 0);
        assert_eq!(recorded(&mut alignment, &child, &run, 4), 52);
        assert_eq!(recorded(&mut alignment, &child, &run, 0), 52, "settled");
    }
}
