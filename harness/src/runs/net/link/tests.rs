//! Links between processes of one test, over real TCP on this host.

mod bounds;
mod breaks;
mod exchange;
mod hostile;
mod model;
mod proxy;
pub(crate) mod siege;

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId};
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme, SecretKey};
use bcr_protocol::statement::Signer;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::channel::Channel;
use super::{Inbox, Incoming, Limits, Links, Rejection, Report, bind, introduction};

const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const OLYMPUS: ProcessId = ProcessId::Olympus;
const CLIENT: ProcessId = ProcessId::Client(ClientId(0));
const HEAD: ProcessId = ProcessId::replica(ConfigurationId(0), Position::HEAD);

/// How long a test may take at most: far longer than any does, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// One process's end of its links, for tests.
struct End {
    process: ProcessId,
    links: Links,
    inbox: Inbox,
}

fn secret(process: ProcessId) -> SecretKey {
    RunSecret([1; 32]).key(Scheme::Ed25519, process)
}

fn public(process: ProcessId) -> PublicKey {
    secret(process).public()
}

/// Runs a test to its end, which may wait for something that never comes: then it fails.
fn run<T>(test: impl Future<Output = T>) -> T {
    let ended = async { timeout(PATIENCE, test).await.expect("the test ends") };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(ended)
}

fn end_with(process: ProcessId, limits: Limits) -> End {
    let signer = Signer::new(process, secret(process));
    let (links, inbox) = bind(signer, HERE, limits).expect("a free port");
    End {
        process,
        links,
        inbox,
    }
}

fn end(process: ProcessId) -> End {
    end_with(process, Limits::default())
}

/// Two ends that know each other.
fn pair() -> (End, End) {
    let (a, b) = (end(CLIENT), end(HEAD));
    a.learn(&b);
    b.learn(&a);
    (a, b)
}

impl End {
    fn learn(&self, other: &Self) {
        self.learn_at(other, other.links.address());
    }

    /// Learns `other` as one that listens at `address`.
    fn learn_at(&self, other: &Self, address: SocketAddr) {
        let key = public(other.process);
        self.links.learn(other.process, address, key);
    }

    fn send(&self, to: &Self, frame: &[u8]) {
        let sent = self.links.send(to.process, frame.to_vec());
        assert_eq!(sent, Ok(()));
    }

    /// The next frame, whatever is reported before it.
    async fn frame_after_reports(&mut self) -> (ProcessId, Vec<u8>) {
        loop {
            if let Incoming::Frame { from, bytes } = self.inbox.receive().await {
                return (from, bytes);
            }
        }
    }

    /// The next frame; a report fails the test.
    async fn frame(&mut self) -> (ProcessId, Vec<u8>) {
        match self.inbox.receive().await {
            Incoming::Frame { from, bytes } => (from, bytes),
            Incoming::Report(report) => panic!("{report}"),
        }
    }

    /// The next report; a frame fails the test.
    async fn report(&mut self) -> Report {
        match self.inbox.receive().await {
            Incoming::Report(report) => report,
            Incoming::Frame { from, bytes } => panic!("{} bytes from {from}", bytes.len()),
        }
    }

    /// Why the next connection that is reported was turned away.
    async fn rejection(&mut self) -> Rejection {
        match self.report().await {
            Report::Rejected { why, .. } => why,
            other => panic!("{other}"),
        }
    }
}

/// A connection to `to`, by hand.
async fn connect(to: &End) -> TcpStream {
    TcpStream::connect(to.links.address())
        .await
        .expect("it listens")
}

/// A proven channel to `to`, made by hand with the key of `from`.
async fn channel(from: ProcessId, to: &End) -> (Channel, u64) {
    let mut channel = Channel::dial(connect(to).await).await.expect("it answers");
    let signer = Signer::new(from, secret(from));
    let key = public(to.process);
    let next = introduction::introduce(&mut channel, &signer, to.process, &key)
        .await
        .expect("it is convinced");
    (channel, next)
}

/// A frame as it goes into a channel.
fn framed(frame: &[u8]) -> Vec<u8> {
    let length = u32::try_from(frame.len()).expect("short").to_le_bytes();
    [&length[..], frame].concat()
}

/// Reads some bytes; none at the end of the connection, however it ended.
async fn read(stream: &TcpStream, bytes: &mut [u8]) -> usize {
    loop {
        if stream.readable().await.is_err() {
            return 0;
        }
        match stream.try_read(bytes) {
            Ok(count) => return count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return 0,
        }
    }
}

/// Writes all of `bytes`, or what the other end takes of them.
async fn write(stream: &TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() && stream.writable().await.is_ok() {
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// Waits until the other end has closed the connection.
async fn closed(stream: &TcpStream) {
    while read(stream, &mut [0; 256]).await > 0 {}
}
