//! Olympus: the trusted configuration service.
//!
//! It hands out keys, hears suspicions, wedges a configuration, finds a quorum of replicas that agree
//! on a history and a state, and starts the next configuration from it.
//!
//! Source: docs/protocol.md P1.1, P1.4, P6, P7.

mod misbehaviour;
mod quorum;
mod start;
mod suspicion;
mod transfer;
mod wedged;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::digest::Digest;
use crate::event::{Event, Misbehaviour};
use crate::history::HistoryId;
use crate::identity::{ClientId, ConfigurationId, Position, ProcessId, Slot};
use crate::keyring::Keyring;
use crate::machine::{Effect, Effects, Input, Machine, Refusal, Timer};
use crate::message::{CaughtUp, ConfigurationQuery, Message, Wedged};
use crate::olympus::misbehaviour::Pool;
use crate::parameters::Parameters;
use crate::reason::Reason;
use crate::signature::{PublicKey, RunSecret, Scheme};
use crate::statement::{Signed, Signer};

/// Olympus.
#[derive(Clone, Debug)]
pub struct Olympus {
    secret: RunSecret,
    scheme: Scheme,
    signer: Signer,
    keys: Keyring,
    parameters: Parameters,
    clients: u32,
    configuration: ConfigurationId,
    /// The first slot of the current configuration.
    first_slot: Slot,
    /// Statements about the current configuration, in which misbehaviour may show.
    pool: Pool,
    convicted: BTreeSet<Position>,
    reconfiguration: Option<Reconfiguration>,
}

/// A reconfiguration in progress.
#[derive(Clone, Debug, Default)]
struct Reconfiguration {
    /// Valid wedged messages; the histories of those ruled out stay, as evidence.
    histories: BTreeMap<Position, Arc<Signed<Wedged>>>,
    ruled_out: BTreeSet<Position>,
    candidates: BTreeMap<HistoryId, Candidate>,
    /// Which catch_ups were sent (P7.3).
    sent: BTreeSet<(HistoryId, Position)>,
    reports: BTreeMap<(HistoryId, Position), Arc<Signed<CaughtUp>>>,
    grace: Grace,
    transfer: Option<Transfer>,
    set_aside: BTreeSet<Position>,
}

/// A distinct history among the valid ones (P7.3).
#[derive(Clone, Debug)]
struct Candidate {
    /// A replica whose history it is.
    holder: Position,
    /// The slot after its last one.
    end: Slot,
    supporters: BTreeSet<Position>,
}

/// The time in which further reports are still used (P7.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Grace {
    #[default]
    NotBegun,
    Running,
    Over,
}

/// The quorum that was chosen, and the search for somebody who sends its state (P7.5).
#[derive(Clone, Debug)]
struct Transfer {
    history: HistoryId,
    /// The slot after the last one of the history.
    end: Slot,
    state: Digest,
    quorum: Vec<Position>,
    asking: Option<Position>,
    /// Whom to ask next, once the quorum can no longer be chosen among the others.
    queue: std::collections::VecDeque<Position>,
}

impl Olympus {
    /// Olympus for a run with `clients` clients; all keys derive from `secret` (P1.4).
    #[must_use]
    pub fn new(secret: RunSecret, scheme: Scheme, parameters: Parameters, clients: u32) -> Self {
        let public = |process| secret.key(scheme, process).public();
        let client_keys = (0..clients)
            .map(|c| public(ProcessId::Client(ClientId(c))))
            .collect();
        let mut keys = Keyring::new(public(ProcessId::Olympus), Arc::new(client_keys));
        let configuration = ConfigurationId(0);
        keys.learn(
            configuration,
            chain_keys(&secret, scheme, configuration, parameters.replicas()),
        );
        let signer = Signer::new(ProcessId::Olympus, secret.key(scheme, ProcessId::Olympus));
        Self {
            secret,
            scheme,
            signer,
            keys,
            parameters,
            clients,
            configuration,
            first_slot: Slot(0),
            pool: Pool::default(),
            convicted: BTreeSet::new(),
            reconfiguration: None,
        }
    }

    /// The current configuration.
    #[must_use]
    pub const fn configuration(&self) -> ConfigurationId {
        self.configuration
    }

    /// Whether a reconfiguration is in progress.
    #[must_use]
    pub const fn is_reconfiguring(&self) -> bool {
        self.reconfiguration.is_some()
    }

    /// P5.1 is answered at once. P5.4 is answered at once where there is a newer configuration;
    /// otherwise the announcement that every client gets when the next one starts (P7.7) is the answer.
    fn on_query(&self, from: ProcessId, query: ConfigurationQuery, effects: &mut Effects) {
        let is_due = match query {
            ConfigurationQuery::Current => true,
            ConfigurationQuery::NewerThan(known) => self.configuration > known,
        };
        if is_due {
            effects.send(
                from,
                Message::Configuration(Arc::new(self.signer.sign(self.news()))),
            );
        }
    }

    /// The position of a sender that is a replica of the current configuration.
    fn current_replica(&self, process: ProcessId) -> Result<Position, Refusal> {
        match process {
            ProcessId::Replica(replica) if replica.configuration == self.configuration => {
                Ok(replica.position)
            }
            ProcessId::Replica(_) => Err(Refusal::Ignored(Reason::OtherConfiguration)),
            ProcessId::Client(_) | ProcessId::Olympus => Err(Refusal::Refused(Reason::WrongSender)),
        }
    }

    fn replica(&self, position: Position) -> ProcessId {
        ProcessId::replica(self.configuration, position)
    }

    fn positions(&self) -> impl Iterator<Item = Position> + use<> {
        (0..).take(self.parameters.replicas()).map(Position)
    }

    /// Records a conviction, once for each replica of a configuration.
    fn convict(&mut self, replica: Position, proof: Misbehaviour, effects: &mut Effects) {
        if self.convicted.insert(replica) {
            let configuration = self.configuration;
            effects.emit(Event::Convicted {
                configuration,
                replica,
                proof,
            });
        }
    }
}

impl Machine for Olympus {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let (from, message) = match input {
            Input::Start => {
                effects.emit(Event::ConfigurationStarted {
                    configuration: self.configuration,
                    slot: self.first_slot,
                    state: crate::running_state::RunningState::default().hash(),
                });
                effects.push(Effect::StartReplicas(self.configuration));
                return;
            }
            Input::TimerFired(Timer::Wedge(configuration)) => {
                return self.on_wedge_timeout(configuration, effects);
            }
            Input::TimerFired(Timer::Grace(configuration)) => {
                return self.on_grace_over(configuration, effects);
            }
            Input::TimerFired(Timer::State(configuration, position)) => {
                return self.on_state_timeout(configuration, position, effects);
            }
            Input::TimerFired(Timer::Request(_) | Timer::Result(_)) => return,
            Input::Deliver { from, message } => (from, message),
        };
        let handled = match &message {
            Message::ConfigurationQuery(query) => {
                self.on_query(from, *query, effects);
                Ok(())
            }
            Message::ReconfigurationRequest(request) => {
                self.on_reconfiguration_request(from, request, effects)
            }
            Message::Wedged(wedged) => self.on_wedged(from, wedged, effects),
            Message::CaughtUp(caught_up) => self.on_caught_up(from, caught_up, effects),
            Message::RunningState(transfer) => self.on_running_state(from, transfer, effects),
            Message::ClientRequest(_)
            | Message::ForwardedRequest(_)
            | Message::Shuttle(_)
            | Message::ResultShuttle(_)
            | Message::Result(_)
            | Message::Error(_)
            | Message::Checkpoint(_)
            | Message::CompletedCheckpoint(_)
            | Message::WedgeRequest(_)
            | Message::CatchUp(_)
            | Message::GetRunningState(_)
            | Message::NewConfiguration(_)
            | Message::Configuration(_)
            | Message::OlympusResult(_)
            | Message::Terminate(_) => Err(Refusal::Refused(Reason::NotAddressed)),
        };
        if let Err(refusal) = handled {
            effects.refuse(refusal, from, &message);
        }
    }
}

/// The public keys of a configuration's replicas, head first.
fn chain_keys(
    secret: &RunSecret,
    scheme: Scheme,
    configuration: ConfigurationId,
    replicas: usize,
) -> Arc<Vec<PublicKey>> {
    let key = |position| {
        secret
            .key(
                scheme,
                ProcessId::replica(configuration, Position(position)),
            )
            .public()
    };
    Arc::new((0..).take(replicas).map(key).collect())
}
