//! A replica's history: its order proofs since its last completed checkpoint.
//!
//! Source: docs/protocol.md P3.6, P7.2, P7.3.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::bounds::bytes_of;
use crate::digest::Digest;
use crate::identity::{ConfigurationId, Slot};
use crate::proof::{CheckpointProof, OrderProof, SignedRequest};

/// A checkpoint proof, if there is one yet, and the order proofs of the slots after it.
///
/// Shape: entries in slot order; in a correct replica's history without holes, from the slot after
/// the checkpoint, or from the configuration's first slot where there is no checkpoint.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct History {
    /// The last completed checkpoint of the configuration.
    pub checkpoint: Option<Arc<CheckpointProof>>,
    /// The order proofs since.
    pub entries: Vec<Arc<OrderProof>>,
}

/// Names a history: two are the same when checkpoint slot, last slot and the request and operation
/// of every slot are; how many statements an entry carries does not count (P7.3).
pub type HistoryId = Digest;

/// A slot and the request in it: what a catch_up carries of a history.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct OrderedRequest {
    /// The slot.
    pub slot: Slot,
    /// The request in it, signed by its client.
    pub request: SignedRequest,
}

impl History {
    /// Keeps a newer checkpoint and drops the entries that it contains (P8.2).
    pub fn complete_checkpoint(&mut self, checkpoint: Arc<CheckpointProof>) {
        let kept = self
            .entries
            .partition_point(|entry| entry.slot <= checkpoint.slot);
        self.entries.drain(..kept);
        self.checkpoint = Some(checkpoint);
    }

    /// The slot of the checkpoint, if there is one.
    #[must_use]
    pub fn checkpoint_slot(&self) -> Option<Slot> {
        self.checkpoint.as_ref().map(|checkpoint| checkpoint.slot)
    }

    /// The first slot that the history covers, in a configuration that starts at `first_slot`.
    #[must_use]
    pub fn start(&self, first_slot: Slot) -> Slot {
        self.checkpoint_slot().map_or(first_slot, Slot::next)
    }

    /// The slot after the last one that the history covers.
    #[must_use]
    pub fn end(&self, first_slot: Slot) -> Slot {
        self.entries
            .last()
            .map_or_else(|| self.start(first_slot), |entry| entry.slot.next())
    }

    /// The entry of `slot`. Needs entries in slot order; a history with a hole is searched all the same.
    #[must_use]
    pub fn entry(&self, slot: Slot) -> Option<&Arc<OrderProof>> {
        let index = self
            .entries
            .binary_search_by_key(&slot, |entry| entry.slot)
            .ok()?;
        self.entries.get(index)
    }

    /// How many bytes its entries have.
    #[must_use]
    pub fn entries_bytes(&self) -> usize {
        self.entries.iter().map(bytes_of).sum()
    }

    /// Whether two histories have the same request and operation in every slot that both cover.
    #[must_use]
    pub fn is_consistent_with(&self, other: &Self) -> bool {
        self.entries.iter().all(|entry| {
            other
                .entry(entry.slot)
                .is_none_or(|theirs| theirs.request.body == entry.request.body)
        })
    }

    /// The history's name within `configuration`.
    #[must_use]
    pub fn id(&self, configuration: ConfigurationId) -> HistoryId {
        let requests: Vec<_> = self
            .entries
            .iter()
            .map(|e| (e.slot, &e.request.body))
            .collect();
        Digest::of_value(
            "history",
            &(configuration, self.checkpoint_slot(), requests),
        )
    }

    /// The slots and requests from `slot` on.
    #[must_use]
    pub fn since(&self, slot: Slot) -> Vec<OrderedRequest> {
        let from = self.entries.partition_point(|entry| entry.slot < slot);
        self.entries[from..]
            .iter()
            .map(|entry| OrderedRequest {
                slot: entry.slot,
                request: Arc::clone(&entry.request),
            })
            .collect()
    }
}
