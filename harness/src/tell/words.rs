//! The words of events: the one place that gives an event its sign, what is said of it in a few words and
//! in a sentence, and how much it tells in a story.
//!
//! The story and the columns take theirs from here. A line of a log says every field under its name and
//! needs nothing; the page has words of its own in `pictures/page`, which a test holds against the events.

mod around;
mod brief;
mod form;
mod machine;
mod names;
mod sign;

use crate::trace::{Record, TraceEvent};

pub(crate) use self::brief::brief;
pub(crate) use self::form::{Telling, Topic, Weight, Words};
pub(crate) use self::names::{replicas, short_process};
pub(crate) use self::sign::{Sign, legend};

use self::names::the_process;

/// How an event is told.
pub(crate) fn words(record: &Record) -> Words {
    match &record.event {
        TraceEvent::Protocol(event) => machine::words(record, event),
        TraceEvent::Harness(event) => around::words(record, event),
    }
}

/// Who did what, without when; what has no words of its own goes by its name.
pub(crate) fn sentence(record: &Record, words: &Words) -> String {
    words.sentence.clone().unwrap_or_else(|| {
        let fields = record.fields();
        let name = fields.get("event").and_then(|name| name.as_str());
        format!("{}: {}", the_process(record.process), name.unwrap_or("?"))
    })
}
