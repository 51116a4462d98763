//! A record as one line of a log file.

use std::fmt::Write;

use bcr_protocol::event::Event;
use chrono::{DateTime, SecondsFormat};

use super::flatten::{Flattener, push_text};
use crate::trace::json::Milliseconds;
use crate::trace::{Record, TraceEvent};

/// Appends the record's line: real time, time of the run, process and event, then every value under
/// its name. No line end.
pub(super) fn push_record(line: &mut String, record: &Record) {
    push_timestamp(line, record.wall_us);
    line.push(' ');
    push_event(line, record);
}

/// Appends the line but for the real time, which no two runs have in common.
pub(super) fn push_event(line: &mut String, record: &Record) {
    const IN_MEMORY: &str = "writing into memory cannot fail";
    let at = Milliseconds(record.at);
    let process = record.process;
    write!(line, "at_ms={at} process={process}").expect(IN_MEMORY);
    let event_start = line.len();
    record
        .serialize_event(&mut Flattener::new(line))
        .expect(IN_MEMORY);
    // An event writes its name first; what the harness adds comes right after it.
    let name_end = line[event_start + 1..]
        .find(' ')
        .map_or(line.len(), |length| event_start + 1 + length);
    line.insert_str(name_end, &additions(record));
}

/// The record's number in the trace; for a retransmission the case of P5.2 in words.
fn additions(record: &Record) -> String {
    let mut added = String::new();
    if let TraceEvent::Protocol(Event::Retransmitted { case, .. }) = &record.event {
        added.push_str(" meaning=");
        push_text(&mut added, case.meaning());
    }
    added.push_str(&format!(" n={}", record.n));
    added
}

/// Appends microseconds since the Unix epoch as RFC 3339; `-` where they are 0: nobody asked a clock.
fn push_timestamp(line: &mut String, wall_us: u64) {
    let time = i64::try_from(wall_us)
        .ok()
        .filter(|&micros| micros != 0)
        .and_then(DateTime::from_timestamp_micros);
    match time {
        Some(time) => line.push_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true)),
        None => line.push('-'),
    }
}
