//! Wedged messages: which histories are valid, and what they prove.
//!
//! Source: docs/protocol.md P7.2, P6.3 (e).

use std::sync::Arc;

use super::phase::Gathered;
use super::registry::Registry;
use crate::bounds::HISTORY_BYTES_MAX;
use crate::event::{Event, Misbehaviour};
use crate::history::History;
use crate::identity::{Position, ProcessId};
use crate::machine::{Effects, Refusal};
use crate::message::Wedged;
use crate::proof::{Flaw, OrderProof, SignedOrder, are_chain};
use crate::reason::Reason;
use crate::statement::Signed;

impl Gathered {
    /// P7.2: keeps a valid history, compares it with the others and looks for candidates anew.
    pub(super) fn add_history(
        &mut self,
        replica: Position,
        wedged: &Arc<Signed<Wedged>>,
        registry: &mut Registry,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if self.histories.contains_key(&replica) {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        }
        let configuration = registry.configuration;
        if let Err(reason) = registry.examine_wedged(replica, wedged) {
            effects.emit(Event::HistoryRefused {
                configuration,
                replica,
                reason,
            });
            return Err(Refusal::Refused(reason));
        }
        let history = &wedged.body.history;
        effects.emit(Event::HistoryAccepted {
            configuration,
            replica,
            history: history.id(configuration),
            checkpoint: history.checkpoint_slot(),
            entries: history.entries.len() as u64,
        });
        registry.pool.add_history(history);
        self.compare(replica, wedged, registry, effects);
        self.update_candidates(registry, effects);
        Ok(())
    }

    /// P7.2: convicts whoever signed an order statement, held by another history, that its own history
    /// should hold and does not, in both directions between the new history and the known ones.
    fn compare(
        &mut self,
        replica: Position,
        wedged: &Arc<Signed<Wedged>>,
        registry: &mut Registry,
        effects: &mut Effects,
    ) {
        self.histories.insert(replica, Arc::clone(wedged));
        let mut withheld: Vec<(Position, SignedOrder, Arc<Signed<Wedged>>)> = Vec::new();
        for (&other, theirs) in &self.histories {
            if other == replica {
                continue;
            }
            let pairs = [(replica, wedged, theirs), (other, theirs, wedged)];
            for (accused, own, witness) in pairs {
                let signed = signed_by(accused, &witness.body.history);
                let missing = signed
                    .into_iter()
                    .find(|order| !holds(&own.body.history, order, registry.first_slot));
                withheld.extend(missing.map(|order| (accused, order, Arc::clone(own))));
            }
        }
        for (accused, statement, wedged) in withheld {
            self.rule_out(accused, Reason::OrderWithheld, registry, effects);
            let proof = Misbehaviour::OrderWithheld { statement, wedged };
            registry.convict(accused, proof, effects);
        }
    }
}

impl Registry {
    /// Whether a wedged message is valid. Lengths come first, and the message's own signature before all
    /// others; what costs nothing comes before what is dear (P6.4).
    fn examine_wedged(&mut self, replica: Position, wedged: &Signed<Wedged>) -> Result<(), Reason> {
        let history = &wedged.body.history;
        if !self.is_within(history) {
            return Err(Reason::Oversized);
        }
        self.check_signer(replica, wedged)?;
        if wedged.body.configuration != self.configuration {
            return Err(Reason::OtherConfiguration);
        }
        self.examine_checkpoint_proof(history)?;
        let slots = std::iter::successors(Some(history.start(self.first_slot)), |slot| {
            Some(slot.next())
        });
        if !history
            .entries
            .iter()
            .zip(slots)
            .all(|(entry, slot)| entry.slot == slot)
        {
            return Err(Reason::HistoryHole);
        }
        let count = replica.index() + 1;
        let is_chain =
            |entry: &Arc<OrderProof>| are_chain(&entry.statements, self.configuration, count);
        if !history.entries.iter().all(is_chain) {
            return Err(Reason::MissingStatement);
        }
        for entry in &history.entries {
            let request = &entry.request;
            let client = ProcessId::Client(request.body.id.client);
            if request.signer != client || !self.keys.is_signed(request) {
                return Err(Reason::BadClientSignature);
            }
            entry
                .check(self.configuration, count, &mut self.keys)
                .map_err(Flaw::of_orders)?;
        }
        Ok(())
    }

    /// P1.9: whether a history is no longer, and no larger, than a correct replica lets its own become.
    fn is_within(&self, history: &History) -> bool {
        let bounds = self.bounds();
        let statements = history
            .checkpoint
            .as_ref()
            .map_or(0, |proof| proof.statements.len());
        statements <= bounds.replicas
            && history.entries.len() <= bounds.entries()
            && (history.entries.len() == 1 || history.entries_bytes() <= HISTORY_BYTES_MAX)
    }

    fn examine_checkpoint_proof(&mut self, history: &History) -> Result<(), Reason> {
        let Some(checkpoint) = &history.checkpoint else {
            return Ok(());
        };
        let agreed = checkpoint.agreed_state(self.configuration, self.parameters.quorum());
        let are_signed = checkpoint
            .check_statements(self.configuration, &mut self.keys)
            .is_ok();
        if agreed.is_none() || !are_signed || checkpoint.slot < self.first_slot {
            return Err(Reason::BadCheckpointProof);
        }
        Ok(())
    }
}

/// The order statements by a replica that another history holds.
fn signed_by(replica: Position, witness: &History) -> Vec<SignedOrder> {
    let statement = |entry: &Arc<OrderProof>| entry.statements.get(replica.index()).map(Arc::clone);
    witness.entries.iter().filter_map(statement).collect()
}

/// Whether a history holds what its replica has ordered, or need not since a checkpoint contains it.
fn holds(own: &History, order: &SignedOrder, first_slot: crate::identity::Slot) -> bool {
    order.body.slot < own.start(first_slot)
        || own.entry(order.body.slot).is_some_and(|entry| {
            let request = &entry.request.body;
            request.id == order.body.request && request.operation == order.body.operation
        })
}
