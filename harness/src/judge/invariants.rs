//! Whether a run kept the invariants of P11: decided from the trace's typed events, by code of its own.
//!
//! [`Facts::read`] puts a trace in order; [`judge`] decides the nine invariants, one file each;
//! [`waiting()`](crate::judge::waiting()) says
//! what a run that did not come to rest was waiting for. Nothing here reads log text, and nothing trusts what a machine concluded where the messages themselves can be compared.
//!
//! Source: docs/protocol.md P11.

use crate::expectation::Invariant;
use crate::judge::facts::Facts;
use crate::judge::finding::Finding;
use crate::judge::invariants::audit::Audit;
use crate::outcome::InvariantOutcome;

use audit::KeyOf;

mod audit;
mod breaches;
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
pub(crate) fn judge(facts: &Facts<'_>, key_of: KeyOf<'_>) -> Vec<InvariantOutcome> {
    let mut audit = Audit::new(facts.run.premises.t, key_of);
    let all = Invariant::ALL.iter();
    all.map(|invariant| {
        let finding = match invariant {
            Invariant::Agreement => agreement::decide(facts, &mut audit),
            Invariant::Validity => validity::decide(facts, &mut audit),
            Invariant::Linearizability => linearizability::decide(facts),
            Invariant::Durability => durability::decide(facts),
            Invariant::NoHoles => no_holes::decide(facts),
            Invariant::Wedge => wedge::decide(facts),
            Invariant::Accountability => accountability::decide(facts, &mut audit),
            Invariant::Liveness => liveness::decide(facts),
            Invariant::State => state::decide(facts),
        };
        reported(*invariant, finding)
    })
    .collect()
}

fn reported(name: Invariant, finding: Finding) -> InvariantOutcome {
    InvariantOutcome {
        name,
        held: finding.held,
        detail: finding.detail,
        event: finding.event,
    }
}
