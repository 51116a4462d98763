//! Choices that bytes make, as a fuzzer throws them.

use super::{Choices, Question};

/// Takes as many bytes for a choice as it has alternatives for, so that one changed byte changes one choice.
/// Where the bytes end the first alternative is chosen.
#[derive(Clone, Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    /// Chooses by these bytes, from the first on.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl Choices for Bytes<'_> {
    fn choose(&mut self, _: Question, among: u64) -> u64 {
        let bits = u64::BITS - (among - 1).leading_zeros();
        let length = (bits.div_ceil(u8::BITS) as usize).min(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        let word = word
            .iter()
            .fold(0, |word, byte| word << u8::BITS | u64::from(*byte));
        word % among
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ProcessId;

    use super::*;

    #[test]
    fn a_choice_takes_the_bytes_that_it_needs_and_no_more() {
        let mut choices = Bytes::new(&[7, 1, 2, 9, 255]);
        let mut choose = |among| choices.choose(Question::Pause(ProcessId::Olympus), among);
        let chosen = [1, 4, 1000, 256, 2, 2, u64::MAX].map(&mut choose);
        assert_eq!(chosen, [0, 3, 258, 9, 1, 0, 0]);
    }
}
