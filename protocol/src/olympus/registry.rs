//! What Olympus knows and signs with in every phase: the keys of all, which configuration is current,
//! and what has been stated about it.
//!
//! Source: docs/protocol.md P1.1, P1.4, P5.1, P5.4, P6.3.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::misbehaviour::Pool;
use crate::bounds::{Bounds, Patience, REFUSED_MAX};
use crate::event::{Event, Misbehaviour};
use crate::identity::{ClientId, ConfigurationId, Position, ProcessId, Slot};
use crate::keyring::Keyring;
use crate::machine::{Effects, Refusal};
use crate::message::{Configuration, ConfigurationQuery, Message};
use crate::parameters::Parameters;
use crate::reason::Reason;
use crate::signature::{PublicKey, RunSecret, Scheme};
use crate::statement::{Signed, Signer, Statement};

/// What outlives a phase.
#[derive(Clone, Debug)]
pub(super) struct Registry {
    secret: RunSecret,
    scheme: Scheme,
    pub(super) signer: Signer,
    pub(super) keys: Keyring,
    pub(super) parameters: Parameters,
    pub(super) clients: u32,
    pub(super) configuration: ConfigurationId,
    /// The first slot of the current configuration.
    pub(super) first_slot: Slot,
    /// Statements about the current configuration, in which misbehaviour may show.
    pub(super) pool: Pool,
    convicted: BTreeSet<Position>,
    /// With the replicas of the current configuration (P6.4).
    pub(super) patience: Patience,
}

impl Registry {
    /// All keys derive from `secret` (P1.4).
    pub(super) fn new(
        secret: RunSecret,
        scheme: Scheme,
        parameters: Parameters,
        clients: u32,
    ) -> Self {
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
            patience: Patience::default(),
        }
    }

    /// What follows from the size of the run (P1.9).
    pub(super) fn bounds(&self) -> Bounds {
        Bounds::of(&self.parameters, self.keys.clients())
    }

    /// P6.4: counts a message of a replica that was refused, one with many signatures as several. A client
    /// is heard on, since it asks where the configuration is; its requests are counted apart.
    pub(super) fn lose_patience(&mut self, from: ProcessId, message: &Message) {
        if self.current_replica(from).is_ok() {
            let share =
                message.signatures() * REFUSED_MAX as usize / self.bounds().wedged_signatures();
            let weight = u32::try_from(share)
                .unwrap_or(REFUSED_MAX)
                .saturating_add(1);
            self.patience.lose(from, weight);
        }
    }

    /// Turns to the next configuration, which starts at `first_slot` with new keys.
    pub(super) fn turn_to_next(&mut self, first_slot: Slot) {
        self.configuration = self.configuration.next();
        self.first_slot = first_slot;
        self.pool = Pool::default();
        self.convicted = BTreeSet::new();
        self.patience = Patience::default();
        let replicas = self.parameters.replicas();
        let chain = chain_keys(&self.secret, self.scheme, self.configuration, replicas);
        self.keys.learn(self.configuration, chain);
    }

    /// Records a conviction, once for each replica of a configuration.
    pub(super) fn convict(
        &mut self,
        replica: Position,
        proof: Misbehaviour,
        effects: &mut Effects,
    ) {
        if self.convicted.insert(replica) {
            let configuration = self.configuration;
            effects.emit(Event::Convicted {
                configuration,
                replica,
                proof,
            });
        }
    }

    /// P6.3 (a) to (d): records whom the statements seen so far convict.
    pub(super) fn convict_by_statements(&mut self, effects: &mut Effects) {
        for (replica, proof) in self.pool.misbehaviour(self.parameters.quorum()) {
            self.convict(replica, proof, effects);
        }
    }

    /// Checks that a replica of the current configuration has itself signed what it sent.
    pub(super) fn check_signer<T: Statement>(
        &mut self,
        replica: Position,
        signed: &Signed<T>,
    ) -> Result<(), Reason> {
        if signed.signer == self.replica(replica) && self.keys.is_signed(signed) {
            Ok(())
        } else {
            Err(Reason::BadSignature)
        }
    }

    /// The position of a sender that is a replica of the current configuration.
    pub(super) fn current_replica(&self, process: ProcessId) -> Result<Position, Refusal> {
        match process {
            ProcessId::Replica(replica) if replica.configuration == self.configuration => {
                Ok(replica.position)
            }
            ProcessId::Replica(_) => Err(Refusal::Ignored(Reason::OtherConfiguration)),
            ProcessId::Client(_) | ProcessId::Olympus => Err(Refusal::Refused(Reason::WrongSender)),
        }
    }

    /// A client's question. P5.1 is answered at once. P5.4 is answered at once where there is a newer
    /// configuration; otherwise the announcement that every client gets when the next one starts (P7.7) is
    /// the answer.
    pub(super) fn on_query(
        &self,
        from: ProcessId,
        query: ConfigurationQuery,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        match from {
            ProcessId::Client(_) => {}
            ProcessId::Replica(_) | ProcessId::Olympus => {
                return Err(Refusal::Refused(Reason::WrongSender));
            }
        }
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
        Ok(())
    }

    /// What clients are told about the current configuration.
    pub(super) fn news(&self) -> Configuration {
        let chain = self
            .keys
            .chain(self.configuration)
            .map(|chain| chain.to_vec());
        Configuration {
            configuration: self.configuration,
            chain: chain.unwrap_or_default(),
        }
    }

    /// The replica at a position of the current configuration.
    pub(super) const fn replica(&self, position: Position) -> ProcessId {
        ProcessId::replica(self.configuration, position)
    }

    /// All positions, head first.
    pub(super) fn positions(&self) -> impl Iterator<Item = Position> + use<> {
        (0..).take(self.parameters.replicas()).map(Position)
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
