//! The primitives of the Noise channel: X25519, ChaCha20-Poly1305 and SHA-256, from the same crates as
//! the signatures, so that nothing is built twice.
//!
//! The protocol itself is `snow`'s. Keys live in memory only, for one connection.

#![expect(
    clippy::disallowed_methods,
    reason = "an ephemeral key is drawn from the system: a seeded one would protect nothing"
)]

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, Tag};
use curve25519_dalek::montgomery::MontgomeryPoint;
use sha2::{Digest as _, Sha256};
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::CryptoResolver;
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, Error, HandshakeState};

/// The pattern and its primitives. Identities are proven inside the channel, by signatures.
const PATTERN: &str = "Noise_NN_25519_ChaChaPoly_SHA256";
/// What both ends mix in first: the name of what is spoken.
const PROLOGUE: &[u8] = b"bcr link 1";

/// How many bytes authentication adds to a message.
pub(super) const TAG_BYTES: usize = 16;
/// How many bytes the dialer's first message has.
pub(super) const FIRST_BYTES: usize = 32;
/// How many bytes the acceptor's answer has.
pub(super) const SECOND_BYTES: usize = 32 + TAG_BYTES;

/// A handshake, seen from one end.
///
/// # Errors
/// The system has no random bytes.
pub(super) fn handshake(is_dialer: bool) -> Result<HandshakeState, Error> {
    let builder =
        Builder::with_resolver(PATTERN.parse()?, Box::new(Primitives)).prologue(PROLOGUE)?;
    if is_dialer {
        builder.build_initiator()
    } else {
        builder.build_responder()
    }
}

struct Primitives;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<_> = hex.chars().map(|digit| digit.to_digit(16)).collect();
        let pairs = digits.chunks(2);
        pairs
            .map(|pair| (pair[0].expect("hex") * 16 + pair[1].expect("hex")) as u8)
            .collect()
    }

    /// One end of the published example, with its ephemeral key.
    fn end(key: &str, is_dialer: bool) -> HandshakeState {
        let (key, prologue) = (bytes(key), bytes("4a6f686e2047616c74"));
        let pattern = PATTERN.parse().expect("a pattern");
        let builder = Builder::with_resolver(pattern, Box::new(Primitives))
            .prologue(&prologue)
            .expect("the only one")
            .fixed_ephemeral_key_for_testing_only(&key);
        let built = if is_dialer {
            builder.build_initiator()
        } else {
            builder.build_responder()
        };
        built.expect("all primitives are there")
    }

    #[test]
    fn a_published_conversation_comes_out_byte_by_byte() {
        // From the test vectors of `cacophony`, which other implementations share.
        let mut dialer = end(
            "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
            true,
        );
        let mut acceptor = end(
            "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
            false,
        );
        let (mut message, mut content) = ([0; 200], [0; 200]);

        let payload = bytes("4c756477696720766f6e204d69736573");
        let length = dialer.write_message(&payload, &mut message).expect("first");
        let expected = "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944\
                        4c756477696720766f6e204d69736573";
        assert_eq!(message[..length], bytes(expected));
        let read = acceptor.read_message(&message[..length], &mut content);
        assert_eq!(&content[..read.expect("first")], payload);

        let payload = bytes("4d757272617920526f746862617264");
        let length = acceptor
            .write_message(&payload, &mut message)
            .expect("second");
        let expected = "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843\
                        a0ff96bdf86b579ef7dbf94e812a7470b903c20a85a87e3a1fe863264ae547";
        assert_eq!(message[..length], bytes(expected));
        let read = dialer.read_message(&message[..length], &mut content);
        assert_eq!(&content[..read.expect("second")], payload);
        let hash = bytes("9223fec1b892ec9d0dc2fb3bbeb261f170d1ea679f9c44ccf34aa131b4f5d97e");
        assert_eq!(dialer.get_handshake_hash(), hash);
        assert_eq!(acceptor.get_handshake_hash(), hash);

        let mut dialer = dialer.into_transport_mode().expect("complete");
        let mut acceptor = acceptor.into_transport_mode().expect("complete");
        let payload = bytes("462e20412e20486179656b");
        let length = dialer.write_message(&payload, &mut message).expect("third");
        let expected = bytes("eb1a3e3d80c1792b1bb9cb0e1382f8d8322bfb1ca7c4c8517bb686");
        assert_eq!(message[..length], expected);
        let read = acceptor.read_message(&message[..length], &mut content);
        assert_eq!(&content[..read.expect("third")], payload);
        message[0] ^= 1;
        let spoiled = acceptor.read_message(&message[..length], &mut content);
        assert_eq!(spoiled, Err(Error::Decrypt));
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        let mut dialer = handshake(true).expect("random bytes");
        let mut acceptor = handshake(false).expect("random bytes");
        let mut message = [0; SECOND_BYTES];
        dialer.write_message(&[], &mut message).expect("first");
        let zero = [0; FIRST_BYTES];
        acceptor.read_message(&zero, &mut []).expect("any 32 bytes");
        let answer = acceptor.write_message(&[], &mut message);
        assert_eq!(answer, Err(Error::Dh));
    }
}
