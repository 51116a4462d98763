//! The table of events that expected files may name, held against the events that there are.

use bcr_protocol::event::Event;
use serde::de::DeserializeOwned;

use super::{HarnessEvent, samples};
use crate::expectation::{EVENTS, fields_of};

/// The names of an event type's variants, from what serde says of a name that is none.
fn variants<E: DeserializeOwned>() -> Vec<String> {
    let error = match serde_json::from_value::<E>(serde_json::json!({"event": "?"})) {
        Ok(_) => panic!("`?` is no event"),
        Err(error) => error.to_string(),
    };
    let names: Vec<_> = error
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    names[1..].to_vec()
}

#[test]
fn the_table_names_exactly_the_events_that_there_are() {
    let mut there = variants::<Event>();
    there.extend(variants::<HarnessEvent>());
    there.sort();
    let mut table: Vec<_> = EVENTS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    table.sort();
    assert_eq!(table, there);
}

#[test]
fn the_table_has_every_field_of_every_sample() {
    for record in &samples::trace().records {
        let fields = record.fields();
        let event = fields["event"].as_str().expect("an event has a name");
        let known = fields_of(event).expect("the table names it");
        for field in fields.keys().filter(|field| *field != "event") {
            assert!(known.contains(&field.as_str()), "{event}: {field}");
        }
    }
}
