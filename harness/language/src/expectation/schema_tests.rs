//! `docs/expected.schema.json`, by which editors complete and check expected files, says what the
//! reader says; so does the dictionary of the fuzzer.

use serde_json::Value;

use super::{ClauseKey, EVENTS, FileKey, Invariant};
use crate::scenario::{Failure, TriggerKind};
use crate::words::Runtime;

fn schema() -> Value {
    let text = include_str!("../../../../docs/expected.schema.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

fn keys<'a>(schema: &'a Value, pointer: &str) -> Vec<&'a str> {
    let properties = schema.pointer(pointer).and_then(Value::as_object);
    let properties = properties.unwrap_or_else(|| panic!("the schema has {pointer}"));
    properties.keys().map(String::as_str).collect()
}

fn words<'a>(schema: &'a Value, pointer: &str) -> Vec<&'a str> {
    let words = schema.pointer(pointer).and_then(Value::as_array);
    let words = words.unwrap_or_else(|| panic!("the schema has {pointer}"));
    words.iter().filter_map(Value::as_str).collect()
}

fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    names
}

#[test]
fn the_schema_has_the_keys_of_the_reader() {
    let schema = schema();
    let all = ClauseKey::NAMES.iter().chain(FileKey::NAMES).copied();
    assert_eq!(sorted(keys(&schema, "/properties")), sorted(all));
    let canonical = keys(&schema, "/properties/canonical/properties");
    assert_eq!(sorted(canonical), sorted(ClauseKey::NAMES.iter().copied()));
    let weights = &schema["properties"]["weights"]["propertyNames"]["pattern"];
    let pattern = format!("^(canonical\\.)?({})$", ClauseKey::NAMES.join("|"));
    assert_eq!(weights.as_str(), Some(pattern.as_str()));
}

#[test]
fn the_schema_has_the_words_of_the_reader() {
    let schema = schema();
    let events = words(&schema, "/$defs/event/properties/event/enum");
    assert_eq!(
        events,
        EVENTS.iter().map(|(name, ..)| *name).collect::<Vec<_>>()
    );
    assert_eq!(
        words(&schema, "/$defs/invariants/items/enum"),
        Invariant::NAMES
    );
    let runtimes = words(&schema, "/properties/runtimes/oneOf/0/items/enum");
    assert_eq!(
        runtimes,
        Runtime::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>()
    );
}

#[test]
fn the_words_of_the_fuzzer_have_every_name() {
    let words = include_str!("../../../../fuzz/words.dict");
    let names = [TriggerKind::NAMES, Failure::NAMES, ClauseKey::NAMES].concat();
    let known = |name: &&str| words.lines().any(|line| line == format!("\"{name}\""));
    let missing: Vec<_> = names.into_iter().filter(|name| !known(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
