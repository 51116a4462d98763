//! What a process's end of its links holds at most, and how long it waits.

use std::time::Duration;

use crate::limits::{FRAME_BYTES_MAX, MESSAGE_BYTES_MAX};

// What a correct process sends fits, with room for what failures add.
const _: () = assert!(MESSAGE_BYTES_MAX + (1 << 20) < FRAME_BYTES_MAX as u64);

/// Bounds of one process's end of all its links. Whatever an outsider or a peer does, memory stays
/// below the sum of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest frame, in bytes. A peer that announces a longer one is cut off before a byte of it is
    /// kept.
    pub frame_bytes: usize,
    /// What may wait for one peer's acknowledgement, in bytes, frames of a few bytes counted as 64. Beyond
    /// it the link to this peer is given up ([`super::SendError::Overrun`]): losing a frame and going on
    /// would break P1.3 in silence.
    pub outgoing_bytes: usize,
    /// What of one peer may wait for [`super::Inbox::receive`], in bytes. Beyond it that peer is not read
    /// from, so that TCP holds it back; the others are.
    pub incoming_bytes: usize,
    /// How many reports may wait for [`super::Inbox::receive`]. Beyond it they are counted, no more.
    pub reports: usize,
    /// How many connections may be open whose other end has not proven who it is. One more closes the
    /// oldest, so that neither many nor slow strangers keep a peer out.
    pub strangers: usize,
    /// How long a handshake may take, from either end.
    pub handshake: Duration,
    /// How long a receiver puts off an acknowledgement, so that one answers many frames.
    pub acknowledgement: Duration,
    /// How long a peer may leave frames unacknowledged and take no byte of them before the connection counts
    /// as broken.
    pub silence: Duration,
    /// The pause after the first failed attempt to connect; it doubles with each, up to
    /// [`Limits::pause_max`].
    pub pause: Duration,
    /// The longest pause between two attempts to connect.
    pub pause_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: FRAME_BYTES_MAX,
            outgoing_bytes: 64 << 20,
            incoming_bytes: 4 << 20,
            reports: 256,
            strangers: 64,
            handshake: Duration::from_secs(5),
            acknowledgement: Duration::from_millis(2),
            silence: Duration::from_secs(20),
            pause: Duration::from_millis(5),
            pause_max: Duration::from_millis(320),
        }
    }
}
