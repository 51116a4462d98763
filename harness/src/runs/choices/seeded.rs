//! Choices that a seed makes, the same on every platform and in every version.

use std::collections::BTreeMap;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::ProcessId;

use super::{Choices, Question};
use crate::dice::Dice;

/// Draws from dice that a seed decides. Every process has dice of its own for its pauses, so that how often
/// one is asked for changes nothing for another.
#[derive(Debug)]
pub struct Seeded {
    seed: u64,
    latencies: Dice,
    pauses: BTreeMap<ProcessId, Dice>,
}

impl Seeded {
    /// The choices of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            latencies: Dice::spread(seed),
            pauses: BTreeMap::new(),
        }
    }
}

impl Choices for Seeded {
    fn choose(&mut self, question: Question, among: u64) -> u64 {
        let dice = match question {
            Question::Latency { .. } => &mut self.latencies,
            Question::Pause(process) => self.pauses.entry(process).or_insert_with(|| {
                let seed = Digest::of_value("pauses", &(self.seed, process));
                Dice::of(seed.0)
            }),
        };
        dice.below(among)
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ClientId;

    use super::*;

    const OLYMPUS: ProcessId = ProcessId::Olympus;
    const CLIENT: ProcessId = ProcessId::Client(ClientId(0));

    #[test]
    fn dice_of_one_process_do_not_wait_for_those_of_another() {
        let mut together = Seeded::new(1);
        let mut apart = Seeded::new(1);
        let mut of_client = || together.choose(Question::Pause(CLIENT), 1000);
        let expected = [of_client(), of_client()];
        let mut of_client = || {
            apart.choose(Question::Pause(OLYMPUS), 1000);
            apart.choose(
                Question::Latency {
                    from: OLYMPUS,
                    to: CLIENT,
                },
                1000,
            );
            apart.choose(Question::Pause(CLIENT), 1000)
        };
        assert_eq!([of_client(), of_client()], expected);
    }
}
