//! YAML as expected files are written: one clause a paragraph, values in flow style.

/// A clause with its value, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Its key.
    pub(crate) key: &'static str,
    /// Its lines, the key's included, without indentation, ending in a newline.
    pub(crate) text: String,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Yaml {
    Scalar(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

/// A map or list longer than this gets a line for each of its entries.
const LINE_MAX: usize = 90;

impl Yaml {
    /// A scalar as its own text.
    pub(super) fn scalar(value: impl ToString) -> Self {
        Self::Scalar(value.to_string())
    }

    pub(super) fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Self::scalar).collect())
    }

    pub(super) const fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// The clause `key` with this value.
    pub(super) fn clause(&self, key: &'static str) -> Clause {
        let flow = self.flow();
        let text = match self {
            Self::Map(entries) if key.len() + flow.len() > LINE_MAX => {
                let lines = entries
                    .iter()
                    .map(|(name, value)| format!("  {}: {}\n", quoted(name), value.flow()));
                format!("{key}:\n{}", lines.collect::<String>())
            }
            Self::List(items) if key.len() + flow.len() > LINE_MAX => {
                let lines = items.iter().map(|item| format!("  - {}\n", item.flow()));
                format!("{key}:\n{}", lines.collect::<String>())
            }
            Self::Scalar(_) | Self::List(_) | Self::Map(_) => format!("{key}: {flow}\n"),
        };
        Clause { key, text }
    }

    fn flow(&self) -> String {
        match self {
            Self::Scalar(text) => quoted(text),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entry =
                    |(name, value): &(String, Self)| format!("{}: {}", quoted(name), value.flow());
                let entries: Vec<_> = entries.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }
}

/// A scalar whose text reads back as it is: plain where that is safe, else in quotes, with escapes where
/// quotes alone do not do.
fn quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_./() ".contains(c))
        && text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric())
        && !text.ends_with(' ');
    if is_plain {
        return text.to_owned();
    }
    // Readers of YAML 1.1 and 1.2 do not agree on what a quoted text may hold, nor on what breaks a line: what
    // ours takes is also read by another.
    let in_quotes = format!("'{}'", text.replace('\'', "''"));
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let reads_back = || serde_yaml::from_str::<String>(&in_quotes).is_ok_and(|read| read == text);
    if !text.chars().any(breaks) && reads_back() {
        in_quotes
    } else {
        format!("\"{}\"", text.chars().map(escaped).collect::<String>())
    }
}

/// A character as it stands in double quotes.
fn escaped(c: char) -> String {
    let number = u32::from(c);
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        ' ' | '!'..='~' => c.to_string(),
        _ if c.is_alphanumeric() => c.to_string(),
        ..='\u{ff}' => format!("\\x{number:02X}"),
        ..='\u{ffff}' => format!("\\u{number:04X}"),
        _ => format!("\\U{number:08X}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::expectation;

    #[test]
    fn scalars_are_quoted_where_yaml_would_read_something_else() {
        let cases = [
            ("star wars", "star wars"),
            ("", "''"),
            (" wars", "' wars'"),
            ("it's", "'it''s'"),
            ("a: b", "'a: b'"),
            ("-1", "'-1'"),
            ("日本", "'日本'"),
            ("a\tb\n", r#""a\tb\n""#),
            ("it's\n\"é\"\\", r#""it's\n\"é\"\\""#),
            ("\u{1}", r#""\x01""#),
            ("\u{85}", r#""\x85""#),
            ("a\u{2028}b", r#""a\u2028b""#),
            ("a\u{fffe}'", r#""a\uFFFE'""#),
            ("\u{1f600}\n", r#""\U0001F600\n""#),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
            let read: String = serde_yaml::from_str(expected).expect("it is a scalar");
            assert_eq!(read, text);
        }
    }

    /// Asserts that a clause with each text as a key and as its value says just that to both readers.
    fn assert_read_back(texts: impl IntoIterator<Item = String>) {
        let texts: BTreeMap<String, String> = texts.into_iter().map(|t| (t.clone(), t)).collect();
        let entries = texts
            .iter()
            .map(|(key, value)| (key.clone(), Yaml::scalar(value)));
        let clause = Yaml::Map(entries.collect()).clause("final");
        let reading = expectation::read(&SourceFile::new("", clause.text.as_str()));
        let read = reading.expectation.expect(&clause.text).clauses;
        let read = read.final_dictionary.expect("it is there").value;
        assert!(read == texts, "{}", clause.text);
        let read: BTreeMap<String, BTreeMap<String, String>> =
            serde_yaml::from_str(&clause.text).expect(&clause.text);
        assert!(read["final"] == texts, "{}", clause.text);
    }

    #[test]
    fn every_character_reads_back_alone_and_between_letters() {
        let beyond = (0x1_0000..=0x10_ffff).step_by(0xfff);
        let characters = (0..=0xffff).chain(beyond).filter_map(char::from_u32);
        assert_read_back(characters.flat_map(|c| [c.to_string(), format!("a{c}b")]));
    }

    proptest! {
        #[test]
        fn every_text_reads_back(
            text in prop_oneof![
                "\\PC*",
                any::<String>(),
                "[ \t\r\n'\"\\\\#:,{}\\[\\]&*!|>%@`?~a0\\-\u{85}\u{a0}\u{2028}\u{feff}\u{fffe}\u{1}é]{0,12}",
            ],
        ) {
            assert_read_back([text]);
        }
    }

    #[test]
    fn a_long_map_gets_a_line_for_each_entry() {
        let entry = |n: usize| (n.to_string(), Yaml::scalar("x".repeat(40)));
        let clause = Yaml::Map((0..3).map(entry).collect()).clause("final");
        assert_eq!(clause.text.lines().count(), 4);
        assert_eq!(
            Yaml::Map(vec![entry(0)])
                .clause("final")
                .text
                .lines()
                .count(),
            1
        );
    }
}
