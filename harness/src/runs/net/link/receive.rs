//! Frames coming in over one proven connection.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep};

use super::assembly::Assembly;
use super::channel::{Channel, MESSAGE_BYTES_MAX};
use super::peer::{Peer, Turn};
use super::report::Rejection;
use super::shared::Shared;

/// After how many bytes an acknowledgement is not put off any longer.
const UNACKNOWLEDGED_BYTES_MAX: usize = 256 << 10;

/// A connection that delivers a peer's frames. A future that ends with the connection or with its turn;
/// with an error where the peer broke the protocol.
pub(super) struct Receiving<'a> {
    channel: Channel,
    peer: &'a Peer,
    turn: Turn,
    shared: &'a Shared,
    assembly: Assembly,
    /// The number of the frame that comes next, to be acknowledged.
    next: u64,
    /// What was delivered and not acknowledged, in bytes.
    unacknowledged: usize,
    /// When to acknowledge; meaningful while something is unacknowledged.
    due: Pin<Box<Sleep>>,
}

impl<'a> Receiving<'a> {
    /// Delivers what comes over `channel` for as long as it has its turn.
    pub(super) fn new(channel: Channel, peer: &'a Peer, turn: Turn, shared: &'a Shared) -> Self {
        Self {
            channel,
            peer,
            next: turn.next,
            turn,
            shared,
            assembly: Assembly::new(peer.process, shared.limits.frame_bytes),
            unacknowledged: 0,
            due: Box::pin(sleep(shared.limits.acknowledgement)),
        }
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        if Pin::new(&mut self.turn.superseded).poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let is_over = self.poll_frames(context)?.is_ready();
        if self.is_acknowledgement_due(context) && self.channel.is_flushed() {
            self.channel.seal(&self.next.to_le_bytes());
            self.unacknowledged = 0;
        }
        let is_flushed = self.channel.poll_flush(context)?.is_ready();
        // What was put off while an older acknowledgement was being written is due at once.
        if is_flushed && self.is_acknowledgement_due(context) {
            context.waker().wake_by_ref();
        }
        if is_over {
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }

    /// Delivers what there is room for. Ready when the connection is at its end.
    fn poll_frames(&mut self, context: &mut Context<'_>) -> Result<Poll<()>, Rejection> {
        let lengths = 1..=MESSAGE_BYTES_MAX;
        let inbox = &self.shared.inbox;
        while inbox.poll_room(self.peer.process, context).is_ready() {
            let before = self.assembly.bytes.len();
            let bytes = &mut self.assembly.bytes;
            let Poll::Ready(is_open) = self.channel.poll_message(&lengths, bytes, context)? else {
                break;
            };
            if !is_open {
                return Ok(Poll::Ready(()));
            }
            let arrived = self.assembly.bytes.len() - before;
            let frames = self.assembly.take_frames()?;
            if frames.is_empty() {
                continue;
            }
            let Some(next) = self.peer.deliver(&self.turn, frames, inbox) else {
                return Ok(Poll::Ready(()));
            };
            self.next = next;
            if self.unacknowledged == 0 {
                let due = Instant::now() + self.shared.limits.acknowledgement;
                self.due.as_mut().reset(due);
            }
            self.unacknowledged += arrived;
        }
        Ok(Poll::Pending)
    }

    fn is_acknowledgement_due(&mut self, context: &mut Context<'_>) -> bool {
        self.unacknowledged > UNACKNOWLEDGED_BYTES_MAX
            || self.unacknowledged > 0 && self.due.as_mut().poll(context).is_ready()
    }
}

impl Future for Receiving<'_> {
    type Output = Result<(), Rejection>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_step(context)
    }
}
