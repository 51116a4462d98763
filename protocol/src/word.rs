//! Enums whose variants are words of traces, outcomes, logs and scenario files: one table for each, so
//! that every reader and writer spells them alike.

use std::fmt;

/// Text that is none of an enum's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    text: String,
    /// What it should have named.
    what: &'static str,
}

impl UnknownWord {
    /// `text` is none of the words for `what`.
    #[must_use]
    pub fn new(text: &str, what: &'static str) -> Self {
        let text = text.to_owned();
        Self { text, what }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no {}", self.text, self.what)
    }
}

impl std::error::Error for UnknownWord {}

/// Writes an enum of words and all that follows from the table: `ALL`, `NAMES`, `as_str`, `Display`,
/// `FromStr` and the same spelling for serde. Borsh counts variants, so their order must stay.
#[macro_export]
macro_rules! words {
    (
        $(#[$of_enum:meta])*
        $name:ident, $(a)? $(an)? $what:literal {
            $($(#[$doc:meta])* $variant:ident => $word:literal,)*
        }
    ) => {
        $(#[$of_enum])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            borsh::BorshSerialize, borsh::BorshDeserialize,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for each, in the same order.
            pub const NAMES: &[&str] = &[$($word),*];

            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let named = Self::ALL.iter().find(|one| one.as_str() == text);
                named.copied().ok_or_else(|| $crate::word::UnknownWord::new(text, $what))
            }
        }
    };
}

pub use crate::words;
