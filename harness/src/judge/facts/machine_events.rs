//! The one pass over the trace: the machines' own events.

use bcr_protocol::event::{Event, Misbehaviour};
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, Slot,
};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::Suspicion;
use bcr_protocol::reason::Reason;

use crate::judge::facts::observe::{Observer, at};
use crate::judge::facts::observed::{
    Acceptance, At, CheckpointFacts, ConvictionFacts, Execution, QuorumFacts, RequestFacts,
    RequestedFacts, SuspicionFacts,
};
use crate::trace::Record;

impl<'t> Observer<'t> {
    pub(super) fn on_event(&mut self, record: &'t Record, event: &'t Event) {
        match event {
            Event::TimerSet { timer, .. } => self.on_timer(record, *timer, true),
            Event::TimerCancelled { timer } => self.on_timer(record, *timer, false),
            Event::TimerExpired { timer } => {
                self.on_timer(record, *timer, false);
                self.on_client_timeout(record.process);
            }
            Event::Invoked { .. } | Event::Accepted { .. } | Event::Done => {
                self.on_client(record, event);
            }
            Event::Activated { .. }
            | Event::Executed { .. }
            | Event::CheckpointCompleted { .. }
            | Event::Wedged { .. }
            | Event::Terminated
            | Event::Suspected { .. }
            | Event::Divergence { .. } => self.on_replica(record, event),
            Event::ReconfigurationRequested { .. }
            | Event::WedgeStarted { .. }
            | Event::HistoryAccepted { .. }
            | Event::QuorumFormed { .. }
            | Event::StateReceived { .. }
            | Event::ConfigurationStarted { .. }
            | Event::Convicted { .. }
            | Event::HistoryRefused { .. }
            | Event::RuledOut { .. }
            | Event::SetAside { .. } => self.on_olympus(record, event),
            Event::Refused { .. }
            | Event::Ignored { .. }
            | Event::ClientError { .. }
            | Event::Queued { .. }
            | Event::Ordered { .. }
            | Event::Cached { .. }
            | Event::Retransmitted { .. }
            | Event::CheckpointStarted { .. }
            | Event::CaughtUp { .. }
            | Event::CatchUpStarted { .. }
            | Event::ReportAccepted { .. } => {}
        }
    }

    fn on_timer(&mut self, record: &Record, timer: Timer, runs: bool) {
        let timers = self.observed.timers.entry(record.process).or_default();
        if runs {
            timers.insert(timer);
        } else {
            timers.remove(&timer);
        }
    }

    fn on_client(&mut self, record: &'t Record, event: &'t Event) {
        let ProcessId::Client(client) = record.process else {
            return;
        };
        match event {
            Event::Invoked { request, operation } => {
                let facts = RequestFacts {
                    invoked: at(record, &**operation),
                    accepted: None,
                    attempts: 0,
                };
                self.on_client_timeout(record.process);
                let id = RequestId::from(*request);
                self.observed.requests.entry(id).or_insert(facts);
            }
            Event::Accepted {
                request,
                result,
                slot,
                configuration,
                by,
                attempts,
                ..
            } => {
                let acceptance = Acceptance {
                    result,
                    slot: *slot,
                    configuration: *configuration,
                    by: *by,
                    attempts: *attempts,
                    source: self.handled.get(&record.process).copied(),
                };
                self.on_accepted(at(record, acceptance), client, (*request).into());
            }
            Event::Done => {
                self.observed.done.insert(client);
            }
            _ => unreachable!("only a client's events are passed on"),
        }
    }

    fn on_accepted(&mut self, acceptance: At<Acceptance<'t>>, client: ClientId, id: RequestId) {
        match self.observed.requests.get_mut(&id) {
            Some(facts) if id.client == client && facts.accepted.is_none() => {
                facts.accepted = Some(acceptance);
            }
            _ => self.observed.unfounded.push(At {
                n: acceptance.n,
                at: acceptance.at,
                value: id,
            }),
        }
    }

    fn on_replica(&mut self, record: &'t Record, event: &'t Event) {
        let source = self.handled.get(&record.process).copied();
        let Some(facts) = self.replica(record.process) else {
            return;
        };
        match event {
            Event::Activated { .. } => {
                facts.activated.get_or_insert(record.n);
            }
            Event::Executed {
                slot,
                request,
                operation,
                repeated,
                ..
            } => {
                let execution = Execution {
                    slot: *slot,
                    request: (*request).into(),
                    operation,
                    repeated: *repeated,
                };
                facts.executed.push(at(record, execution));
            }
            Event::CheckpointCompleted { slot, state } => {
                let checkpoint = CheckpointFacts {
                    slot: *slot,
                    state: *state,
                    source,
                };
                facts.checkpoints.push(at(record, checkpoint));
            }
            Event::Wedged { .. } => {
                facts.wedged.get_or_insert(record.n);
            }
            Event::Terminated => {
                facts.terminated = true;
                self.observed.timers.remove(&record.process);
            }
            Event::Suspected {
                suspect: Some(suspect),
                reason,
                slot,
                ..
            } => self.on_suspicion(record, *suspect, *reason, *slot),
            Event::Divergence { slot, suspect } => {
                let reason = Reason::Divergence;
                self.on_suspicion(record, *suspect, reason, Some(*slot));
            }
            _ => {}
        }
    }

    fn on_suspicion(
        &mut self,
        record: &Record,
        suspect: Position,
        reason: Reason,
        slot: Option<Slot>,
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
        });
    }

    fn on_olympus(&mut self, record: &'t Record, event: &'t Event) {
        if record.process != ProcessId::Olympus {
            return;
        }
        match event {
            Event::ReconfigurationRequested { .. } => self.on_requested(record, event),
            Event::WedgeStarted { configuration } => {
                let facts = self.configuration(*configuration);
                facts.wedge_started.get_or_insert(record.n);
            }
            Event::HistoryAccepted {
                configuration,
                replica,
                ..
            } => {
                self.configuration(*configuration).wedged.insert(*replica);
            }
            Event::QuorumFormed {
                configuration,
                quorum,
                history,
                checkpoint,
                entries,
                state,
            } => {
                let quorum = QuorumFacts {
                    members: quorum,
                    history: *history,
                    checkpoint: *checkpoint,
                    entries,
                    state: *state,
                };
                let facts = self.configuration(*configuration);
                facts.quorums.push(at(record, quorum));
            }
            Event::StateReceived {
                configuration,
                replica,
            } => self.configuration(*configuration).state_from = Some(*replica),
            Event::ConfigurationStarted {
                configuration,
                slot,
                state,
            } => {
                let facts = self.configuration(*configuration);
                facts.started.get_or_insert(at(record, (*slot, *state)));
            }
            Event::Convicted {
                configuration,
                replica,
                proof,
            } => self.on_convicted(record, member(*configuration, *replica), proof),
            Event::HistoryRefused {
                configuration,
                replica,
                reason,
            } => {
                let facts = self.configuration(*configuration);
                facts.refused.entry(*replica).or_insert(*reason);
            }
            Event::RuledOut {
                configuration,
                replica,
                reason,
            } => {
                let facts = self.configuration(*configuration);
                facts.ruled_out.entry(*replica).or_insert(*reason);
            }
            Event::SetAside {
                configuration,
                replica,
            } => {
                let facts = self.configuration(*configuration);
                facts.set_aside.insert(*replica);
            }
            _ => {}
        }
    }

    fn on_requested(&mut self, record: &Record, event: &Event) {
        let Event::ReconfigurationRequested {
            configuration,
            from,
            reason,
            suspect,
            slot,
            ..
        } = event
        else {
            return;
        };
        let requested = RequestedFacts {
            from: *from,
            reason: *reason,
            suspect: *suspect,
            slot: *slot,
        };
        let facts = self.configuration(*configuration);
        facts.requested.get_or_insert(at(record, requested));
    }

    /// A client belongs to no configuration: which one it suspects a replica of stands in the request
    /// that it sends, and Olympus need not accept it (P6.2).
    pub(super) fn on_client_suspicion(&mut self, record: &Record, suspicion: &Suspicion) {
        if let (ProcessId::Client(_), Some(suspect)) = (record.process, suspicion.suspect) {
            self.observed.suspicions.push(SuspicionFacts {
                n: record.n,
                at: record.at,
                suspect: member(suspicion.configuration, suspect),
                by: record.process,
                reason: suspicion.reason,
                slot: suspicion.slot,
            });
        }
    }

    fn on_convicted(&mut self, record: &Record, replica: ReplicaId, proof: &'t Misbehaviour) {
        self.observed.convictions.push(ConvictionFacts {
            n: record.n,
            replica,
            proof,
        });
    }
}

const fn member(configuration: ConfigurationId, position: Position) -> ReplicaId {
    ReplicaId {
        configuration,
        position,
    }
}
