//! In what a run differs from a clause.

use std::fmt::Display;

use crate::judge::finding::Finding;

/// One thing in which a run differs from a clause.
pub(super) struct Flaw {
    detail: String,
    event: Option<u64>,
}

impl Flaw {
    pub(super) fn new(detail: impl Into<String>, event: Option<u64>) -> Self {
        Self {
            detail: detail.into(),
            event,
        }
    }
}

impl Finding {
    /// Broken by all these flaws, at the event of the first that has one; held where there is none.
    pub(super) fn of_flaws(flaws: Vec<Flaw>) -> Self {
        if flaws.is_empty() {
            return Self::held();
        }
        let event = flaws.iter().find_map(|flaw| flaw.event);
        let details: Vec<_> = flaws.into_iter().map(|flaw| flaw.detail).collect();
        Self::broken(details.join("; ")).at(event)
    }
}

/// `[1, 2]`, for messages.
pub(super) fn listed<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}
