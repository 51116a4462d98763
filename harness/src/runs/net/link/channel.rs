//! An encrypted channel over one connection: handshake, then messages.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::task::{Context, Poll, ready};

use bcr_noise::{HandshakeState, TransportState};
use tokio::net::TcpStream;

use super::records::{RECORD_BYTES_MAX, Records};
use super::report::Rejection;

/// The longest content of a message, in bytes.
pub(super) const MESSAGE_BYTES_MAX: usize = RECORD_BYTES_MAX - bcr_noise::TAG_BYTES;

/// A channel that nobody else can read or write. Who is at the other end is another question, which
/// `introduction` answers.
#[derive(Debug)]
pub(super) struct Channel {
    records: Records,
    noise: TransportState,
    /// The hash of the handshake: different for every connection, the same at both ends and at no third.
    pub(super) hash: [u8; 32],
}

impl Channel {
    /// Opens a channel as the end that connected.
    ///
    /// # Errors
    /// The other end does not speak this protocol, or the connection fails.
    pub(super) async fn dial(stream: TcpStream) -> Result<Self, Rejection> {
        let mut records = Records::new(stream);
        let mut handshake = bcr_noise::handshake(true).map_err(|_| Rejection::Malformed)?;
        write(&mut handshake, &mut records).await?;
        read(&mut handshake, &mut records, bcr_noise::SECOND_BYTES).await?;
        Self::new(records, handshake)
    }

    /// Opens a channel as the end that was connected to.
    ///
    /// # Errors
    /// As with [`Channel::dial`].
    pub(super) async fn accept(stream: TcpStream) -> Result<Self, Rejection> {
        let mut records = Records::new(stream);
        let mut handshake = bcr_noise::handshake(false).map_err(|_| Rejection::Malformed)?;
        read(&mut handshake, &mut records, bcr_noise::FIRST_BYTES).await?;
        write(&mut handshake, &mut records).await?;
        Self::new(records, handshake)
    }

    fn new(records: Records, handshake: HandshakeState) -> Result<Self, Rejection> {
        let mut hash = [0; 32];
        hash.copy_from_slice(handshake.get_handshake_hash());
        let noise = handshake
            .into_transport_mode()
            .map_err(|_| Rejection::Malformed)?;
        Ok(Self {
            records,
            noise,
            hash,
        })
    }

    /// Encrypts a message and queues it for writing.
    ///
    /// # Panics
    /// It is longer than [`MESSAGE_BYTES_MAX`].
    pub(super) fn seal(&mut self, message: &[u8]) {
        let record = self.records.append(message.len() + bcr_noise::TAG_BYTES);
        self.noise
            .write_message(message, record)
            .expect("the record has the length of the message and its tag");
    }

    /// Whether all queued messages were written.
    pub(super) fn is_flushed(&self) -> bool {
        self.records.is_flushed()
    }

    /// How many bytes the connection has taken so far.
    pub(super) fn written(&self) -> u64 {
        self.records.written()
    }

    /// Writes queued messages out.
    ///
    /// # Errors
    /// The connection fails.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        self.records.poll_flush(context)
    }

    /// Appends the next message, of so many bytes, to `message`. Ready with false where the other end
    /// closed the connection.
    ///
    /// # Errors
    /// The length is another, the record was not encrypted by the other end as the next one, or the
    /// connection fails.
    pub(super) fn poll_message(
        &mut self,
        lengths: &RangeInclusive<usize>,
        message: &mut Vec<u8>,
        context: &mut Context<'_>,
    ) -> Poll<Result<bool, Rejection>> {
        let lengths = lengths.start() + bcr_noise::TAG_BYTES..=lengths.end() + bcr_noise::TAG_BYTES;
        let Some(record) = ready!(self.records.poll_record(&lengths, context))? else {
            return Poll::Ready(Ok(false));
        };
        let start = message.len();
        message.resize(start + record.len() - bcr_noise::TAG_BYTES, 0);
        self.noise
            .read_message(record, &mut message[start..])
            .map_err(|_| Rejection::Undecryptable)?;
        Poll::Ready(Ok(true))
    }

    /// Seals a message and waits until it is written.
    ///
    /// # Errors
    /// The connection fails.
    pub(super) async fn write(&mut self, message: &[u8]) -> Result<(), Rejection> {
        self.seal(message);
        poll_fn(|context| self.poll_flush(context)).await
    }

    /// Waits for a message of so many bytes.
    ///
    /// # Errors
    /// As with [`Channel::poll_message`], or the other end closed the connection.
    pub(super) async fn read(
        &mut self,
        lengths: RangeInclusive<usize>,
    ) -> Result<Vec<u8>, Rejection> {
        let mut message = Vec::new();
        let is_open = poll_fn(|context| self.poll_message(&lengths, &mut message, context)).await?;
        is_open.then_some(message).ok_or(Rejection::Closed)
    }
}

async fn write(handshake: &mut HandshakeState, records: &mut Records) -> Result<(), Rejection> {
    // With room for a tag in either message: snow asks for it even where there is none.
    let mut message = [0; bcr_noise::SECOND_BYTES];
    let written = handshake
        .write_message(&[], &mut message)
        .map_err(|_| Rejection::Undecryptable)?;
    records.append(written).copy_from_slice(&message[..written]);
    poll_fn(|context| records.poll_flush(context)).await
}

async fn read(
    handshake: &mut HandshakeState,
    records: &mut Records,
    length: usize,
) -> Result<(), Rejection> {
    poll_fn(|context| {
        let record = ready!(records.poll_record(&(length..=length), context))?;
        let record = record.ok_or(Rejection::Closed)?;
        let outcome = handshake.read_message(record, &mut []);
        Poll::Ready(outcome.map(drop).map_err(|_| Rejection::Undecryptable))
    })
    .await
}
