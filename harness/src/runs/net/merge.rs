//! The parts that processes recorded, merged into one trace.
//!
//! The order is causal: every process's own order holds, and a message is sent before it is received.
//! Otherwise it is that of time. The same parts give the same trace.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bcr_protocol::identity::{ConfigurationId, Position, ProcessId};
use bcr_protocol::message::Message;

use super::clock::Clock;
use super::notice::{Entry, What};
use crate::trace::{HarnessEvent, Micros, Record, Trace, TraceEvent};

/// No process comes before this one.
const FIRST: ProcessId = ProcessId::Olympus;
/// No process comes after this one.
const LAST: ProcessId = ProcessId::replica(ConfigurationId(u32::MAX), Position(u32::MAX));

/// Everything that the processes of a run recorded, each in its own order.
pub(super) type Parts = BTreeMap<ProcessId, Vec<Entry>>;

/// An event names another that is not there: some process's part is incomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incomplete {
    /// The process that received the message.
    pub(super) to: ProcessId,
    /// The process that should have sent it.
    pub(super) from: ProcessId,
    /// The number of the sender's entry.
    pub(super) sent: u64,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, from, sent } = self;
        write!(
            f,
            "{to} received what {from} recorded as its event {sent}, which is not there"
        )
    }
}

impl std::error::Error for Incomplete {}

/// Merges parts. Time never runs backwards in the trace: where one process's clock is behind another's,
/// an effect bears the time of its cause.
///
/// What follows from an event that is not there is left out, and one such event named.
pub(super) fn merge(parts: Parts, clock: &Clock) -> (Trace, Option<Incomplete>) {
    let mut merging = Merging::of(parts);
    while let Some((at, process)) = merging.ready.pop_first() {
        merging.place(at, process, clock);
    }
    let waiting = merging.waiting.into_iter().next();
    let incomplete = waiting.map(|(from, sent, to)| Incomplete { to, from, sent });
    (merging.trace, incomplete)
}

struct Merging {
    parts: BTreeMap<ProcessId, Part>,
    /// The processes whose next event can be placed, by its time.
    ready: BTreeSet<(Micros, ProcessId)>,
    /// Sender, number of its entry, and the process whose next event waits for it.
    waiting: BTreeSet<(ProcessId, u64, ProcessId)>,
    trace: Trace,
    now: Micros,
}

struct Part {
    entries: std::vec::IntoIter<Entry>,
    next: Option<Entry>,
    /// Where the events placed so far are in the trace.
    placed: Vec<usize>,
}

impl Merging {
    fn of(parts: Parts) -> Self {
        let mut merging = Self {
            parts: BTreeMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            trace: Trace::default(),
            now: Micros(0),
        };
        for (process, entries) in parts {
            let part = Part {
                placed: Vec::with_capacity(entries.len()),
                entries: entries.into_iter(),
                next: None,
            };
            merging.parts.insert(process, part);
            merging.advance(process);
        }
        merging
    }

    /// Looks at the next event of a process.
    fn advance(&mut self, process: ProcessId) {
        let Some(part) = self.parts.get_mut(&process) else {
            return;
        };
        part.next = part.entries.next();
        let cause = match &part.next {
            None => return,
            Some(entry) => {
                self.ready.insert((entry.at, process));
                match entry.what {
                    What::Received { from, sent } => Some((entry.at, from, sent)),
                    What::Event(_) => None,
                }
            }
        };
        if let Some((at, from, sent)) = cause
            && self.placed(from, sent).is_none()
        {
            self.ready.remove(&(at, process));
            self.waiting.insert((from, sent, process));
        }
    }

    /// Where an entry is in the trace, if it is there already.
    fn placed(&self, process: ProcessId, entry: u64) -> Option<usize> {
        let index = usize::try_from(entry).ok()?;
        self.parts.get(&process)?.placed.get(index).copied()
    }

    /// Adds the next event of a process to the trace.
    fn place(&mut self, at: Micros, process: ProcessId, clock: &Clock) {
        let Some(entry) = self
            .parts
            .get_mut(&process)
            .and_then(|part| part.next.take())
        else {
            return;
        };
        let event = match entry.what {
            What::Event(event) => event,
            What::Received { from, sent } => match self.received(process, from, sent) {
                Some(event) => event,
                // It names an event by which nothing was sent: as good as none.
                None => {
                    self.waiting.insert((from, sent, process));
                    return;
                }
            },
        };
        self.now = self.now.max(at);
        let index = self.trace.records.len();
        self.trace.records.push(Record {
            n: index as u64,
            at: self.now,
            wall_us: clock.wall_us(at),
            process,
            event,
        });
        let mut number = 0;
        if let Some(part) = self.parts.get_mut(&process) {
            number = part.placed.len() as u64;
            part.placed.push(index);
        }
        self.release(process, number);
        self.advance(process);
    }

    /// Whoever waits for an entry that has been placed now waits no longer.
    fn release(&mut self, from: ProcessId, sent: u64) {
        let waiting = (from, sent, FIRST)..=(from, sent, LAST);
        let receivers: Vec<_> = self.waiting.range(waiting).copied().collect();
        for receiver in receivers {
            self.waiting.remove(&receiver);
            let (_, _, receiver) = receiver;
            let part = self.parts.get(&receiver);
            if let Some(next) = part.and_then(|part| part.next.as_ref()) {
                self.ready.insert((next.at, receiver));
            }
        }
    }

    fn received(&self, to: ProcessId, from: ProcessId, sent: u64) -> Option<TraceEvent> {
        let index = self.placed(from, sent)?;
        let content = content(&self.trace.records[index].event, to)?.clone();
        let sent = Some(index as u64);
        Some(
            HarnessEvent::Received {
                from,
                sent,
                content,
            }
            .into(),
        )
    }
}

/// The message that an event sent to `to`.
fn content(event: &TraceEvent, to: ProcessId) -> Option<&Message> {
    match event {
        TraceEvent::Harness(HarnessEvent::Sent {
            to: receiver,
            content,
            ..
        }) if *receiver == to => Some(content),
        TraceEvent::Protocol(_) | TraceEvent::Harness(_) => None,
    }
}

#[cfg(test)]
mod tests;
