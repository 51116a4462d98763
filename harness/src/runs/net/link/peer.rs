//! What one process keeps for another: what goes to it, and how far it has come.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::PublicKey;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::inbox::Mailbox;
use super::outgoing::Outgoing;

/// Another process.
#[derive(Debug)]
pub(super) struct Peer {
    /// Who.
    pub(super) process: ProcessId,
    /// Where it listens, and its key, once learned.
    pub(super) contact: OnceLock<Contact>,
    outgoing: Mutex<Outgoing>,
    dialing: Mutex<Option<AbortHandle>>,
    arrivals: Mutex<Arrivals>,
}

/// Where a process listens, and the key that proves it.
#[derive(Debug)]
pub(super) struct Contact {
    pub(super) address: SocketAddr,
    pub(super) key: PublicKey,
}

/// How far a peer's frames have come.
#[derive(Debug, Default)]
struct Arrivals {
    /// The number of the frame that comes next.
    next: u64,
    /// The number of the connection that may deliver it: the newest.
    connection: u64,
    /// Dropped to tell that connection that a newer one took its place.
    _current: Option<oneshot::Sender<()>>,
}

/// A connection's right to deliver the frames of a peer, until a newer one takes it over.
#[derive(Debug)]
pub(super) struct Turn {
    connection: u64,
    /// The number of the first frame that this connection brings.
    pub(super) next: u64,
    /// Resolves when a newer connection has taken over.
    pub(super) superseded: oneshot::Receiver<()>,
}

impl Peer {
    /// A process of which nothing is known but its identity.
    pub(super) fn new(process: ProcessId) -> Self {
        Self {
            process,
            contact: OnceLock::new(),
            outgoing: Mutex::default(),
            dialing: Mutex::default(),
            arrivals: Mutex::default(),
        }
    }

    /// What goes to it. Change it through [`super::shared::Shared::change`], which counts.
    pub(super) fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        lock(&self.outgoing)
    }

    /// Notes the task that connects to it.
    pub(super) fn is_dialed_by(&self, task: AbortHandle) {
        *lock(&self.dialing) = Some(task);
    }

    /// Ends the task that connects to it.
    pub(super) fn hang_up(&self) {
        if let Some(task) = lock(&self.dialing).take() {
            task.abort();
        }
    }

    /// A new connection of this peer begins: it takes over from the one before, which delivers nothing
    /// from here on.
    pub(super) fn take_over(&self) -> Turn {
        let (sender, superseded) = oneshot::channel();
        let mut arrivals = lock(&self.arrivals);
        arrivals.connection += 1;
        arrivals._current = Some(sender);
        Turn {
            connection: arrivals.connection,
            next: arrivals.next,
            superseded,
        }
    }

    /// Puts frames in the inbox and counts them, in one step. Returns the number of the frame that comes
    /// next; `None`, and nothing is delivered, where the turn is over.
    pub(super) fn deliver(
        &self,
        turn: &Turn,
        frames: Vec<Vec<u8>>,
        inbox: &Mailbox,
    ) -> Option<u64> {
        let mut arrivals = lock(&self.arrivals);
        if arrivals.connection != turn.connection {
            return None;
        }
        arrivals.next += frames.len() as u64;
        inbox.deliver(self.process, frames);
        Some(arrivals.next)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
