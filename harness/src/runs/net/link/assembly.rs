//! Frames put together again from the bytes that a connection brings.

use bcr_protocol::identity::ProcessId;

use super::outgoing::PREFIX_BYTES;
use super::report::Rejection;

/// The bytes of frames that are not complete. Holds less than a frame and a message.
#[derive(Debug)]
pub(super) struct Assembly {
    /// Where a connection appends what it brings.
    pub(super) bytes: Vec<u8>,
    from: ProcessId,
    limit: usize,
}

impl Assembly {
    /// Nothing yet, from this peer; frames have at most `limit` bytes.
    pub(super) fn new(from: ProcessId, limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            from,
            limit,
        }
    }

    /// Takes the frames that are complete, in order.
    ///
    /// # Errors
    /// A longer frame than the limit is announced.
    pub(super) fn take_frames(&mut self) -> Result<Vec<Vec<u8>>, Rejection> {
        let mut frames = Vec::new();
        let mut rest = &self.bytes[..];
        while let Some((prefix, behind)) = rest.split_first_chunk::<PREFIX_BYTES>() {
            let length = u32::from_le_bytes(*prefix) as usize;
            if length > self.limit {
                return Err(Rejection::FrameTooLong {
                    from: self.from,
                    length,
                    limit: self.limit,
                });
            }
            let Some((frame, behind)) = behind.split_at_checked(length) else {
                break;
            };
            frames.push(frame.to_vec());
            rest = behind;
        }
        let taken = self.bytes.len() - rest.len();
        self.bytes.drain(..taken);
        Ok(frames)
    }
}
