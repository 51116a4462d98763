//! The numbering of frames against a model: no network, every order of events that dice find.

use std::task::{Context, Waker};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::CLIENT;
use crate::runs::net::link::assembly::Assembly;
use crate::runs::net::link::outgoing::Outgoing;

/// What can happen to a link.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The sender takes a frame of so many bytes.
    Send(usize),
    /// So many bytes go over the connection.
    Pass(usize),
    /// The receiver's acknowledgement arrives.
    Acknowledge,
    /// The connection breaks, what is under way on it is lost, and a new one begins.
    Break,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_usize..60).prop_map(Step::Send),
        4 => (1_usize..80).prop_map(Step::Pass),
        1 => Just(Step::Acknowledge),
        1 => Just(Step::Break),
    ]
}

proptest! {
    #[test]
    fn every_frame_arrives_once_and_in_order(
        steps in vec(step(), 0..200),
        seed in any::<u8>(),
    ) {
        let mut outgoing = Outgoing::default();
        let mut assembly = Assembly::new(CLIENT, 100);
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        let everything = [Step::Break, Step::Pass(usize::MAX), Step::Acknowledge];
        for step in steps.into_iter().chain(everything) {
            match step {
                Step::Send(length) => {
                    let frame = vec![seed.wrapping_add(sent.len() as u8); length];
                    sent.push(frame.clone());
                    assert_eq!(outgoing.push(frame, usize::MAX), Ok(()));
                }
                Step::Pass(room) => {
                    outgoing.fill(&mut assembly.bytes, room);
                    received.extend(assembly.take_frames().expect("all are short"));
                }
                Step::Acknowledge => {
                    assert_eq!(outgoing.acknowledge(received.len() as u64), Ok(()));
                }
                Step::Break => {
                    outgoing.interrupt();
                    assembly = Assembly::new(CLIENT, 100);
                    assert_eq!(outgoing.resume(received.len() as u64), Ok(()));
                }
            }
            assert!(sent.starts_with(&received));
            assert!(outgoing.unacknowledged() >= sent.len() - received.len());
        }
        assert_eq!(sent, received);
        assert_eq!(outgoing.unacknowledged(), 0);
        let mut context = Context::from_waker(Waker::noop());
        assert!(outgoing.poll_unwritten(&mut context).is_pending());
    }
}
