//! Every enum that traces and outcomes spell as a word: one spelling, read back as it was written.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Display};
use std::str::FromStr;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::ser::Serialize;

use bcr_protocol::event::RetransmissionCase;
use bcr_protocol::message::{AnsweredBy, MessageKind};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Mode;
use bcr_protocol::word::UnknownWord;

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
