//! The replica of `bcr-protocol` under test: its levers, and what a failure comes to, found on copies.
//!
//! A replica can be copied, and two are equal when they would behave alike from here on.
//!
//! Source: docs/protocol.md P9.5, P10.

use bcr_protocol::identity::ReplicaId;
use bcr_protocol::machine::{Effect, Effects, Machine};
use bcr_protocol::message::Message;
use bcr_protocol::replica::Replica;

use super::subject::{Lever, ReplicaUnderTest};
use crate::runs::process::Arrival;
use crate::trace::HarnessEvent;

impl ReplicaUnderTest for Replica {
    fn id(&self) -> ReplicaId {
        self.id()
    }

    fn keeps(&self, message: &Message) -> bool {
        self.keeps(message)
    }

    fn would_react(&self, arrival: &Arrival) -> bool {
        let (handled, asked) = tried(self.clone(), arrival);
        handled != *self || !asked.is_empty()
    }

    fn pull(&mut self, lever: &Lever, next: Option<&Arrival>) -> bool {
        let without = self.clone();
        match lever {
            Lever::Apply(operation) => self.apply(operation),
            Lever::SkipSlot => self.skip_slot(),
        }
        match next {
            None => without != *self,
            Some(arrival) => tried(without, arrival) != tried(self.clone(), arrival),
        }
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        let state = self.state();
        Some(HarnessEvent::FinalDictionary {
            mode: self.mode(),
            next_slot: self.next_slot(),
            state_hash: state.hash(),
            dictionary: state.dictionary().clone(),
        })
    }
}

/// What a replica would be after handling a message, and what it would ask for but events.
fn tried(mut replica: Replica, arrival: &Arrival) -> (Replica, Vec<Effect>) {
    let mut effects = Effects::default();
    replica.step(arrival.clone().into(), &mut effects);
    let asked = effects
        .drain()
        .filter(|effect| !matches!(effect, Effect::Emit(_)))
        .collect();
    (replica, asked)
}
