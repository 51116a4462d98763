//! The object once more, for the judge alone: a plain dictionary written from the specification.
//!
//! It shares no code with the replicas' dictionary, so that a mistake in one shows against the other.
//!
//! Source: docs/protocol.md P2.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::{Dictionary, Operation};

/// Carries `operation` out on the value of its key; answers the result. `None` is a missing key.
pub(crate) fn apply(operation: &Operation, value: &mut Option<String>) -> String {
    let changed = match operation {
        Operation::Get { .. } => return value.clone().unwrap_or_default(),
        Operation::Put { value: new, .. } => Some(new.clone()),
        Operation::Append { value: more, .. } => value.as_ref().map(|old| [&**old, more].concat()),
        Operation::Slice { slice, .. } => value.as_ref().and_then(|old| cut(old, slice)),
    };
    if changed.is_none() {
        return "fail".to_owned();
    }
    *value = changed;
    "OK".to_owned()
}

/// The dictionary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object(pub(crate) BTreeMap<String, String>);

impl Object {
    /// Carries an operation out; answers its result.
    pub(crate) fn apply(&mut self, operation: &Operation) -> String {
        let mut value = self.0.remove(operation.key());
        let result = apply(operation, &mut value);
        if let Some(value) = value {
            self.0.insert(operation.key().to_owned(), value);
        }
        result
    }

    /// The first key whose value a replica's dictionary has otherwise, in words; nothing where both are
    /// equal.
    pub(crate) fn difference(&self, theirs: &Dictionary) -> Option<String> {
        let ours = self.0.keys().map(String::as_str);
        let mut keys = ours.chain(theirs.iter().map(|(key, _)| key));
        let key = keys.find(|&key| self.0.get(key).map(String::as_str) != theirs.get(key))?;
        let quoted = |value: Option<&str>| value.map_or("missing".to_owned(), |v| format!("'{v}'"));
        let (found, expected) = (theirs.get(key), self.0.get(key).map(String::as_str));
        let (found, expected) = (quoted(found), quoted(expected));
        Some(format!("'{key}' is {found}, not {expected}"))
    }
}

/// `value[slice]` as Python has it, where every bound is in range, the step positive and the part not
/// reversed; nothing otherwise.
fn cut(value: &str, slice: &str) -> Option<String> {
    let letters: Vec<char> = value.chars().collect();
    let len = i64::try_from(letters.len()).ok()?;
    let mut fields = Vec::new();
    for field in slice.split(':') {
        fields.push(match field.trim() {
            "" => None,
            digits => Some(digits.parse::<i64>().ok()?),
        });
    }
    // From the start, 0 to the length; nothing where the bound is out of range.
    let place = |bound: i64| {
        let counted = if bound < 0 { bound + len } else { bound };
        usize::try_from(counted)
            .ok()
            .filter(|&place| place <= letters.len())
    };
    let (start, stop, step) = match fields[..] {
        [index] => {
            let index = place(index?)?;
            (index, index + 1, 1)
        }
        [start, stop] => (place(start.unwrap_or(0))?, place(stop.unwrap_or(len))?, 1),
        [start, stop, step] => (
            place(start.unwrap_or(0))?,
            place(stop.unwrap_or(len))?,
            step.unwrap_or(1),
        ),
        _ => return None,
    };
    let part = letters.get(start..stop)?;
    let step = usize::try_from(step).ok().filter(|&step| step > 0)?;
    Some(part.iter().step_by(step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<Operation> {
        let key = || "k".to_owned();
        let mut operations = vec![
            Operation::Get { key: key() },
            Operation::Put {
                key: key(),
                value: "häßlich".to_owned(),
            },
            Operation::Put {
                key: key(),
                value: String::new(),
            },
            Operation::Append {
                key: key(),
                value: "0123".to_owned(),
            },
        ];
        let bounds = [
            "",
            " 1",
            "-1",
            "0",
            "-3",
            "3",
            "-9",
            "9",
            "x",
            "9223372036854775807",
        ];
        for first in bounds {
            operations.push(slice(first));
            for second in bounds {
                operations.push(slice(&format!("{first}:{second}")));
                for third in bounds {
                    operations.push(slice(&format!("{first}:{second}:{third}")));
                }
            }
        }
        operations.push(slice("0:1:1:1"));
        operations
    }

    fn slice(bounds: &str) -> Operation {
        Operation::Slice {
            key: "k".to_owned(),
            slice: bounds.to_owned(),
        }
    }

    #[test]
    fn it_answers_and_changes_what_the_replicas_dictionary_does() {
        for start in [None, Some(""), Some("0"), Some("0123"), Some("äöü")] {
            for operation in operations() {
                let mut theirs: Dictionary = start
                    .map(|value| ("k".to_owned(), value.to_owned()))
                    .into_iter()
                    .collect();
                let mut ours = Object(
                    start
                        .map(|value| ("k".to_owned(), value.to_owned()))
                        .into_iter()
                        .collect(),
                );
                let expected = theirs.apply(&operation);
                assert_eq!(ours.apply(&operation), expected, "{operation} on {start:?}");
                let theirs: Vec<_> = theirs.iter().collect();
                let ours: Vec<_> = ours.0.iter().map(|(k, v)| (&**k, &**v)).collect();
                assert_eq!(ours, theirs, "{operation} on {start:?}");
            }
        }
    }
}
