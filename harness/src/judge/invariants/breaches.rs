//! What breaks an invariant, gathered until all was looked at.

use crate::judge::finding::Finding;

/// What broke an invariant: of all breaches the one that happened first.
#[derive(Debug, Default)]
pub(crate) struct Breaches {
    first: Option<(u64, String)>,
}

impl Breaches {
    /// Notes a breach; the sentence is written only if it is the first so far.
    pub(crate) fn add(&mut self, event: u64, detail: impl FnOnce() -> String) {
        if self.first.as_ref().is_none_or(|(first, _)| event < *first) {
            self.first = Some((event, detail()));
        }
    }

    /// Whether nothing was found.
    pub(crate) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Broken where something was found, else undecided where something is unknown, else held.
    pub(crate) fn finding(self, unknown: &[String]) -> Finding {
        match self.first {
            Some((event, detail)) => Finding::broken(detail).at(Some(event)),
            None if unknown.is_empty() => Finding::held(),
            None => Finding::undecided(unknown.join("; ")),
        }
    }
}
