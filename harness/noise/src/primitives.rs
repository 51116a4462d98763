//! The primitives, as `snow` asks for them.

#![expect(
    clippy::disallowed_methods,
    reason = "an ephemeral key is drawn from the system: a seeded one would protect nothing"
)]

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, Tag};
use curve25519_dalek::montgomery::MontgomeryPoint;
use sha2::{Digest as _, Sha256};
use snow::Error;
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::CryptoResolver;
use snow::types::{Cipher, Dh, Hash, Random};

/// How many bytes authentication adds to a message.
pub const TAG_BYTES: usize = 16;

/// The primitives of the one pattern that is spoken, and of no other.
pub(crate) struct Primitives;

impl CryptoResolver for Primitives {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(System))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        matches!(choice, DHChoice::Curve25519).then(|| Box::<X25519>::default() as Box<dyn Dh>)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        matches!(choice, HashChoice::SHA256)
            .then(|| Box::new(Hasher(Sha256::new())) as Box<dyn Hash>)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        matches!(choice, CipherChoice::ChaChaPoly).then(|| {
            Box::new(ChaChaPoly(ChaCha20Poly1305::new(&[0; 32].into()))) as Box<dyn Cipher>
        })
    }
}

struct System;

impl Random for System {
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|_| Error::Rng)
    }
}

#[derive(Default)]
struct X25519 {
    secret: [u8; 32],
    public: [u8; 32],
}

impl Dh for X25519 {
    fn name(&self) -> &'static str {
        "25519"
    }

    fn pub_len(&self) -> usize {
        32
    }

    fn priv_len(&self) -> usize {
        32
    }

    fn set(&mut self, secret: &[u8]) {
        self.secret.copy_from_slice(secret);
        self.public = MontgomeryPoint::mul_base_clamped(self.secret).to_bytes();
    }

    fn generate(&mut self, random: &mut dyn Random) -> Result<(), Error> {
        let mut secret = [0; 32];
        random.try_fill_bytes(&mut secret)?;
        self.set(&secret);
        Ok(())
    }

    fn pubkey(&self) -> &[u8] {
        &self.public
    }

    fn privkey(&self) -> &[u8] {
        &self.secret
    }

    fn dh(&self, public: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let public: [u8; 32] = public
            .get(..32)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Error::Dh)?;
        let shared = MontgomeryPoint(public).mul_clamped(self.secret).to_bytes();
        // A point of small order makes a secret that everybody knows.
        if shared == [0; 32] {
            return Err(Error::Dh);
        }
        out[..32].copy_from_slice(&shared);
        Ok(())
    }
}

struct Hasher(Sha256);

impl Hash for Hasher {
    fn name(&self) -> &'static str {
        "SHA256"
    }

    fn block_len(&self) -> usize {
        64
    }

    fn hash_len(&self) -> usize {
        32
    }

    fn reset(&mut self) {
        self.0 = Sha256::new();
    }

    fn input(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn result(&mut self, out: &mut [u8]) {
        out[..32].copy_from_slice(&self.0.finalize_reset());
    }
}

/// The cipher under its present key: set up once, not for every message.
struct ChaChaPoly(ChaCha20Poly1305);

impl Cipher for ChaChaPoly {
    fn name(&self) -> &'static str {
        "ChaChaPoly"
    }

    fn set(&mut self, key: &[u8; 32]) {
        self.0 = ChaCha20Poly1305::new(key.into());
    }

    fn encrypt(&self, nonce: u64, authtext: &[u8], plaintext: &[u8], out: &mut [u8]) -> usize {
        let length = plaintext.len();
        out[..length].copy_from_slice(plaintext);
        let (text, rest) = out.split_at_mut(length);
        let tag = self
            .0
            .encrypt_inout_detached(&nonce_bytes(nonce), authtext, text.into())
            .expect("a Noise message is far shorter than the cipher's limit");
        rest[..TAG_BYTES].copy_from_slice(&tag);
        length + TAG_BYTES
    }

    fn decrypt(
        &self,
        nonce: u64,
        authtext: &[u8],
        ciphertext: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let length = ciphertext
            .len()
            .checked_sub(TAG_BYTES)
            .ok_or(Error::Decrypt)?;
        let (text, tag) = ciphertext.split_at(length);
        let tag = Tag::try_from(tag).map_err(|_| Error::Decrypt)?;
        let out = out.get_mut(..length).ok_or(Error::Decrypt)?;
        out.copy_from_slice(text);
        self.0
            .decrypt_inout_detached(&nonce_bytes(nonce), authtext, out.into(), &tag)
            .map_err(|_| Error::Decrypt)?;
        Ok(length)
    }
}

/// A nonce as Noise lays it out for this cipher: four zeros, then the counter, lowest byte first.
fn nonce_bytes(nonce: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&nonce.to_le_bytes());
    bytes.into()
}
