//! How outcomes, weights and messages name a clause: `final`, or `canonical.final`.

use std::fmt;
use std::str::FromStr;

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

/// Text that names no clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClause(String);

impl fmt::Display for UnknownClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no clause", self.0)
    }
}

impl std::error::Error for UnknownClause {}

impl FromStr for ClauseName {
    type Err = UnknownClause;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, is_canonical) = match text.strip_prefix(CANONICAL) {
            Some(key) => (key, true),
            None => (text, false),
        };
        let key = ClauseKey::named(key).ok_or_else(|| UnknownClause(text.to_owned()))?;
        Ok(Self { key, is_canonical })
    }
}

impl TryFrom<String> for ClauseName {
    type Error = UnknownClause;

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
            let unknown = UnknownClause(text.to_owned());
            assert_eq!(text.parse::<ClauseName>(), Err(unknown));
        }
    }
}
