//! Catch-up and state transfer: following a history on a copy of the wedged state.
//!
//! Source: docs/protocol.md P7.4, P7.5, P4.6.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Complaint, Mode, Replica};
use crate::digest::Digest;
use crate::event::Event;
use crate::history::HistoryId;
use crate::identity::{ClientId, ConfigurationId, ProcessId};
use crate::machine::Effects;
use crate::message::{CatchUp, CaughtUp, CaughtUpResult, GetRunningState, Message, StateTransfer};
use crate::proof::SignedRequest;
use crate::reason::Reason;
use crate::running_state::{RunningState, Sequence};
use crate::statement::{CaughtUpStatement, Signed, Statement};

impl Replica {
    /// P7.4: applies what it lacks of a history to a copy of its state, never to the state itself,
    /// since another catch_up may follow another history.
    pub(super) fn on_catch_up(
        &mut self,
        from: ProcessId,
        catch_up: &Signed<CatchUp>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        self.admit_order(from, catch_up, catch_up.body.configuration)?;
        let id = catch_up.body.history;
        if let Some((_, report)) = self.followed.get(&id) {
            effects.send(ProcessId::Olympus, report.clone());
            return Ok(());
        }
        let (state, last_requests) = self.follow(&catch_up.body)?;
        let caught_up = self.signer.sign(CaughtUp {
            configuration: self.id.configuration,
            history: id,
            state: state.hash(),
            results: self.caught_up_results(id, &state, &last_requests),
        });
        effects.emit(Event::CaughtUp {
            history: id,
            entries: catch_up.body.entries.len() as u64,
            state: caught_up.body.state,
        });
        let report = Message::CaughtUp(Arc::new(caught_up));
        effects.send(ProcessId::Olympus, report.clone());
        self.followed.insert(id, (state, report));
        Ok(())
    }

    /// P7.5: sends the state that it reached by the chosen history.
    pub(super) fn on_get_running_state(
        &mut self,
        from: ProcessId,
        request: &Signed<GetRunningState>,
        effects: &mut Effects,
    ) -> Result<(), Complaint> {
        self.admit_order(from, request, request.body.configuration)?;
        let history = request.body.history;
        let Some((state, _)) = self.followed.get(&history) else {
            return Err(Complaint::ignored(Reason::NotAddressed));
        };
        let configuration = self.id.configuration;
        let transfer = self.signer.sign(StateTransfer {
            configuration,
            history,
            state: state.clone(),
        });
        effects.send(
            ProcessId::Olympus,
            Message::RunningState(Arc::new(transfer)),
        );
        Ok(())
    }

    /// Whether it is an order by Olympus to this replica as an immutable one.
    fn admit_order<T: Statement>(
        &mut self,
        from: ProcessId,
        order: &Signed<T>,
        configuration: ConfigurationId,
    ) -> Result<(), Complaint> {
        if !self.is_by_olympus(from, order) {
            return Err(Complaint::refused(Reason::BadSignature));
        }
        if configuration != self.id.configuration {
            return Err(Complaint::ignored(Reason::OtherConfiguration));
        }
        match self.mode {
            Mode::Immutable => Ok(()),
            Mode::Pending | Mode::Active => Err(Complaint::ignored(Reason::NotAddressed)),
        }
    }

    /// The state after the history, and each client's last request in it or in this configuration.
    fn follow(
        &mut self,
        catch_up: &CatchUp,
    ) -> Result<(RunningState, BTreeMap<ClientId, SignedRequest>), Complaint> {
        let mut state = self.state.clone();
        let mut last_requests = self.last_requests.clone();
        let mut next_slot = self.next_slot;
        for entry in &catch_up.entries {
            let request = &entry.request.body;
            if entry.slot != next_slot || !self.is_authentic(&entry.request) {
                return Err(Complaint::refused(Reason::BadCatchUp));
            }
            next_slot = next_slot.next();
            match state.sequence(request.id) {
                // P4.6: takes its slot and changes nothing, not the remembered request either.
                Sequence::Stale => continue,
                Sequence::Ahead => return Err(Complaint::refused(Reason::RequestAhead)),
                Sequence::Repeated | Sequence::Next => {}
            }
            if let Some(outcome) = state.evaluate(request.id, &request.operation) {
                state.commit(entry.slot, request.id, &request.operation, outcome);
                last_requests.insert(request.id.client, Arc::clone(&entry.request));
            }
        }
        Ok((state, last_requests))
    }

    fn caught_up_results(
        &self,
        history: HistoryId,
        state: &RunningState,
        last_requests: &BTreeMap<ClientId, SignedRequest>,
    ) -> Vec<CaughtUpResult> {
        let result = |(client, request): (&ClientId, &SignedRequest)| {
            let last = state.last(*client)?;
            let statement = self.signer.sign(CaughtUpStatement {
                configuration: self.id.configuration,
                history,
                slot: last.slot,
                request: request.body.id,
                operation: Arc::clone(&request.body.operation),
                result: Digest::of(&last.result),
            });
            Some(CaughtUpResult {
                result: last.result.clone(),
                statement: Arc::new(statement),
            })
        };
        last_requests.iter().filter_map(result).collect()
    }
}
