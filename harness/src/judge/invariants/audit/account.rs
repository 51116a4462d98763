//! Whether what processes say of themselves is borne out by the messages that they handled.
//!
//! Source: docs/protocol.md P6.1, P6.2, P7.1, P7.5, P8.3.

use bcr_protocol::identity::{ConfigurationId, ProcessId};
use bcr_protocol::message::Message;

use crate::judge::facts::{
    At, Basis, ConfigurationFacts, Handled, HistoryFacts, RequestedFacts, StateFacts,
    SuspicionFacts,
};
use crate::judge::invariants::audit::claim::name;
use crate::judge::invariants::audit::{Audit, Verified};

impl Audit<'_> {
    /// P6.2: the request for reconfiguration that Olympus says it accepted is the one that it handled.
    pub(crate) fn requested(
        &mut self,
        number: ConfigurationId,
        requested: &RequestedFacts<'_>,
    ) -> Verified {
        let Some(Handled {
            from,
            message: Message::ReconfigurationRequest(request),
        }) = requested.source
        else {
            return Err("no such request precedes it".to_owned());
        };
        let (signed, body) = (&request.signed, &request.signed.body);
        if signed.signer != from || !self.is_signed(signed) {
            return Err(format!("it does not bear the signature of {from}"));
        }
        let has = (body.configuration, body.reason, body.suspect, body.slot);
        let said = (number, requested.reason, requested.suspect, requested.slot);
        if (from, has) != (requested.from, said) {
            return Err("it says something else".to_owned());
        }
        Ok(())
    }

    /// P7.1: a history that Olympus says it accepted was told by its replica.
    pub(crate) fn accepted_history(
        &mut self,
        number: ConfigurationId,
        configuration: &ConfigurationFacts<'_>,
        accepted: &At<HistoryFacts>,
    ) -> Verified {
        let process = ProcessId::replica(number, accepted.value.replica);
        let told = configuration.histories.iter().find(|wedged| {
            wedged.n < accepted.n
                && wedged.value.signer == process
                && name(number, &wedged.value.body.history) == accepted.value.history
        });
        match told {
            Some(told) if self.is_signed(told.value) => Ok(()),
            Some(_) => Err("it is badly signed".to_owned()),
            None => Err("the replica did not tell it".to_owned()),
        }
    }

    /// P7.5: the running state that Olympus says it took came from that replica, and has the hash that
    /// the quorum reported.
    pub(crate) fn state(
        &mut self,
        number: ConfigurationId,
        configuration: &ConfigurationFacts<'_>,
        state: &At<StateFacts<'_>>,
    ) -> Verified {
        let Some(Handled {
            message: Message::RunningState(sent),
            ..
        }) = state.value.source
        else {
            return Err("no such message precedes it".to_owned());
        };
        let process = ProcessId::replica(number, state.value.replica);
        if sent.signer != process || !self.is_signed(sent) {
            return Err(format!("it does not bear the signature of {process}"));
        }
        let chosen = configuration.quorums.iter().rev();
        let chosen = chosen.clone().find(|quorum| quorum.n < state.n);
        if chosen.is_none_or(|chosen| chosen.value.state != sent.body.state.hash()) {
            return Err("its hash is not the one that the quorum reported".to_owned());
        }
        Ok(())
    }

    /// P6.1, P8.3: whoever suspects asks for reconfiguration, or shows a completed checkpoint in which
    /// the suspect's state is not that of a quorum.
    pub(crate) fn suspicion(&mut self, suspicion: &SuspicionFacts<'_>) -> Verified {
        let source = match suspicion.basis {
            None => return Ok(()),
            Some(Basis::Event) => {
                return Err("asks for no reconfiguration".to_owned());
            }
            Some(Basis::Checkpoint(source)) => source,
        };
        let Some(Message::CompletedCheckpoint(checkpoint)) = source.map(|source| source.message)
        else {
            return Err("no completed checkpoint precedes it".to_owned());
        };
        let suspect = ProcessId::Replica(suspicion.suspect);
        let statements = &checkpoint.proof.statements;
        let own = statements.iter().find(|one| one.signer == suspect);
        let Some(own) = own.filter(|own| Some(own.body.slot) == suspicion.slot) else {
            return Err("the checkpoint has no such statement of it".to_owned());
        };
        let mut others = statements.iter().filter(|one| one.body != own.body);
        let configuration = suspicion.suspect.configuration;
        let is_contradicted = others.any(|other| {
            self.quorum_of(configuration, &other.body, statements)
                .is_ok()
        });
        if !is_contradicted || !self.is_signed(own) {
            return Err("no quorum contradicts it".to_owned());
        }
        Ok(())
    }
}
