//! Pauses: what a busy machine does to processes, as a source of choices decides.
//!
//! A process that pauses handles no message; what arrives meanwhile is there when it goes on. So it is
//! whole processes that fall behind, as in real time, and not single messages.
//!
//! Source: docs/running.md.

use std::collections::BTreeMap;

use bcr_protocol::identity::ProcessId;

use super::choices::{Choices, Question};
use crate::trace::Micros;

/// One pause in so many is a long one.
const LONG_ONE_IN: u64 = 4;
/// The others have at most this part of the longest.
const SHORT_PART: u64 = 16;
/// Between two pauses is at most this part of the longest.
const BETWEEN_PART: u64 = 2;

/// When which process pauses.
#[derive(Debug)]
pub(super) struct Pauses {
    longest: Micros,
    processes: BTreeMap<ProcessId, Rhythm>,
}

/// One process's present or next pause.
#[derive(Debug, Default)]
struct Rhythm {
    start: u64,
    end: u64,
}

impl Pauses {
    /// None longer than `longest`.
    pub(super) const fn new(longest: Micros) -> Self {
        Self {
            longest,
            processes: BTreeMap::new(),
        }
    }

    /// When the process handles what is there at `at`: then, or at the end of its pause. Moments may
    /// be asked for in any order; one before the present pause counts as none.
    pub(super) fn over(
        &mut self,
        process: ProcessId,
        at: Micros,
        choices: &mut dyn Choices,
    ) -> Micros {
        let longest = self.longest.0;
        let rhythm = self.processes.entry(process).or_default();
        let mut draw = |most: u64| choices.choose(Question::Pause(process), most + 1);
        // A run may begin in the middle of a pause.
        let since = at.0 + longest;
        while rhythm.end <= since {
            rhythm.advance(longest, &mut draw);
        }
        if rhythm.start <= since {
            Micros(rhythm.end - longest)
        } else {
            at
        }
    }
}

impl Rhythm {
    /// Goes on to the next pause. `draw` gives a number up to the given one.
    fn advance(&mut self, longest: u64, mut draw: impl FnMut(u64) -> u64) {
        self.start = self.end + draw(longest / BETWEEN_PART);
        let is_long = draw(LONG_ONE_IN - 1) == 0;
        let most = if is_long {
            longest
        } else {
            longest / SHORT_PART
        };
        // Time goes on, however short the longest is.
        self.end = self.start + draw(most).max(1);
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ClientId;

    use super::*;
    use crate::runs::choices::Seeded;

    const LONGEST: Micros = Micros(80_000);

    /// How long each of the moments 0, 100, 200, … has to wait.
    fn waits(seed: u64, process: ProcessId) -> Vec<u64> {
        let mut pauses = Pauses::new(LONGEST);
        let mut choices = Seeded::new(seed);
        let moments = (0..20_000).map(|n| n * 100);
        moments
            .map(|at| pauses.over(process, Micros(at), &mut choices).0 - at)
            .collect()
    }

    #[test]
    fn a_process_is_held_up_now_and_then_and_never_longer_than_asked_for() {
        let waits = waits(1, ProcessId::Olympus);
        assert!(waits.iter().all(|wait| *wait <= LONGEST.0));
        let held_up = waits.iter().filter(|wait| **wait > 0).count();
        assert!((2_000..15_000).contains(&held_up), "{held_up} of 20000");
        assert!(waits.iter().any(|wait| *wait > LONGEST.0 / 2));
    }

    #[test]
    fn between_two_pauses_is_no_more_than_half_the_longest() {
        let mut rhythm = Rhythm::default();
        let mut most = 0;
        let mut choices = Seeded::new(1);
        for _ in 0..1000 {
            let end = rhythm.end;
            let question = Question::Pause(ProcessId::Olympus);
            rhythm.advance(LONGEST.0, |up_to| choices.choose(question, up_to + 1));
            most = most.max(rhythm.start - end);
        }
        assert!((LONGEST.0 / 3..=LONGEST.0 / 2).contains(&most), "{most}");
    }

    #[test]
    fn the_seed_and_the_process_decide() {
        let client = ProcessId::Client(ClientId(0));
        let of = |seed, process| waits(seed, process);
        assert_eq!(of(1, client), of(1, client));
        assert_ne!(of(1, client), of(2, client));
        assert_ne!(of(1, client), of(1, ProcessId::Olympus));
    }

    #[test]
    fn the_shortest_pauses_come_to_an_end() {
        let mut pauses = Pauses::new(Micros(0));
        let mut choices = Seeded::new(1);
        for at in (0..1000).map(|n| n * 100) {
            let over = pauses.over(ProcessId::Olympus, Micros(at), &mut choices);
            assert!(over.0 - at <= 1);
        }
    }
}
