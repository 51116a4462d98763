//! Traces for the tests of checks: real machines, a queue in which every message takes a millisecond,
//! and little else. A test takes a good trace, plants what it is about, and judges.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bcr_protocol::client::Client;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, RequestNumber,
};
use bcr_protocol::keyring::Keyring;
use bcr_protocol::machine::{Effect, Effects, Input, Machine, Timer};
use bcr_protocol::message::{Message, MessageKind};
use bcr_protocol::olympus::Olympus;
use bcr_protocol::parameters::Parameters;
use bcr_protocol::replica::Replica;
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme};
use bcr_protocol::statement::Signer;

use crate::check::facts::Facts;
use crate::check::judge;
use crate::check::setting::{Planned, Setting};
use crate::outcome::InvariantOutcome;
use crate::trace::{HarnessEvent, Micros, Record, RunEnd, Trace, TraceEvent};

const SECRET: RunSecret = RunSecret([7; 32]);
const SCHEME: Scheme = Scheme::KeyedHash;

/// A run: `t = 1`, a checkpoint every three slots, one list of operations for each client.
pub(crate) struct Run {
    workload: Vec<Vec<Operation>>,
    /// The replica that crashes at the first message of this type, planned as failure 0.
    crash: Option<(ReplicaId, MessageKind)>,
    olympus: Olympus,
    clients: BTreeMap<ClientId, Client>,
    replicas: BTreeMap<ReplicaId, Replica>,
    queue: VecDeque<(u64, ProcessId, ProcessId, u64, Message)>,
    timers: BTreeMap<(ProcessId, Timer), u64>,
    now: u64,
    trace: Trace,
}

/// A finished run: what was planned, and the trace.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) setting: Setting,
    pub(crate) trace: Trace,
}

pub(crate) fn put(key: &str, value: &str) -> Operation {
    Operation::Put {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn append(key: &str, value: &str) -> Operation {
    Operation::Append {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn get(key: &str) -> Operation {
    Operation::Get {
        key: key.to_owned(),
    }
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
    Signer::new(process, SECRET.key(SCHEME, process))
}

pub(crate) fn key(process: ProcessId) -> Option<PublicKey> {
    Some(SECRET.key(SCHEME, process).public())
}

/// Two clients that share a key; no failure.
pub(crate) fn calm() -> Finished {
    Run::new(workload(), None).finish()
}

/// The same, and replica 1 of configuration 0 crashes at its first result shuttle.
pub(crate) fn crashed() -> Finished {
    Run::new(
        workload(),
        Some((replica(0, 1), MessageKind::ResultShuttle)),
    )
    .finish()
}

fn workload() -> Vec<Vec<Operation>> {
    vec![
        vec![put("k", "v"), append("k", "!"), get("k"), put("x", "y")],
        vec![append("k", "?"), put("z", "1"), get("z")],
    ]
}

impl Finished {
    /// The invariants of the run.
    pub(crate) fn judge(&self) -> Vec<InvariantOutcome> {
        judge(&Facts::read(&self.setting, &self.trace), &key)
    }

    /// The names of the invariants that are broken.
    #[track_caller]
    pub(crate) fn broken(&self) -> Vec<String> {
        let invariants = self.judge();
        let broken = invariants
            .into_iter()
            .filter(|invariant| invariant.held == Some(false));
        broken.map(|invariant| invariant.name).collect()
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

impl Run {
    fn new(workload: Vec<Vec<Operation>>, crash: Option<(ReplicaId, MessageKind)>) -> Self {
        let parameters = parameters();
        let count = u32::try_from(workload.len()).expect("few clients");
        let mut run = Self {
            olympus: Olympus::new(SECRET, SCHEME, parameters, count),
            workload,
            crash,
            clients: BTreeMap::new(),
            replicas: BTreeMap::new(),
            queue: VecDeque::new(),
            timers: BTreeMap::new(),
            now: 0,
            trace: Trace::default(),
        };
        for (number, operations) in (0..).zip(run.workload.clone()) {
            let process = ProcessId::Client(ClientId(number));
            let operations = operations.into_iter().map(Arc::new).collect();
            let keys = run.keyring(true);
            let client = Client::new(
                ClientId(number),
                signer(process),
                keys,
                self::parameters(),
                operations,
            );
            run.clients.insert(ClientId(number), client);
        }
        run
    }

    fn finish(mut self) -> Finished {
        self.step(ProcessId::Olympus, Input::Start);
        for client in self.clients.keys().copied().collect::<Vec<_>>() {
            self.step(ProcessId::Client(client), Input::Start);
        }
        while self.advance() {
            assert!(self.trace.records.len() < 100_000, "the run comes to rest");
        }
        for (id, replica) in std::mem::take(&mut self.replicas) {
            self.record_state(id, &replica);
        }
        let end = HarnessEvent::RunEnded {
            end: RunEnd::AtRest,
        };
        self.record(ProcessId::Olympus, end);
        let planned = self.crash.map(|(replica, message)| Planned {
            replica,
            message,
            client: Some(ClientId(0)),
            number: 0,
            name: "crash".to_owned(),
            trigger: "result_shuttle(0,0)".to_owned(),
            failure: "crash()".to_owned(),
            line: 9,
        });
        let setting = Setting {
            t: 1,
            clients: u32::try_from(self.workload.len()).expect("few clients"),
            requests: self
                .workload
                .iter()
                .map(|operations| operations.len() as u64)
                .collect(),
            planned: planned.into_iter().collect(),
            adversaries: BTreeSet::new(),
            real_time: false,
        };
        Finished {
            setting,
            trace: self.trace,
        }
    }

    /// Delivers the next message, or lets the next timer expire; whichever is due first.
    fn advance(&mut self) -> bool {
        let timer = self.timers.iter().map(|(key, due)| (*due, *key)).min();
        let due = self.queue.front().map(|message| message.0);
        if let Some((at, (process, timer))) = timer
            && due.is_none_or(|due| at < due)
        {
            self.timers.remove(&(process, timer));
            self.now = at;
            self.step(process, Input::TimerFired(timer));
            return true;
        }
        let Some((at, from, to, sent, message)) = self.queue.pop_front() else {
            return false;
        };
        self.now = at;
        self.deliver(from, to, Some(sent), message);
        true
    }

    fn deliver(&mut self, from: ProcessId, to: ProcessId, sent: Option<u64>, message: Message) {
        if let ProcessId::Replica(id) = to {
            let Some(replica) = self.replicas.get(&id) else {
                return;
            };
            let is_kept = replica.keeps(&message);
            if self.crash == Some((id, message.kind())) {
                let content = message;
                let kind = content.kind();
                self.record(
                    to,
                    HarnessEvent::Received {
                        from,
                        sent,
                        content,
                    },
                );
                self.crash(id, kind);
                return;
            }
            if is_kept {
                return self.step(to, Input::Deliver { from, message });
            }
        }
        let content = message.clone();
        self.record(
            to,
            HarnessEvent::Received {
                from,
                sent,
                content,
            },
        );
        self.step(to, Input::Deliver { from, message });
    }

    fn crash(&mut self, id: ReplicaId, message: MessageKind) {
        let process = ProcessId::Replica(id);
        let applied = HarnessEvent::FailureApplied {
            plan: 0,
            trigger: "result_shuttle(0,0)".to_owned(),
            failure: "crash()".to_owned(),
            message,
            effect: true,
        };
        self.record(process, applied);
        self.record(process, HarnessEvent::Crashed);
        self.replicas.remove(&id);
        self.timers.retain(|(owner, _), _| *owner != process);
    }

    fn step(&mut self, process: ProcessId, input: Input) {
        let mut effects = Effects::default();
        match process {
            ProcessId::Olympus => self.olympus.step(input, &mut effects),
            ProcessId::Client(client) => {
                let client = self.clients.get_mut(&client).expect("a client of the run");
                client.step(input, &mut effects);
            }
            ProcessId::Replica(id) => match self.replicas.get_mut(&id) {
                Some(replica) => replica.step(input, &mut effects),
                None => return,
            },
        }
        for effect in effects.drain().collect::<Vec<_>>() {
            self.carry_out(process, effect);
        }
    }

    fn carry_out(&mut self, process: ProcessId, effect: Effect) {
        match effect {
            Effect::Send { to, message } if to == process => {
                self.deliver(process, process, None, message);
            }
            Effect::Send { to, message } => {
                let content = message.clone();
                let sent = self.record(
                    process,
                    HarnessEvent::Sent {
                        to,
                        spoiled: false,
                        content,
                    },
                );
                self.queue
                    .push_back((self.now + 1000, process, to, sent, message));
            }
            Effect::Redeliver { from, message } => self.deliver(from, process, None, message),
            Effect::SetTimer { timer, after_ms } => {
                self.timers
                    .insert((process, timer), self.now + 1000 * after_ms);
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&(process, timer));
            }
            Effect::StartReplicas(configuration) => self.start(configuration),
            Effect::Stop => {
                if let ProcessId::Replica(id) = process
                    && let Some(replica) = self.replicas.remove(&id)
                {
                    self.record_state(id, &replica);
                }
            }
            Effect::Emit(event) => {
                self.record(process, event);
            }
        }
    }

    fn start(&mut self, configuration: ConfigurationId) {
        let is_first = configuration == ConfigurationId(0);
        for position in (0..3).map(Position) {
            let id = ReplicaId {
                configuration,
                position,
            };
            let (signer, keys) = (signer(ProcessId::Replica(id)), self.keyring(is_first));
            let machine = if is_first {
                Replica::initial(id, signer, keys, parameters())
            } else {
                Replica::pending(id, signer, keys, parameters())
            };
            self.replicas.insert(id, machine);
        }
    }

    fn keyring(&self, knows_chain: bool) -> Keyring {
        let public = |process| SECRET.key(SCHEME, process).public();
        let clients = 0..u32::try_from(self.workload.len()).expect("few clients");
        let clients = clients.map(|client| public(ProcessId::Client(ClientId(client))));
        let mut keys = Keyring::new(public(ProcessId::Olympus), Arc::new(clients.collect()));
        if knows_chain {
            let chain = (0..3).map(|position| public(ProcessId::Replica(replica(0, position))));
            keys.learn(ConfigurationId(0), Arc::new(chain.collect()));
        }
        keys
    }

    fn record_state(&mut self, id: ReplicaId, replica: &Replica) {
        let state = HarnessEvent::FinalDictionary {
            mode: replica.mode().as_str().to_owned(),
            next_slot: replica.next_slot(),
            state_hash: replica.state().hash(),
            dictionary: replica.state().dictionary().clone(),
        };
        self.record(ProcessId::Replica(id), state);
    }

    fn record(&mut self, process: ProcessId, event: impl Into<TraceEvent>) -> u64 {
        let n = self.trace.records.len() as u64;
        let (at, event) = (Micros(self.now), event.into());
        self.trace.records.push(Record {
            n,
            at,
            wall_us: 0,
            process,
            event,
        });
        n
    }
}

fn parameters() -> Parameters {
    Parameters {
        t: 1,
        checkpoint_interval: 3,
        client_timeout_ms: 100,
        head_timeout_ms: 100,
        nonhead_timeout_ms: 100,
        olympus_timeout_ms: 100,
        quorum_grace_ms: 10,
    }
}
