//! A replica that can neither be copied nor compared, such as a program in another language: what a
//! failure comes to is found on a replica of ours that has seen the same inputs.

use bcr_protocol::identity::{ConfigurationId, Position, ReplicaId};
use bcr_protocol::machine::{Effects, Input, Machine};
use bcr_protocol::message::Message;
use bcr_protocol::replica::Replica;

use super::{Chain, put, wrapped};
use crate::runs::fault::{Lever, ReplicaUnderTest};
use crate::runs::process::Arrival;
use crate::trace::HarnessEvent;

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
