//! What is bounded, and what happens at the bound.

use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;

use super::{CLIENT, HEAD, HERE, OLYMPUS, closed, connect, end, end_with, pair, public, run};
use crate::runs::net::link::{Incoming, Limits, Rejection, Report, SendError};

#[test]
fn a_link_whose_queue_overruns_is_given_up() {
    run(async {
        let limits = Limits {
            outgoing_bytes: 1_000,
            frame_bytes: 400,
            ..Limits::default()
        };
        let a = end_with(CLIENT, limits);
        let send = |length| a.links.send(HEAD, vec![0; length]);
        assert_eq!(
            send(401),
            Err(SendError::FrameTooLong {
                length: 401,
                limit: 400
            })
        );
        assert_eq!((send(400), send(400)), (Ok(()), Ok(())));
        assert_eq!(a.links.in_flight(), 2);
        let overrun = Err(SendError::Overrun { limit: 1_000 });
        assert_eq!(send(201), overrun);
        assert_eq!(send(1), overrun);
        assert_eq!(a.links.in_flight(), 0);
        // Other links are none the worse.
        assert_eq!(a.links.send(OLYMPUS, vec![0; 400]), Ok(()));
        assert_eq!(a.links.in_flight(), 1);
    });
}

#[test]
fn a_receiver_that_takes_nothing_holds_its_senders_back_one_by_one() {
    run(async {
        let limits = Limits {
            incoming_bytes: 10_000,
            ..Limits::default()
        };
        let (a, mut b, c) = (end(CLIENT), end_with(HEAD, limits), end(OLYMPUS));
        a.learn(&b);
        c.learn(&b);
        b.learn(&a);
        b.learn(&c);
        for _ in 0..1_000 {
            a.send(&b, &[1; 1_000]);
        }
        // Once b is out of room for a, c gets through all the same.
        while b.links.shared.inbox.used(CLIENT) < 10_000 {
            yield_now().await;
        }
        c.send(&b, b"through");
        c.links.flushed().await;
        // What arrived of a's megabyte is its budget and one record at most.
        let mut arrived = 0;
        let mut is_through = false;
        while !is_through {
            match b.inbox.try_receive() {
                Some(Incoming::Frame { from: CLIENT, .. }) => arrived += 1_000,
                Some(Incoming::Frame { from, bytes }) => {
                    is_through = true;
                    assert_eq!((from, &bytes[..]), (OLYMPUS, &b"through"[..]));
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(arrived <= 10_000 + 65_536, "{arrived} bytes of one peer");
        // Taken up again, the rest comes.
        for _ in arrived / 1_000..1_000 {
            assert_eq!(b.frame().await, (CLIENT, vec![1; 1_000]));
        }
    });
}

#[test]
fn a_forgotten_peer_holds_nothing_up() {
    run(async {
        let (a, mut b) = pair();
        a.links.learn(OLYMPUS, b.links.address(), public(OLYMPUS));
        assert_eq!(a.links.send(OLYMPUS, b"nobody".to_vec()), Ok(()));
        a.send(&b, b"somebody");
        assert_eq!(
            b.frame_after_reports().await,
            (CLIENT, b"somebody".to_vec())
        );
        a.links.forget(OLYMPUS);
        a.links.flushed().await;
        assert_eq!(a.links.send(OLYMPUS, b"nobody".to_vec()), Ok(()));
        assert_eq!(a.links.in_flight(), 0);
    });
}

#[test]
fn a_peer_that_accepts_and_never_speaks_stalls_nobody_else() {
    run(async {
        let limits = Limits {
            handshake: Duration::from_millis(200),
            ..Limits::default()
        };
        let silent = TcpListener::bind(HERE).await.expect("a free port");
        let address = silent.local_addr().expect("it is bound");
        let (mut a, mut b) = (end_with(CLIENT, limits), end(HEAD));
        a.learn(&b);
        b.learn(&a);
        a.links.learn(OLYMPUS, address, public(OLYMPUS));
        assert_eq!(a.links.send(OLYMPUS, b"hello?".to_vec()), Ok(()));
        a.send(&b, b"hello");
        assert_eq!(b.frame_after_reports().await.1, b"hello");
        let why = Rejection::Late;
        let late = Report::Interrupted { peer: OLYMPUS, why };
        while a.report().await != late {}
        // The silent one's frame is all that stays.
        while a.links.in_flight() > 1 {
            yield_now().await;
        }
    });
}

#[test]
fn a_peer_that_stops_acknowledging_is_connected_to_again() {
    run(async {
        let limits = Limits {
            silence: Duration::from_millis(20),
            ..Limits::default()
        };
        let deaf = Limits {
            incoming_bytes: 0,
            ..Limits::default()
        };
        let (mut a, b) = (end_with(CLIENT, limits), end_with(HEAD, deaf));
        a.learn(&b);
        b.learn(&a);
        // The first frame is delivered before any budget is looked at; the rest wait for ever.
        a.send(&b, b"one");
        a.links.flushed().await;
        a.send(&b, b"two");
        assert_eq!(
            a.report().await,
            Report::Interrupted {
                peer: HEAD,
                why: Rejection::Silent
            }
        );
        assert_eq!(a.links.in_flight(), 1);
    });
}

#[test]
fn one_stranger_too_many_displaces_the_oldest() {
    run(async {
        let limits = Limits {
            strangers: 2,
            ..Limits::default()
        };
        let (a, mut b) = (end(CLIENT), end_with(HEAD, limits));
        a.learn(&b);
        b.learn(&a);
        let first = connect(&b).await;
        let _second = connect(&b).await;
        let _third = connect(&b).await;
        let address = first.local_addr().expect("it is connected");
        let why = Rejection::Displaced;
        assert_eq!(b.report().await, Report::Rejected { address, why });
        closed(&first).await;
        a.send(&b, b"peer");
        assert_eq!(b.frame_after_reports().await, (CLIENT, b"peer".to_vec()));
    });
}

#[test]
fn reports_beyond_the_limit_are_counted() {
    run(async {
        let limits = Limits {
            reports: 2,
            ..Limits::default()
        };
        let mut b = end_with(HEAD, limits);
        for _ in 0..5 {
            let stream = connect(&b).await;
            super::write(&stream, b"\xff\xff").await;
            closed(&stream).await;
        }
        let rejection = Rejection::Record {
            length: 65_535,
            expected: 32,
        };
        assert_eq!(b.rejection().await, rejection);
        assert_eq!(b.rejection().await, rejection);
        assert_eq!(b.report().await, Report::Suppressed { count: 3 });
    });
}

#[test]
fn dropped_ends_close_their_sockets() {
    run(async {
        let (a, mut b) = pair();
        a.send(&b, b"open");
        assert_eq!(b.frame().await, (CLIENT, b"open".to_vec()));
        let stream = connect(&b).await;
        let address = b.links.address();
        drop((a, b));
        closed(&stream).await;
        while TcpStream::connect(address).await.is_ok() {
            yield_now().await;
        }
    });
}

#[test]
fn a_frame_that_takes_longer_than_the_silence_arrives_as_long_as_it_goes_on() {
    run(async {
        // Far shorter than sixteen megabytes take on any machine.
        let limits = Limits {
            silence: Duration::from_millis(4),
            ..Limits::default()
        };
        let (a, mut b) = (end_with(CLIENT, limits), end(HEAD));
        a.learn(&b);
        b.learn(&a);
        let frame = vec![7; limits.frame_bytes];
        a.send(&b, &frame);
        let (from, bytes) = b.frame_after_reports().await;
        assert_eq!((from, bytes.len()), (CLIENT, frame.len()));
        assert!(bytes == frame);
        a.links.flushed().await;
    });
}
