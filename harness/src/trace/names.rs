//! The names of events, from the types of events alone.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Error, StdError};

/// The names of an event type's variants, as serde spells them.
pub(super) fn names<E: DeserializeOwned>() -> &'static [&'static str] {
    // Asked for an event that is none, serde says which there are.
    let nameless = MapDeserializer::<_, Names>::new([("event", "")].into_iter());
    match E::deserialize(nameless) {
        Ok(_) => &[],
        Err(Names(names)) => names,
    }
}

/// The names in the refusal of an unknown one.
#[derive(Debug)]
struct Names(&'static [&'static str]);

impl Error for Names {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl StdError for Names {}

#[cfg(test)]
mod tests {
    use bcr_protocol::event::Event;

    use super::*;
    use crate::expectation::{EVENTS, fields_of};
    use crate::trace::{HarnessEvent, samples};

    #[test]
    fn the_table_names_exactly_the_events_that_there_are() {
        let mut there = [names::<Event>(), names::<HarnessEvent>()].concat();
        there.sort_unstable();
        let mut table: Vec<_> = EVENTS.iter().map(|(name, ..)| *name).collect();
        table.sort_unstable();
        assert!(!there.is_empty());
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
}
