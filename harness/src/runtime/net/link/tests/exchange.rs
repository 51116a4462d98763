//! What honest ends see.

use super::{CLIENT, HEAD, end, pair, run};

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
