//! What a run was, as far as its trace says: first what was observed, then what follows from all of it.
//!
//! What each fact is taken from, and what holds it to account, stands in docs/expectations.md.
//!
//! Source: docs/protocol.md P11.

mod agreed;
mod machine_events;
mod observe;
mod observed;
mod own;

pub(crate) use self::agreed::{Agreed, AgreedEntry};
pub(crate) use self::observed::Observed;
pub(crate) use self::observed::{
    Acceptance, At, Basis, CheckpointFacts, ConfigurationFacts, Execution, FailureFacts, Handled,
    HistoryFacts, LastState, QuorumFacts, ReplicaFacts, RequestFacts, RequestedFacts, StateFacts,
    SuspicionFacts,
};
pub(crate) use self::own::OwnEntry;
use crate::judge::premises::Premises;
use crate::trace::Trace;

/// Everything that invariants and the outcome ask of a run.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'t> {
    /// What the trace says.
    pub(crate) run: Observed<'t>,
    /// The history that follows from it.
    pub(crate) agreed: Agreed<'t>,
}

impl<'t> Facts<'t> {
    /// Reads a trace in one pass, and puts the agreed history together.
    #[must_use]
    pub(crate) fn read(premises: &'t Premises, trace: &'t Trace) -> Self {
        let run = observe::observe(premises, trace);
        let agreed = Agreed::of(&run);
        Self { run, agreed }
    }
}
