//! Whether accepted results, completed checkpoints and quorums are what they are said to be.
//!
//! Source: docs/protocol.md P4.5, P7.5, P7.6, P8.2.

use std::collections::BTreeSet;
use std::sync::Arc;

use bcr_language::words::counted;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::history::{History, HistoryId};
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, RequestId};
use bcr_protocol::message::{Answer, AnsweredBy, Message, OlympusResult, Wedged};
use bcr_protocol::proof::CheckpointProof;
use bcr_protocol::statement::{CheckpointStatement, ResultStatement, Signed};

use crate::judge::facts::{
    Acceptance, At, CheckpointFacts, ConfigurationFacts, Handled, HistoryFacts, QuorumFacts,
};
use crate::judge::invariants::audit::{Audit, Verified};

impl Audit<'_> {
    /// Verifies the message from which a client accepted a result.
    pub(crate) fn acceptance(
        &mut self,
        request: RequestId,
        operation: &Operation,
        accepted: &Acceptance<'_>,
    ) -> Verified {
        let Some(Handled { from, message }) = accepted.source else {
            return Err("no message precedes it".to_owned());
        };
        if from != accepted.from {
            return Err(format!("it came from {from}, and not {}", accepted.from));
        }
        let by = match message {
            Message::Result(answer) => {
                self.answer(request, operation, accepted, &answer.answer)?;
                answer.by
            }
            Message::OlympusResult(result) => {
                self.olympus_result(request, operation, accepted, result)?;
                AnsweredBy::Olympus
            }
            other => return Err(format!("it came with a {} message", other.kind())),
        };
        if by != accepted.by {
            return Err(format!("it came by {by}, and not by {}", accepted.by));
        }
        Ok(())
    }

    /// P4.5: a complete order proof, and `t + 1` result statements that agree.
    fn answer(
        &mut self,
        request: RequestId,
        operation: &Operation,
        accepted: &Acceptance<'_>,
        answer: &Answer,
    ) -> Verified {
        let proof = &answer.order_proof;
        let named = (answer.configuration, proof.slot, &*answer.result);
        if named != (accepted.configuration, accepted.slot, accepted.result) {
            return Err("the message names another configuration, slot or result".to_owned());
        }
        if proof.request.body.id != request || *proof.request.body.operation != *operation {
            return Err("the message answers another request".to_owned());
        }
        self.complete(answer.configuration, proof)?;
        let body = ResultStatement {
            configuration: answer.configuration,
            slot: proof.slot,
            request,
            operation: Arc::clone(&proof.request.body.operation),
            result: Digest::of(&answer.result),
        };
        self.quorum_of(answer.configuration, &body, &answer.result_proof)
    }

    /// P7.6: Olympus's signature, and `t + 1` equal caught-up result statements.
    fn olympus_result(
        &mut self,
        request: RequestId,
        operation: &Operation,
        accepted: &Acceptance<'_>,
        result: &Signed<OlympusResult>,
    ) -> Verified {
        if result.signer != ProcessId::Olympus || !self.is_signed(result) {
            return Err("it does not bear Olympus's signature".to_owned());
        }
        let body = &result.body;
        let named = (body.configuration, body.slot, &*body.result);
        if named != (accepted.configuration, accepted.slot, accepted.result) {
            return Err("the message names another configuration, slot or result".to_owned());
        }
        let Some(first) = body.proof.first() else {
            return Err("it has no statements".to_owned());
        };
        let vouched = &first.body;
        if (body.request, vouched.request) != (request, request)
            || *vouched.operation != *operation
            || vouched.configuration != body.configuration
            || vouched.slot != body.slot
            || vouched.result != Digest::of(&body.result)
        {
            return Err("its statements vouch for another request or result".to_owned());
        }
        self.quorum_of(body.configuration, vouched, &body.proof)
    }

    /// P8.2: all replicas signed for a checkpoint that a replica completed, and `t + 1` vouch for its
    /// state.
    pub(crate) fn checkpoint(
        &mut self,
        configuration: ConfigurationId,
        completed: &CheckpointFacts<'_>,
    ) -> Verified {
        let Some(Message::CompletedCheckpoint(message)) =
            completed.source.map(|handled| handled.message)
        else {
            return Err("no completed checkpoint precedes it".to_owned());
        };
        let body = CheckpointStatement {
            configuration,
            slot: completed.slot,
            state: completed.state,
        };
        let statements = &message.proof.statements;
        let signers = statements.iter().map(|one| one.signer);
        let chain = (0..).take(self.replicas).map(Position);
        if !signers.eq(chain.map(|position| ProcessId::replica(configuration, position))) {
            return Err("it is not signed by every replica in its place".to_owned());
        }
        for one in statements {
            let place = (one.body.configuration, one.body.slot);
            if place != (configuration, completed.slot) || !self.is_signed(one) {
                return Err(format!("the statement of {} is not good", one.signer));
            }
        }
        self.quorum_of(configuration, &body, statements)
    }

    /// P7.5: `t + 1` different replicas reported this hash for this history, and Olympus had their
    /// reports when it chose them.
    pub(crate) fn quorum(
        &mut self,
        number: ConfigurationId,
        configuration: &ConfigurationFacts<'_>,
        quorum: &At<QuorumFacts<'_>>,
    ) -> Verified {
        let members: BTreeSet<_> = quorum.value.members.iter().collect();
        if members.len() != self.quorum || quorum.value.members.len() != self.quorum {
            return Err(format!(
                "it has {} where {} are needed",
                counted(members.len(), "different member"),
                self.quorum
            ));
        }
        for &&member in &members {
            let process = ProcessId::replica(number, member);
            let report = configuration.reports.iter().find(|report| {
                let body = &report.value.body;
                report.n < quorum.n
                    && report.value.signer == process
                    && body.history == quorum.value.history
                    && body.state == quorum.value.state
            });
            match report {
                Some(report) if self.is_signed(report.value) => {
                    let is_told = |history: &At<HistoryFacts>| {
                        history.n < quorum.n && history.value.replica == member
                    };
                    if !configuration.accepted.iter().any(is_told) {
                        return Err(format!("replica {member} told no valid history"));
                    }
                }
                Some(_) => return Err(format!("the report of replica {member} is badly signed")),
                None => return Err(format!("replica {member} did not report this state")),
            }
        }
        self.history(number, configuration, quorum)
    }

    /// P7.3: somebody told the history that the quorum agreed on, and its entries after the checkpoint
    /// are those that count.
    fn history(
        &mut self,
        number: ConfigurationId,
        configuration: &ConfigurationFacts<'_>,
        quorum: &At<QuorumFacts<'_>>,
    ) -> Verified {
        let told: Vec<&Signed<Wedged>> = configuration
            .histories
            .iter()
            .filter(|wedged| wedged.n < quorum.n)
            .map(|wedged| wedged.value)
            .collect();
        let agreed = told.iter().find(|wedged| {
            name(number, &wedged.body.history) == quorum.value.history
                && self.is_member(number, wedged.signer)
                && self.is_signed(wedged)
        });
        let Some(agreed) = agreed.map(|wedged| &wedged.body.history) else {
            return Err("nobody told the history that it agreed on".to_owned());
        };
        let settled = quorum.value.checkpoint;
        let own = agreed.checkpoint.as_ref().map(|checkpoint| checkpoint.slot);
        if settled < own {
            return Err("its checkpoint is older than that of its history".to_owned());
        }
        let kept = agreed.entries.iter();
        let kept = kept.filter(|entry| settled.is_none_or(|settled| entry.slot > settled));
        let is_kept = kept
            .map(|entry| (entry.slot, &entry.request.body))
            .eq(quorum
                .value
                .entries
                .iter()
                .map(|entry| (entry.slot, &entry.request.body)));
        if !is_kept {
            return Err("its entries are not those of the history that was told".to_owned());
        }
        let Some(settled) = settled else {
            return Ok(());
        };
        let is_proved = told
            .iter()
            .filter_map(|wedged| wedged.body.history.checkpoint.as_ref())
            .filter(|checkpoint| checkpoint.slot == settled)
            .any(|checkpoint| self.is_proved(number, checkpoint));
        if !is_proved {
            return Err(format!(
                "no checkpoint of slot {settled} was told with a proof"
            ));
        }
        Ok(())
    }

    /// P3.5: whether `t + 1` replicas vouch for one state.
    fn is_proved(&mut self, number: ConfigurationId, checkpoint: &CheckpointProof) -> bool {
        let bodies: Vec<_> = checkpoint.statements.iter().map(|one| &one.body).collect();
        bodies.iter().any(|body| {
            (body.configuration, body.slot) == (number, checkpoint.slot)
                && self
                    .quorum_of(number, *body, &checkpoint.statements)
                    .is_ok()
        })
    }
}

/// The name of a history (P7.3).
pub(super) fn name(configuration: ConfigurationId, history: &History) -> HistoryId {
    let checkpoint = history
        .checkpoint
        .as_ref()
        .map(|checkpoint| checkpoint.slot);
    let entries = history.entries.iter();
    let requests: Vec<_> = entries
        .map(|entry| (entry.slot, &entry.request.body))
        .collect();
    Digest::of_value("history", &(configuration, checkpoint, requests))
}
