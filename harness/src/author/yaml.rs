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

/// A scalar whose text reads back as it is: plain where that is safe, else in quotes.
fn quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_./() ".contains(c))
        && text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric())
        && !text.ends_with(' ')
        && text != "any";
    if is_plain {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        format!("\"{}\"", text.escape_default())
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_quoted_where_yaml_would_read_something_else() {
        let cases = [
            ("star wars", "star wars"),
            ("", "''"),
            (" wars", "' wars'"),
            ("it's", "'it''s'"),
            ("a: b", "'a: b'"),
            ("any", "'any'"),
            ("-1", "'-1'"),
            ("日本", "'日本'"),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
            let read: String = serde_yaml::from_str(expected).expect("it is a scalar");
            assert_eq!(read, text);
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
