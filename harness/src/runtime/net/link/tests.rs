//! Links between processes of one test, over real TCP on this host.

mod exchange;

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};

use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId};
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme, SecretKey};
use bcr_protocol::statement::Signer;

use super::{Inbox, Incoming, Limits, Links, Rejection, Report, bind};

const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const OLYMPUS: ProcessId = ProcessId::Olympus;
const CLIENT: ProcessId = ProcessId::Client(ClientId(0));
const HEAD: ProcessId = ProcessId::replica(ConfigurationId(0), Position::HEAD);

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

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test)
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
        self.links
            .learn(other.process, other.links.address(), public(other.process));
    }

    fn send(&self, to: &Self, frame: &[u8]) {
        let sent = self.links.send(to.process, frame.to_vec());
        assert_eq!(sent, Ok(()));
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

    /// Why the next connection is turned away.
    async fn rejection(&mut self) -> Rejection {
        match self.report().await {
            Report::Rejected { why, .. } => why,
            other => panic!("{other}"),
        }
    }
}
