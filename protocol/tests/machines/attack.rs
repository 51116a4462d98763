//! Why a client wants the complete order proof: the attack of P4.5, on this client and on a classical one.

use std::collections::BTreeSet;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::history::History;
use bcr_protocol::identity::{ConfigurationId, ProcessId};
use bcr_protocol::keyring::Keyring;
use bcr_protocol::machine::{Effects, Input, Machine, Timer};
use bcr_protocol::message::{Answer, AnsweredBy, ClientAnswer, Evidence, Message};
use bcr_protocol::proof::SignedRequest;
use bcr_protocol::running_state::RunningState;

use crate::signing::{OLYMPUS, SCHEMES, Signing, client, put};
use crate::world::World;

/// A client as the paper has it: `t + 1` equal result statements are enough. It sends one request.
struct ClassicalClient {
    request: SignedRequest,
    keys: Keyring,
    quorum: usize,
}

impl Machine for ClassicalClient {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let (from, message) = match input {
            Input::Start => {
                let head =
                    ProcessId::replica(ConfigurationId(0), bcr_protocol::identity::Position::HEAD);
                return effects.send(head, Message::ClientRequest(Arc::clone(&self.request)));
            }
            Input::TimerFired(_) => return,
            Input::Deliver { from, message } => (from, message),
        };
        let Message::Result(result) = message else {
            return;
        };
        let answer = &result.answer;
        let vouchers: BTreeSet<ProcessId> = answer
            .result_proof
            .iter()
            .filter(|s| s.body.request == self.request.body.id)
            .filter(|s| s.body.result == Digest::of(&answer.result) && self.keys.is_signed(s))
            .map(|statement| statement.signer)
            .collect();
        if vouchers.len() >= self.quorum {
            effects.emit(Event::Accepted {
                request: self.request.body.id.into(),
                result: answer.result.clone(),
                slot: answer.order_proof.slot,
                configuration: answer.configuration,
                by: result.by,
                from,
                attempts: 1,
            });
        }
    }
}

/// What replica 1 makes of the shuttle that it should pass on: a result for the client, with the
/// statements of 0 and 1.
fn answer_to_client(shuttle: &bcr_protocol::message::Shuttle) -> Message {
    let answer = Answer {
        configuration: shuttle.configuration,
        result: "OK".to_owned(),
        order_proof: shuttle.order_proof.clone(),
        result_proof: shuttle.result_proof.clone(),
    };
    Message::Result(Arc::new(ClientAnswer {
        by: AnsweredBy::Tail,
        answer: Arc::new(answer),
    }))
}

/// Replica 1 withholds the shuttle from 2, answers the client itself, asks for reconfiguration and
/// wedges with an empty history, while the head's link to Olympus is slow.
fn attack(world: &mut World) {
    let signing = world.signing.clone();
    let [head, middle, tail] = [0, 1, 2].map(|position| signing.at(position));
    let liar = signing.clone();
    world.spoiler = Some(Box::new(move |envelope| {
        if envelope.from != middle {
            return None;
        }
        let empty = RunningState::default();
        match &envelope.message {
            Message::Wedged(_) => Some(vec![liar.wedged(1, History::default())]),
            Message::CaughtUp(report) => {
                let lie = liar.caught_up(1, report.body.history, empty.hash(), &[]);
                Some(vec![Message::CaughtUp(liar.sign(middle, lie))])
            }
            Message::RunningState(transfer) => {
                Some(vec![liar.running_state(1, transfer.body.history, &empty)])
            }
            _ => None,
        }
    }));
    world.hold(middle, tail);
    world.hold(head, OLYMPUS);
    world.start();
    world.run();
    let withheld = world.discard(middle, tail);
    let [Message::Shuttle(shuttle)] = &withheld[..] else {
        panic!("one shuttle: {withheld:?}");
    };
    world.inject(middle, client(0), answer_to_client(shuttle));
    world.inject(
        middle,
        OLYMPUS,
        signing.reconfiguration(middle, Evidence::default()),
    );
    world.run();
    world.fire(OLYMPUS, Timer::Grace(ConfigurationId(0)));
    world.run();
    let quorum = world.events.iter().find_map(|(_, event)| match event {
        Event::QuorumFormed { quorum, .. } => Some(quorum.iter().map(|p| p.0).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(quorum, Some(vec![1, 2]), "the slow head is not needed");
}

/// P4.5 ⚑: the answer that replica 1 fakes is refused, and the request that the client then gets
/// answered is in the state of every later configuration.
#[test]
fn a_request_that_this_client_saw_answered_survives_the_attack() {
    for scheme in SCHEMES {
        let mut world = World::new(Signing::new(1).with_scheme(scheme), &[&[put("k", "v")]]);
        attack(&mut world);
        let accepted = world.events.iter().filter_map(|(_, event)| match event {
            Event::Accepted { configuration, .. } => Some(*configuration),
            _ => None,
        });
        assert_eq!(accepted.collect::<Vec<_>>(), [ConfigurationId(1)]);
        for position in 0..3 {
            let state = world.replica(1, position).state();
            assert_eq!(state.dictionary().get("k"), Some("v"));
        }
    }
}

/// P4.5 ⚑: a client that is content with `t + 1` result statements loses an acknowledged request.
#[test]
fn a_classical_client_loses_an_acknowledged_request_to_the_attack() {
    let signing = Signing::new(1);
    let mut world = World::new(signing.clone(), &[&[put("k", "v")]]);
    world.clients[0] = Box::new(ClassicalClient {
        request: signing.request(0, 0, &put("k", "v")),
        keys: world.signing.keyring(),
        quorum: 2,
    });
    attack(&mut world);
    assert_eq!(world.accepted().len(), 1, "acknowledged");
    for position in 0..3 {
        let state = world.replica(1, position).state();
        assert_eq!(state.dictionary().get("k"), None, "and lost");
    }
}
