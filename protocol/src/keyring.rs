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
            self.memo.verifications += 1;
            return key.verifies(bytes, signature);
        }
        let digest = Digest::of(bytes);
        if self.memo.holds(signature, signer, &digest) {
            return true;
        }
        self.memo.verifications += 1;
        let verified = key.verifies(bytes, signature);
        if verified {
            self.memo.add(*signature, signer, digest);
        }
        verified
    }

    /// How many signatures it has verified so far: what the process's peers have cost it.
    #[must_use]
    pub const fn verifications(&self) -> u64 {
        self.memo.verifications
    }

    /// How many clients it knows.
    #[must_use]
    pub fn clients(&self) -> usize {
        self.clients.len()
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
    verifications: u64,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Position, Slot};
    use crate::signature::{RunSecret, Scheme};
    use crate::statement::{CheckpointStatement, Signer};

    const CONFIGURATION: ConfigurationId = ConfigurationId(0);

    fn process(position: u32) -> ProcessId {
        ProcessId::replica(CONFIGURATION, Position(position))
    }

    /// A keyring that knows two replicas, and a statement by the first.
    fn keyring(scheme: Scheme) -> (Keyring, Signed<CheckpointStatement>) {
        let secret = RunSecret([1; 32]);
        let key = |process| secret.key(scheme, process);
        let olympus = key(ProcessId::Olympus).public();
        let chain = (0..2).map(|position| key(process(position)).public());
        let mut keys = Keyring::new(olympus, Arc::new(Vec::new()));
        keys.learn(CONFIGURATION, Arc::new(chain.collect()));
        let statement = CheckpointStatement {
            configuration: CONFIGURATION,
            slot: Slot(4),
            state: Digest::of("state"),
        };
        let signed = Signer::new(process(0), key(process(0))).sign(statement);
        (keys, signed)
    }

    /// P1.4: a signature that was found good is good for its content and signer alone.
    #[test]
    fn what_is_remembered_of_a_signature_is_whose_it_is_and_on_what() {
        for scheme in [Scheme::Ed25519, Scheme::KeyedHash] {
            let (mut keys, signed) = keyring(scheme);
            for _ in 0..2 {
                assert!(keys.is_signed(&signed), "{scheme:?}");
                let mut other = signed.clone();
                other.body.slot = Slot(5);
                assert!(!keys.is_signed(&other), "{scheme:?}: another content");
                let mut other = signed.clone();
                other.signer = process(1);
                assert!(!keys.is_signed(&other), "{scheme:?}: another signer");
            }
        }
    }

    #[test]
    fn a_bad_signature_stays_bad() {
        for scheme in [Scheme::Ed25519, Scheme::KeyedHash] {
            let (mut keys, mut signed) = keyring(scheme);
            signed.signature = signed.signature.spoiled();
            for _ in 0..2 {
                assert!(!keys.is_signed(&signed), "{scheme:?}");
            }
        }
    }

    #[test]
    fn what_the_process_trusts_is_good_for_its_content_alone() {
        let (mut keys, signed) = keyring(Scheme::Ed25519);
        keys.trust(&signed);
        let mut other = signed.clone();
        other.body.state = Digest::of("other");
        assert!(keys.is_signed(&signed));
        assert!(!keys.is_signed(&other));
    }
}
