//! What all tasks of one process's links share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::statement::Signer;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::inbox::Mailbox;
use super::limits::Limits;
use super::outgoing::Outgoing;
use super::peer::Peer;

/// One process's links.
#[derive(Debug)]
pub(super) struct Shared {
    /// Who this process is, and what proves it.
    pub(super) signer: Signer,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What is bounded, and how.
    pub(super) limits: Limits,
    /// Where tasks run.
    pub(super) runtime: Handle,
    /// What has arrived.
    pub(super) inbox: Mailbox,
    /// Tells those who wait for a peer's key that one was learned.
    pub(super) learned: Notify,
    peers: Mutex<BTreeMap<ProcessId, Arc<Peer>>>,
    in_flight: AtomicUsize,
    settled: Notify,
    /// How many connections were asked for and not tried yet.
    early: AtomicUsize,
    tried: Notify,
}

impl Shared {
    /// The links of a process that knows nobody yet.
    pub(super) fn new(
        signer: Signer,
        address: SocketAddr,
        limits: Limits,
        runtime: Handle,
    ) -> Self {
        Self {
            inbox: Mailbox::new(limits.incoming_bytes, limits.reports),
            signer,
            address,
            limits,
            runtime,
            learned: Notify::new(),
            peers: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            settled: Notify::new(),
            early: AtomicUsize::new(0),
            tried: Notify::new(),
        }
    }

    /// What is kept for `process`; from its first mention on.
    pub(super) fn peer(&self, process: ProcessId) -> Arc<Peer> {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let peer = peers
            .entry(process)
            .or_insert_with(|| Arc::new(Peer::new(process)));
        Arc::clone(peer)
    }

    /// What is kept for `process`, if its address and key were learned. A stranger's claims leave no
    /// trace here.
    pub(super) fn known(&self, process: ProcessId) -> Option<Arc<Peer>> {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let peer = peers.get(&process)?;
        peer.contact.get()?;
        Some(Arc::clone(peer))
    }

    /// Every peer.
    pub(super) fn peers(&self) -> Vec<Arc<Peer>> {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.values().cloned().collect()
    }

    /// Changes what is queued for a peer, keeps the counts of frames in flight and of connections asked
    /// for, and wakes who waits for any of these.
    pub(super) fn change<R>(&self, peer: &Peer, change: impl FnOnce(&mut Outgoing) -> R) -> R {
        let mut outgoing = peer.outgoing();
        let before = outgoing.unacknowledged();
        let was_early = outgoing.is_early();
        let result = change(&mut outgoing);
        match (was_early, outgoing.is_early()) {
            (false, true) => {
                self.early.fetch_add(1, Ordering::AcqRel);
            }
            (true, false) if self.early.fetch_sub(1, Ordering::AcqRel) == 1 => {
                self.tried.notify_waiters();
            }
            (true | false, _) => {}
        }
        let after = outgoing.unacknowledged();
        // Under the lock, so that no frame is counted out before it is counted in.
        if after > before {
            self.in_flight.fetch_add(after - before, Ordering::AcqRel);
        } else if after < before {
            let gone = before - after;
            if self.in_flight.fetch_sub(gone, Ordering::AcqRel) == gone {
                self.settled.notify_waiters();
            }
        }
        result
    }

    /// How many frames are not acknowledged.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// Waits until no frame is in flight.
    pub(super) async fn settled(&self) {
        until_zero(&self.in_flight, &self.settled).await;
    }

    /// Waits until every connection that was asked for is made, or has failed once.
    pub(super) async fn tried(&self) {
        until_zero(&self.early, &self.tried).await;
    }
}

/// Waits until `count` is zero, of which `reached` tells.
async fn until_zero(count: &AtomicUsize, reached: &Notify) {
    loop {
        let mut waiting = pin!(reached.notified());
        waiting.as_mut().enable();
        if count.load(Ordering::Acquire) == 0 {
            return;
        }
        waiting.await;
    }
}
