//! The agreed history: what the run ordered, slot by slot.
//!
//! For a configuration that was closed it is the history that the last quorum agreed on: up to its
//! checkpoint what correct replicas executed, then the quorum's entries. For the last configuration it
//! is the longest history of a correct replica, from the configuration's first slot.
//!
//! Source: docs/protocol.md P11.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ConfigurationId, RequestId, Slot};
use bcr_protocol::proof::SignedRequest;

use crate::judge::facts::observed::Observed;

/// The agreed history.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agreed<'t> {
    /// Slot by slot.
    pub(crate) entries: BTreeMap<Slot, AgreedEntry<'t>>,
    /// The slot after the last one of each configuration that was closed.
    pub(crate) ends: BTreeMap<ConfigurationId, Slot>,
    /// Why the history is not known in full; empty where it is.
    pub(crate) gaps: Vec<String>,
    /// The lowest slot that holds each request: where it took effect.
    pub(crate) slots: BTreeMap<RequestId, Slot>,
}

/// One slot of the agreed history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgreedEntry<'t> {
    /// The configuration that ordered it.
    pub(crate) configuration: ConfigurationId,
    pub(crate) request: RequestId,
    pub(crate) operation: &'t Operation,
    /// The request with its client's signature, where the quorum gave it.
    pub(crate) signed: Option<&'t SignedRequest>,
    /// The event that the entry was read from.
    pub(crate) event: u64,
}

impl AgreedEntry<'_> {
    /// Whether the slot holds this very request.
    pub(crate) fn is(&self, request: RequestId, operation: &Operation) -> bool {
        self.request == request && self.operation == operation
    }
}

impl<'t> Agreed<'t> {
    /// The agreed history of a run.
    pub(crate) fn of(observed: &Observed<'t>) -> Self {
        let mut agreed = Self::default();
        let last = observed.last_configuration();
        let mut expected = ConfigurationId::default();
        for &number in observed
            .configurations
            .range(..last)
            .map(|(number, _)| number)
        {
            agreed.note_unknown(expected, number);
            expected = number.next();
            if observed.closing(number).is_some() {
                agreed.add_closed(observed, number);
            } else {
                agreed.note_unclosed(number);
            }
        }
        agreed.note_unknown(expected, last);
        if observed.closing(last).is_some() {
            agreed.add_closed(observed, last);
        } else {
            agreed.add_last(observed, last);
        }
        let last = agreed.entries.last_key_value().map(|(slot, _)| slot.0);
        if let Some(last) = last {
            agreed.note_holes(last);
        }
        for (&slot, entry) in &agreed.entries {
            agreed.slots.entry(entry.request).or_insert(slot);
        }
        agreed
    }

    /// Notes the configurations from `expected` to before `number`, which left no fact: at most one note,
    /// however large the numbers in a trace file are.
    fn note_unknown(&mut self, expected: ConfigurationId, number: ConfigurationId) {
        if expected < number {
            self.note_unclosed(expected);
        }
    }

    fn note_unclosed(&mut self, number: ConfigurationId) {
        self.gaps.push(format!(
            "no quorum is known that closed configuration {number}"
        ));
    }

    /// The configuration that was closed by the last quorum formed in it.
    fn add_closed(&mut self, observed: &Observed<'t>, number: ConfigurationId) {
        let (Some(closing), Some(first)) = (observed.closing(number), observed.first_slot(number))
        else {
            self.gaps.push(format!(
                "configuration {number} is not known to have started"
            ));
            return;
        };
        let start = closing.value.checkpoint.map_or(first, Slot::next);
        self.add_executed(observed, number, |slot| slot < start);
        for ordered in closing.value.entries {
            let entry = AgreedEntry {
                configuration: number,
                request: ordered.request.body.id,
                operation: &ordered.request.body.operation,
                signed: Some(&ordered.request),
                event: closing.n,
            };
            self.entries.insert(ordered.slot, entry);
        }
        let end = closing
            .value
            .entries
            .last()
            .map_or(start, |entry| entry.slot.next());
        self.ends.insert(number, end);
        if end > first {
            self.note_holes(end.0 - 1);
        }
    }

    fn add_last(&mut self, observed: &Observed<'t>, number: ConfigurationId) {
        self.add_executed(observed, number, |_| true);
        if observed
            .faulty()
            .get(&number)
            .is_some_and(|f| f.len() >= observed.premises.replicas())
        {
            self.gaps
                .push(format!("configuration {number} has no correct replica"));
        }
    }

    /// What correct replicas of the configuration executed. They agree, or agreement is broken; the
    /// first to have executed a slot speaks for it.
    fn add_executed(
        &mut self,
        observed: &Observed<'t>,
        number: ConfigurationId,
        is_wanted: impl Fn(Slot) -> bool,
    ) {
        for (_, replica) in observed.correct_in(number) {
            for (event, own) in replica.own_history() {
                if is_wanted(own.slot) {
                    let entry = AgreedEntry {
                        configuration: number,
                        request: own.request,
                        operation: own.operation,
                        signed: None,
                        event,
                    };
                    let known = self.entries.entry(own.slot).or_insert(entry);
                    if known.configuration == number && entry.event < known.event {
                        *known = entry;
                    }
                }
            }
        }
    }

    /// Notes the slots up to `last` that nobody is known to have filled.
    fn note_holes(&mut self, last: u64) {
        let mut expected = 0;
        for slot in self.entries.range(..=Slot(last)).map(|(slot, _)| slot.0) {
            if slot > expected {
                self.gaps.push(missing(expected, slot - 1));
            }
            expected = slot.saturating_add(1);
        }
        if expected <= last {
            self.gaps.push(missing(expected, last));
        }
        self.gaps.sort();
        self.gaps.dedup();
    }
}

fn missing(from: u64, to: u64) -> String {
    if from == to {
        format!("slot {from} of the agreed history is not known")
    } else {
        format!("slots {from} to {to} of the agreed history are not known")
    }
}
