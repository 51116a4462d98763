//! The running state: the dictionary and, for each client, its last executed request.
//!
//! Source: docs/protocol.md P3.7, P4.6.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::dictionary::{Dictionary, Operation, Trial};
use crate::digest::Digest;
use crate::identity::{ClientId, RequestId, RequestNumber, Slot};

/// A client's last executed request: its number, the slot where it took effect, its result.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct LastExecuted {
    /// The request's number.
    pub number: RequestNumber,
    /// The slot where it took effect.
    pub slot: Slot,
    /// Its result.
    pub result: String,
}

/// The dictionary and what is needed to execute every request exactly once.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct RunningState {
    dictionary: Dictionary,
    clients: BTreeMap<ClientId, LastExecuted>,
}

/// How a request relates to what its client has had executed (P4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// Lower than the last executed: takes a slot and changes nothing, has no result.
    Stale,
    /// The last executed, again: takes a slot, changes nothing, yields the recorded result.
    Repeated,
    /// The next one: executes.
    Next,
    /// Beyond the next one: refused.
    Ahead,
}

/// The outcome of a request on a state that has not changed yet.
#[derive(Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// P4.6: a repeated request yields the recorded result.
    Recorded(String),
    /// The operation's result and change.
    Executed(Trial),
}

impl Evaluation {
    /// The result that the client is to get.
    #[must_use]
    pub fn result(&self) -> &str {
        match self {
            Self::Recorded(result) => result,
            Self::Executed(trial) => trial.result(),
        }
    }
}

impl RunningState {
    /// Makes the change of an outcome that [`Self::evaluate`] gave for the same request.
    pub fn commit(
        &mut self,
        slot: Slot,
        id: RequestId,
        operation: &Operation,
        evaluation: Evaluation,
    ) -> String {
        match evaluation {
            Evaluation::Recorded(result) => result,
            Evaluation::Executed(trial) => {
                let result = self.dictionary.commit(operation, trial);
                let last = LastExecuted {
                    number: id.number,
                    slot,
                    result: result.clone(),
                };
                self.clients.insert(id.client, last);
                result
            }
        }
    }

    /// Applies an operation outside the order of requests: the lever of `extra_op` (P10).
    pub fn apply_unordered(&mut self, operation: &Operation) {
        self.dictionary.apply(operation);
    }

    /// What the request would yield; `None` where it is stale or ahead.
    #[must_use]
    pub fn evaluate(&self, id: RequestId, operation: &Operation) -> Option<Evaluation> {
        match self.sequence(id) {
            Sequence::Stale | Sequence::Ahead => None,
            Sequence::Repeated => self
                .last(id.client)
                .map(|last| Evaluation::Recorded(last.result.clone())),
            Sequence::Next => Some(Evaluation::Executed(self.dictionary.evaluate(operation))),
        }
    }

    /// How the request relates to what its client has had executed.
    #[must_use]
    pub fn sequence(&self, id: RequestId) -> Sequence {
        let next = self
            .last(id.client)
            .map_or(0, |last| last.number.0.saturating_add(1));
        match id.number.0 {
            number if number == next => Sequence::Next,
            number if number > next => Sequence::Ahead,
            number if number + 1 == next => Sequence::Repeated,
            _ => Sequence::Stale,
        }
    }

    /// The client's last executed request, if it has one.
    #[must_use]
    pub fn last(&self, client: ClientId) -> Option<&LastExecuted> {
        self.clients.get(&client)
    }

    /// The dictionary.
    #[must_use]
    pub const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The hash over the canonical encoding: independent of the order in which keys came.
    #[must_use]
    pub fn hash(&self) -> Digest {
        Digest::of_value("running state", self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> RequestId {
        RequestId {
            client: ClientId(0),
            number: RequestNumber(number),
        }
    }

    fn append(value: &str) -> Operation {
        Operation::Append {
            key: "k".to_owned(),
            value: value.to_owned(),
        }
    }

    fn put(key: &str) -> Operation {
        Operation::Put {
            key: key.to_owned(),
            value: "v".to_owned(),
        }
    }

    fn execute(state: &mut RunningState, slot: u64, number: u64, operation: &Operation) -> String {
        let evaluation = state
            .evaluate(id(number), operation)
            .expect("last or next request");
        state.commit(Slot(slot), id(number), operation, evaluation)
    }

    #[test]
    fn a_repeated_request_changes_nothing_and_yields_the_recorded_result() {
        let mut state = RunningState::default();
        execute(&mut state, 0, 0, &put("k"));
        assert_eq!(execute(&mut state, 1, 1, &append("!")), "OK");
        let before = state.clone();
        assert_eq!(execute(&mut state, 2, 1, &append("!")), "OK");
        assert_eq!(state, before);
        assert_eq!(state.dictionary().get("k"), Some("v!"));
    }

    #[test]
    fn stale_requests_and_those_ahead_have_no_result() {
        let mut state = RunningState::default();
        assert_eq!(state.sequence(id(1)), Sequence::Ahead);
        execute(&mut state, 0, 0, &put("k"));
        execute(&mut state, 1, 1, &put("k"));
        assert_eq!(state.sequence(id(0)), Sequence::Stale);
        assert_eq!(state.evaluate(id(0), &put("k")), None);
        assert_eq!(state.evaluate(id(3), &put("k")), None);
    }

    #[test]
    fn the_hash_depends_on_content_and_not_on_insertion_order() {
        let (mut one, mut other) = (RunningState::default(), RunningState::default());
        for key in ["a", "b"] {
            one.apply_unordered(&put(key));
        }
        for key in ["b", "a"] {
            other.apply_unordered(&put(key));
        }
        assert_eq!(one.hash(), other.hash());
        other.apply_unordered(&append("x"));
        assert_eq!(one.hash(), other.hash(), "a failed append changes nothing");
        other.apply_unordered(&put("c"));
        assert_ne!(one.hash(), other.hash());
    }
}
