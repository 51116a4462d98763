//! Records on a TCP stream: two bytes of length, then so many bytes.

use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;

use super::report::Rejection;

/// The longest record, in bytes: the longest message of Noise.
pub(super) const RECORD_BYTES_MAX: usize = 65_535;

/// How many bytes announce a record's length.
const LENGTH_BYTES: usize = 2;
/// How many bytes are asked for at once, unless one record needs more.
const READ_BYTES: usize = 16 << 10;

/// A stream of records. Holds at most one record, or one read, of input.
#[derive(Debug)]
pub(super) struct Records {
    stream: TcpStream,
    input: Vec<u8>,
    /// What of `input` was read from the stream and not taken yet.
    start: usize,
    end: usize,
    output: Vec<u8>,
    /// How many bytes of `output` the stream has taken.
    taken: usize,
    /// How many bytes the stream has taken altogether.
    written: u64,
}

impl Records {
    /// The records of a fresh connection.
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            input: Vec::new(),
            start: 0,
            end: 0,
            output: Vec::new(),
            taken: 0,
            written: 0,
        }
    }

    /// The next record; none where the other end closed the connection between two.
    ///
    /// # Errors
    /// The announced length is not among `lengths`, the connection was closed within a record, or the
    /// operating system reports an error.
    pub(super) fn poll_record(
        &mut self,
        lengths: &RangeInclusive<usize>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<&[u8]>, Rejection>> {
        loop {
            let present = &self.input[self.start..self.end];
            let mut needed = LENGTH_BYTES;
            if let Some(&[low, high]) = present.first_chunk() {
                let length = usize::from(u16::from_le_bytes([low, high]));
                if !lengths.contains(&length) {
                    return Poll::Ready(Err(Rejection::Record {
                        length,
                        expected: *lengths.end(),
                    }));
                }
                needed += length;
                if present.len() >= needed {
                    let body = self.start + LENGTH_BYTES..self.start + needed;
                    self.start = body.end;
                    return Poll::Ready(Ok(Some(&self.input[body])));
                }
            }
            let count = ready!(self.poll_read(needed, context))?;
            if count == 0 {
                let is_between = self.start == self.end;
                return Poll::Ready(if is_between {
                    Ok(None)
                } else {
                    Err(Rejection::Closed)
                });
            }
        }
    }

    /// Reads on, with room for at least `needed` bytes from `start`. Returns how many came.
    fn poll_read(
        &mut self,
        needed: usize,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<usize>> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.start + needed > self.input.len() {
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.input.len() < needed.max(READ_BYTES) {
            self.input.resize(needed.max(READ_BYTES), 0);
        }
        let mut buffer = ReadBuf::new(&mut self.input[self.end..]);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
        let count = buffer.filled().len();
        self.end += count;
        Poll::Ready(Ok(count))
    }

    /// Room for a record of `length` bytes at the end of the output, which the caller fills.
    pub(super) fn append(&mut self, length: usize) -> &mut [u8] {
        let announced = u16::try_from(length).expect("no record is longer than Noise allows");
        self.output.extend_from_slice(&announced.to_le_bytes());
        let start = self.output.len();
        self.output.resize(start + length, 0);
        &mut self.output[start..]
    }

    /// Whether all output was written.
    pub(super) fn is_flushed(&self) -> bool {
        self.output.is_empty()
    }

    /// How many bytes the connection has taken so far.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Writes the output out.
    ///
    /// # Errors
    /// The operating system reports one.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        while self.taken < self.output.len() {
            let stream = Pin::new(&mut self.stream);
            let count = ready!(stream.poll_write(context, &self.output[self.taken..]))?;
            self.taken += count;
            self.written += count as u64;
        }
        self.output.clear();
        self.taken = 0;
        Poll::Ready(Ok(()))
    }
}
