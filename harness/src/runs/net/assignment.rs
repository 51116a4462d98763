//! What a child process is told at its start: who it is, the scenario, the keys it may have.

use std::sync::Arc;

use bcr_protocol::identity::{ConfigurationId, ProcessId};
use bcr_protocol::keyring::Keyring;
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme, SecretKey};
use borsh::{BorshDeserialize, BorshSerialize};

use crate::runs::setup::Setup;
use crate::scenario::Scenario;

/// A process's part in a run. Travels through its standard input and nowhere else, secret as it is.
#[derive(BorshSerialize, BorshDeserialize)]
pub(super) struct Assignment {
    pub(super) process: ProcessId,
    scenario: Scenario,
    secret: Secret,
    /// Ed25519 public keys: Olympus, the clients by number, configuration 0 from its head.
    olympus: [u8; 32],
    clients: Vec<[u8; 32]>,
    chain: Vec<[u8; 32]>,
}

#[derive(BorshSerialize, BorshDeserialize)]
enum Secret {
    /// Olympus makes the keys of every configuration (P1.4).
    Run([u8; 32]),
    /// Everybody else has a key and no more.
    Own([u8; 32]),
}

impl Assignment {
    /// The part of `process` in a run of `setup`, whose keys derive from `secret`.
    pub(super) fn of(setup: &Setup, secret: &RunSecret, process: ProcessId) -> Self {
        let public = |process| setup.public_key(process).bytes();
        let clients = setup.clients().map(ProcessId::Client).map(public);
        let chain = setup.chain(ConfigurationId(0));
        let chain = chain.map(ProcessId::Replica).map(public);
        let own = || {
            let key = setup.secret_key(process).ed25519_seed();
            Secret::Own(key.expect("real runs sign with Ed25519"))
        };
        Self {
            process,
            scenario: Scenario::clone(&setup.scenario),
            secret: match process {
                ProcessId::Olympus => Secret::Run(secret.0),
                ProcessId::Client(_) | ProcessId::Replica(_) => own(),
            },
            olympus: public(ProcessId::Olympus),
            clients: clients.collect(),
            chain: chain.collect(),
        }
    }

    /// What the process is made from; `None` where a key is none.
    pub(super) fn setup(self) -> Option<Setup> {
        let scenario = Arc::new(self.scenario);
        let own = match self.secret {
            Secret::Run(secret) => {
                return Some(Setup::new(scenario, Scheme::Ed25519, RunSecret(secret)));
            }
            Secret::Own(seed) => SecretKey::ed25519(&seed),
        };
        let keys = |bytes: &[[u8; 32]]| -> Option<Arc<Vec<PublicKey>>> {
            let keys: Option<Vec<_>> = bytes.iter().map(PublicKey::ed25519).collect();
            keys.map(Arc::new)
        };
        let mut keyring = Keyring::new(PublicKey::ed25519(&self.olympus)?, keys(&self.clients)?);
        keyring.learn(ConfigurationId(0), keys(&self.chain)?);
        Some(Setup::apart(scenario, keyring, self.process, own))
    }
}
