//! The words that a value of an enum is written as, from what serde derives for it: a list by hand would be
//! left behind by its enum.

use std::cell::Cell;

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// Every word for a value of the type; empty where it is no plain enum.
pub(super) fn of<T: DeserializeOwned>() -> &'static [&'static str] {
    let words = Words(Cell::new(&[]));
    // It never succeeds: only the question is of interest.
    drop(T::deserialize(&words));
    words.0.get()
}

/// Answers no question and remembers which variants were asked for.
struct Words(Cell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for &Words {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("nothing is here"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.set(variants);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::event::RetransmissionCase;

    use super::*;

    #[test]
    fn an_enum_tells_its_words() {
        assert_eq!(of::<RetransmissionCase>(), ["0", "a", "b", "c", "d", "e"]);
        assert_eq!(of::<String>(), [""; 0]);
    }
}
