//! Signed statements kept once, however many messages carry them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Every signed statement of a run, in the order in which it was first seen. One that is part of
/// another is kept by itself as well.
#[derive(Debug, Default)]
pub(super) struct Pool {
    known: BTreeMap<String, usize>,
    statements: Vec<String>,
}

/// The key of a reference to the pool. Its value is a number; no key of a dictionary has one, since
/// the values of dictionaries are text.
const REFERENCE: &str = "~";

impl Pool {
    /// `value` with every signed statement replaced by `{"~": its place in the pool}`.
    pub(super) fn intern(&mut self, value: Value) -> Value {
        match value {
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.intern(item)).collect())
            }
            Value::Object(fields) => {
                let is_signed = fields.contains_key("signature") && fields.contains_key("signer");
                let fields = fields.into_iter();
                let fields = fields.map(|(key, value)| (key, self.intern(value)));
                let object = Value::Object(fields.collect());
                if is_signed {
                    json!({REFERENCE: self.keep(object.to_string())})
                } else {
                    object
                }
            }
            plain => plain,
        }
    }

    fn keep(&mut self, statement: String) -> usize {
        let next = self.statements.len();
        let place = *self.known.entry(statement.clone()).or_insert(next);
        if place == next {
            self.statements.push(statement);
        }
        place
    }

    /// The pool as a JSON array.
    pub(super) fn into_json(self) -> String {
        format!("[{}]", self.statements.join(",\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_kept_once_and_its_parts_by_themselves() {
        let mut pool = Pool::default();
        let inner = json!({"signer": "client-0", "body": 1, "signature": "aa"});
        let outer = json!({"signer": "olympus", "body": [inner, 2], "signature": "bb"});
        let message = json!({"m": [inner, outer, {"signature": "no signer"}]});
        let expected = json!({"m": [{"~": 0}, {"~": 1}, {"signature": "no signer"}]});
        assert_eq!(pool.intern(message), expected);
        let kept: Value = serde_json::from_str(&pool.into_json()).expect("JSON");
        let outer = json!({"signer": "olympus", "body": [{"~": 0}, 2], "signature": "bb"});
        assert_eq!(kept, json!([inner, outer]));
    }
}
