//! What outsiders try, and what becomes of it.

use std::net::SocketAddr;
use std::time::Duration;

use bcr_protocol::identity::{ConfigurationId, Position, ProcessId};
use bcr_protocol::statement::Signer;
use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

use super::proxy::{Direction, Proxy};
use super::{
    CLIENT, End, HEAD, OLYMPUS, channel, closed, connect, end, end_with, framed, pair, public, run,
    secret, write,
};
use crate::dice::Dice;
use crate::runs::net::link::assembly::Assembly;
use crate::runs::net::link::channel::Channel;
use crate::runs::net::link::{Incoming, Limits, Rejection, Report, introduction};

const OUTSIDER: ProcessId = ProcessId::replica(ConfigurationId(9), Position(9));

/// The links still carry frames, with nothing else to say.
async fn is_well(a: &End, b: &mut End) {
    a.send(b, b"well");
    assert_eq!(b.frame().await, (CLIENT, b"well".to_vec()));
}

/// Introduces `claimed` to `to` with the key of `signer`; returns why it was refused from the dialer's
/// side.
async fn pose(to: &End, claimed: ProcessId, signer: ProcessId, receiver: ProcessId) -> Rejection {
    let mut channel = Channel::dial(connect(to).await).await.expect("it answers");
    let signer = Signer::new(claimed, secret(signer));
    introduction::introduce(&mut channel, &signer, receiver, &public(receiver))
        .await
        .expect_err("it is not convinced")
}

#[test]
fn garbage_is_turned_away() {
    run(async {
        let (a, mut b) = pair();
        let stream = connect(&b).await;
        write(&stream, b"GET / HTTP/1.1\r\n\r\n").await;
        closed(&stream).await;
        let rejection = Rejection::Record {
            length: usize::from(u16::from_le_bytes(*b"GE")),
            expected: 32,
        };
        assert_eq!(b.rejection().await, rejection);
        is_well(&a, &mut b).await;
    });
}

#[test]
fn garbage_in_the_shape_of_a_handshake_is_turned_away() {
    run(async {
        let (a, mut b) = pair();
        for first in [[0; 32], [7; 32]] {
            let stream = connect(&b).await;
            write(
                &stream,
                &[&[32, 0], &first[..], &[94, 0], &[7; 94]].concat(),
            )
            .await;
            closed(&stream).await;
            assert_eq!(b.rejection().await, Rejection::Undecryptable);
        }
        is_well(&a, &mut b).await;
    });
}

#[test]
fn half_a_handshake_is_turned_away() {
    run(async {
        let (a, mut b) = pair();
        let stream = connect(&b).await;
        write(&stream, &[32, 0, 1, 2, 3]).await;
        drop(stream);
        assert_eq!(b.rejection().await, Rejection::Closed);
        let stream = connect(&b).await;
        let channel = Channel::dial(stream).await.expect("it answers");
        drop(channel);
        assert_eq!(b.rejection().await, Rejection::Closed);
        is_well(&a, &mut b).await;
    });
}

#[test]
fn a_handshake_that_stops_half_way_is_turned_away_in_time() {
    run(async {
        let limits = Limits {
            handshake: Duration::from_millis(20),
            ..Limits::default()
        };
        let mut b = end_with(HEAD, limits);
        let stream = connect(&b).await;
        write(&stream, &[32, 0, 1, 2, 3]).await;
        closed(&stream).await;
        assert_eq!(b.rejection().await, Rejection::Late);
    });
}

#[test]
fn an_oversized_frame_closes_the_connection_of_whoever_announces_it() {
    run(async {
        let limits = Limits {
            frame_bytes: 1_000,
            ..Limits::default()
        };
        let (a, mut b) = (end(CLIENT), end_with(HEAD, limits));
        a.learn(&b);
        b.learn(&a);
        let (mut channel, _) = channel(CLIENT, &b).await;
        let announced = [&framed(b"fine")[..], &1_001_u32.to_le_bytes()].concat();
        channel.write(&announced).await.expect("it is open");
        assert!(channel.read(8..=8).await.is_err());
        let rejection = Rejection::FrameTooLong {
            from: CLIENT,
            length: 1_001,
            limit: 1_000,
        };
        assert_eq!(b.rejection().await, rejection);
        is_well(&a, &mut b).await;
    });
}

#[test]
fn a_replayed_recording_is_turned_away() {
    run(async {
        let tasks = LocalSet::new();
        tasks
            .run_until(async {
                let (a, mut b) = (end(CLIENT), end(HEAD));
                let none = std::iter::empty::<(Direction, usize)>();
                let proxy = Proxy::start(&tasks, b.links.address(), none).await;
                a.learn_at(&b, proxy.address);
                b.learn(&a);
                is_well(&a, &mut b).await;
                let stream = connect(&b).await;
                write(&stream, &proxy.recording(0)).await;
                closed(&stream).await;
                assert_eq!(b.rejection().await, Rejection::Undecryptable);
                is_well(&a, &mut b).await;
            })
            .await;
    });
}

#[test]
fn a_wrong_identity_is_turned_away() {
    run(async {
        let (a, mut b) = pair();
        pose(&b, CLIENT, OUTSIDER, HEAD).await;
        let wrong = Rejection::WrongKey { claimed: CLIENT };
        assert_eq!(b.rejection().await, wrong);
        pose(&b, CLIENT, CLIENT, OLYMPUS).await;
        let meant = OLYMPUS;
        assert_eq!(b.rejection().await, Rejection::WrongReceiver { meant });
        is_well(&a, &mut b).await;
    });
}

#[test]
fn a_process_that_nobody_told_of_is_turned_away_in_time() {
    run(async {
        let limits = Limits {
            handshake: Duration::from_millis(500),
            ..Limits::default()
        };
        let mut b = end_with(HEAD, limits);
        pose(&b, OUTSIDER, OUTSIDER, HEAD).await;
        let claimed = OUTSIDER;
        assert_eq!(b.rejection().await, Rejection::Unknown { claimed });
        // What strangers claim leaves nothing behind.
        assert_eq!(b.links.shared.peers().len(), 0);
    });
}

#[test]
fn a_receiver_with_another_key_gets_no_frame() {
    run(async {
        let (mut a, b) = (end(CLIENT), end(HEAD));
        b.learn(&a);
        a.links.learn(HEAD, b.links.address(), public(OUTSIDER));
        a.send(&b, b"secret");
        let why = Rejection::WrongKey { claimed: HEAD };
        assert_eq!(a.report().await, Report::Interrupted { peer: HEAD, why });
        assert_eq!(a.links.in_flight(), 1);
    });
}

#[test]
fn a_spoiled_record_closes_a_proven_connection_and_loses_nothing() {
    run(async {
        let (a, mut b) = (end(CLIENT), end(HEAD));
        b.learn(&a);
        let tasks = LocalSet::new();
        tasks
            .run_until(async {
                let none = std::iter::empty::<(Direction, usize)>();
                let proxy = Proxy::start(&tasks, b.links.address(), none).await;
                proxy.spoil(0, 140);
                a.learn_at(&b, proxy.address);
                a.send(&b, b"whole");
                assert_eq!(b.rejection().await, Rejection::Undecryptable);
                assert_eq!(b.frame().await, (CLIENT, b"whole".to_vec()));
            })
            .await;
    });
}

#[test]
fn a_thousand_hostile_connections_change_nothing() {
    const HOSTILE: u64 = 1_000;
    let limits = Limits {
        strangers: 16,
        handshake: Duration::from_millis(500),
        ..Limits::default()
    };
    run(async {
        let (mut a, mut b) = (end(CLIENT), end_with(HEAD, limits));
        a.learn(&b);
        b.learn(&a);
        a.send(&b, b"well");
        assert_eq!(b.frame_after_reports().await.1, b"well");
        let mut outsiders = JoinSet::new();
        let mut silent = Vec::new();
        let (mut started, mut rejected, mut exchanged) = (0, 0, 0_u64);
        a.send(&b, &exchanged.to_le_bytes());
        while rejected < HOSTILE {
            while started < HOSTILE && outsiders.len() < 50 {
                let address = b.links.address();
                outsiders.spawn(attack(address, started));
                started += 1;
            }
            // Every frame goes round, whoever knocks.
            match b.inbox.receive().await {
                Incoming::Frame { from, bytes } => {
                    assert_eq!((from, bytes), (CLIENT, exchanged.to_le_bytes().to_vec()));
                    b.send(&a, &exchanged.to_le_bytes());
                    let echo = a.frame_after_reports().await;
                    assert_eq!(echo, (HEAD, exchanged.to_le_bytes().to_vec()));
                    exchanged += 1;
                    a.send(&b, &exchanged.to_le_bytes());
                }
                Incoming::Report(Report::Rejected { .. }) => rejected += 1,
                Incoming::Report(Report::Suppressed { count }) => rejected += count,
                Incoming::Report(other) => panic!("{other}"),
            }
            while let Some(outsider) = outsiders.try_join_next() {
                silent.extend(outsider.expect("no attack panics"));
            }
        }
        assert_eq!(rejected, HOSTILE);
        assert!(exchanged > 0);
    });
}

/// One of several attacks. Gives back a connection that says no more, to be left open.
pub(super) async fn attack(address: SocketAddr, number: u64) -> Option<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    match number % 6 {
        0 => write(&stream, &number.to_le_bytes().repeat(100)).await,
        1 => {
            let first = [&[32, 0], &[9; 32][..], &[255, 255], &[1; 500]].concat();
            write(&stream, &first).await;
        }
        2 => {
            if let Ok(mut channel) = Channel::dial(stream).await {
                let signer = Signer::new(CLIENT, secret(OUTSIDER));
                let _ = introduction::introduce(&mut channel, &signer, HEAD, &public(HEAD)).await;
            }
            return None;
        }
        3 => write(&stream, &[32, 0, 9]).await,
        4 => return Some(stream),
        _ => {
            write(&stream, &[32, 0, 9]).await;
            return Some(stream);
        }
    }
    None
}

proptest! {
    #[test]
    fn random_frames_never_panic_and_never_exceed_the_limit(
        pieces in vec(vec(any::<u8>(), 0..40), 0..20),
        limit in 0_usize..1_000,
    ) {
        let mut assembly = Assembly::new(CLIENT, limit);
        for piece in pieces {
            assembly.bytes.extend_from_slice(&piece);
            let Ok(frames) = assembly.take_frames() else { break };
            assert!(frames.iter().all(|frame| frame.len() <= limit));
        }
    }
}

#[test]
fn random_bytes_are_turned_away() {
    run(async {
        let (a, mut b) = pair();
        let mut dice = Dice::spread(1);
        for number in 0..200_u8 {
            let mut bytes = vec![0; usize::from(number)];
            dice.fill(&mut bytes);
            if number.is_multiple_of(2) && bytes.len() > 2 {
                // Past the first length, so that the bytes behind it are looked at.
                bytes[..2].copy_from_slice(&[32, 0]);
            }
            let stream = connect(&b).await;
            write(&stream, &bytes).await;
            drop(stream);
            let rejection = b.rejection().await;
            assert!(
                matches!(
                    rejection,
                    Rejection::Closed
                        | Rejection::Record { .. }
                        | Rejection::Undecryptable
                        | Rejection::Io(_)
                ),
                "{rejection}"
            );
        }
        is_well(&a, &mut b).await;
    });
}
