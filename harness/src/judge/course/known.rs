//! What is known of one process of a run so far.

use std::collections::BTreeMap;

use bcr_protocol::event::Event;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::reason::Reason;

use super::impossible::Impossibility;
use crate::scenario::Failure;

/// A process that has started.
#[derive(Default)]
pub(super) struct Known {
    has_crashed: bool,
    is_terminated: bool,
    has_told_its_state: bool,
    has_slept: bool,
    is_active: bool,
    /// The failures that were applied to it with effect.
    applied: Vec<Failure>,
    /// By sender, how many messages it kept for later (P1.8), and how many it refused to keep.
    kept: BTreeMap<ProcessId, usize>,
    refused: BTreeMap<ProcessId, usize>,
}

impl Known {
    /// What a machine says and what therefore need not arrive: that it keeps a message, or keeps too many
    /// already (P1.8), or stops.
    pub(super) fn on_event(&mut self, event: &Event) {
        if let Event::Queued { from, .. } = event {
            *self.kept.entry(*from).or_default() += 1;
        } else if let Event::Refused {
            from,
            reason: Reason::QueueFull,
            ..
        } = event
        {
            *self.refused.entry(*from).or_default() += 1;
        } else if let Event::Activated { .. } = event {
            self.is_active = true;
        } else if let Event::Terminated = event {
            self.is_terminated = true;
        }
    }

    /// A failure is said to have been applied.
    pub(super) fn apply(&mut self, failure: Failure, effect: bool) -> Result<(), Impossibility> {
        let sleeps = failure.sleeps_ms().is_some_and(|ms| ms > 0);
        let is_felt = sleeps || matches!(failure, Failure::Crash | Failure::OmitSend);
        if is_felt && !effect {
            return Err(Impossibility::Unplanned);
        }
        if effect {
            self.applied.push(failure);
        }
        Ok(())
    }

    /// It crashes, as it was told to.
    pub(super) fn crash(&mut self) -> Result<(), Impossibility> {
        self.has_crashed = true;
        if self.applied.contains(&Failure::Crash) {
            Ok(())
        } else {
            Err(Impossibility::Causeless("crash"))
        }
    }

    /// It sleeps, as it was told to.
    pub(super) fn sleep(&mut self) -> Result<(), Impossibility> {
        self.has_slept = true;
        let mut applied = self.applied.iter();
        if applied.any(|failure| failure.sleeps_ms().is_some()) {
            Ok(())
        } else {
            Err(Impossibility::Causeless("sleep"))
        }
    }

    /// It spoils what it sends, as it was told to.
    pub(super) fn spoil(&self) -> Result<(), Impossibility> {
        if self.applied.is_empty() {
            return Err(Impossibility::Causeless("spoil what it sends"));
        }
        Ok(())
    }

    /// It tells its last state.
    pub(super) const fn tell_state(&mut self) {
        self.has_told_its_state = true;
    }

    /// Whether it does nothing any more.
    pub(super) const fn is_over(&self) -> bool {
        self.has_crashed || self.has_told_its_state
    }

    /// Whether it stopped before the run ended.
    pub(super) const fn has_stopped(&self) -> bool {
        self.has_crashed || self.is_terminated
    }

    /// Whether it stopped awake and with nothing kept: in the simulator all that came later was discarded.
    pub(super) fn has_stopped_clean(&self) -> bool {
        self.has_stopped() && !self.has_slept && self.kept.is_empty()
    }

    /// How many of a sender's messages need never be received.
    pub(super) fn excused(&self, from: ProcessId) -> usize {
        let of = |counts: &BTreeMap<ProcessId, usize>| counts.get(&from).copied().unwrap_or(0);
        let kept = if self.is_active { 0 } else { of(&self.kept) };
        kept + of(&self.refused)
    }
}
