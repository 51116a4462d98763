//! `pseudorandom(seed, n)`: the sequence of operations that a seed stands for.
//!
//! The dice are those of [`Dice::new`], and every choice takes one throw, so that the sequence is the same
//! on every platform and with every version of the libraries around it. The choices of one operation, in
//! this order:
//!
//! 1. the key: one of `k0` to `k7`, the same for all clients, so that clients meet;
//! 2. the operation: of 8, 3 put, 2 append, 2 get, 1 slice;
//! 3. `put`: the length of the value, 1 to 8 syllables, then each; `append`: the same with 1 to 3;
//!    `slice`: one of eight forms, most of which are valid on any value of two characters.
//!
//! The first operation on each key is a `put`, whatever was drawn, so that few operations fail.

use bcr_protocol::dictionary::Operation;

use crate::dice::Dice;

const KEYS: usize = 8;
const SYLLABLES: [&str; 16] = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ze",
];
/// The last two are out of range for short values, and always invalid.
const SLICES: [&str; 8] = ["0:2", "1:", ":-1", "-2:", "::2", "0", "1:9", "2:1"];

/// The first `count` operations of `seed`.
#[must_use]
pub fn pseudorandom(seed: u64, count: usize) -> Vec<Operation> {
    let mut dice = Dice::new(seed);
    let mut written = [false; KEYS];
    (0..count)
        .map(|_| {
            let index = dice.index(KEYS);
            let first = !std::mem::replace(&mut written[index], true);
            let drawn = dice.below(8);
            let key = format!("k{index}");
            match if first { 0 } else { drawn } {
                0..=2 => Operation::Put {
                    key,
                    value: value(&mut dice, 8),
                },
                3 | 4 => Operation::Append {
                    key,
                    value: value(&mut dice, 3),
                },
                5 | 6 => Operation::Get { key },
                _ => Operation::Slice {
                    key,
                    slice: dice.pick(&SLICES).to_owned(),
                },
            }
        })
        .collect()
}

/// One to `most` syllables.
fn value(dice: &mut Dice, most: usize) -> String {
    let length = 1 + dice.index(most);
    (0..length).map(|_| dice.pick(&SYLLABLES)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bcr_protocol::dictionary::{Dictionary, FAIL};

    use super::*;

    #[test]
    fn a_seed_stands_for_one_sequence_for_ever() {
        let first: Vec<String> = pseudorandom(233, 12)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            first,
            [
                "put('k7','soba')",
                "get('k7')",
                "put('k0','zehana')",
                "put('k6','natu')",
                "put('k5','riforihazefobaba')",
                "put('k3','ririzekinamucegu')",
                "append('k6','tuzeje')",
                "put('k2','nacezenanaguhagu')",
                "put('k7','dilotudibatu')",
                "put('k6','guri')",
                "get('k2')",
                "put('k2','fofodizena')",
            ]
        );
    }

    #[test]
    fn a_longer_sequence_begins_with_the_shorter_one() {
        let long = pseudorandom(7, 500);
        assert_eq!(pseudorandom(7, 100), long[..100]);
        assert_ne!(pseudorandom(8, 100), long[..100]);
        assert!(pseudorandom(7, 0).is_empty());
    }

    #[test]
    fn all_operations_occur_and_most_succeed() {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let mut dictionary = Dictionary::default();
        let operations = pseudorandom(1, 1_000);
        let mut failed = 0;
        for operation in &operations {
            *names.entry(operation.name()).or_default() += 1;
            failed += usize::from(dictionary.apply(operation) == FAIL);
        }
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(names.values().all(|count| *count > 80), "{names:?}");
        assert_eq!(dictionary.len(), KEYS);
        assert!((1..200).contains(&failed), "{failed}");
    }
}
