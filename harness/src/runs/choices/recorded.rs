//! Choices that are noted, and played again.

use super::{Choices, Question};

/// Notes what another source chooses.
#[derive(Debug)]
pub struct Recording<C> {
    source: C,
    chosen: Vec<u64>,
}

impl<C: Choices> Recording<C> {
    /// Nothing was chosen yet.
    pub const fn new(source: C) -> Self {
        Self {
            source,
            chosen: Vec::new(),
        }
    }

    /// What was chosen, in order.
    #[must_use]
    pub fn chosen(&self) -> &[u64] {
        &self.chosen
    }
}

impl<C: Choices> Choices for Recording<C> {
    fn choose(&mut self, question: Question, among: u64) -> u64 {
        let chosen = self.source.choose(question, among);
        self.chosen.push(chosen);
        chosen
    }
}

/// Chooses what a list says.
///
/// Any list will do, so that one can be cut and changed: where it ends the first alternative is chosen, and
/// the last in place of one that there is not.
#[derive(Clone, Debug)]
pub struct Recorded {
    left: std::vec::IntoIter<u64>,
}

impl Recorded {
    /// Chooses what the list says, from its first entry on.
    #[must_use]
    pub fn new(chosen: Vec<u64>) -> Self {
        Self {
            left: chosen.into_iter(),
        }
    }
}

impl Choices for Recorded {
    fn choose(&mut self, _: Question, among: u64) -> u64 {
        let chosen = self.left.next().unwrap_or_default();
        chosen.min(among - 1)
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ProcessId;

    use super::*;

    #[test]
    fn a_list_is_played_to_its_end_and_stays_within_bounds() {
        let mut choices = Recording::new(Recorded::new(vec![1, 9]));
        for _ in 0..3 {
            choices.choose(Question::Pause(ProcessId::Olympus), 4);
        }
        assert_eq!(choices.chosen(), [1, 3, 0]);
    }
}
