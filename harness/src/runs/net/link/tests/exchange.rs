//! What honest ends see.

use tokio::net::TcpListener;

use super::{CLIENT, HEAD, HERE, end, pair, run};

#[test]
fn frames_arrive_once_and_in_order() {
    run(async {
        let (a, mut b) = pair();
        for number in 0..1_000_u32 {
            a.send(&b, &number.to_le_bytes());
        }
        for number in 0..1_000_u32 {
            assert_eq!(b.frame().await, (CLIENT, number.to_le_bytes().to_vec()));
        }
        a.links.flushed().await;
        assert_eq!(a.links.in_flight(), 0);
    });
}

#[test]
fn frames_wait_for_a_peer_to_be_learned() {
    run(async {
        let (mut a, mut b) = (end(CLIENT), end(HEAD));
        a.send(&b, b"early");
        assert_eq!(a.links.in_flight(), 1);
        a.learn(&b);
        // The receiver learns of the sender later still.
        tokio::task::yield_now().await;
        b.learn(&a);
        assert_eq!(b.frame().await, (CLIENT, b"early".to_vec()));
        b.send(&a, b"answer");
        assert_eq!(a.frame().await, (HEAD, b"answer".to_vec()));
    });
}

#[test]
fn a_frame_longer_than_a_message_arrives_whole() {
    run(async {
        let (a, mut b) = pair();
        let frame: Vec<u8> = (0..1_000_000_u32).map(|byte| (byte % 251) as u8).collect();
        a.send(&b, &frame);
        a.send(&b, b"");
        assert_eq!(b.frame().await, (CLIENT, frame));
        assert_eq!(b.frame().await, (CLIENT, Vec::new()));
    });
}

#[test]
fn a_connection_can_be_asked_for_before_there_is_a_frame() {
    run(async {
        let (a, b) = (end(CLIENT), end(HEAD));
        let listener = TcpListener::bind(HERE).await.expect("a free port");
        a.learn_at(&b, listener.local_addr().expect("it is bound"));
        a.links.connect(b.process);
        let early = listener.accept().await.expect("it connects");
        drop(early);
        a.links.connected().await;
        // What was asked for in vain comes with the first frame.
        a.send(&b, b"first");
        listener.accept().await.expect("it connects again");
    });
}

#[test]
fn frames_go_over_a_connection_that_was_asked_for() {
    run(async {
        let (a, mut b) = pair();
        a.links.connect(b.process);
        a.links.connected().await;
        a.send(&b, b"one");
        assert_eq!(b.frame().await, (CLIENT, b"one".to_vec()));
        // Asked for once more, nothing is held up.
        a.links.connect(b.process);
        a.send(&b, b"two");
        assert_eq!(b.frame().await, (CLIENT, b"two".to_vec()));
        a.links.flushed().await;
    });
}

#[test]
fn nobody_waits_for_a_connection_to_one_that_is_forgotten() {
    run(async {
        let (a, b) = (end(CLIENT), end(HEAD));
        a.links.connect(b.process);
        a.links.forget(b.process);
        a.links.connected().await;
        a.links.connect(b.process);
        a.links.connected().await;
    });
}
