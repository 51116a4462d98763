//! The agreed history, replayed in slot order with exactly-once semantics.
//!
//! Source: docs/protocol.md P4.6, P11.3.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{ClientId, RequestId, Slot};
use bcr_protocol::running_state::LastExecuted;

use crate::judge::invariants::object::Object;

/// What a slot does to the state (P4.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SlotEffect {
    /// The client's next request takes effect and has this result.
    Applied(String),
    /// The client's last request again: changes nothing, yields the recorded result.
    Repeated(String),
    /// An older request of the client: changes nothing, has no result.
    Stale,
    /// A request beyond the client's next one: no replica may accept it.
    Ahead,
}

/// The state as a replay builds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replay {
    pub(crate) object: Object,
    /// Each client's last request that took effect.
    pub(crate) clients: BTreeMap<ClientId, LastExecuted>,
}

impl Replay {
    /// Replays one slot.
    pub(crate) fn step(&mut self, slot: Slot, id: RequestId, operation: &Operation) -> SlotEffect {
        let last = self.clients.get(&id.client);
        let next = last.map_or(0, |last| last.number.0.saturating_add(1));
        if id.number.0 > next {
            return SlotEffect::Ahead;
        }
        match last {
            Some(last) if last.number == id.number => SlotEffect::Repeated(last.result.clone()),
            Some(last) if last.number > id.number => SlotEffect::Stale,
            _ => {
                let result = self.object.apply(operation);
                let last = LastExecuted {
                    number: id.number,
                    slot,
                    result: result.clone(),
                };
                self.clients.insert(id.client, last);
                SlotEffect::Applied(result)
            }
        }
    }

    /// The hash that a replica in this state would report (P3.7).
    pub(crate) fn hash(&self) -> Digest {
        Digest::of_value("running state", &(&self.object.0, &self.clients))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bcr_protocol::identity::RequestNumber;
    use bcr_protocol::running_state::RunningState;

    fn id(client: u32, number: u64) -> RequestId {
        RequestId {
            client: ClientId(client),
            number: RequestNumber(number),
        }
    }

    #[test]
    fn a_request_takes_effect_once_and_the_hash_is_a_replicas() {
        let append = Operation::Append {
            key: "k".to_owned(),
            value: "!".to_owned(),
        };
        let put = Operation::Put {
            key: "k".to_owned(),
            value: "v".to_owned(),
        };
        let steps = [
            (id(0, 0), &put, SlotEffect::Applied("OK".to_owned())),
            (id(0, 0), &put, SlotEffect::Repeated("OK".to_owned())),
            (id(1, 0), &append, SlotEffect::Applied("OK".to_owned())),
            (id(0, 1), &append, SlotEffect::Applied("OK".to_owned())),
            (id(0, 0), &put, SlotEffect::Stale),
            (id(0, 3), &put, SlotEffect::Ahead),
            (id(2, 1), &put, SlotEffect::Ahead),
        ];
        let (mut replay, mut state) = (Replay::default(), RunningState::default());
        for (slot, (request, operation, expected)) in (0..).map(Slot).zip(steps) {
            assert_eq!(
                replay.step(slot, request, operation),
                expected,
                "slot {slot}"
            );
            if let Some(outcome) = state.evaluate(request, operation) {
                state.commit(slot, request, operation, outcome);
            }
            assert_eq!(replay.hash(), state.hash(), "slot {slot}");
        }
        assert_eq!(replay.object.0.get("k").map(String::as_str), Some("v!!"));
    }
}
