//! A replica that can neither be copied nor compared, such as a program in another language: what a
//! failure comes to is found on a replica of ours that has seen the same inputs.

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, ReplicaId};
use bcr_protocol::machine::{Effect, Effects, Input, Machine};
use bcr_protocol::message::Message;
use bcr_protocol::replica::Replica;

use super::{Chain, client, put, timer, wrapped};
use crate::runs::fault::{Lever, ReplicaUnderTest};
use crate::runs::process::{Action, Arrival, Occurrence};
use crate::trace::{HarnessEvent, TraceEvent};

/// What the harness does not see into: it is given inputs and, by a lever, an operation.
struct Program(Replica);

struct Foreign {
    program: Program,
    shadow: Replica,
}

impl Machine for Foreign {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let mut unheard = Effects::default();
        self.shadow.step(input.clone(), &mut unheard);
        self.program.0.step(input, effects);
    }
}

impl ReplicaUnderTest for Foreign {
    fn id(&self) -> ReplicaId {
        self.shadow.id()
    }

    fn keeps(&self, message: &Message) -> bool {
        self.shadow.keeps(message)
    }

    fn would_react(&self, arrival: &Arrival) -> bool {
        self.shadow.would_react(arrival)
    }

    fn pull(&mut self, lever: &Lever, next: Option<&Arrival>) -> bool {
        match lever {
            Lever::Apply(operation) => self.program.0.apply(operation),
            Lever::SkipSlot => self.program.0.skip_slot(),
        }
        self.shadow.pull(lever, next)
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

/// What a chain comes to after two requests, with the failing replica as it is or as a foreign one.
fn chain(position: u32, failures: &str, is_foreign: bool) -> Chain {
    let mut chain = Chain::with_checkpoints(position, failures);
    if is_foreign {
        let id = ReplicaId {
            configuration: ConfigurationId(0),
            position: Position(position),
        };
        let foreign = Foreign {
            program: Program(chain.setup.replica(id)),
            shadow: chain.setup.replica(id),
        };
        chain.replicas[position as usize] = wrapped(&chain.setup, foreign);
    }
    chain.request(0, 0, &put("k", "v"));
    chain.request(1, 0, &put("j", "w"));
    chain.wedged(1);
    chain
}

#[test]
fn a_replica_that_cannot_be_copied_fails_like_one_that_can() {
    for failure in [
        "change_operation()",
        "change_result()",
        "drop_result_stmt()",
        "crash()",
        "truncate_history(1)",
        "sleep(5)",
        "drop()",
        "increment_slot()",
        "extra_op()",
        "invalid_order_sig()",
        "invalid_result_sig()",
        "drop_checkpt_stmts()",
        "omit_send()",
    ] {
        for position in [0, 2] {
            let failures = format!("shuttle(0,0), {failure}");
            let shipped = chain(position, &failures, false);
            let foreign = chain(position, &failures, true);
            assert!(!shipped.fates().is_empty(), "{failures}");
            assert_eq!(shipped.fates(), foreign.fates(), "{failures}");
            assert_eq!(shipped.all_sent(), foreign.all_sent(), "{failures}");
            for replica in 0..3 {
                let told = [&shipped, &foreign].map(|chain| chain.told(replica));
                assert_eq!(told[0], told[1], "{failures}, replica {replica}");
            }
            assert!(
                foreign.replicas[position as usize]
                    .final_dictionary()
                    .is_none()
            );
        }
    }
}

/// A replica that has room for every message but its first, and hands out what it has kept when a timer
/// fires.
#[derive(Default)]
struct Hoarder {
    kept: Vec<(ProcessId, Message)>,
    is_full: bool,
    is_open: bool,
}

impl Machine for Hoarder {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        match input {
            Input::Start => self.is_full = true,
            Input::Deliver { .. } if self.is_open => {}
            Input::Deliver { from, message } => {
                if !std::mem::take(&mut self.is_full) {
                    let kind = message.kind();
                    self.kept.push((from, message));
                    let message = kind;
                    effects.push(Effect::Emit(Event::Queued { message, from }));
                }
            }
            Input::TimerFired(_) => {
                self.is_open = true;
                let kept = std::mem::take(&mut self.kept);
                for (from, message) in kept {
                    effects.push(Effect::Redeliver { from, message });
                }
            }
        }
    }
}

impl ReplicaUnderTest for Hoarder {
    fn id(&self) -> ReplicaId {
        ReplicaId {
            configuration: ConfigurationId(0),
            position: Position::HEAD,
        }
    }

    fn keeps(&self, _: &Message) -> bool {
        !self.is_open
    }

    fn would_react(&self, _: &Arrival) -> bool {
        false
    }

    fn pull(&mut self, _: &Lever, _: Option<&Arrival>) -> bool {
        false
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

#[test]
fn what_was_not_kept_is_not_taken_for_what_was() {
    let mut chain = Chain::new(0, "");
    chain.replicas[0] = wrapped(&chain.setup, Hoarder::default());
    chain.handle(0, Occurrence::Start);
    for number in 0..2 {
        let request = chain.client_request(0, number, &put("k", "v"));
        chain.deliver(client(0), 0, request);
    }
    chain.handle(0, Occurrence::TimerFired(timer(0, 0)));
    let received = chain.actions.iter().filter_map(|(_, action)| match action {
        Action::Record(TraceEvent::Harness(HarnessEvent::Received { sent, .. })) => Some(*sent),
        _ => None,
    });
    assert_eq!(received.collect::<Vec<_>>(), [Some(1)]);
}
