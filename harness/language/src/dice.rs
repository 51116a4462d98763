//! Dice: choices that follow from a seed, the same on every platform and with every version.
//!
//! The generator is ChaCha with 12 rounds, a block counter of 64 bits that begins at 0, and a nonce of zeros;
//! what differs is how the key of 32 bytes comes about, and each way has a name here:
//!
//! - [`Dice::new`]: the seed itself, little endian, then zeros. Workloads and drawn scenarios.
//! - [`Dice::spread`]: the seed spread over all of the key by PCG32, as `rand` does it. Schedules.
//! - [`Dice::of`]: a digest of whatever the choices are to follow from. Pauses.
//!
//! All of them are published: a seed in a file or in an outcome means the same sequence for ever.

use rand::rngs::ChaCha12Rng;
use rand::{Rng as _, SeedableRng as _};

/// Dice whose throws follow from a seed.
#[derive(Debug)]
pub struct Dice(Box<ChaCha12Rng>);

impl Dice {
    /// The dice whose key begins with the seed and is zeros otherwise.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self::of(key)
    }

    /// The dice whose key has a bit of the seed everywhere.
    #[must_use]
    pub fn spread(seed: u64) -> Self {
        Self(Box::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    /// The dice with this key.
    #[must_use]
    pub fn of(key: [u8; 32]) -> Self {
        Self(Box::new(ChaCha12Rng::from_seed(key)))
    }

    /// One of `0..bound`: of one 64-bit word `w`, `w * bound / 2^64`. The bias, `bound / 2^64`, is of no
    /// matter here.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).expect("it is less than the bound")
    }

    /// An index into something of this length, drawn like [`below`](Self::below).
    pub fn index(&mut self, length: usize) -> usize {
        let index = self.below(length as u64);
        usize::try_from(index).expect("it is less than the length")
    }

    /// One of several. There is at least one.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }

    /// Fills all bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_seed_stands_for_one_sequence_for_ever() {
        let words = |mut dice: Dice| [0; 3].map(|_| dice.below(u64::MAX));
        let published = [
            (
                Dice::new(1),
                [
                    17_775_802_688_163_677_457,
                    694_158_859_003_031_789,
                    1_107_131_862_495_274_056,
                ],
            ),
            (
                Dice::spread(1),
                [
                    17_971_643_333_364_160_608,
                    12_751_046_405_260_142_921,
                    7_894_741_264_938_617_305,
                ],
            ),
            (
                Dice::of([1; 32]),
                [
                    3_232_270_512_304_947_506,
                    4_333_940_204_181_814_260,
                    8_612_916_331_373_482_863,
                ],
            ),
        ];
        for (dice, first) in published {
            assert_eq!(words(dice), first);
        }
    }

    #[test]
    fn words_of_every_block_and_of_either_half_count() {
        let mut dice = Dice::spread(7);
        let sum = (0..1_000).fold(0_u64, |sum, _| sum.rotate_left(1) ^ dice.below(1 << 63));
        assert_eq!(sum, 12_782_434_305_015_614_737);
        let mut bytes = [0; 5];
        dice.fill(&mut bytes);
        assert_eq!((bytes, dice.below(1_000)), ([203, 81, 121, 37, 246], 761));
    }
}
