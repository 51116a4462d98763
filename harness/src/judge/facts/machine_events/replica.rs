//! What replicas say of themselves.

use bcr_protocol::event::Event;
use bcr_protocol::identity::{Position, ProcessId, Slot};
use bcr_protocol::message::Suspicion;
use bcr_protocol::reason::Reason;

use crate::judge::facts::observe::{Observer, at, member};
use crate::judge::facts::observed::{Basis, CheckpointFacts, Execution, SuspicionFacts};
use crate::trace::Record;

impl<'t> Observer<'t> {
    pub(super) fn on_activated(&mut self, record: &Record) {
        if let Some(facts) = self.replica(record.process) {
            facts.activated.get_or_insert(record.n);
        }
    }

    pub(super) fn on_executed(&mut self, record: &'t Record, event: &'t Event) {
        let (
            Event::Executed {
                slot,
                request,
                operation,
                result,
                repeated,
            },
            Some(facts),
        ) = (event, self.replica(record.process))
        else {
            return;
        };
        let execution = Execution {
            slot: *slot,
            request: (*request).into(),
            operation,
            result,
            repeated: *repeated,
        };
        facts.executed.push(at(record, execution));
    }

    pub(super) fn on_checkpoint_completed(&mut self, record: &'t Record, event: &'t Event) {
        let source = self.handled.get(&record.process).copied();
        let (Event::CheckpointCompleted { slot, state }, Some(facts)) =
            (event, self.replica(record.process))
        else {
            return;
        };
        let checkpoint = CheckpointFacts {
            slot: *slot,
            state: *state,
            source,
        };
        facts.checkpoints.push(at(record, checkpoint));
    }

    /// The replica says by an event or by a message that it is immutable, whichever comes first (P7.1).
    pub(in crate::judge::facts) fn on_immutable(&mut self, record: &Record) {
        if let Some(facts) = self.replica(record.process) {
            facts.wedged.get_or_insert(record.n);
        }
    }

    pub(super) fn on_terminated(&mut self, record: &Record) {
        if let Some(facts) = self.replica(record.process) {
            facts.terminated = true;
            self.observed.timers.remove(&record.process);
        }
    }

    pub(super) fn on_suspected(&mut self, record: &Record, event: &Event) {
        if let Event::Suspected {
            suspect: Some(suspect),
            reason,
            slot,
            ..
        } = event
        {
            self.suspect(record, *suspect, *reason, *slot, Basis::Event);
        }
    }

    pub(super) fn on_divergence(&mut self, record: &'t Record, event: &Event) {
        if let Event::Divergence { slot, suspect } = event {
            let source = self.handled.get(&record.process).copied();
            let basis = Basis::Checkpoint(source);
            self.suspect(record, *suspect, Reason::Divergence, Some(*slot), basis);
        }
    }

    /// The request for reconfiguration that goes with a replica's suspicion (P6.1). A replica that says
    /// nothing of it but sends it suspects all the same.
    pub(in crate::judge::facts) fn on_replica_suspicion(
        &mut self,
        record: &Record,
        suspicion: &Suspicion,
    ) {
        let Some(suspect) = suspicion.suspect else {
            return;
        };
        let suspect_id = member(suspicion.configuration, suspect);
        let told = self.observed.suspicions.iter_mut().rev().find(|told| {
            told.by == record.process
                && told.suspect == suspect_id
                && (told.reason, told.slot) == (suspicion.reason, suspicion.slot)
                && matches!(told.basis, Some(Basis::Event))
        });
        match told {
            Some(told) => told.basis = None,
            None => {
                self.suspect(record, suspect, suspicion.reason, suspicion.slot, None);
            }
        }
    }

    fn suspect(
        &mut self,
        record: &Record,
        suspect: Position,
        reason: Reason,
        slot: Option<Slot>,
        basis: impl Into<Option<Basis<'t>>>,
    ) {
        let ProcessId::Replica(accuser) = record.process else {
            return;
        };
        self.observed.suspicions.push(SuspicionFacts {
            n: record.n,
            at: record.at,
            suspect: member(accuser.configuration, suspect),
            by: record.process,
            reason,
            slot,
            basis: basis.into(),
        });
    }
}
