//! Any serialisable value as `name=value` pairs: nested values get dotted names.
//!
//! `{to: "olympus", entries: [{slot: 4}]}` becomes ` to=olympus entries.0.slot=4`. What is empty is
//! written too (`entries=[]`, `checkpoint=null`), so that a line shows everything that its value has.

use std::fmt::{Display, Write};

use serde::de::value::Error;
use serde::ser::{self, Error as _, Serialize, Serializer};

use crate::diagnostic::visible;

/// Appends pairs to a text, a blank before each.
pub(super) struct Flattener<'a> {
    to: &'a mut String,
    name: String,
}

impl<'a> Flattener<'a> {
    pub(super) const fn new(to: &'a mut String) -> Self {
        Self {
            to,
            name: String::new(),
        }
    }

    /// Writes the pair of the current name and a value that needs no quotes.
    fn plain(&mut self, value: impl Display) -> Result<(), Error> {
        write!(self.to, " {}={value}", self.name).map_err(Error::custom)
    }

    /// Goes on with `value` under the current name, extended by `part`.
    fn descend(
        &mut self,
        part: impl Display,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let length = self.name.len();
        let dot = if length == 0 { "" } else { "." };
        write!(self.name, "{dot}{part}").map_err(Error::custom)?;
        value.serialize(&mut *self)?;
        self.name.truncate(length);
        Ok(())
    }
}

/// Appends `text`, quoted and escaped as in JSON where it is empty, could be mistaken or has blanks or
/// characters that are none to look at.
pub(super) fn push_text(to: &mut String, text: &str) {
    if is_plain(text) {
        to.push_str(text);
    } else {
        to.push_str(&visible::json(&serde_json::Value::from(text).to_string()));
    }
}

fn is_plain(text: &str) -> bool {
    let is_mark = |byte: u8| matches!(byte, b'"' | b'=' | b'\\');
    // Nearly all text is: byte by byte, since logs are full of digests and signatures.
    if text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !is_mark(byte))
    {
        return !matches!(text, "" | "null" | "[]" | "{}");
    }
    let is_blank = |c: char| c.is_whitespace() || visible::is_hidden(c);
    !text.contains(is_blank) && !text.bytes().any(is_mark)
}

macro_rules! plain {
    ($($method:ident($type:ty),)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.plain(value)
        })*
    };
}

impl<'a, 'b> Serializer for &'a mut Flattener<'b> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'a, 'b>;
    type SerializeTuple = Elements<'a, 'b>;
    type SerializeTupleStruct = Elements<'a, 'b>;
    type SerializeTupleVariant = Elements<'a, 'b>;
    type SerializeMap = Fields<'a, 'b>;
    type SerializeStruct = Fields<'a, 'b>;
    type SerializeStructVariant = Fields<'a, 'b>;

    plain! {
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_f32(f32),
        serialize_f64(f64),
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.plain("")?;
        push_text(self.to, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.plain("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.plain("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    /// A message's kind stands beside its content already; it would only make every name longer.
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if name == "Message" {
            value.serialize(self)
        } else {
            self.descend(variant, value)
        }
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a, 'b>, Error> {
        Ok(Elements { to: self, count: 0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a, 'b>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Elements<'a, 'b>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Elements<'a, 'b>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a, 'b>, Error> {
        Ok(Fields {
            to: self,
            key: String::new(),
            is_empty: true,
        })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields<'a, 'b>, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Fields<'a, 'b>, Error> {
        self.serialize_map(Some(length))
    }
}

/// The elements of a list; their names are their indices.
pub(super) struct Elements<'a, 'b> {
    to: &'a mut Flattener<'b>,
    count: usize,
}

impl Elements<'_, '_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.to.descend(self.count, value)?;
        self.count += 1;
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        if self.count == 0 {
            self.to.plain("[]")?;
        }
        Ok(())
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident,)*) => {
        $(impl ser::$trait for Elements<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.push(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        })*
    };
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

/// The fields of a struct or the entries of a map.
pub(super) struct Fields<'a, 'b> {
    to: &'a mut Flattener<'b>,
    key: String,
    is_empty: bool,
}

impl Fields<'_, '_> {
    fn push<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        self.is_empty = false;
        self.to.descend(key, value)
    }

    fn finish(self) -> Result<(), Error> {
        if self.is_empty && !self.to.name.is_empty() {
            self.to.plain("{}")?;
        }
        Ok(())
    }
}

macro_rules! fields {
    ($($trait:ident,)*) => {
        $(impl ser::$trait for Fields<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.push(key, value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        })*
    };
}

fields! {
    SerializeStruct,
    SerializeStructVariant,
}

impl ser::SerializeMap for Fields<'_, '_> {
    type Ok = ();
    type Error = Error;

    /// Keys are text or numbers. One that a dot or a blank would tear apart is quoted.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let key = serde_json::to_value(key).map_err(Error::custom)?;
        self.key.clear();
        match key.as_str() {
            Some(text) if !text.contains('.') => push_text(&mut self.key, text),
            _ => self.key.push_str(&key.to_string()),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.push(&key, value)?;
        self.key = key;
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn flat(value: &impl Serialize) -> String {
        let mut text = String::new();
        value
            .serialize(&mut Flattener::new(&mut text))
            .expect("nothing refuses");
        text
    }

    #[derive(serde::Serialize)]
    enum Choice {
        Unit,
        One(u8),
        Two(u8, u8),
        Named { field: u8 },
    }

    #[derive(serde::Serialize)]
    struct Outer {
        text: &'static str,
        missing: Option<u8>,
        present: Option<u8>,
        list: Vec<Choice>,
        nothing: Vec<u8>,
        map: BTreeMap<&'static str, u8>,
        numbers: BTreeMap<u32, (u8, char)>,
        none: BTreeMap<u8, u8>,
    }

    #[test]
    fn every_value_is_named() {
        let outer = Outer {
            text: "two words",
            missing: None,
            present: Some(1),
            list: vec![
                Choice::Unit,
                Choice::One(2),
                Choice::Two(3, 4),
                Choice::Named { field: 5 },
            ],
            nothing: Vec::new(),
            map: BTreeMap::from([("a b", 1), ("c.d", 2), ("e", 3), ("", 4)]),
            numbers: BTreeMap::from([(7, (8, ' '))]),
            none: BTreeMap::new(),
        };
        let expected = [
            r#" text="two words" missing=null present=1 list.0=Unit list.1.One=2 list.2.0=3 list.2.1=4"#,
            r#" list.3.field=5 nothing=[] map.""=4 map."a b"=1 map."c.d"=2 map.e=3 numbers.7.0=8"#,
            r#" numbers.7.1=" " none={}"#,
        ];
        assert_eq!(flat(&outer), expected.concat());
    }

    #[test]
    fn texts_that_could_be_mistaken_are_quoted() {
        let cases = [
            ("plain-1:2", "plain-1:2"),
            ("it's", "it's"),
            ("日本", "日本"),
            ("", r#""""#),
            ("a b", r#""a b""#),
            ("a\nb", r#""a\nb""#),
            ("a=b", r#""a=b""#),
            ("\"", r#""\"""#),
            ("\\n", r#""\\n""#),
            ("null", r#""null""#),
            ("\u{85}", r#""\u0085""#),
            ("\u{202e}", r#""\u202e""#),
        ];
        for (text, expected) in cases {
            let mut quoted = String::new();
            push_text(&mut quoted, text);
            assert_eq!(quoted, expected);
        }
    }
}
