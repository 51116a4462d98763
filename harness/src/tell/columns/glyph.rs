//! What an event is, in one character.

use bcr_protocol::event::Event;

use crate::trace::{HarnessEvent, Record, TraceEvent};

/// What an event is, at a glance. The colours are those of ANSI terminals.
#[derive(Clone, Copy)]
pub(super) struct Glyph {
    pub(super) sign: char,
    pub(super) colour: &'static str,
}

impl Glyph {
    const fn new(sign: char, colour: &'static str) -> Self {
        Self { sign, colour }
    }
}

const SENT: Glyph = Glyph::new('o', "36");
const HANDLED: Glyph = Glyph::new('@', "36");
const STEP: Glyph = Glyph::new('+', "32");
const TIMER: Glyph = Glyph::new('t', "2");
const EXPIRED: Glyph = Glyph::new('T', "33");
const WEDGED: Glyph = Glyph::new('=', "35");
const BLAME: Glyph = Glyph::new('!', "1;33");
const FAILURE: Glyph = Glyph::new('X', "1;31");
const OTHER: Glyph = Glyph::new('.', "2");

/// The sign of an event; the legend of [`super::columns`] explains it.
pub(super) fn glyph(record: &Record) -> Glyph {
    match &record.event {
        TraceEvent::Harness(event) => match event {
            HarnessEvent::Sent { spoiled: true, .. } => Glyph::new(SENT.sign, FAILURE.colour),
            HarnessEvent::Sent { .. } => SENT,
            HarnessEvent::Received { .. } => HANDLED,
            HarnessEvent::FailureArmed { .. }
            | HarnessEvent::FailureApplied { .. }
            | HarnessEvent::Slept { .. }
            | HarnessEvent::Crashed => FAILURE,
            HarnessEvent::Settings { .. }
            | HarnessEvent::Discarded { .. }
            | HarnessEvent::Diagnostic { .. }
            | HarnessEvent::FinalDictionary { .. }
            | HarnessEvent::RunEnded { .. } => OTHER,
        },
        TraceEvent::Protocol(event) => match event {
            Event::Invoked { .. }
            | Event::Accepted { .. }
            | Event::Activated { .. }
            | Event::Ordered { .. }
            | Event::Executed { .. }
            | Event::Cached { .. }
            | Event::CheckpointStarted { .. }
            | Event::CheckpointCompleted { .. }
            | Event::ConfigurationStarted { .. } => STEP,
            Event::TimerSet { .. } | Event::TimerCancelled { .. } => TIMER,
            Event::TimerExpired { .. } => EXPIRED,
            Event::Refused { .. }
            | Event::Suspected { .. }
            | Event::Divergence { .. }
            | Event::HistoryRefused { .. }
            | Event::Convicted { .. }
            | Event::RuledOut { .. }
            | Event::SetAside { .. } => BLAME,
            Event::Wedged { .. }
            | Event::HistoryAccepted { .. }
            | Event::CatchUpStarted { .. }
            | Event::ReportAccepted { .. }
            | Event::CaughtUp { .. }
            | Event::ReconfigurationRequested { .. }
            | Event::WedgeStarted { .. }
            | Event::QuorumFormed { .. }
            | Event::StateReceived { .. } => WEDGED,
            Event::Ignored { .. }
            | Event::ClientError { .. }
            | Event::Done
            | Event::Queued { .. }
            | Event::Retransmitted { .. }
            | Event::Terminated => OTHER,
        },
    }
}
