//! The public keys that a process knows, and what it has verified with them already.
//!
//! Source: docs/protocol.md P1.4. Each signature is verified once per process: an Ed25519 verification
//! costs some hundred times a look-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::digest::Digest;
use crate::identity::{ConfigurationId, ProcessId};
use crate::signature::{PublicKey, Signature};
use crate::statement::{Signed, Statement};

/// Public keys: Olympus, every client, the replicas of each known configuration in chain order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    olympus: PublicKey,
    clients: Arc<Vec<PublicKey>>,
    chains: BTreeMap<ConfigurationId, Arc<Vec<PublicKey>>>,
    memo: Memo,
}

impl Keyring {
    /// A keyring that knows Olympus and the clients, by number, and no configuration yet.
    #[must_use]
    pub fn new(olympus: PublicKey, clients: Arc<Vec<PublicKey>>) -> Self {
        Self {
            olympus,
            clients,
            chains: BTreeMap::new(),
            memo: Memo::default(),
        }
    }

    /// Adds a configuration's replicas, head first.
    pub fn learn(&mut self, configuration: ConfigurationId, chain: Arc<Vec<PublicKey>>) {
        self.chains.insert(configuration, chain);
    }

    /// Whether the claimed signer's key is known and the signature is good.
    pub fn is_signed<T: Statement>(&mut self, statement: &Signed<T>) -> bool {
        self.verify(
            statement.signer,
            &statement.body.signed_bytes(),
            &statement.signature,
        )
    }

    /// Whether `signature` is `signer`'s on `bytes`, for callers that encode once for many signers.
    pub fn verify(&mut self, signer: ProcessId, bytes: &[u8], signature: &Signature) -> bool {
        let Some(key) = self.key(signer).cloned() else {
            return false;
        };
        if !key.is_costly() {
            return key.verifies(bytes, signature);
        }
        let digest = Digest::of(bytes);
        if self.memo.holds(signature, signer, &digest) {
            return true;
        }
        let verified = key.verifies(bytes, signature);
        if verified {
            self.memo.add(*signature, signer, digest);
        }
        verified
    }

    /// Notes a signature that this process made itself and need not verify.
    pub fn trust<T: Statement>(&mut self, statement: &Signed<T>) {
        if self.key(statement.signer).is_some_and(PublicKey::is_costly) {
            let digest = Digest::of(statement.body.signed_bytes());
            self.memo.add(statement.signature, statement.signer, digest);
        }
    }

    /// The key of `process`, if it is known.
    #[must_use]
    pub fn key(&self, process: ProcessId) -> Option<&PublicKey> {
        match process {
            ProcessId::Olympus => Some(&self.olympus),
            ProcessId::Client(client) => self.clients.get(client.0 as usize),
            ProcessId::Replica(replica) => self
                .chains
                .get(&replica.configuration)?
                .get(replica.position.index()),
        }
    }

    /// The keys of a configuration's replicas, head first, if it is known.
    #[must_use]
    pub fn chain(&self, configuration: ConfigurationId) -> Option<&Arc<Vec<PublicKey>>> {
        self.chains.get(&configuration)
    }
}

/// Verified signatures, in two generations so that memory stays bounded. Two keyrings are equal
/// whatever they remember: the memo changes cost, never an answer.
#[derive(Clone, Debug, Default)]
struct Memo {
    recent: BTreeMap<Signature, (ProcessId, Digest)>,
    older: BTreeMap<Signature, (ProcessId, Digest)>,
}

/// How many signatures one generation holds: more than the histories since one checkpoint of a
/// chain of 21 replicas at the default interval, at some 140 bytes each.
const GENERATION_SIZE: usize = 8192;

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl Memo {
    fn holds(&self, signature: &Signature, signer: ProcessId, digest: &Digest) -> bool {
        [&self.recent, &self.older]
            .into_iter()
            .any(|generation| generation.get(signature) == Some(&(signer, *digest)))
    }

    fn add(&mut self, signature: Signature, signer: ProcessId, digest: Digest) {
        if self.recent.len() >= GENERATION_SIZE {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(signature, (signer, digest));
    }
}
