//! Whether a run kept the invariants of P11: decided from the trace's typed events, by code of its own.
//!
//! [`facts::Facts::read`] puts a trace in order; [`judge`] decides the nine invariants, one file each;
//! [`waiting()`] says what a run that did not come to rest was waiting for. Nothing here reads log text,
//! and nothing trusts what a machine concluded where the messages themselves can be compared.
//!
//! Source: docs/protocol.md P11.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ReplicaId, RequestId};

use crate::judge::facts::Facts;
use crate::judge::invariants::audit::Audit;
use crate::outcome::InvariantOutcome;

pub use audit::KeyOf;

mod audit;
mod object;
mod replay;
mod search;

mod accountability;
mod agreement;
mod durability;
mod linearizability;
mod liveness;
mod no_holes;
mod state;
mod validity;
mod wedge;

#[cfg(test)]
mod sweep;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

/// Decides the invariants of P11, in the order of that rule.
///
/// All are decided where they can be, also outside the promise, where none is owed. `key_of` gives the
/// public keys of the run's processes.
#[must_use]
pub fn judge(facts: &Facts<'_>, key_of: KeyOf<'_>) -> Vec<InvariantOutcome> {
    let mut audit = Audit::new(facts.run.premises.t, key_of);
    let findings = [
        ("agreement", agreement::check(facts, &mut audit)),
        ("validity", validity::check(facts, &mut audit)),
        ("linearizability", linearizability::check(facts)),
        ("durability", durability::check(facts)),
        ("no_holes", no_holes::check(facts)),
        ("wedge", wedge::check(facts)),
        ("accountability", accountability::check(facts, &mut audit)),
        ("liveness", liveness::check(facts)),
        ("state", state::check(facts)),
    ];
    findings
        .into_iter()
        .map(|(name, finding)| finding.into_outcome(name))
        .collect()
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It held.
    Held,
    /// It broke, at this event where there is one.
    Broken(Option<u64>, String),
    /// It could not be decided, and why.
    Undecided(String),
}

impl Finding {
    /// Broken where something was found, else undecided where something is unknown, else held.
    fn of(breaches: Breaches, unknown: &[String]) -> Self {
        match breaches.first {
            Some((event, detail)) => Self::Broken(Some(event), detail),
            None if unknown.is_empty() => Self::Held,
            None => Self::Undecided(unknown.join("; ")),
        }
    }

    fn into_outcome(self, name: &str) -> InvariantOutcome {
        let (held, detail, event) = match self {
            Self::Held => (Some(true), String::new(), None),
            Self::Broken(event, detail) => (Some(false), detail, event),
            Self::Undecided(why) => (None, why, None),
        };
        InvariantOutcome {
            name: name.to_owned(),
            held,
            detail,
            event,
        }
    }
}

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
}

/// A replica in a sentence.
pub(crate) fn the_replica(replica: ReplicaId) -> String {
    format!(
        "replica {} of configuration {}",
        replica.position, replica.configuration
    )
}

/// A request in a sentence.
pub(crate) fn the_request(request: RequestId, operation: &Operation) -> String {
    format!("request {request} {operation}")
}
