//! A trace as text: one line an event, a column a process, for a terminal of a hundred characters.
//!
//! ```text
//!  41         6  | | | o->        shuttle to R0.2, slot 1, request 0:1
//! ```
//!
//! Source: docs/running.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bcr_language::words::counted;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{ProcessId, RequestId, Slot};

use crate::diagnostic::{Colour, visible};
use crate::tell::words::{self, Sign};
use crate::trace::{HarnessEvent, Record, Trace, TraceEvent};

/// Which events are shown: those that have all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// They happen at one of these, or are a message to or from it. All, where empty.
    pub(crate) processes: BTreeSet<ProcessId>,
    /// They bear one of these names, or are about a message of this type. All, where empty.
    pub(crate) events: BTreeSet<String>,
    /// They are about this slot.
    pub(crate) slot: Option<Slot>,
    /// They are about this request.
    pub(crate) request: Option<RequestId>,
}

/// How a trace is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Longer lines are cut; 0 for as long as they come.
    pub(crate) width: usize,
    /// Whether glyphs are coloured.
    pub(crate) colour: Colour,
}

impl Filter {
    fn admits(&self, record: &Record) -> bool {
        let fields = record.fields();
        let text = |name: &str| fields.get(name).and_then(|value| value.as_str());
        let number = |name: &str| fields.get(name).and_then(serde_json::Value::as_u64);
        let peer = peer(record);
        let is_there = |process: ProcessId| self.processes.contains(&process);
        let named = [text("event"), text("message")];
        let is_named = |name: &Option<&str>| name.is_some_and(|name| self.events.contains(name));
        (self.processes.is_empty() || is_there(record.process) || peer.is_some_and(is_there))
            && (self.events.is_empty() || named.iter().any(is_named))
            && self.slot.is_none_or(|slot| number("slot") == Some(slot.0))
            && self.request.is_none_or(|request| {
                number("request_client") == Some(request.client.0.into())
                    && number("request") == Some(request.number.0)
                    || text("timer") == Some(&format!("request-{request}"))
            })
    }
}

/// The processes of a trace, in the order of their columns: Olympus, clients, replicas.
#[must_use]
pub(crate) fn processes(trace: &Trace) -> BTreeSet<ProcessId> {
    trace.records.iter().map(|record| record.process).collect()
}

/// The legend, the heads of the columns, a line for every event that `filter` admits, how many it does
/// not. Every process that these events concern has a column. Each item is a line with its end.
pub(crate) fn columns<'t>(
    trace: &'t Trace,
    filter: &'t Filter,
    layout: Layout,
) -> impl Iterator<Item = String> + 't {
    let shown: Vec<&Record> = trace
        .records
        .iter()
        .filter(|of| filter.admits(of))
        .collect();
    let mut lives = lives(trace);
    let concerned: BTreeSet<ProcessId> = shown
        .iter()
        .flat_map(|record| [Some(record.process), peer(record)])
        .flatten()
        .collect();
    lives.retain(|process, _| concerned.contains(process));
    let chart = Chart {
        places: lives.keys().copied().zip(0..).collect(),
        lives: lives.into_values().collect(),
        number_width: trace.records.len().to_string().len(),
        layout,
    };
    let left_out = trace.records.len() - shown.len();
    let head = chart.head();
    let lines = shown.into_iter().map(move |record| chart.line(record));
    let tail = (left_out > 0).then(|| {
        let verb = if left_out == 1 { "is" } else { "are" };
        format!("{} {verb} left out\n", counted(left_out, "other event"))
    });
    std::iter::once(head).chain(lines).chain(tail)
}

/// The other end of a message, or of the one that an event is about.
const fn peer(record: &Record) -> Option<ProcessId> {
    match &record.event {
        TraceEvent::Harness(
            HarnessEvent::Sent { to: peer, .. }
            | HarnessEvent::Received { from: peer, .. }
            | HarnessEvent::Discarded { from: peer, .. },
        )
        | TraceEvent::Protocol(
            Event::Refused { from: peer, .. }
            | Event::Ignored { from: peer, .. }
            | Event::Queued { from: peer, .. }
            | Event::Retransmitted { from: peer, .. }
            | Event::ClientError { from: peer, .. }
            | Event::Accepted { from: peer, .. }
            | Event::ReconfigurationRequested { from: peer, .. },
        ) => Some(*peer),
        TraceEvent::Harness(_) | TraceEvent::Protocol(_) => None,
    }
}

/// From which event to which each process is there.
fn lives(trace: &Trace) -> BTreeMap<ProcessId, (u64, u64)> {
    let mut lives: BTreeMap<ProcessId, (u64, u64)> = BTreeMap::new();
    for record in &trace.records {
        let life = lives.entry(record.process).or_insert((record.n, u64::MAX));
        let is_end = matches!(
            record.event,
            TraceEvent::Harness(HarnessEvent::Crashed) | TraceEvent::Protocol(Event::Terminated)
        );
        if is_end {
            life.1 = record.n;
        }
    }
    lives
}

/// The columns, and what is needed to draw a line.
struct Chart {
    places: BTreeMap<ProcessId, usize>,
    /// By place.
    lives: Vec<(u64, u64)>,
    number_width: usize,
    layout: Layout,
}

impl Chart {
    fn head(&self) -> String {
        let mut head = words::legend();
        // A column is two characters wide and its name up to five long: names stand upright.
        let names: Vec<Vec<char>> = self
            .places
            .keys()
            .map(|process| words::short_process(*process).chars().collect())
            .collect();
        let height = names.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..height {
            let title = if row + 1 == height {
                format!("{:>width$} {:>9} ", "n", "ms", width = self.number_width)
            } else {
                " ".repeat(self.number_width + 11)
            };
            let cells = names.iter().map(|name| {
                // At the foot, so that the end of each stands on its column.
                let index = (row + name.len()).checked_sub(height);
                index
                    .and_then(|index| name.get(index))
                    .copied()
                    .unwrap_or(' ')
            });
            let mut line = title;
            for cell in cells {
                line.push(' ');
                line.push(cell);
            }
            head.push_str(line.trim_end());
            head.push('\n');
        }
        head
    }

    fn line(&self, record: &Record) -> String {
        let at = format!("{:.3}", record.at.as_ms());
        let at = at.trim_end_matches('0').trim_end_matches('.');
        let mut line = format!("{:>width$} {at:>9} ", record.n, width = self.number_width);
        let words = words::words(record);
        let here = self.places.get(&record.process).copied();
        let there = match &record.event {
            TraceEvent::Harness(HarnessEvent::Sent { to, .. }) => self.places.get(to).copied(),
            _ => None,
        };
        for place in 0..self.lives.len() {
            line.push(arrow(place, here, there, true));
            if Some(place) == here {
                self.push_coloured(&mut line, words.sign);
            } else if Some(place) == there {
                line.push(if here < there { '>' } else { '<' });
            } else {
                let (from, to) = self.lives[place];
                let is_there = from <= record.n && record.n <= to;
                let blank = if is_there { '|' } else { ' ' };
                line.push(match arrow(place, here, there, false) {
                    ' ' => blank,
                    arrow => arrow,
                });
            }
        }
        line.push_str("  ");
        let drawn = self.number_width + 11 + 2 * self.lives.len() + 2;
        let room = match self.layout.width {
            0 => usize::MAX,
            width => width.saturating_sub(drawn).max(20),
        };
        push_cut(
            &mut line,
            &visible::line(&words::brief(record, &words)),
            room,
        );
        line.push('\n');
        line
    }

    fn push_coloured(&self, line: &mut String, sign: Sign) {
        match self.layout.colour {
            Colour::None => line.push(sign.character()),
            Colour::Ansi => {
                let _infallible =
                    write!(line, "\x1b[{}m{}\x1b[0m", sign.colour(), sign.character());
            }
        }
    }
}

/// The part of an arrow in a column, or in the gap before it: `-` between its ends.
fn arrow(place: usize, here: Option<usize>, there: Option<usize>, is_gap: bool) -> char {
    let (Some(here), Some(there)) = (here, there) else {
        return ' ';
    };
    let (first, last) = (here.min(there), here.max(there));
    let is_between = if is_gap {
        first < place && place <= last
    } else {
        first < place && place < last
    };
    if is_between { '-' } else { ' ' }
}

fn push_cut(line: &mut String, text: &str, room: usize) {
    match text.char_indices().nth(room.saturating_sub(1)) {
        Some((cut, _)) if text.chars().nth(room).is_some() => {
            line.push_str(&text[..cut]);
            line.push('…');
        }
        _ => line.push_str(text),
    }
}

#[cfg(test)]
mod tests;
