//! The one queue of a simulation, ordered by time and, at the same time, by insertion.

use std::collections::BTreeMap;

use crate::trace::Micros;

/// What is due when. A tie has one answer: first in, first out.
#[derive(Debug)]
pub(super) struct Queue<T> {
    due: BTreeMap<Ticket, T>,
    inserted: u64,
}

/// Names an entry, for as long as it is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    at: Micros,
    sequence: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            due: BTreeMap::new(),
            inserted: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Adds an entry that is due at `at`.
    pub(super) fn insert(&mut self, at: Micros, entry: T) -> Ticket {
        let ticket = Ticket {
            at,
            sequence: self.inserted,
        };
        self.inserted += 1;
        self.due.insert(ticket, entry);
        ticket
    }

    /// Takes an entry out before it is due.
    pub(super) fn remove(&mut self, ticket: Ticket) {
        self.due.remove(&ticket);
    }

    /// Takes the first entry.
    pub(super) fn pop(&mut self) -> Option<(Micros, T)> {
        self.due
            .pop_first()
            .map(|(ticket, entry)| (ticket.at, entry))
    }

    /// When the first entry is due.
    pub(super) fn next(&self) -> Option<Micros> {
        self.due.first_key_value().map(|(ticket, _)| ticket.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_by_time_and_then_in_the_order_of_insertion() {
        let mut queue = Queue::default();
        for (at, entry) in [(2, "c"), (1, "a"), (2, "d"), (1, "b")] {
            queue.insert(Micros(at), entry);
        }
        let cancelled = queue.insert(Micros(0), "never");
        queue.remove(cancelled);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|(_, entry)| entry)
            .collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }
}
