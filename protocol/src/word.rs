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
    pub(crate) fn new(text: &str, what: &'static str) -> Self {
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

/// Writes an enum of words and all that follows from the table: `ALL`, `as_str`, `Display`, `FromStr`
/// and the same spelling for serde. Borsh counts variants, so their order must stay.
macro_rules! words {
    (
        $(#[$of_enum:meta])*
        $name:ident, a $what:literal {
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

pub(crate) use words;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::{self, Debug, Display};
    use std::str::FromStr;

    use serde::de::value::{Error, StrDeserializer};
    use serde::de::{DeserializeOwned, IntoDeserializer};
    use serde::ser::Serialize;

    use super::UnknownWord;
    use crate::event::RetransmissionCase;
    use crate::message::{AnsweredBy, MessageKind};
    use crate::reason::Reason;
    use crate::replica::Mode;

    /// A value as serde writes it: a formatter takes the name of a variant.
    struct Written<T>(T);

    impl<T: Serialize> Display for Written<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }

    /// The words of an enum, each of which reads back as the variant that it stands for.
    fn words<T>(all: &[T]) -> Vec<String>
    where
        T: Copy + Debug + PartialEq + Display + FromStr<Err = UnknownWord>,
        T: Serialize + DeserializeOwned,
    {
        let of = |one: &T| {
            let word = one.to_string();
            assert_eq!(word.parse(), Ok(*one));
            assert_eq!(Written(*one).to_string(), word);
            let written: StrDeserializer<'_, Error> = word.as_str().into_deserializer();
            assert_eq!(T::deserialize(written), Ok(*one));
            word
        };
        let words: Vec<String> = all.iter().map(of).collect();
        let distinct: BTreeSet<_> = words.iter().collect();
        assert_eq!(distinct.len(), words.len(), "{words:?}");
        words
    }

    #[test]
    fn every_word_reads_back_as_its_variant() {
        assert_eq!(words(Mode::ALL), ["pending", "active", "immutable"]);
        assert_eq!(words(AnsweredBy::ALL), ["tail", "cache", "olympus"]);
        let cases = words(RetransmissionCase::ALL);
        assert_eq!(cases, ["0", "a", "b", "c", "d", "e"]);
        assert_eq!(words(MessageKind::ALL).len(), 19);
        assert!(words(Reason::ALL).contains(&"slot_skipped".to_owned()));
    }

    #[test]
    fn other_text_is_named_with_what_it_should_have_been() {
        let error = "Active".parse::<Mode>().expect_err("modes are lower case");
        assert_eq!(error.to_string(), "`Active` names no mode");
        assert!("".parse::<Reason>().is_err());
    }
}
