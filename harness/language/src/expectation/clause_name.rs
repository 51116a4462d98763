//! How outcomes, weights and messages name a clause: `final`, or `canonical.final`.

use std::fmt;
use std::str::FromStr;

use bcr_protocol::word::UnknownWord;
use serde::{Deserialize, Serialize};

use super::clauses::ClauseKey;

/// What stands before the key of a clause under `canonical`.
const CANONICAL: &str = "canonical.";

/// The name of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClauseName {
    /// Its key.
    pub key: ClauseKey,
    /// Whether it stands under `canonical`.
    pub is_canonical: bool,
}

impl From<ClauseKey> for ClauseName {
    fn from(key: ClauseKey) -> Self {
        Self {
            key,
            is_canonical: false,
        }
    }
}

impl ClauseName {
    /// The clause with this key under `canonical`.
    #[must_use]
    pub const fn canonical(key: ClauseKey) -> Self {
        Self {
            key,
            is_canonical: true,
        }
    }
}

impl fmt::Display for ClauseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_canonical {
            f.write_str(CANONICAL)?;
        }
        self.key.fmt(f)
    }
}

impl From<ClauseName> for String {
    fn from(name: ClauseName) -> Self {
        name.to_string()
    }
}

impl FromStr for ClauseName {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, is_canonical) = match text.strip_prefix(CANONICAL) {
            Some(key) => (key, true),
            None => (text, false),
        };
        match key.parse() {
            Ok(key) => Ok(Self { key, is_canonical }),
            Err(_) => Err(UnknownWord::new(text, "clause")),
        }
    }
}

impl TryFrom<String> for ClauseName {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_no_other_text_is_one() {
        for key in ClauseKey::ALL {
            for name in [ClauseName::from(*key), ClauseName::canonical(*key)] {
                assert_eq!(name.to_string().parse(), Ok(name));
            }
        }
        for text in ["", "canonical.", "canonical.canonical.final", "Final"] {
            let unknown = UnknownWord::new(text, "clause");
            assert_eq!(text.parse::<ClauseName>(), Err(unknown));
        }
    }
}
