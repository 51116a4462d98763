//! Runs for the tests of invariants. A test takes a good one, plants what it is about, and judges.

use std::collections::BTreeMap;
use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, RequestNumber,
};
use bcr_protocol::signature::{PublicKey, Scheme};
use bcr_protocol::statement::Signer;

use crate::diagnostic::SourceFile;
use crate::judge::Heading;
use crate::judge::facts::Facts;
use crate::judge::invariants::judge;
use crate::judge::premises::Premises;
use crate::outcome::{InvariantOutcome, RunSpecification};
use crate::runs::machines::ChainReplication;
use crate::runs::simulated::{Options, run, run_secret};
use crate::scenario::{Failure, PlannedFailure, Scenario, Trigger, TriggerKind, read};
use crate::trace::{Record, Trace, TraceEvent};

pub(crate) const SCHEME: Scheme = Scheme::KeyedHash;

/// The heading of a simulated run that nobody asks for.
pub(crate) fn heading() -> Heading {
    Heading {
        scenario: "test".to_owned(),
        file: String::new(),
        parameters: BTreeMap::new(),
        specification: RunSpecification::simulated("test.conf", 0, SCHEME),
        wall_ms: 0.0,
    }
}

/// A finished run: what was planned, and the trace.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) premises: Premises,
    pub(crate) trace: Trace,
}

pub(crate) fn put(key: &str, value: &str) -> Operation {
    let (key, value) = (key.to_owned(), value.to_owned());
    Operation::Put { key, value }
}

pub(crate) fn append(key: &str, value: &str) -> Operation {
    let (key, value) = (key.to_owned(), value.to_owned());
    Operation::Append { key, value }
}

pub(crate) fn get(key: &str) -> Operation {
    let key = key.to_owned();
    Operation::Get { key }
}

pub(crate) fn replica(configuration: u32, position: u32) -> ReplicaId {
    ReplicaId {
        configuration: ConfigurationId(configuration),
        position: Position(position),
    }
}

pub(crate) fn request(client: u32, number: u64) -> RequestId {
    RequestId {
        client: ClientId(client),
        number: RequestNumber(number),
    }
}

pub(crate) fn signer(process: ProcessId) -> Signer {
    Signer::new(process, run_secret(0).key(SCHEME, process))
}

pub(crate) fn key(process: ProcessId) -> Option<PublicKey> {
    Some(run_secret(0).key(SCHEME, process).public())
}

/// The receipt with this number, of client 0 where clients count.
pub(crate) fn trigger(kind: TriggerKind, message: u64) -> Trigger {
    let client = kind.has_client().then_some(ClientId(0));
    Trigger::new(kind, client, message).expect("it has a client if it takes one")
}

/// A failure of a replica.
pub(crate) fn failure(replica: ReplicaId, trigger: Trigger, failure: Failure) -> PlannedFailure {
    PlannedFailure {
        configuration: replica.configuration,
        replica: replica.position,
        trigger,
        failure,
        trigger_text: trigger.to_string(),
        failure_text: failure.to_string(),
        pair_text: format!("{trigger}, {failure}"),
        line: 9,
    }
}

/// Two clients that share a key; no failure.
pub(crate) fn calm() -> Finished {
    finish(Vec::new())
}

/// The same, and replica 1 of configuration 0 crashes at its first result shuttle of client 0.
pub(crate) fn crashed() -> Finished {
    let trigger = trigger(TriggerKind::ResultShuttle, 0);
    finish(vec![failure(replica(0, 1), trigger, Failure::Crash)])
}

/// Two clients, `t = 1`, a checkpoint every three slots.
pub(crate) fn scenario(failures: Vec<PlannedFailure>) -> Scenario {
    let text = "t = 1\nnum_client = 2\ncheckpt_interval = 3\nquorum_grace = 10\n\
        client_timeout = 100\nhead_timeout = 100\nnonhead_timeout = 100\n\
        workload[0] = put('k','v'); append('k','!'); get('k'); put('x','y')\n\
        workload[1] = append('k','?'); put('z','1'); get('z')\n";
    let reading = read(&SourceFile::new("test.conf", text), &[]);
    let scenario = reading.scenario.expect("the text has no error");
    Scenario {
        failures,
        ..scenario
    }
}

/// Runs that scenario in the canonical schedule.
pub(crate) fn finish(failures: Vec<PlannedFailure>) -> Finished {
    Finished::of(scenario(failures))
}

/// Whether no configuration has more than `t` faulty replicas: only then is anything promised.
pub(crate) fn is_within_promise(facts: &Facts<'_>) -> bool {
    let mut faulty = facts.run.faulty().into_values();
    faulty.all(|replicas| replicas.len() <= facts.run.premises.t as usize)
}

impl Finished {
    /// Runs a scenario in the canonical schedule.
    pub(crate) fn of(scenario: Scenario) -> Self {
        let premises = Premises::from(&scenario);
        let options = Options {
            scheme: SCHEME,
            ..Options::seed(0)
        };
        let trace = run(&Arc::new(scenario), &ChainReplication, options);
        Self { premises, trace }
    }

    /// The invariants of the run.
    pub(crate) fn judge(&self) -> Vec<InvariantOutcome> {
        judge(&Facts::read(&self.premises, &self.trace), &key)
    }

    /// The names of the invariants that are broken.
    pub(crate) fn broken(&self) -> Vec<String> {
        let invariants = self.judge();
        let broken = invariants
            .into_iter()
            .filter(|invariant| invariant.held == Some(false));
        broken.map(|invariant| invariant.name.to_string()).collect()
    }

    /// The index of the first record that the predicate accepts.
    #[track_caller]
    pub(crate) fn find(&self, is_it: impl Fn(&Record) -> bool) -> usize {
        self.trace
            .records
            .iter()
            .position(is_it)
            .expect("the run has such an event")
    }

    /// Inserts an event at an index and numbers the trace anew.
    pub(crate) fn insert(
        &mut self,
        index: usize,
        process: ProcessId,
        event: impl Into<TraceEvent>,
    ) {
        let at = self.trace.records[index.saturating_sub(1)].at;
        let event = event.into();
        let record = Record {
            n: 0,
            at,
            wall_us: 0,
            process,
            event,
        };
        self.trace.records.insert(index, record);
        self.number();
    }

    /// Numbers the trace anew, after records were moved or removed.
    pub(crate) fn number(&mut self) {
        for (n, record) in (0..).zip(&mut self.trace.records) {
            record.n = n;
        }
    }

    /// Every machine event, to change in place.
    pub(crate) fn events(&mut self) -> impl Iterator<Item = (ProcessId, &mut Event)> {
        self.trace
            .records
            .iter_mut()
            .filter_map(|record| match &mut record.event {
                TraceEvent::Protocol(event) => Some((record.process, event)),
                TraceEvent::Harness(_) => None,
            })
    }
}
