//! All choices there are, one run after the other.

use super::{Choices, Question};

/// An odometer: every run takes a way that none before it took, until all were taken.
///
/// Choose through a whole run, then [`Self::advance`] and run again, until it says that there is nothing
/// left. The runs are those of one world: asked the same question after the same choices.
#[derive(Clone, Debug)]
pub struct Exhaustive {
    /// The choices of the present run, in order.
    taken: Vec<Taken>,
    /// How many of them the present run has made again.
    made: usize,
    depth_max: usize,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    chosen: u64,
    among: u64,
}

impl Exhaustive {
    /// Visits every combination of the first `depth_max` choices of a run; those after them are the first
    /// alternative in every run.
    #[must_use]
    pub const fn new(depth_max: usize) -> Self {
        Self {
            taken: Vec::new(),
            made: 0,
            depth_max,
        }
    }

    /// Turns to the next way, at the end of a run. `false` where all were taken.
    pub fn advance(&mut self) -> bool {
        self.made = 0;
        while let Some(last) = self.taken.pop() {
            let chosen = last.chosen + 1;
            if chosen < last.among {
                self.taken.push(Taken { chosen, ..last });
                return true;
            }
        }
        false
    }
}

impl Choices for Exhaustive {
    fn choose(&mut self, _: Question, among: u64) -> u64 {
        if self.made == self.depth_max {
            return 0;
        }
        if self.made == self.taken.len() {
            let chosen = 0;
            self.taken.push(Taken { chosen, among });
        }
        let taken = self.taken[self.made];
        assert_eq!(taken.among, among, "the same choices lead to one question");
        self.made += 1;
        taken.chosen
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bcr_protocol::identity::ProcessId;

    use super::*;

    #[test]
    fn every_way_is_taken_once_where_later_questions_depend_on_earlier_answers() {
        let mut choices = Exhaustive::new(2);
        let mut ways = BTreeSet::new();
        let mut runs = 0;
        loop {
            let mut choose = |among| choices.choose(Question::Pause(ProcessId::Olympus), among);
            let first = choose(3);
            let second = choose(first + 1);
            ways.insert((first, second, choose(7)));
            runs += 1;
            if !choices.advance() {
                break;
            }
        }
        let all = [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)];
        assert_eq!(ways, all.map(|(first, second)| (first, second, 0)).into());
        assert_eq!(runs, 6);
    }
}
