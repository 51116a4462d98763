//! What a trace says happened, put in the order in which the judge asks for it.
//!
//! Nothing here judges. Whatever a message or an event claims
//! is kept as a claim, with the number of the event, for invariants to compare.
//!
//! Source: docs/protocol.md P11.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::dictionary::{Dictionary, Operation};
use bcr_protocol::digest::Digest;
use bcr_protocol::event::Misbehaviour;
use bcr_protocol::history::{HistoryId, OrderedRequest};
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, RequestNumber, Slot,
};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{AnsweredBy, CaughtUp, Message, MessageKind, NewConfiguration, Wedged};
use bcr_protocol::proof::OrderProof;
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Mode;
use bcr_protocol::statement::{OrderStatement, ResultStatement, Signed};

use crate::judge::premises::Premises;
use crate::trace::{Lateness, Micros, RunEnd};

/// What a trace says, read once and in one pass.
#[derive(Clone, Debug)]
pub(crate) struct Observed<'t> {
    pub(crate) premises: &'t Premises,
    pub(crate) configurations: BTreeMap<ConfigurationId, ConfigurationFacts<'t>>,
    pub(crate) replicas: BTreeMap<ReplicaId, ReplicaFacts<'t>>,
    pub(crate) requests: BTreeMap<RequestId, RequestFacts<'t>>,
    /// Requests that a client made out of turn: again, or before the one before was answered.
    pub(crate) out_of_turn: Vec<At<RequestId>>,
    /// Results that a client accepted for requests that it had not invoked, or had closed.
    pub(crate) unfounded: Vec<At<RequestId>>,
    /// By plan. Shape: as long as those of the premises.
    pub(crate) failures: Vec<FailureFacts>,
    pub(crate) suspicions: Vec<SuspicionFacts<'t>>,
    pub(crate) convictions: Vec<ConvictionFacts<'t>>,
    /// Order proofs with a statement of every position, each content once, in the order in which
    /// they showed. Not verified.
    pub(crate) complete: BTreeMap<(ConfigurationId, Slot), Vec<At<&'t OrderProof>>>,
    /// The timers that ran when the trace ended.
    pub(crate) timers: BTreeMap<ProcessId, BTreeSet<Timer>>,
    /// The clients that had no more requests.
    pub(crate) done: BTreeSet<ClientId>,
    /// What the transport of each process said last.
    pub(crate) reports: BTreeMap<ProcessId, At<&'t str>>,
    /// How many messages were sent, self-deliveries not counted.
    pub(crate) messages: u64,
    /// When the last event happened.
    pub(crate) last: Micros,
    /// How the run ended; none where the trace was cut.
    pub(crate) end: Option<At<RunEnd>>,
    /// Why it could not be finished, where it could not.
    pub(crate) error: Option<&'t str>,
    /// How late processes were, where time was real.
    pub(crate) lateness: Option<Lateness>,
}

/// A value and the event that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) n: u64,
    pub(crate) at: Micros,
    pub(crate) value: T,
}

/// A configuration, as Olympus's events and messages show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigurationFacts<'t> {
    /// Its first slot and the hash of its first state.
    pub(crate) started: Option<At<(Slot, Digest)>>,
    /// What its replicas were sent to start from; none for configuration 0.
    pub(crate) sent: Option<At<&'t Signed<NewConfiguration>>>,
    /// The request for reconfiguration that ended it.
    pub(crate) requested: Option<At<RequestedFacts<'t>>>,
    pub(crate) wedge_started: Option<u64>,
    pub(crate) wedged: BTreeSet<Position>,
    /// The histories that Olympus says it accepted.
    pub(crate) accepted: Vec<At<HistoryFacts>>,
    /// Who told an invalid history, and what was wrong with it first.
    pub(crate) refused: BTreeMap<Position, Reason>,
    pub(crate) ruled_out: BTreeMap<Position, Reason>,
    pub(crate) set_aside: BTreeSet<Position>,
    /// Every quorum that was formed; the last one counts.
    pub(crate) quorums: Vec<At<QuorumFacts<'t>>>,
    /// The running state that was taken.
    pub(crate) state: Option<At<StateFacts<'t>>>,
    /// The wedged messages that Olympus received.
    pub(crate) histories: Vec<At<&'t Signed<Wedged>>>,
    /// The caught_up messages that Olympus received.
    pub(crate) reports: Vec<At<&'t Signed<CaughtUp>>>,
}

/// Why a configuration ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestedFacts<'t> {
    pub(crate) from: ProcessId,
    pub(crate) reason: Reason,
    pub(crate) suspect: Option<Position>,
    pub(crate) slot: Option<Slot>,
    pub(crate) source: Option<Handled<'t>>,
}

/// A history that Olympus says it accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HistoryFacts {
    pub(crate) replica: Position,
    pub(crate) history: HistoryId,
}

/// A running state that Olympus says it took, and the message that it took it from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StateFacts<'t> {
    pub(crate) replica: Position,
    pub(crate) source: Option<Handled<'t>>,
}

/// A message that a process handled, with its sender.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handled<'t> {
    pub(crate) from: ProcessId,
    pub(crate) message: &'t Message,
}

/// A quorum and the history that it agreed on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuorumFacts<'t> {
    pub(crate) members: &'t [Position],
    pub(crate) history: HistoryId,
    /// The last checkpoint that settles slots of it; it may be later than the history's own.
    pub(crate) checkpoint: Option<Slot>,
    pub(crate) entries: &'t [OrderedRequest],
    pub(crate) state: Digest,
}

/// A replica, as its events and messages show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplicaFacts<'t> {
    /// The first failure other than a sleep that was applied to it with effect.
    pub(crate) fault: Option<u64>,
    pub(crate) executed: Vec<At<Execution<'t>>>,
    /// Its own order statements in what it sent: each content once per slot.
    pub(crate) orders: BTreeMap<Slot, Vec<At<&'t OrderStatement>>>,
    /// Its own result statements in what it sent: each content once per slot.
    pub(crate) results: BTreeMap<Slot, Vec<At<&'t ResultStatement>>>,
    pub(crate) activated: Option<u64>,
    /// Whether it was given the state of its configuration (P7.7).
    pub(crate) is_given_state: bool,
    /// When it first showed that it is immutable: by a message that only an immutable replica sends, or
    /// by saying so.
    pub(crate) wedged: Option<u64>,
    pub(crate) checkpoints: Vec<At<CheckpointFacts<'t>>>,
    /// The slots of the completed checkpoints that it passed on, which it keeps itself (P8.2).
    pub(crate) passed_on: Vec<At<Slot>>,
    /// How many messages it handled, by type and, where it is about a request, client.
    pub(crate) received: BTreeMap<(MessageKind, Option<ClientId>), u64>,
    pub(crate) crashed: Option<At<()>>,
    pub(crate) terminated: bool,
    pub(crate) last: Option<At<LastState<'t>>>,
}

/// A request that a replica executed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Execution<'t> {
    pub(crate) slot: Slot,
    pub(crate) request: RequestId,
    pub(crate) operation: &'t Operation,
    pub(crate) result: &'t str,
    pub(crate) repeated: bool,
}

/// A checkpoint that a replica completed, and the message that it took the proof from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckpointFacts<'t> {
    pub(crate) slot: Slot,
    pub(crate) state: Digest,
    pub(crate) source: Option<Handled<'t>>,
}

/// A replica's last state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastState<'t> {
    pub(crate) mode: Mode,
    pub(crate) next_slot: Slot,
    pub(crate) hash: Digest,
    pub(crate) dictionary: &'t Dictionary,
}

/// A request, as its client's events show it.
#[derive(Clone, Debug)]
pub(crate) struct RequestFacts<'t> {
    pub(crate) invoked: At<&'t Operation>,
    /// What the request asks for that its client sent first.
    pub(crate) sent: Option<&'t Operation>,
    pub(crate) accepted: Option<At<Acceptance<'t>>>,
    /// How often the client sent it; a retransmission to all replicas counts once.
    pub(crate) attempts: u32,
}

/// A result that a client accepted, and the message that it took it from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acceptance<'t> {
    pub(crate) result: &'t str,
    pub(crate) slot: Slot,
    pub(crate) configuration: ConfigurationId,
    pub(crate) by: AnsweredBy,
    pub(crate) from: ProcessId,
    pub(crate) attempts: u32,
    pub(crate) source: Option<Handled<'t>>,
}

/// A planned failure's fate.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FailureFacts {
    pub(crate) armed: Option<At<()>>,
    /// Whether it had an effect.
    pub(crate) applied: Option<At<bool>>,
}

/// A suspicion of a replica by another process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SuspicionFacts<'t> {
    pub(crate) n: u64,
    pub(crate) at: Micros,
    pub(crate) suspect: ReplicaId,
    pub(crate) by: ProcessId,
    pub(crate) reason: Reason,
    pub(crate) slot: Option<Slot>,
    /// What it rests on where that is not the request for reconfiguration.
    pub(crate) basis: Option<Basis<'t>>,
}

/// What a suspicion rests on that came with no request for reconfiguration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Basis<'t> {
    /// The message that the replica handled: a completed checkpoint, of which it said that it shows a
    /// divergence (P8.3).
    Checkpoint(Option<Handled<'t>>),
    /// The replica's word alone.
    Event,
}

/// A conviction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConvictionFacts<'t> {
    pub(crate) n: u64,
    pub(crate) replica: ReplicaId,
    pub(crate) proof: &'t Misbehaviour,
}

impl<'t> Observed<'t> {
    /// Whether no failure other than a sleep was applied to the replica with effect (P11).
    #[must_use]
    pub(crate) fn is_correct(&self, replica: ReplicaId) -> bool {
        !self.premises.adversaries.contains(&replica)
            && self
                .replicas
                .get(&replica)
                .is_none_or(|facts| facts.fault.is_none())
    }

    /// The faulty replicas of each configuration that has any, by position.
    #[must_use]
    pub(crate) fn faulty(&self) -> BTreeMap<ConfigurationId, BTreeSet<Position>> {
        let mut faulty: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let by_failure = self
            .replicas
            .iter()
            .filter(|(_, facts)| facts.fault.is_some())
            .map(|(replica, _)| replica);
        for replica in by_failure.chain(&self.premises.adversaries) {
            faulty
                .entry(replica.configuration)
                .or_default()
                .insert(replica.position);
        }
        faulty
    }

    /// The correct replicas that have left a fact, by configuration and position.
    pub(crate) fn correct(&self) -> impl Iterator<Item = (ReplicaId, &ReplicaFacts<'t>)> {
        self.replicas
            .iter()
            .map(|(&replica, facts)| (replica, facts))
            .filter(|&(replica, _)| self.is_correct(replica))
    }

    /// Those of one configuration, at a cost that does not grow with the others.
    pub(crate) fn correct_in(
        &self,
        configuration: ConfigurationId,
    ) -> impl Iterator<Item = (ReplicaId, &ReplicaFacts<'t>)> {
        let member = |position| ReplicaId {
            configuration,
            position: Position(position),
        };
        self.replicas
            .range(member(0)..=member(u32::MAX))
            .map(|(&replica, facts)| (replica, facts))
            .filter(|&(replica, _)| self.is_correct(replica))
    }

    /// A client's requests, in the order of their numbers.
    pub(crate) fn requests_of(
        &self,
        client: ClientId,
    ) -> impl DoubleEndedIterator<Item = (RequestId, &RequestFacts<'t>)> {
        let id = |number| RequestId {
            client,
            number: RequestNumber(number),
        };
        self.requests
            .range(id(0)..=id(u64::MAX))
            .map(|(&id, request)| (id, request))
    }

    /// The configuration that was started last.
    pub(crate) fn last_configuration(&self) -> ConfigurationId {
        self.configurations
            .iter()
            .rev()
            .find(|(_, facts)| facts.started.is_some())
            .map_or_else(ConfigurationId::default, |(&number, _)| number)
    }

    /// The quorum that ended a configuration; none where the next one did not start.
    pub(crate) fn closing(&self, configuration: ConfigurationId) -> Option<&At<QuorumFacts<'t>>> {
        let next = self.configurations.get(&configuration.next())?;
        next.started?;
        self.configurations.get(&configuration)?.quorums.last()
    }

    /// The first slot of a configuration, if it started.
    pub(crate) fn first_slot(&self, configuration: ConfigurationId) -> Option<Slot> {
        let facts = self.configurations.get(&configuration)?;
        facts.started.map(|started| started.value.0)
    }

    /// How many messages of a type a replica handled; of one client, where one is named.
    pub(crate) fn count_received(
        &self,
        replica: ReplicaId,
        kind: MessageKind,
        client: Option<ClientId>,
    ) -> u64 {
        let Some(facts) = self.replicas.get(&replica) else {
            return 0;
        };
        facts
            .received
            .iter()
            .filter(|((of, by), _)| *of == kind && (client.is_none() || *by == client))
            .map(|(_, count)| count)
            .sum()
    }
}
