//! In what a run differs from a clause.

use std::fmt::Display;

use crate::judge::finding::Finding;

/// One thing in which a run differs from a clause.
pub(super) struct Mismatch {
    detail: String,
    event: Option<u64>,
}

impl Mismatch {
    pub(super) fn new(detail: impl Into<String>, event: Option<u64>) -> Self {
        Self {
            detail: detail.into(),
            event,
        }
    }
}

impl Finding {
    /// Broken by all these mismatches, at the event of the first that has one; held where there is none.
    pub(super) fn of_mismatches(mismatches: Vec<Mismatch>) -> Self {
        if mismatches.is_empty() {
            return Self::held();
        }
        let event = mismatches.iter().find_map(|mismatch| mismatch.event);
        let details: Vec<_> = mismatches
            .into_iter()
            .map(|mismatch| mismatch.detail)
            .collect();
        Self::broken(details.join("; ")).at(event)
    }
}

/// `[1, 2]`, for messages.
pub(super) fn listed<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}
