//! The frames for one peer: numbered, kept until acknowledged, laid out as bytes for a connection.
//!
//! Frames have the numbers 0, 1, 2, … for as long as both processes live. On a connection they bear no
//! number: the receiver says at its start which frame comes first, and the rest follow.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll, Waker};

use super::report::Rejection;

/// How many bytes announce a frame's length.
pub(super) const PREFIX_BYTES: usize = 4;

/// What a frame counts at least against the limit: the cost of keeping it.
const FRAME_COST_MIN: usize = 64;

/// Why a frame was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// It is longer than the limit.
    FrameTooLong {
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// More would wait for this peer than the limit allows. The link is given up: what waited is dropped
    /// and every later frame is refused alike.
    Overrun {
        /// The limit in bytes.
        limit: usize,
    },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FrameTooLong { length, limit } => {
                write!(f, "a frame of {length} bytes, the limit is {limit}")
            }
            Self::Overrun { limit } => write!(f, "more than {limit} bytes wait for one peer"),
        }
    }
}

impl std::error::Error for SendError {}

/// The frames for one peer.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// Not acknowledged yet, oldest first.
    frames: VecDeque<Vec<u8>>,
    /// The number of the first of `frames`.
    first: u64,
    /// What `frames` count against the limit.
    cost: usize,
    /// How many of `frames` the present connection was given whole.
    written: usize,
    /// How many bytes of the next, its prefix included, the present connection was given.
    offset: usize,
    state: State,
    /// Whether a connection is to be made with nothing to write yet.
    is_early: bool,
    /// The connection that waits for something to write.
    writer: Option<Waker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Overrun,
    Forgotten,
}

impl Outgoing {
    /// Takes a frame; for a forgotten peer it is dropped.
    ///
    /// # Errors
    /// The link is given up.
    pub(super) fn push(&mut self, frame: Vec<u8>, limit: usize) -> Result<(), SendError> {
        match self.state {
            State::Forgotten => return Ok(()),
            State::Overrun => return Err(SendError::Overrun { limit }),
            State::Open => {}
        }
        let cost = cost(&frame);
        if self.cost + cost > limit {
            self.close(State::Overrun);
            return Err(SendError::Overrun { limit });
        }
        self.cost += cost;
        self.frames.push_back(frame);
        self.wake();
        Ok(())
    }

    /// Asks for a connection before there is anything to write.
    pub(super) fn connect(&mut self) {
        self.is_early = self.state == State::Open;
        self.wake();
    }

    /// Drops everything and takes nothing from now on.
    pub(super) fn forget(&mut self) {
        self.close(State::Forgotten);
    }

    fn close(&mut self, state: State) {
        *self = Self {
            state,
            writer: self.writer.take(),
            ..Self::default()
        };
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }

    /// A connection broke: what was written and not acknowledged is to be written again.
    pub(super) fn interrupt(&mut self) {
        self.written = 0;
        self.offset = 0;
        self.is_early = false;
    }

    /// A new connection begins at frame `next`, as its receiver asks.
    ///
    /// # Errors
    /// No frame of that number can be next.
    pub(super) fn resume(&mut self, next: u64) -> Result<(), Rejection> {
        self.written = self.frames.len();
        self.offset = 0;
        let outcome = self.acknowledge(next);
        self.interrupt();
        outcome
    }

    /// The receiver has everything before frame `next`.
    ///
    /// # Errors
    /// It cannot have.
    pub(super) fn acknowledge(&mut self, next: u64) -> Result<(), Rejection> {
        let written = self.first + self.written as u64;
        if next < self.first || next > written {
            return Err(Rejection::WrongCount {
                claimed: next,
                first: self.first,
                next: written,
            });
        }
        while self.first < next {
            let frame = self.frames.pop_front();
            self.cost -= frame.as_ref().map_or(0, |frame| cost(frame));
            self.first += 1;
            self.written -= 1;
        }
        Ok(())
    }

    /// Appends what comes next, at most `room` bytes, and counts it as written.
    pub(super) fn fill(&mut self, bytes: &mut Vec<u8>, mut room: usize) {
        self.is_early = false;
        while room > 0 {
            let Some(frame) = self.frames.get(self.written) else {
                break;
            };
            if self.offset < PREFIX_BYTES {
                let prefix = &prefix(frame)[self.offset..];
                let taken = prefix.len().min(room);
                bytes.extend_from_slice(&prefix[..taken]);
                self.offset += taken;
                room -= taken;
                if self.offset < PREFIX_BYTES {
                    break;
                }
            }
            let rest = &frame[self.offset - PREFIX_BYTES..];
            let taken = rest.len().min(room);
            bytes.extend_from_slice(&rest[..taken]);
            self.offset += taken;
            room -= taken;
            if self.offset == PREFIX_BYTES + frame.len() {
                self.written += 1;
                self.offset = 0;
            }
        }
    }

    /// Ready when something waits to be written, a connection is asked for, or the link is closed;
    /// otherwise the writer is woken when it does.
    pub(super) fn poll_unwritten(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.written < self.frames.len() || self.is_early || self.is_closed() {
            return Poll::Ready(());
        }
        self.writer = Some(context.waker().clone());
        Poll::Pending
    }

    /// Whether the link takes no more frames.
    pub(super) fn is_closed(&self) -> bool {
        self.state != State::Open
    }

    /// Whether a connection was asked for and has not been tried.
    pub(super) fn is_early(&self) -> bool {
        self.is_early
    }

    /// The number of the first frame that is not acknowledged.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// How many frames are not acknowledged.
    pub(super) fn unacknowledged(&self) -> usize {
        self.frames.len()
    }
}

/// What a frame counts against the limit.
fn cost(frame: &[u8]) -> usize {
    frame.len().max(FRAME_COST_MIN)
}

/// The bytes that announce a frame.
fn prefix(frame: &[u8]) -> [u8; PREFIX_BYTES] {
    u32::try_from(frame.len())
        .expect("no frame is longer than the limit")
        .to_le_bytes()
}
