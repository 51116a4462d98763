//! The sending side: one task for each peer connects, writes frames and reads acknowledgements.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};
use tracing::{debug, info};

use super::channel::{Channel, MESSAGE_BYTES_MAX};
use super::introduction;
use super::peer::{Contact, Peer};
use super::report::{Rejection, Report};
use super::shared::Shared;
use crate::runs::verbosity::LINK;

/// How many bytes an acknowledgement has: the number of the frame that comes next.
pub(super) const ACKNOWLEDGEMENT_BYTES: usize = 8;
/// How many messages are encrypted before they are written, at most.
const MESSAGES_PER_WRITE: usize = 4;

/// Sends what is queued for `peer`, over as many connections as it takes. Ends when the link is
/// forgotten or given up.
pub(super) async fn run(peer: Arc<Peer>, shared: Arc<Shared>) {
    let Some(contact) = peer.contact.get() else {
        return;
    };
    let mut pause = shared.limits.pause;
    let mut is_reported = false;
    loop {
        poll_fn(|context| peer.outgoing().poll_unwritten(context)).await;
        if peer.outgoing().is_closed() {
            return;
        }
        let why = match timeout(shared.limits.handshake, connect(&peer, contact, &shared)).await {
            Ok(Ok(channel)) => {
                pause = shared.limits.pause;
                is_reported = false;
                debug!(target: LINK, peer = %peer.process, "connected");
                Sending::new(channel, &peer, &shared).await
            }
            Ok(Err(why)) => why,
            Err(_) => Rejection::Late,
        };
        let is_needed = shared.change(&peer, |outgoing| {
            outgoing.interrupt();
            outgoing.unacknowledged() > 0
        });
        if is_needed {
            info!(target: LINK, peer = %peer.process, %why, "interrupted; connects again");
            if !std::mem::replace(&mut is_reported, true) {
                shared.inbox.report(Report::Interrupted {
                    peer: peer.process,
                    why,
                });
            }
            sleep(pause).await;
            pause = (pause * 2).min(shared.limits.pause_max);
        }
    }
}

/// Connects and agrees with the peer where to go on.
async fn connect(peer: &Peer, contact: &Contact, shared: &Shared) -> Result<Channel, Rejection> {
    let stream = TcpStream::connect(contact.address).await?;
    stream.set_nodelay(true)?;
    let mut channel = Channel::dial(stream).await?;
    let next =
        introduction::introduce(&mut channel, &shared.signer, peer.process, &contact.key).await?;
    shared.change(peer, |outgoing| outgoing.resume(next))?;
    Ok(channel)
}

/// Frames going out over one connection. A future that ends with the connection, and says why.
struct Sending<'a> {
    channel: Channel,
    peer: &'a Peer,
    shared: &'a Shared,
    /// The next message, before encryption; empty between polls.
    message: Vec<u8>,
    /// When to look whether the peer still takes what is sent.
    look: Pin<Box<Sleep>>,
    /// How far it was when it was looked last, if anything was unacknowledged.
    awaited: Option<Progress>,
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Progress {
    /// The first frame that is not acknowledged.
    first: u64,
    /// How many bytes were taken: of a long frame many are, before it is acknowledged.
    written: u64,
}

impl<'a> Sending<'a> {
    fn new(channel: Channel, peer: &'a Peer, shared: &'a Shared) -> Self {
        Self {
            channel,
            peer,
            shared,
            message: Vec::new(),
            look: Box::pin(sleep(shared.limits.silence / 2)),
            awaited: None,
        }
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        while self.channel.poll_flush(context)?.is_ready() && self.fill(context) {}
        let acknowledged = self.poll_acknowledgements(context)?;
        if acknowledged.is_ready() || self.peer.outgoing().is_closed() {
            return Poll::Ready(Ok(()));
        }
        while self.look.as_mut().poll(context).is_ready() {
            self.look()?;
            self.look = Box::pin(sleep(self.shared.limits.silence / 2));
        }
        Poll::Pending
    }

    /// Encrypts what comes next. Returns whether there was something.
    fn fill(&mut self, context: &mut Context<'_>) -> bool {
        for _ in 0..MESSAGES_PER_WRITE {
            let message = &mut self.message;
            self.shared.change(self.peer, |outgoing| {
                outgoing.fill(message, MESSAGE_BYTES_MAX);
                if message.is_empty() {
                    // A closed link is seen after this; one that is open wakes this task.
                    let _ = outgoing.poll_unwritten(context);
                }
            });
            if self.message.is_empty() {
                break;
            }
            self.channel.seal(&self.message);
            self.message.clear();
        }
        !self.channel.is_flushed()
    }

    /// Reads acknowledgements. Ready when the peer has closed the connection.
    fn poll_acknowledgements(&mut self, context: &mut Context<'_>) -> Result<Poll<()>, Rejection> {
        let lengths = ACKNOWLEDGEMENT_BYTES..=ACKNOWLEDGEMENT_BYTES;
        loop {
            self.message.clear();
            let poll = self
                .channel
                .poll_message(&lengths, &mut self.message, context)?;
            let Poll::Ready(is_open) = poll else {
                self.message.clear();
                return Ok(Poll::Pending);
            };
            let Some(next) = self.message.first_chunk().filter(|_| is_open) else {
                return Ok(Poll::Ready(()));
            };
            let next = u64::from_le_bytes(*next);
            self.shared
                .change(self.peer, |outgoing| outgoing.acknowledge(next))?;
        }
    }

    /// Whether the peer acknowledged or took anything since the last look.
    fn look(&mut self) -> Result<(), Rejection> {
        let outgoing = self.peer.outgoing();
        let awaited = (outgoing.unacknowledged() > 0).then(|| Progress {
            first: outgoing.first(),
            written: self.channel.written(),
        });
        if awaited.is_some() && awaited == self.awaited {
            return Err(Rejection::Silent);
        }
        self.awaited = awaited;
        Ok(())
    }
}

impl Future for Sending<'_> {
    type Output = Rejection;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Rejection> {
        self.poll_step(context).map(|outcome| match outcome {
            Ok(()) => Rejection::Closed,
            Err(why) => why,
        })
    }
}
