//! What a run of a scenario may grow to: no message of a correct process becomes longer than a frame.
//!
//! Values grow by `append` alone, and each request is executed once, so that the value of a key is never
//! longer than its longest `put` and all its `append`s together. From that follows, with `n` replicas:
//!
//! | message | at most |
//! | --- | --- |
//! | shuttle, result, evidence | its operation `2n + 1` times, its result, `2n` statements |
//! | wedged, catch-up | for each slot since the checkpoint the operation `n + 1` times and `n` statements |
//! | caught up, running state, new configuration | all keys and values; for each client a result, an operation and a statement |
//!
//! Between two checkpoints lie an interval and what clients ask while one is under way; twice the interval
//! is allowed for, and four requests of each client.

use std::collections::BTreeMap;
use std::ops::Range;

use bcr_protocol::dictionary::Operation;

use super::lowering::Lowering;
use crate::diagnostic::Diagnostic;
use crate::limits::MESSAGE_BYTES_MAX;
use crate::scenario::ast::{Argument, Value};
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::Parameter;

/// The longest statement without its operation, with the signature and all lengths.
const STATEMENT_BYTES: u64 = 160;

/// What is asked for in all, as far as sizes go.
pub(super) struct Sizes {
    /// The longest operation.
    operation: u64,
    /// The longest result.
    result: u64,
    /// All operations, the longest first.
    operations: Vec<u64>,
    /// All keys with the longest values that they may get.
    dictionary: u64,
    /// What is kept for the clients: of each its longest result and its longest operation.
    clients: u64,
}

impl Sizes {
    pub(super) fn of(workloads: &[Vec<Operation>]) -> Self {
        let mut longest_put: BTreeMap<&str, u64> = BTreeMap::new();
        let mut appended: BTreeMap<&str, u64> = BTreeMap::new();
        for operation in workloads.iter().flatten() {
            match operation {
                Operation::Put { key, value } => {
                    let longest = longest_put.entry(key).or_default();
                    *longest = (*longest).max(value.len() as u64);
                }
                Operation::Append { key, value } => {
                    *appended.entry(key).or_default() += value.len() as u64;
                }
                Operation::Get { .. } | Operation::Slice { .. } => {}
            }
        }
        let value = |key: &str| {
            let put = longest_put.get(key)?;
            Some(put + appended.get(key).copied().unwrap_or_default())
        };
        let dictionary = longest_put.keys().filter_map(|key| {
            let value = value(key)?;
            Some(key.len() as u64 + value + LENGTHS_BYTES)
        });
        let result = |operation: &Operation| match operation {
            Operation::Get { key } => value(key).unwrap_or_default(),
            Operation::Put { .. } | Operation::Slice { .. } | Operation::Append { .. } => 0,
        };
        let client = |workload: &Vec<Operation>| {
            let results = workload.iter().map(result).max().unwrap_or_default();
            let operations = workload.iter().map(length).max().unwrap_or_default();
            results + operations + STATEMENT_BYTES
        };
        let mut operations: Vec<u64> = workloads.iter().flatten().map(length).collect();
        operations.sort_unstable_by(|one, other| other.cmp(one));
        Self {
            operation: operations.first().copied().unwrap_or_default(),
            result: workloads
                .iter()
                .flatten()
                .map(result)
                .max()
                .unwrap_or_default(),
            operations,
            dictionary: dictionary.sum(),
            clients: workloads.iter().map(client).sum(),
        }
    }

    /// The longest message about one request.
    const fn request(&self, replicas: u64) -> u64 {
        (2 * replicas + 1) * self.operation + self.result + 2 * replicas * STATEMENT_BYTES
    }

    /// The longest history that a message may have in it.
    fn history(&self, replicas: u64, interval: u64, clients: u64) -> u64 {
        let slots = interval.saturating_mul(2).saturating_add(4 * clients);
        let slots = usize::try_from(slots).unwrap_or(usize::MAX);
        let slots = self.operations.iter().take(slots);
        slots
            .map(|operation| (replicas + 1) * (operation + STATEMENT_BYTES))
            .sum()
    }

    /// The longest state that a message may have in it.
    const fn state(&self) -> u64 {
        self.dictionary + self.clients
    }
}

/// What the lengths of two texts take, and what kind of thing they belong to.
const LENGTHS_BYTES: u64 = 9;

fn length(operation: &Operation) -> u64 {
    let (key, second) = match operation {
        Operation::Get { key } => (key, None),
        Operation::Put { key, value } | Operation::Append { key, value } => (key, Some(value)),
        Operation::Slice { key, slice } => (key, Some(slice)),
    };
    LENGTHS_BYTES + key.len() as u64 + second.map_or(0, |text| text.len() as u64)
}

impl Lowering<'_> {
    /// Refuses a scenario in whose runs a message may become too long.
    pub(super) fn sizes(
        &mut self,
        workloads: &[Vec<Operation>],
        replicas: u32,
        clients: u32,
        interval: u64,
    ) {
        let sizes = Sizes::of(workloads);
        let (replicas, clients) = (u64::from(replicas), u64::from(clients));
        let request = sizes.request(replicas);
        let history = sizes.history(replicas, interval, clients);
        let state = sizes.state();
        if request > MESSAGE_BYTES_MAX {
            let what = format!(
                "{replicas} replicas pass on this request in messages of up to {request} bytes"
            );
            let span = self.longest_call();
            self.too_long(
                span,
                &what,
                "ask for less at a time, or have fewer replicas",
            );
        } else if history > MESSAGE_BYTES_MAX {
            let what = format!("between two checkpoints a history grows to up to {history} bytes");
            let of_file = self.assignment(Parameter::CheckptInterval);
            let span = of_file.map(|assignment| assignment.target.span.clone());
            let span = span.unwrap_or_else(|| self.longest_call());
            self.too_long(
                span,
                &what,
                "let checkpoints be taken more often, or ask for less",
            );
        }
        if state > MESSAGE_BYTES_MAX {
            let what = format!(
                "all values together, and the last result of each client, grow to up to {state} bytes"
            );
            let span = self.longest_call();
            self.too_long(span, &what, "use shorter values, or fewer");
        }
    }

    fn too_long(&mut self, span: Range<usize>, what: &str, help: &str) {
        let message = format!("{what}, and a message has at most {MESSAGE_BYTES_MAX}");
        let error = Diagnostic::error(ScenarioMistake::TooLarge, span, message);
        self.diagnostics.push(error.with_help(help));
    }

    /// Where the request with the longest text stands; the first of several.
    fn longest_call(&self) -> Range<usize> {
        let calls = self.assignments.values().flat_map(|assignment| {
            let calls = match &assignment.value {
                Value::Operations(calls) => calls.as_slice(),
                Value::Failures(_) | Value::Text(_) => &[],
            };
            calls.iter()
        });
        let longest = calls.min_by_key(|call| {
            let length = |argument: &Argument| match argument {
                Argument::Text(text) | Argument::Word(text) => text.len(),
            };
            let arguments = call.value.arguments.iter();
            let length: usize = arguments.map(|argument| length(&argument.value)).sum();
            std::cmp::Reverse(length)
        });
        longest.map_or_else(|| self.end(), |call| call.span.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_grow_by_appends_and_are_kept_once_for_each_client() {
        let put = |key: &str, length: usize| Operation::Put {
            key: key.to_owned(),
            value: "x".repeat(length),
        };
        let append = Operation::Append {
            key: "k".to_owned(),
            value: "x".repeat(10),
        };
        let nowhere = Operation::Append {
            key: "nowhere".to_owned(),
            value: "x".repeat(10),
        };
        let get = Operation::Get {
            key: "k".to_owned(),
        };
        let workloads = [
            vec![put("k", 100), put("k", 70), append.clone(), nowhere],
            vec![append, get],
        ];
        let sizes = Sizes::of(&workloads);
        assert_eq!(sizes.result, 120);
        assert_eq!(sizes.dictionary, 1 + 120 + 9);
        assert_eq!(sizes.operations, [110, 80, 26, 20, 20, 10]);
        assert_eq!(sizes.clients, 110 + 160 + (120 + 20 + 160));
        assert_eq!(sizes.request(3), 7 * 110 + 120 + 6 * 160);
        assert_eq!(sizes.history(3, 1, 0), 4 * (110 + 80 + 2 * 160));
        assert_eq!(sizes.history(3, u64::MAX, 2), sizes.history(3, 1, 1));
    }
}
