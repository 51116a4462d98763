//! Nothing is lost or doubled, wherever a connection breaks.

use std::time::Duration;

use tokio::task::LocalSet;

use super::proxy::Direction::{Back, Forth};
use super::proxy::{Direction, Proxy};
use super::{CLIENT, End, HEAD, channel, end, end_with, framed, run};
use crate::runs::net::link::{Incoming, Limits, Rejection, Report};

/// What each frame of these tests holds.
fn content(number: u32) -> Vec<u8> {
    number.to_le_bytes().repeat(1 + number as usize % 40)
}

/// Two ends with a middleman on the way from the first to the second, and a third of a kind of its own
/// between them.
async fn broken_pair(
    tasks: &LocalSet,
    cuts: impl DoubleEndedIterator<Item = (Direction, usize)>,
) -> (End, End, Proxy) {
    let limits = Limits {
        pause: Duration::from_micros(100),
        pause_max: Duration::from_micros(100),
        ..Limits::default()
    };
    let (a, b) = (end_with(CLIENT, limits), end(HEAD));
    let proxy = Proxy::start(tasks, b.links.address(), cuts).await;
    a.learn_at(&b, proxy.address);
    b.learn(&a);
    (a, b, proxy)
}

/// Keeps frames on their way for as long as connections are cut, and checks every one.
async fn exchange_through(a: &End, b: &mut End, proxy: &Proxy, cuts: usize) {
    let (mut sent, mut received) = (0, 0);
    while proxy.cut() < cuts || received < sent {
        while proxy.cut() < cuts && sent < received + 20 {
            a.send(b, &content(sent));
            sent += 1;
        }
        let frame = b.frame_after_reports().await;
        assert_eq!(frame, (CLIENT, content(received)));
        received += 1;
    }
    a.links.flushed().await;
    while let Some(left) = b.inbox.try_receive() {
        assert!(matches!(left, Incoming::Report(_)), "{left:?}");
    }
}

#[test]
fn nothing_is_lost_or_doubled_when_the_way_forth_breaks_at_any_byte() {
    run(async {
        let tasks = LocalSet::new();
        // Handshake, introduction, the first records and their lengths; then further apart.
        let cuts = (0..400).chain((400..4_000).step_by(97));
        let cuts: Vec<_> = cuts.map(|bytes| (Forth, bytes)).collect();
        let count = cuts.len();
        tasks
            .run_until(async {
                let (a, mut b, proxy) = broken_pair(&tasks, cuts.into_iter()).await;
                exchange_through(&a, &mut b, &proxy, count).await;
            })
            .await;
    });
}

#[test]
fn nothing_is_lost_or_doubled_when_the_way_back_breaks_at_any_byte() {
    run(async {
        let tasks = LocalSet::new();
        // The answer to the handshake, to the introduction, and the first acknowledgements.
        let cuts: Vec<_> = (0..220).map(|bytes| (Back, bytes)).collect();
        let count = cuts.len();
        tasks
            .run_until(async {
                let (a, mut b, proxy) = broken_pair(&tasks, cuts.into_iter()).await;
                exchange_through(&a, &mut b, &proxy, count).await;
            })
            .await;
    });
}

#[test]
fn of_several_breaks_in_a_row_the_first_is_reported() {
    run(async {
        let tasks = LocalSet::new();
        let cuts = [(Forth, 10), (Forth, 10), (Forth, 10)];
        tasks
            .run_until(async {
                let (mut a, mut b, proxy) = broken_pair(&tasks, cuts.into_iter()).await;
                a.send(&b, b"through");
                assert_eq!(b.frame_after_reports().await.1, b"through");
                a.links.flushed().await;
                assert_eq!(proxy.cut(), 3);
                let peer = HEAD;
                let report = a.report().await;
                assert!(
                    matches!(report, Report::Interrupted { peer: found, .. } if found == peer),
                    "{report}"
                );
                assert_eq!(a.inbox.try_receive(), None);
            })
            .await;
    });
}

#[test]
fn the_newer_connection_of_a_sender_takes_over() {
    run(async {
        let (a, mut b) = (end(CLIENT), end(HEAD));
        b.learn(&a);
        let (mut old, next) = channel(CLIENT, &b).await;
        assert_eq!(next, 0);
        old.write(&framed(b"zero")).await.expect("it is open");
        assert_eq!(b.frame().await.1, b"zero");
        let (mut new, next) = channel(CLIENT, &b).await;
        assert_eq!(next, 1);
        // The old one is closed, so that what still comes by it is lost on it alone.
        let _ = old.write(&framed(b"one, from the old")).await;
        while old.read(8..=8).await.is_ok() {}
        new.write(&framed(b"one")).await.expect("it is open");
        assert_eq!(b.frame().await.1, b"one");
    });
}

#[test]
fn a_peer_cannot_acknowledge_what_was_not_sent() {
    use crate::runs::net::link::channel::Channel;
    use crate::runs::net::link::introduction::{listen, welcome};
    use bcr_protocol::statement::Signer;
    use tokio::net::TcpListener;

    run(async {
        let listener = TcpListener::bind(super::HERE).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let mut a = end(CLIENT);
        a.links.learn(HEAD, address, super::public(HEAD));
        assert_eq!(a.links.send(HEAD, b"one".to_vec()), Ok(()));
        let (stream, _) = listener.accept().await.expect("a connects");
        let mut channel = Channel::accept(stream).await.expect("a speaks");
        let hello = listen(&mut channel, HEAD)
            .await
            .expect("a introduces itself");
        let signer = Signer::new(HEAD, super::secret(HEAD));
        welcome(&mut channel, &signer, &hello, 2)
            .await
            .expect("a listens");
        let why = Rejection::WrongCount {
            claimed: 2,
            first: 0,
            next: 1,
        };
        assert_eq!(a.report().await, Report::Interrupted { peer: HEAD, why });
        assert_eq!(a.links.in_flight(), 1);
    });
}

#[test]
fn a_proven_peer_that_leaves_in_the_middle_of_a_record_is_no_stranger() {
    run(async {
        let tasks = LocalSet::new();
        tasks
            .run_until(async {
                // Within the first record behind the introduction.
                let cuts = [(Forth, 150)];
                let (a, mut b, proxy) = broken_pair(&tasks, cuts.into_iter()).await;
                a.send(&b, &[7; 100]);
                assert_eq!(b.frame().await, (CLIENT, vec![7; 100]));
                assert_eq!(proxy.cut(), 1);
            })
            .await;
    });
}
