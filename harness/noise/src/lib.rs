//! The Noise channel between the processes of a real run: X25519, ChaCha20-Poly1305 and SHA-256, from the same
//! crates as the signatures, so that nothing is built twice.
//!
//! The protocol itself is `snow`'s. Keys live in memory only, for one connection. A crate of its own, since the
//! cipher is built where it is used: here it is built fast in every profile, with all else as it was.
//!
//! Source: docs/links.md.

mod primitives;

use snow::Builder;
pub use snow::{Error, HandshakeState, TransportState};

use self::primitives::Primitives;
pub use self::primitives::TAG_BYTES;

/// The pattern and its primitives. Identities are proven inside the channel, by signatures.
const PATTERN: &str = "Noise_NN_25519_ChaChaPoly_SHA256";
/// What both ends mix in first: the name of what is spoken.
const PROLOGUE: &[u8] = b"bcr link 1";

/// How many bytes the dialer's first message has.
pub const FIRST_BYTES: usize = 32;
/// How many bytes the acceptor's answer has.
pub const SECOND_BYTES: usize = 32 + TAG_BYTES;

/// A handshake, seen from one end.
///
/// # Errors
/// The system has no random bytes.
pub fn handshake(is_dialer: bool) -> Result<HandshakeState, Error> {
    let builder =
        Builder::with_resolver(PATTERN.parse()?, Box::new(Primitives)).prologue(PROLOGUE)?;
    if is_dialer {
        builder.build_initiator()
    } else {
        builder.build_responder()
    }
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
