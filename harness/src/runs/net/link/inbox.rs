//! What has arrived and waits to be received: frames, within a share for each peer, and reports.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bcr_protocol::identity::ProcessId;

use super::report::{Incoming, Report};

/// What a frame counts at least against its peer's share: the cost of keeping it.
const FRAME_COST_MIN: usize = 64;

/// Where connections put what arrives, and the one receiver takes it.
#[derive(Debug)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    incoming_bytes: usize,
    reports_max: usize,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<(ProcessId, Vec<u8>)>,
    /// What each peer's frames in `frames` count.
    shares: BTreeMap<ProcessId, Share>,
    reports: VecDeque<Report>,
    suppressed: u64,
    /// Whether a frame was taken last, so that frames and reports take turns.
    is_report_next: bool,
    receiver: Option<Waker>,
}

#[derive(Debug, Default)]
struct Share {
    used: usize,
    /// The connection that waits for room.
    waiting: Option<Waker>,
}

impl Mailbox {
    /// An empty one with these bounds.
    pub(super) fn new(incoming_bytes: usize, reports_max: usize) -> Self {
        Self {
            state: Mutex::default(),
            incoming_bytes,
            reports_max,
        }
    }

    /// Adds the frames of one peer, in order. The caller has asked for room first; a batch may go beyond
    /// the share by its own length.
    pub(super) fn deliver(&self, from: ProcessId, frames: impl IntoIterator<Item = Vec<u8>>) {
        let mut state = self.lock();
        let mut used = 0;
        for frame in frames {
            used += cost(&frame);
            state.frames.push_back((from, frame));
        }
        state.shares.entry(from).or_default().used += used;
        state.wake_receiver();
    }

    /// Ready when `from` may deliver more; otherwise its connection is woken when it may.
    pub(super) fn poll_room(&self, from: ProcessId, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        let Some(share) = state.shares.get_mut(&from) else {
            return Poll::Ready(());
        };
        if share.used < self.incoming_bytes {
            return Poll::Ready(());
        }
        share.waiting = Some(context.waker().clone());
        Poll::Pending
    }

    /// Adds a report, or counts it where too many wait.
    pub(super) fn report(&self, report: Report) {
        let mut state = self.lock();
        if state.reports.len() < self.reports_max {
            state.reports.push_back(report);
        } else {
            state.suppressed += 1;
        }
        state.wake_receiver();
    }

    /// Takes the next of what has arrived.
    pub(super) fn take(&self) -> Option<Incoming> {
        self.lock().take(self.incoming_bytes)
    }

    /// Takes the next of what has arrived; otherwise the receiver is woken when something does.
    pub(super) fn poll_take(&self, context: &mut Context<'_>) -> Poll<Incoming> {
        let mut state = self.lock();
        if let Some(incoming) = state.take(self.incoming_bytes) {
            return Poll::Ready(incoming);
        }
        state.receiver = Some(context.waker().clone());
        Poll::Pending
    }

    /// What the frames of `from` that wait count.
    #[cfg(test)]
    pub(super) fn used(&self, from: ProcessId) -> usize {
        self.lock().shares.get(&from).map_or(0, |share| share.used)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, incoming_bytes: usize) -> Option<Incoming> {
        let is_report_next = std::mem::replace(&mut self.is_report_next, true);
        if is_report_next && let Some(report) = self.take_report() {
            self.is_report_next = false;
            return Some(Incoming::Report(report));
        }
        let Some((from, bytes)) = self.frames.pop_front() else {
            return self.take_report().map(Incoming::Report);
        };
        if let Some(share) = self.shares.get_mut(&from) {
            share.used -= cost(&bytes);
            if share.used < incoming_bytes
                && let Some(waiting) = share.waiting.take()
            {
                waiting.wake();
            }
        }
        Some(Incoming::Frame { from, bytes })
    }

    /// The oldest report; after the last, how many were suppressed.
    fn take_report(&mut self) -> Option<Report> {
        self.reports.pop_front().or_else(|| {
            let count = std::mem::take(&mut self.suppressed);
            (count > 0).then_some(Report::Suppressed { count })
        })
    }

    fn wake_receiver(&mut self) {
        if let Some(receiver) = self.receiver.take() {
            receiver.wake();
        }
    }
}

/// What a frame counts against its peer's share.
fn cost(frame: &[u8]) -> usize {
    frame.len().max(FRAME_COST_MIN)
}
