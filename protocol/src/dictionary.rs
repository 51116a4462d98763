//! The replicated object: a dictionary from strings to strings, and its four operations.
//!
//! Source: docs/protocol.md P2.

use std::collections::BTreeMap;
use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::slice::slice;

/// What an operation that changes something answers when it succeeded.
pub const OK: &str = "OK";
/// What `slice` and `append` answer when they changed nothing.
pub const FAIL: &str = "fail";

/// One operation of the object.
///
/// JSON: `{"name": "put", "key": "k", "value": "v"}`; `slice` carries `"slice": "0:4"` instead of
/// `value`, `get` carries neither. Text: as in a scenario file, `put('k','v')`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Operation {
    /// Sets `key` to `value`; answers `OK`.
    Put {
        /// The key.
        key: String,
        /// Its new value.
        value: String,
    },
    /// Answers the value of `key`, the empty string where there is none.
    Get {
        /// The key.
        key: String,
    },
    /// Cuts the value of `key` down to a part of it; answers `OK`, or `fail` and changes nothing
    /// where the key is missing or the slice is not valid.
    Slice {
        /// The key.
        key: String,
        /// The part, as Python writes it: `start:stop[:step]` or one index.
        slice: String,
    },
    /// Appends `value` to the value of `key`; answers `OK`, or `fail` where the key is missing.
    Append {
        /// The key.
        key: String,
        /// What is appended.
        value: String,
    },
}

impl Operation {
    /// The operation's name in a scenario file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Put { .. } => "put",
            Self::Get { .. } => "get",
            Self::Slice { .. } => "slice",
            Self::Append { .. } => "append",
        }
    }

    /// The key that the operation reads or changes.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Put { key, .. }
            | Self::Get { key }
            | Self::Slice { key, .. }
            | Self::Append { key, .. } => key,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| {
            let quote = if text.contains('\'') { '"' } else { '\'' };
            format!("{quote}{text}{quote}")
        };
        match self {
            Self::Get { key } => write!(f, "get({})", quoted(key)),
            Self::Put { key, value: second }
            | Self::Slice { key, slice: second }
            | Self::Append { key, value: second } => {
                write!(f, "{}({},{})", self.name(), quoted(key), quoted(second))
            }
        }
    }
}

/// The dictionary. Empty at the start of a run.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Dictionary(BTreeMap<String, String>);

/// The outcome of an operation that has not been carried out yet.
///
/// Splitting an operation in two lets a replica compare the result with what the chain says before
/// anything changes (P4.3, "the operation is applied on trial").
#[derive(Debug, PartialEq, Eq)]
pub struct Trial {
    result: String,
    /// The key's new value; `None` where the operation changes nothing.
    value: Option<String>,
}

impl Trial {
    /// The result that the client is to get.
    #[must_use]
    pub fn result(&self) -> &str {
        &self.result
    }
}

impl Dictionary {
    /// Carries the operation out and answers its result.
    pub fn apply(&mut self, operation: &Operation) -> String {
        let trial = self.evaluate(operation);
        self.commit(operation, trial)
    }

    /// Makes the change of a trial of the same operation on this very state; answers its result.
    pub fn commit(&mut self, operation: &Operation, trial: Trial) -> String {
        if let Some(value) = trial.value {
            match self.0.get_mut(operation.key()) {
                Some(present) => *present = value,
                None => {
                    self.0.insert(operation.key().to_owned(), value);
                }
            }
        }
        trial.result
    }

    /// What the operation would answer and change. Total: every operation has a result.
    #[must_use]
    pub fn evaluate(&self, operation: &Operation) -> Trial {
        let ok = |value| Trial {
            result: OK.to_owned(),
            value: Some(value),
        };
        let fail = || Trial {
            result: FAIL.to_owned(),
            value: None,
        };
        match operation {
            Operation::Put { value, .. } => ok(value.clone()),
            Operation::Get { key } => Trial {
                result: self.get(key).unwrap_or_default().to_owned(),
                value: None,
            },
            Operation::Slice { key, slice: bounds } => self
                .get(key)
                .and_then(|value| slice(value, bounds))
                .map_or_else(fail, ok),
            Operation::Append { key, value } => self
                .get(key)
                .map(|present| format!("{present}{value}"))
                .map_or_else(fail, ok),
        }
    }

    /// The value of `key`, if it is there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// All pairs, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, String)> for Dictionary {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str, value: &str) -> Operation {
        Operation::Put {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    fn get(key: &str) -> Operation {
        Operation::Get {
            key: key.to_owned(),
        }
    }

    fn cut(key: &str, slice: &str) -> Operation {
        Operation::Slice {
            key: key.to_owned(),
            slice: slice.to_owned(),
        }
    }

    fn append(key: &str, value: &str) -> Operation {
        Operation::Append {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn operations_answer_and_change_what_the_specification_says() {
        let steps = [
            ("a missing key reads as the empty string", get("movie"), ""),
            ("append needs the key", append("movie", "!"), "fail"),
            ("slice needs the key", cut("movie", "0:1"), "fail"),
            ("the failed operations created nothing", get("movie"), ""),
            ("put always succeeds", put("movie", "star"), "OK"),
            ("append to a present key", append("movie", " wars"), "OK"),
            ("its value", get("movie"), "star wars"),
            ("slice to a part", cut("movie", "0:4"), "OK"),
            ("its value", get("movie"), "star"),
            ("a bound out of range", cut("movie", "0:5"), "fail"),
            ("which changed nothing", get("movie"), "star"),
            ("put over a present key", put("movie", ""), "OK"),
            (
                "an empty value is present: append works",
                append("movie", "x"),
                "OK",
            ),
            ("its value", get("movie"), "x"),
        ];
        let mut dictionary = Dictionary::default();
        for (case, operation, expected) in steps {
            assert_eq!(
                dictionary.apply(&operation),
                expected,
                "{case}: {operation}"
            );
        }
    }

    #[test]
    fn a_trial_changes_nothing_until_it_is_committed() {
        let mut dictionary = Dictionary::default();
        let operation = put("a", "b");
        let trial = dictionary.evaluate(&operation);
        assert_eq!(trial.result(), "OK");
        assert!(dictionary.is_empty());
        dictionary.commit(&operation, trial);
        assert_eq!(dictionary.get("a"), Some("b"));
    }

    #[test]
    fn an_operation_prints_as_a_scenario_file_writes_it() {
        assert_eq!(put("k", "it's").to_string(), "put('k',\"it's\")");
        assert_eq!(get("k").to_string(), "get('k')");
    }
}
