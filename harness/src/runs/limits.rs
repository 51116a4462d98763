//! How much a run may take, whatever comes of it: a broken protocol may go on and on.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "the wall clock ends a run that takes too long; nothing else sees it"
)]

use std::time::{Duration, Instant};

use crate::trace::{HarnessEvent, RunEnd, Trace, TraceEvent};

/// What an event takes without the message in it: the half of what its line in `trace.jsonl` has.
const EVENT_BYTES: u64 = 128;

/// How much a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// How long it may take on the wall clock.
    pub time: Duration,
    /// How much it may record, in bytes: 128 for each event, and the messages that were sent.
    pub bytes: u64,
}

impl RunLimits {
    /// Far more than any run of any scenario that was seen in the field.
    pub const DEFAULT: Self = Self {
        time: Duration::from_secs(15 * 60),
        bytes: 1 << 30,
    };
}

impl Default for RunLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How much a run has recorded, in bytes, as [`RunLimits::bytes`] counts them.
#[must_use]
pub fn recorded(trace: &Trace) -> u64 {
    let events = trace.records.iter().map(|record| &record.event);
    events.map(bytes).sum()
}

fn bytes(event: &TraceEvent) -> u64 {
    let message = match event {
        TraceEvent::Harness(HarnessEvent::Sent { content, .. }) => {
            borsh::object_length(content).expect("the lengths of its parts fit four bytes")
        }
        TraceEvent::Harness(_) | TraceEvent::Protocol(_) => 0,
    };
    EVENT_BYTES + message as u64
}

/// What a run has taken so far.
#[derive(Debug)]
pub(super) struct Spent {
    limits: RunLimits,
    began: Instant,
    bytes: u64,
}

impl Spent {
    /// Nothing yet.
    pub(super) fn new(limits: RunLimits) -> Self {
        Self {
            limits,
            began: Instant::now(),
            bytes: 0,
        }
    }

    /// Counts an event that was recorded.
    pub(super) fn count(&mut self, event: &TraceEvent) {
        self.bytes += bytes(event);
    }

    /// Why the run is to end now, if it is.
    pub(super) fn end(&self) -> Option<RunEnd> {
        if self.bytes > self.limits.bytes {
            return Some(RunEnd::ByteBound);
        }
        (self.began.elapsed() > self.limits.time).then_some(RunEnd::TimeBound)
    }

    /// When the time is over.
    pub(super) fn until(&self) -> Option<Instant> {
        self.began.checked_add(self.limits.time)
    }
}
