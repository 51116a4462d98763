//! The one pass over the trace: what happens around the machines, and what messages show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, ReplicaId};
use bcr_protocol::message::Message;
use bcr_protocol::proof::{OrderProof, SignedResult};

use crate::judge::facts::observed::{
    At, ConfigurationFacts, FailureFacts, Handled, LastState, Observed, ReplicaFacts,
};
use crate::judge::premises::Premises;
use crate::trace::{HarnessEvent, Micros, Record, Trace, TraceEvent};

/// Reads a trace in one pass.
pub(super) fn observe<'t>(premises: &'t Premises, trace: &'t Trace) -> Observed<'t> {
    let mut observer = Observer::new(premises);
    for record in &trace.records {
        observer.observe(record);
    }
    observer.observed
}

/// What was observed so far, and what the next event may refer to.
pub(super) struct Observer<'t> {
    pub(super) observed: Observed<'t>,
    /// What each process handled last: the message that its next events are about.
    pub(super) handled: BTreeMap<ProcessId, Handled<'t>>,
    /// The clients that have sent their request already since they last handled anything.
    sending: BTreeSet<ClientId>,
}

impl<'t> Observer<'t> {
    fn new(premises: &'t Premises) -> Self {
        let observed = Observed {
            premises,
            configurations: BTreeMap::new(),
            replicas: BTreeMap::new(),
            requests: BTreeMap::new(),
            out_of_turn: Vec::new(),
            unfounded: Vec::new(),
            failures: vec![FailureFacts::default(); premises.failures.len()],
            suspicions: Vec::new(),
            convictions: Vec::new(),
            complete: BTreeMap::new(),
            timers: BTreeMap::new(),
            done: BTreeSet::new(),
            reports: BTreeMap::new(),
            messages: 0,
            last: Micros::default(),
            end: None,
            error: None,
            lateness: None,
        };
        Self {
            observed,
            handled: BTreeMap::new(),
            sending: BTreeSet::new(),
        }
    }

    fn observe(&mut self, record: &'t Record) {
        self.observed.last = self.observed.last.max(record.at);
        match &record.event {
            TraceEvent::Protocol(event) => self.on_event(record, event),
            TraceEvent::Harness(event) => self.on_harness(record, event),
        }
    }

    fn on_harness(&mut self, record: &'t Record, event: &'t HarnessEvent) {
        match event {
            HarnessEvent::Sent { content, .. } => {
                self.observed.messages += 1;
                self.on_sent(record, content);
            }
            HarnessEvent::Received { from, content, .. } => {
                self.on_received(record, *from, content);
            }
            HarnessEvent::FailureArmed { plan, .. } => {
                if let Some(failure) = self.observed.failures.get_mut(*plan) {
                    failure.armed.get_or_insert(at(record, ()));
                }
            }
            HarnessEvent::FailureApplied { plan, effect, .. } => {
                self.on_applied(record, *plan, *effect);
            }
            HarnessEvent::Crashed => {
                if let Some(replica) = self.replica(record.process) {
                    replica.crashed.get_or_insert(at(record, ()));
                }
                self.observed.timers.remove(&record.process);
            }
            HarnessEvent::FinalDictionary {
                mode,
                next_slot,
                state_hash,
                dictionary,
            } => {
                let state = LastState {
                    mode: *mode,
                    next_slot: *next_slot,
                    hash: *state_hash,
                    dictionary,
                };
                if let Some(replica) = self.replica(record.process) {
                    replica.last = Some(at(record, state));
                }
            }
            HarnessEvent::RunEnded {
                end,
                reason,
                lateness,
            } => {
                self.observed.end = Some(at(record, *end));
                self.observed.error = reason.as_deref();
                self.observed.lateness = *lateness;
            }
            HarnessEvent::Diagnostic { text } => {
                let said = at(record, text.as_str());
                self.observed.reports.insert(record.process, said);
            }
            HarnessEvent::Settings { .. }
            | HarnessEvent::Discarded { .. }
            | HarnessEvent::Slept { .. } => {}
        }
    }

    fn on_applied(&mut self, record: &Record, plan: usize, effect: bool) {
        if let Some(fate) = self.observed.failures.get_mut(plan) {
            match &mut fate.applied {
                Some(applied) => applied.value |= effect,
                None => fate.applied = Some(at(record, effect)),
            }
        }
        let planned = self.observed.premises.failures.get(plan);
        let is_fault = planned.is_none_or(|planned| planned.failure.is_fault());
        if effect
            && is_fault
            && let Some(replica) = self.replica(record.process)
        {
            replica.fault.get_or_insert(record.n);
        }
    }

    fn on_received(&mut self, record: &'t Record, from: ProcessId, content: &'t Message) {
        let message = content;
        self.handled
            .insert(record.process, Handled { from, message });
        match record.process {
            ProcessId::Client(client) => {
                self.sending.remove(&client);
            }
            ProcessId::Olympus => self.on_reported(record, content),
            ProcessId::Replica(_) => {
                let client = content.request().map(|request| request.client);
                let is_start = matches!(content, Message::NewConfiguration(_));
                if let Some(replica) = self.replica(record.process) {
                    replica.is_given_state |= is_start;
                    let key = (content.kind(), client);
                    *replica.received.entry(key).or_default() += 1;
                }
                // What a replica tells itself is in no `sent` event, and it may have been spoiled on
                // its way to others (P9.2, P10).
                if from == record.process {
                    self.on_claims(record, content);
                }
            }
        }
    }

    /// Histories (P7.1) and reports (P7.4), by what Olympus received rather than by what it says of it.
    fn on_reported(&mut self, record: &Record, content: &'t Message) {
        match content {
            Message::Wedged(wedged) => {
                let facts = self.configuration(wedged.body.configuration);
                facts.histories.push(at(record, wedged));
            }
            Message::CaughtUp(report) => {
                let facts = self.configuration(report.body.configuration);
                facts.reports.push(at(record, report));
            }
            _ => {}
        }
    }

    fn on_sent(&mut self, record: &'t Record, content: &'t Message) {
        self.on_claims(record, content);
        match content {
            Message::ClientRequest(request) => {
                let ProcessId::Client(client) = record.process else {
                    return;
                };
                let is_again = !self.sending.insert(client);
                if let Some(facts) = self.observed.requests.get_mut(&request.body.id) {
                    facts.sent.get_or_insert(&request.body.operation);
                    facts.attempts += u32::from(!is_again);
                }
            }
            Message::ReconfigurationRequest(request) => {
                let suspicion = &request.signed.body;
                match record.process {
                    ProcessId::Client(_) => self.on_client_suspicion(record, suspicion),
                    ProcessId::Replica(_) => self.on_replica_suspicion(record, suspicion),
                    ProcessId::Olympus => {}
                }
            }
            Message::CompletedCheckpoint(checkpoint) => {
                let slot = checkpoint.proof.slot;
                if let Some(replica) = self.replica(record.process) {
                    replica.passed_on.push(at(record, slot));
                }
            }
            // What only an immutable replica sends (P5.2 b, P7.1, P7.4, P7.5).
            Message::Wedged(_)
            | Message::CaughtUp(_)
            | Message::RunningState(_)
            | Message::Error(_) => self.on_immutable(record),
            Message::NewConfiguration(new) if record.process == ProcessId::Olympus => {
                self.configuration(new.body.configuration)
                    .sent
                    .get_or_insert(at(record, new));
            }
            _ => {}
        }
    }

    /// The order and result statements that a replica's message shows (P3.1, P3.3, P3.4).
    fn on_claims(&mut self, record: &Record, content: &'t Message) {
        match content {
            Message::Shuttle(shuttle) => {
                self.on_order_proof(record, shuttle.configuration, &shuttle.order_proof);
                self.on_results(record, &shuttle.result_proof);
            }
            Message::ResultShuttle(answer) => {
                self.on_order_proof(record, answer.configuration, &answer.order_proof);
                self.on_results(record, &answer.result_proof);
            }
            Message::Result(answer) => {
                let answer = &answer.answer;
                self.on_order_proof(record, answer.configuration, &answer.order_proof);
                self.on_results(record, &answer.result_proof);
            }
            Message::Wedged(wedged) => {
                for proof in &wedged.body.history.entries {
                    self.on_order_proof(record, wedged.body.configuration, proof);
                }
            }
            _ => {}
        }
    }

    fn on_order_proof(
        &mut self,
        record: &Record,
        configuration: ConfigurationId,
        proof: &'t OrderProof,
    ) {
        if let ProcessId::Replica(sender) = record.process {
            let own = proof
                .statements
                .get(sender.position.index())
                .filter(|statement| statement.signer == record.process);
            if let Some(own) = own {
                let said = self.observed.replicas.entry(sender).or_default();
                let said = said.orders.entry(own.body.slot).or_default();
                if !said.iter().any(|earlier| *earlier.value == own.body) {
                    said.push(at(record, &own.body));
                }
            }
        }
        if proof.statements.len() == self.observed.premises.replicas() {
            let key = (configuration, proof.slot);
            let known = self.observed.complete.entry(key).or_default();
            if !known.iter().any(|other| is_same(other.value, proof)) {
                known.push(at(record, proof));
            }
        }
    }

    /// A replica's own result statement among those of a message.
    fn on_results(&mut self, record: &Record, statements: &'t [SignedResult]) {
        let ProcessId::Replica(sender) = record.process else {
            return;
        };
        let mut statements = statements.iter();
        if let Some(own) = statements.find(|statement| statement.signer == record.process) {
            let said = self.observed.replicas.entry(sender).or_default();
            let said = said.results.entry(own.body.slot).or_default();
            if !said.iter().any(|earlier| *earlier.value == own.body) {
                said.push(at(record, &own.body));
            }
        }
    }

    pub(super) fn replica(&mut self, process: ProcessId) -> Option<&mut ReplicaFacts<'t>> {
        match process {
            ProcessId::Replica(replica) => Some(self.observed.replicas.entry(replica).or_default()),
            ProcessId::Olympus | ProcessId::Client(_) => None,
        }
    }

    pub(super) fn configuration(&mut self, number: ConfigurationId) -> &mut ConfigurationFacts<'t> {
        self.observed.configurations.entry(number).or_default()
    }

    /// A client whose timer expired is about to send its request again.
    pub(super) fn on_client_timeout(&mut self, process: ProcessId) {
        if let ProcessId::Client(client) = process {
            self.sending.remove(&client);
        }
    }
}

/// A replica by its place.
pub(super) const fn member(configuration: ConfigurationId, position: Position) -> ReplicaId {
    ReplicaId {
        configuration,
        position,
    }
}

/// A value with the number and time of its event.
pub(super) fn at<T>(record: &Record, value: T) -> At<T> {
    At {
        n: record.n,
        at: record.at,
        value,
    }
}

/// Whether two proofs say the same with the same signatures. Shared statements compare as pointers.
fn is_same(one: &OrderProof, other: &OrderProof) -> bool {
    one.slot == other.slot
        && (Arc::ptr_eq(&one.request, &other.request) || one.request == other.request)
        && one.statements == other.statements
}
