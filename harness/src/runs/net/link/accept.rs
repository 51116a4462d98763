//! The receiving side: one task listens; each connection has one that reads frames and acknowledges.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument as _, debug, info, warn};

use super::channel::Channel;
use super::introduction::{self, Hello};
use super::peer::{Peer, Turn};
use super::receive::Receiving;
use super::report::{Rejection, Report};
use super::shared::Shared;
use crate::runs::verbosity::LINK;

/// Accepts connections for ever.
pub(super) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let strangers = Arc::new(Strangers::default());
    let mut number = 0;
    loop {
        let accepted = poll_fn(|context| {
            // Ended connections are let go of as they end.
            while let Poll::Ready(Some(_)) = connections.poll_join_next(context) {}
            listener.poll_accept(context)
        });
        match accepted.await {
            Ok((stream, address)) => {
                number += 1;
                let mut waiting = strangers.lock();
                if waiting.len() >= shared.limits.strangers
                    && let Some((_, oldest)) = waiting.pop_first()
                {
                    oldest.task.abort();
                    reject(&shared, oldest.address, Rejection::Displaced);
                }
                // Under the lock, so that the task cannot leave before it is in.
                let connection = serve(
                    stream,
                    address,
                    number,
                    Arc::clone(&strangers),
                    Arc::clone(&shared),
                );
                let task = connections.spawn(connection.in_current_span());
                waiting.insert(number, Stranger { address, task });
            }
            Err(error) => {
                warn!(target: LINK, %error, "accepts no connections for a while");
                // Out of descriptors, most likely: they come back as connections end.
                shared.inbox.report(Report::Deaf { why: error.kind() });
                sleep(shared.limits.pause_max).await;
            }
        }
    }
}

/// Connections whose other end has not proven who it is, oldest first.
#[derive(Debug, Default)]
struct Strangers(Mutex<BTreeMap<u64, Stranger>>);

#[derive(Debug)]
struct Stranger {
    address: SocketAddr,
    task: AbortHandle,
}

impl Strangers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Stranger>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reject(shared: &Shared, address: SocketAddr, why: Rejection) {
    info!(target: LINK, %address, %why, "turned away");
    shared.inbox.report(Report::Rejected { address, why });
}

/// One connection, from its first byte to its last.
async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    number: u64,
    strangers: Arc<Strangers>,
    shared: Arc<Shared>,
) {
    let proven = prove(stream, &shared).await;
    strangers.lock().remove(&number);
    let ended = match proven {
        Ok((channel, peer, turn)) => match Receiving::new(channel, &peer, turn, &shared).await {
            // A peer that crashes leaves in the middle of a record. It is no stranger, and what was
            // lost on the way comes again if it lives.
            Err(Rejection::Closed | Rejection::Io(_)) => Ok(()),
            ended => ended,
        },
        Err(why) => Err(why),
    };
    if let Err(why) = ended {
        reject(&shared, address, why);
    }
}

/// Lets the other end prove who it is, and tells it where to go on.
async fn prove(
    stream: TcpStream,
    shared: &Shared,
) -> Result<(Channel, Arc<Peer>, Turn), Rejection> {
    let due = Instant::now() + shared.limits.handshake;
    stream.set_nodelay(true)?;
    let greeting = async {
        let mut channel = Channel::accept(stream).await?;
        let hello = introduction::listen(&mut channel, shared.signer.process()).await?;
        Ok::<_, Rejection>((channel, hello))
    };
    let (mut channel, hello) = timeout_at(due, greeting)
        .await
        .unwrap_or(Err(Rejection::Late))?;
    let claimed = hello.dialer;
    let peer = timeout_at(due, learned(&hello, shared))
        .await
        .map_err(|_| Rejection::Unknown { claimed })?;
    let contact = peer.contact.get().ok_or(Rejection::Unknown { claimed })?;
    hello.verify(&channel, &contact.key)?;
    debug!(target: LINK, peer = %claimed, "accepted");
    let turn = peer.take_over();
    let answer = introduction::welcome(&mut channel, &shared.signer, &hello, turn.next);
    timeout_at(due, answer)
        .await
        .unwrap_or(Err(Rejection::Late))?;
    Ok((channel, peer, turn))
}

/// Waits until the process that introduces itself is known: it may have heard of us first.
async fn learned(hello: &Hello, shared: &Shared) -> Arc<Peer> {
    loop {
        let mut learned = pin!(shared.learned.notified());
        learned.as_mut().enable();
        if let Some(peer) = shared.known(hello.dialer) {
            return peer;
        }
        learned.await;
    }
}
