//! Links: reliable, authenticated, encrypted FIFO channels between processes, over TCP.
//!
//! [`bind`] opens one process's end of all its links: [`Links`] to send by, an [`Inbox`] to receive
//! from. A frame is bytes; what they mean is the caller's business.
//!
//! - **Exactly once, in order.** A link delivers every frame once, in order, while both processes live,
//!   over any number of broken connections: frames are numbered and kept until acknowledged, and a new
//!   connection goes on where the receiver says.
//! - **One connection for each direction**, made by the sender when it first has something to send, or
//!   is told to. Of two connections of one sender the newer is used.
//! - **Proven identities.** A connection is a Noise channel with ephemeral keys, in which both ends sign
//!   the hash of its handshake with the Ed25519 keys of P1.4, so that nothing recorded on another
//!   connection fits.
//! - **Nobody stalls another.** Every peer has a queue, a connection and a task of its own; every wait has
//!   a bound ([`Limits`]); an outsider costs a closed connection and a [`Report`].
//!
//! Everything runs in tokio tasks that end when all [`Links`] and the [`Inbox`] are dropped.
//!
//! Source: docs/protocol.md P1.3, P1.4, P1.6.

mod accept;
mod assembly;
mod channel;
mod dial;
mod inbox;
mod introduction;
mod limits;
mod outgoing;
mod peer;
mod receive;
mod records;
mod report;
mod shared;
#[cfg(test)]
pub(crate) mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::PublicKey;
use bcr_protocol::statement::Signer;
use tokio::net::TcpSocket;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tracing::{Instrument as _, debug, trace};

use self::peer::Contact;
use self::shared::Shared;

use crate::runs::verbosity::LINK;

pub use self::limits::Limits;
pub use self::outgoing::SendError;
pub use self::report::{Incoming, Rejection, Report};

/// How many connections the operating system keeps for us before they are accepted.
const BACKLOG: u32 = 1024;

/// Opens the links of the process that `signer` signs for, listening at `address` (port 0: any free
/// one). Call within a tokio runtime that has I/O and time enabled.
///
/// Next, [`Links::learn`] every peer, in any order and at any time.
///
/// # Errors
/// The address cannot be bound.
pub fn bind(signer: Signer, address: SocketAddr, limits: Limits) -> io::Result<(Links, Inbox)> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let runtime = Handle::current();
    let shared = Arc::new(Shared::new(
        signer,
        listener.local_addr()?,
        limits,
        runtime.clone(),
    ));
    let accepting = accept::run(listener, Arc::clone(&shared)).in_current_span();
    let accepting = runtime.spawn(accepting);
    let open = Arc::new(Open {
        shared: Arc::clone(&shared),
        accepting: accepting.abort_handle(),
    });
    let links = Links {
        shared: Arc::clone(&shared),
        _open: Arc::clone(&open),
    };
    let inbox = Inbox {
        shared,
        _open: open,
    };
    Ok((links, inbox))
}

/// One process's end of all its links, for sending. Clones are the same links.
#[derive(Clone, Debug)]
pub struct Links {
    shared: Arc<Shared>,
    _open: Arc<Open>,
}

/// What arrives over the links. There is one receiver.
#[derive(Debug)]
pub struct Inbox {
    shared: Arc<Shared>,
    _open: Arc<Open>,
}

/// Ends all tasks when the last handle goes.
#[derive(Debug)]
struct Open {
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.accepting.abort();
        for peer in self.shared.peers() {
            peer.hang_up();
        }
    }
}

impl Links {
    /// Tells where a peer listens and which key it has. Frames that were queued for it go out, and
    /// connections that claim its identity are checked against the key; those that came too early have
    /// waited. Told again, nothing changes: a process keeps its address and its key for life.
    pub fn learn(&self, peer: ProcessId, address: SocketAddr, key: PublicKey) {
        let shared = &self.shared;
        let peer = shared.peer(peer);
        if peer.contact.set(Contact { address, key }).is_err() {
            return;
        }
        debug!(target: LINK, peer = %peer.process, %address, "learned where it listens");
        shared.learned.notify_waiters();
        let dialing = dial::run(Arc::clone(&peer), Arc::clone(shared)).in_current_span();
        let dialing = shared.runtime.spawn(dialing);
        peer.is_dialed_by(dialing.abort_handle());
    }

    /// Connects to a peer that was learned before there is anything to send, so that the first frame does
    /// not wait for a handshake. What fails is tried again with the first frame.
    pub fn connect(&self, peer: ProcessId) {
        let peer = self.shared.peer(peer);
        self.shared.change(&peer, outgoing::Outgoing::connect);
    }

    /// Waits until every connection that was asked for with [`Self::connect`] is made, or has failed once:
    /// no longer than a handshake may take.
    pub async fn connected(&self) {
        self.shared.tried().await;
    }

    /// Queues a frame for `to`, learned already or not, and returns at once. Frames to a forgotten peer
    /// vanish.
    ///
    /// # Errors
    /// The frame is too long, and is not queued; or too much waits for this peer, and the link is given
    /// up.
    pub fn send(&self, to: ProcessId, frame: Vec<u8>) -> Result<(), SendError> {
        let shared = &self.shared;
        let limits = &shared.limits;
        if frame.len() > limits.frame_bytes {
            return Err(SendError::FrameTooLong {
                length: frame.len(),
                limit: limits.frame_bytes,
            });
        }
        trace!(target: LINK, peer = %to, bytes = frame.len(), "queues a frame");
        let peer = shared.peer(to);
        shared.change(&peer, |outgoing| {
            outgoing.push(frame, limits.outgoing_bytes)
        })
    }

    /// How many bytes a frame has at most.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        self.shared.limits.frame_bytes
    }

    /// Says that a peer is dead: what is queued for it is dropped, and it is not connected to again.
    pub fn forget(&self, peer: ProcessId) {
        debug!(target: LINK, %peer, "forgotten");
        let peer = self.shared.peer(peer);
        self.shared.change(&peer, outgoing::Outgoing::forget);
        peer.hang_up();
    }

    /// Where this process listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// How many frames were sent and are not acknowledged. An acknowledged frame is in the receiver's
    /// inbox, taken or not.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight()
    }

    /// Waits until no frame is in flight: to peers that live, a few milliseconds. Frames to a peer that is
    /// dead and not forgotten stay in flight for ever, so bound the wait.
    pub async fn flushed(&self) {
        self.shared.settled().await;
    }
}

impl Inbox {
    /// The next frame or report. Frames of one peer come in the order in which it sent them. Dropping the
    /// future loses nothing.
    pub async fn receive(&mut self) -> Incoming {
        std::future::poll_fn(|context| self.poll_receive(context)).await
    }

    /// The next frame or report; otherwise the task is woken when there is one.
    pub fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Incoming> {
        self.shared.inbox.poll_take(context)
    }

    /// The next frame or report, if there is one already. For batches: receive one, then these.
    pub fn try_receive(&mut self) -> Option<Incoming> {
        self.shared.inbox.take()
    }
}
