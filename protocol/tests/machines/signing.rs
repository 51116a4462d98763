//! Machines with their keys, and statements and messages signed as any process.

use std::sync::Arc;

use bcr_protocol::client::Client;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::history::{History, HistoryId, OrderedRequest};
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, RequestNumber, Slot,
};
use bcr_protocol::keyring::Keyring;
use bcr_protocol::machine::{Effect, Effects, Input, Machine};
use bcr_protocol::message::{
    Answer, CatchUp, CaughtUp, CaughtUpResult, Checkpoint, Evidence, GetRunningState, Message,
    NewConfiguration, ReconfigurationRequest, Shuttle, StateTransfer, Suspicion, WedgeRequest,
    Wedged,
};
use bcr_protocol::olympus::Olympus;
use bcr_protocol::parameters::Parameters;
use bcr_protocol::proof::{
    CheckpointProof, OrderProof, SignedCheckpoint, SignedOrder, SignedRequest, SignedResult,
};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Replica;
use bcr_protocol::running_state::RunningState;
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme};
use bcr_protocol::statement::{
    CaughtUpStatement, CheckpointStatement, OrderStatement, Request, ResultStatement, Signed,
    Signer, Statement,
};

pub(crate) const SCHEMES: [Scheme; 2] = [Scheme::Ed25519, Scheme::KeyedHash];
pub(crate) const OLYMPUS: ProcessId = ProcessId::Olympus;

/// Everything that a run's processes are made from, and all their keys.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) scheme: Scheme,
    pub(crate) parameters: Parameters,
    pub(crate) clients: u32,
    /// The configuration that statements are about.
    pub(crate) configuration: ConfigurationId,
    secret: RunSecret,
}

impl Signing {
    pub(crate) fn new(t: u32) -> Self {
        Self {
            scheme: Scheme::KeyedHash,
            parameters: Parameters {
                t,
                checkpoint_interval: 1000,
                client_timeout_ms: 3000,
                head_timeout_ms: 1000,
                nonhead_timeout_ms: 2000,
                olympus_timeout_ms: 500,
                quorum_grace_ms: 100,
            },
            clients: 3,
            configuration: ConfigurationId(0),
            secret: RunSecret([5; 32]),
        }
    }

    pub(crate) fn with_scheme(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    pub(crate) fn with_interval(mut self, checkpoint_interval: u64) -> Self {
        self.parameters.checkpoint_interval = checkpoint_interval;
        self
    }

    /// The same run, its statements about another configuration.
    pub(crate) fn of(&self, configuration: u32) -> Self {
        Self {
            configuration: ConfigurationId(configuration),
            ..self.clone()
        }
    }

    pub(crate) fn n(&self) -> u32 {
        2 * self.parameters.t + 1
    }

    pub(crate) fn at(&self, position: u32) -> ProcessId {
        ProcessId::replica(self.configuration, Position(position))
    }

    pub(crate) fn signer(&self, process: ProcessId) -> Signer {
        Signer::new(process, self.secret.key(self.scheme, process))
    }

    pub(crate) fn sign<T: Statement>(&self, process: ProcessId, body: T) -> Arc<Signed<T>> {
        Arc::new(self.signer(process).sign(body))
    }

    fn public(&self, process: ProcessId) -> PublicKey {
        self.secret.key(self.scheme, process).public()
    }

    pub(crate) fn chain(&self) -> Vec<PublicKey> {
        (0..self.n())
            .map(|position| self.public(self.at(position)))
            .collect()
    }

    /// Knows Olympus, the clients and the chain of configuration 0.
    pub(crate) fn keyring(&self) -> Keyring {
        let mut keys = self.keyring_without_chain();
        keys.learn(ConfigurationId(0), Arc::new(self.of(0).chain()));
        keys
    }

    fn keyring_without_chain(&self) -> Keyring {
        let clients = (0..self.clients).map(|c| self.public(client(c))).collect();
        Keyring::new(self.public(OLYMPUS), Arc::new(clients))
    }

    // Machines.

    fn replica_id(&self, position: u32) -> ReplicaId {
        ReplicaId {
            configuration: self.configuration,
            position: Position(position),
        }
    }

    pub(crate) fn initial(&self, position: u32) -> Replica {
        let signer = self.signer(self.at(position));
        let parameters = self.parameters.clone();
        Replica::initial(
            self.replica_id(position),
            signer,
            self.keyring(),
            parameters,
        )
    }

    pub(crate) fn pending(&self, position: u32) -> Replica {
        let signer = self.signer(self.at(position));
        let (keys, parameters) = (self.keyring_without_chain(), self.parameters.clone());
        Replica::pending(self.replica_id(position), signer, keys, parameters)
    }

    pub(crate) fn client(&self, number: u32, operations: &[Operation]) -> Client {
        Client::new(
            ClientId(number),
            self.signer(client(number)),
            self.keyring(),
            self.parameters.clone(),
            operations.iter().cloned().map(Arc::new).collect(),
        )
    }

    pub(crate) fn olympus(&self) -> Olympus {
        let (secret, parameters) = (self.secret.clone(), self.parameters.clone());
        Olympus::new(secret, self.scheme, parameters, self.clients)
    }

    // Statements.

    pub(crate) fn request(&self, of: u32, number: u64, operation: &Operation) -> SignedRequest {
        let operation = Arc::new(operation.clone());
        let id = id(of, number);
        self.sign(client(of), Request { id, operation })
    }

    pub(crate) fn order(&self, position: u32, slot: u64, request: &SignedRequest) -> SignedOrder {
        let body = OrderStatement {
            configuration: self.configuration,
            slot: Slot(slot),
            request: request.body.id,
            operation: Arc::clone(&request.body.operation),
        };
        self.sign(self.at(position), body)
    }

    pub(crate) fn result(
        &self,
        position: u32,
        slot: u64,
        request: &SignedRequest,
        result: &str,
    ) -> SignedResult {
        let body = ResultStatement {
            configuration: self.configuration,
            slot: Slot(slot),
            request: request.body.id,
            operation: Arc::clone(&request.body.operation),
            result: Digest::of(result),
        };
        self.sign(self.at(position), body)
    }

    pub(crate) fn vote(&self, position: u32, slot: u64, state: Digest) -> SignedCheckpoint {
        let body = CheckpointStatement {
            configuration: self.configuration,
            slot: Slot(slot),
            state,
        };
        self.sign(self.at(position), body)
    }

    // What they make up.

    pub(crate) fn order_proof(&self, slot: u64, request: &SignedRequest, count: u32) -> OrderProof {
        OrderProof {
            slot: Slot(slot),
            request: Arc::clone(request),
            statements: (0..count).map(|p| self.order(p, slot, request)).collect(),
        }
    }

    /// A shuttle as it leaves position `count - 1`.
    pub(crate) fn shuttle(
        &self,
        slot: u64,
        request: &SignedRequest,
        result: &str,
        count: u32,
    ) -> Shuttle {
        Shuttle {
            configuration: self.configuration,
            order_proof: self.order_proof(slot, request, count),
            result_proof: (0..count)
                .map(|p| self.result(p, slot, request, result))
                .collect(),
        }
    }

    pub(crate) fn answer(&self, slot: u64, request: &SignedRequest, result: &str) -> Answer {
        let shuttle = self.shuttle(slot, request, result, self.n());
        Answer {
            configuration: self.configuration,
            result: result.to_owned(),
            order_proof: shuttle.order_proof,
            result_proof: shuttle.result_proof,
        }
    }

    pub(crate) fn checkpoint(&self, slot: u64, states: &[Digest]) -> Checkpoint {
        Checkpoint {
            configuration: self.configuration,
            proof: CheckpointProof {
                slot: Slot(slot),
                statements: (0..)
                    .zip(states)
                    .map(|(position, state)| self.vote(position, slot, *state))
                    .collect(),
            },
        }
    }

    /// The history of the replica at `position` with these requests from slot `first` on.
    pub(crate) fn history(&self, position: u32, first: u64, requests: &[SignedRequest]) -> History {
        let entries = (first..).zip(requests);
        History {
            checkpoint: None,
            entries: entries
                .map(|(slot, request)| Arc::new(self.order_proof(slot, request, position + 1)))
                .collect(),
        }
    }

    // Messages that are signed as a whole.

    pub(crate) fn wedge_request(&self) -> Message {
        let configuration = self.configuration;
        Message::WedgeRequest(self.sign(OLYMPUS, WedgeRequest { configuration }))
    }

    pub(crate) fn wedged(&self, position: u32, history: History) -> Message {
        let configuration = self.configuration;
        let body = Wedged {
            configuration,
            history,
        };
        Message::Wedged(self.sign(self.at(position), body))
    }

    pub(crate) fn catch_up(
        &self,
        history: HistoryId,
        entries: &[(u64, &SignedRequest)],
    ) -> Message {
        let entry = |(slot, request): &(u64, &SignedRequest)| OrderedRequest {
            slot: Slot(*slot),
            request: Arc::clone(request),
        };
        let body = CatchUp {
            configuration: self.configuration,
            history,
            entries: entries.iter().map(entry).collect(),
        };
        Message::CatchUp(self.sign(OLYMPUS, body))
    }

    pub(crate) fn get_running_state(&self, history: HistoryId) -> Message {
        let configuration = self.configuration;
        let body = GetRunningState {
            configuration,
            history,
        };
        Message::GetRunningState(self.sign(OLYMPUS, body))
    }

    /// A report with one result for each of the clients' requests, said to have taken effect in slot 0.
    pub(crate) fn caught_up(
        &self,
        position: u32,
        history: HistoryId,
        state: Digest,
        results: &[(&SignedRequest, &str)],
    ) -> CaughtUp {
        let result = |(request, result): &(&SignedRequest, &str)| CaughtUpResult {
            result: (*result).to_owned(),
            statement: self.sign(
                self.at(position),
                CaughtUpStatement {
                    configuration: self.configuration,
                    history,
                    slot: Slot(0),
                    request: request.body.id,
                    operation: Arc::clone(&request.body.operation),
                    result: Digest::of(result),
                },
            ),
        };
        CaughtUp {
            configuration: self.configuration,
            history,
            state,
            results: results.iter().map(result).collect(),
        }
    }

    pub(crate) fn running_state(
        &self,
        position: u32,
        history: HistoryId,
        state: &RunningState,
    ) -> Message {
        let body = StateTransfer {
            configuration: self.configuration,
            history,
            state: state.clone(),
        };
        Message::RunningState(self.sign(self.at(position), body))
    }

    pub(crate) fn new_configuration(&self, first_slot: u64, state: &RunningState) -> Message {
        let body = NewConfiguration {
            configuration: self.configuration,
            chain: self.chain(),
            parameters: self.parameters.clone(),
            first_slot: Slot(first_slot),
            state: state.clone(),
            state_hash: state.hash(),
        };
        Message::NewConfiguration(self.sign(OLYMPUS, body))
    }

    pub(crate) fn reconfiguration(&self, from: ProcessId, evidence: Evidence) -> Message {
        let suspicion = Suspicion {
            configuration: self.configuration,
            reason: Reason::Timeout,
            suspect: None,
            slot: None,
            request: None,
        };
        Message::ReconfigurationRequest(Arc::new(ReconfigurationRequest {
            signed: self.signer(from).sign(suspicion),
            evidence,
        }))
    }
}

pub(crate) fn client(number: u32) -> ProcessId {
    ProcessId::Client(ClientId(number))
}

pub(crate) fn id(client: u32, number: u64) -> RequestId {
    RequestId {
        client: ClientId(client),
        number: RequestNumber(number),
    }
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

/// The same statement with a bad signature.
pub(crate) fn spoiled<T: Clone>(statement: &Arc<Signed<T>>) -> Arc<Signed<T>> {
    let mut copy = Signed::clone(statement);
    copy.signature = copy.signature.spoiled();
    Arc::new(copy)
}

/// One step of one machine; what it asks for, as it is.
pub(crate) fn step(machine: &mut impl Machine, input: Input) -> Vec<Effect> {
    let mut effects = Effects::default();
    machine.step(input, &mut effects);
    effects.drain().collect()
}

/// One delivery to one machine.
pub(crate) fn deliver(
    machine: &mut impl Machine,
    from: ProcessId,
    message: Message,
) -> Vec<Effect> {
    step(machine, Input::Deliver { from, message })
}

/// A delivery to a replica with everything that it sends itself, at once (P9.2).
pub(crate) fn deliver_fully(
    replica: &mut Replica,
    from: ProcessId,
    message: Message,
) -> Vec<Effect> {
    let own = ProcessId::Replica(replica.id());
    let mut all = Vec::new();
    for effect in deliver(replica, from, message) {
        match effect {
            Effect::Send { to, message } if to == own => {
                all.extend(deliver_fully(replica, own, message));
            }
            Effect::Redeliver { from, message } => {
                all.extend(deliver_fully(replica, from, message));
            }
            other => all.push(other),
        }
    }
    all
}

/// Every message that is sent, with its receiver, in order.
pub(crate) fn sent(effects: &[Effect]) -> Vec<(ProcessId, Message)> {
    let sent = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, message } => Some((*to, message.clone())),
        _ => None,
    });
    sent.collect()
}
