//! Keys, signatures and the two signature schemes.
//!
//! The scheme is a parameter of a run. Ed25519 is the real one. The keyed hash is for simulation
//! only: whoever can verify can also sign, which no process of a simulation does with another's key.
//!
//! Source: docs/protocol.md P1.4, P1.5; docs/running.md.

use std::fmt;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_dalek::{Signer as _, SigningKey, Verifier as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::{read_hex, write_hex};
use crate::identity::ProcessId;

/// How processes sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Ed25519 (RFC 8032), verified with the cofactorless equation by every process alike.
    Ed25519,
    /// SHA-256 keyed by a 64-byte prefix block. Every encoding that is signed is prefix-free (borsh),
    /// so that extending a hash never yields one for another encoding.
    KeyedHash,
}

/// A signature. Text and JSON: 128 hexadecimal digits; a keyed hash fills the first 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// The same signature with its first byte incremented: invalid, as the specification makes one.
    #[must_use]
    pub const fn spoiled(mut self) -> Self {
        self.0[0] = self.0[0].wrapping_add(1);
        self
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0[..4])?;
        f.write_str("…")
    }
}

impl Serialize for Signature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        read_hex(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected 128 hex digits"))
    }
}

/// The 32 bytes from which all keys of a run derive (P1.4). Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RunSecret(pub [u8; 32]);

impl fmt::Debug for RunSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunSecret(…)")
    }
}

impl RunSecret {
    /// The key of one process: a function of the secret, the scheme and the process alone.
    #[must_use]
    pub fn key(&self, scheme: Scheme, process: ProcessId) -> SecretKey {
        let mut hash = Sha256::new();
        hash.update(b"bcr process key\0");
        hash.update(self.0);
        hash.update(process.to_string());
        let seed: [u8; 32] = hash.finalize().into();
        match scheme {
            Scheme::Ed25519 => SecretKey::Ed25519(Box::new(SigningKey::from_bytes(&seed))),
            Scheme::KeyedHash => SecretKey::KeyedHash(Box::new(HashKey::new(seed))),
        }
    }
}

/// A process's secret key. Never printed.
#[derive(Clone)]
pub enum SecretKey {
    /// An Ed25519 signing key.
    Ed25519(Box<SigningKey>),
    /// The key of a keyed hash.
    KeyedHash(Box<HashKey>),
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// The Ed25519 key with this seed.
    #[must_use]
    pub fn ed25519(seed: &[u8; 32]) -> Self {
        Self::Ed25519(Box::new(SigningKey::from_bytes(seed)))
    }

    /// The seed of an Ed25519 key, for whoever hands the key to its process; none of a keyed hash.
    #[must_use]
    pub fn ed25519_seed(&self) -> Option<[u8; 32]> {
        match self {
            Self::Ed25519(key) => Some(key.to_bytes()),
            Self::KeyedHash(_) => None,
        }
    }

    /// Signs `bytes`. Deterministic in both schemes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        match self {
            Self::Ed25519(key) => Signature(key.sign(bytes).to_bytes()),
            Self::KeyedHash(key) => key.sign(bytes),
        }
    }

    /// How it signs.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Ed25519(_) => Scheme::Ed25519,
            Self::KeyedHash(_) => Scheme::KeyedHash,
        }
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(match self {
            Self::Ed25519(key) => Arc::new(Verification::Ed25519(key.verifying_key())),
            Self::KeyedHash(key) => Arc::new(Verification::KeyedHash(HashKey::clone(key))),
        })
    }
}

/// The key of a keyed hash, with its first block absorbed already.
#[derive(Clone)]
pub struct HashKey {
    fingerprint: [u8; 32],
    keyed: Sha256,
}

impl HashKey {
    fn new(seed: [u8; 32]) -> Self {
        let mut keyed = Sha256::new();
        keyed.update(seed);
        keyed.update([0; 32]);
        Self {
            fingerprint: Sha256::digest(seed).into(),
            keyed,
        }
    }

    fn sign(&self, bytes: &[u8]) -> Signature {
        let mut hash = self.keyed.clone();
        hash.update(bytes);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&hash.finalize());
        Signature(signature)
    }
}

/// A process's public key, parsed once. Cheap to clone. JSON: 64 hexadecimal digits; for a keyed
/// hash a fingerprint of the key, which identifies it and verifies nothing.
#[derive(Clone)]
pub struct PublicKey(Arc<Verification>);

enum Verification {
    Ed25519(VerifyingKey),
    KeyedHash(HashKey),
}

impl PublicKey {
    /// An Ed25519 public key from its 32 bytes; `None` where they are no point of the curve.
    #[must_use]
    pub fn ed25519(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        Some(Self(Arc::new(Verification::Ed25519(key))))
    }

    /// Whether `signature` is this key's signature on `bytes`.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &Signature) -> bool {
        match &*self.0 {
            Verification::Ed25519(key) => key
                .verify(bytes, &ed25519_dalek::Signature::from_bytes(&signature.0))
                .is_ok(),
            Verification::KeyedHash(key) => key.sign(bytes) == *signature,
        }
    }

    /// Whether verifying costs so much that remembering what was verified pays.
    #[must_use]
    pub(crate) fn is_costly(&self) -> bool {
        matches!(*self.0, Verification::Ed25519(_))
    }

    /// The 32 bytes that identify the key: the Ed25519 public key, or a keyed hash's fingerprint.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        match &*self.0 {
            Verification::Ed25519(key) => key.to_bytes(),
            Verification::KeyedHash(key) => key.fingerprint,
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for PublicKey {}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.bytes())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.bytes()[..4])?;
        f.write_str("…")
    }
}

impl BorshSerialize for PublicKey {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        BorshSerialize::serialize(&self.bytes(), writer)
    }
}

/// Reads an Ed25519 key: the keyed hash never travels over a real network.
impl BorshDeserialize for PublicKey {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let bytes = <[u8; 32]>::deserialize_reader(reader)?;
        let invalid =
            || borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, "not a public key");
        Self::ed25519(&bytes).ok_or_else(invalid)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a key back from a trace. What is no Ed25519 point was a keyed hash's fingerprint; such a
/// key identifies and verifies nothing.
impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        let bytes: [u8; 32] =
            read_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hex digits"))?;
        Ok(Self::ed25519(&bytes).unwrap_or_else(|| {
            let keyed = Sha256::new();
            Self(Arc::new(Verification::KeyedHash(HashKey {
                fingerprint: bytes,
                keyed,
            })))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::ClientId;

    const SECRET: RunSecret = RunSecret([7; 32]);

    #[test]
    fn a_signature_verifies_under_its_own_key_and_bytes_alone() {
        for scheme in [Scheme::Ed25519, Scheme::KeyedHash] {
            let key = SECRET.key(scheme, ProcessId::Olympus);
            let other = SECRET.key(scheme, ProcessId::Client(ClientId(0)));
            let signature = key.sign(b"bytes");
            assert!(key.public().verifies(b"bytes", &signature), "{scheme:?}");
            assert!(!key.public().verifies(b"bytez", &signature), "{scheme:?}");
            assert!(!other.public().verifies(b"bytes", &signature), "{scheme:?}");
            assert!(
                !key.public().verifies(b"bytes", &signature.spoiled()),
                "{scheme:?}"
            );
        }
    }

    #[test]
    fn keys_are_a_function_of_secret_scheme_and_process() {
        let key = |process| SECRET.key(Scheme::Ed25519, process).public();
        assert_eq!(key(ProcessId::Olympus), key(ProcessId::Olympus));
        assert_ne!(key(ProcessId::Olympus), key(ProcessId::Client(ClientId(0))));
    }

    #[test]
    fn secrets_do_not_print() {
        let key = SECRET.key(Scheme::Ed25519, ProcessId::Olympus);
        assert_eq!(format!("{SECRET:?} {key:?}"), "RunSecret(…) SecretKey(…)");
    }
}
