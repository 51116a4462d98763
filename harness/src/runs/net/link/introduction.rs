//! How the two ends of a channel prove who they are: each signs the hash of its handshake.
//!
//! The dialer goes first and names both ends; the acceptor answers with its own signature and the
//! number of the frame that comes next. A signature covers the side, both identities and the hash, so
//! that it fits no other channel, no other pair and not the other direction.
//!
//! Source: docs/protocol.md P1.3 to P1.6.

use std::ops::RangeInclusive;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::{PublicKey, Signature};
use bcr_protocol::statement::{Signer, Statement};
use borsh::{BorshDeserialize, BorshSerialize};

use super::channel::Channel;
use super::report::Rejection;

/// How many bytes the dialer's introduction can have: two identities of 1 to 9 bytes, a signature.
const HELLO_BYTES: RangeInclusive<usize> = 66..=82;
/// How many bytes the acceptor's has: a signature, a number.
const WELCOME_BYTES: RangeInclusive<usize> = 72..=72;

/// What both ends sign.
#[derive(BorshSerialize)]
struct Introduction {
    signer: Side,
    dialer: ProcessId,
    acceptor: ProcessId,
    handshake: [u8; 32],
}

impl Statement for Introduction {
    const TAG: &'static str = "link";
}

#[derive(BorshSerialize)]
enum Side {
    Dialer,
    Acceptor,
}

/// The dialer's introduction.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Hello {
    /// Who it says it is.
    pub(super) dialer: ProcessId,
    /// To whom.
    pub(super) acceptor: ProcessId,
    signature: Signature,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Welcome {
    signature: Signature,
    next: u64,
}

/// Introduces `signer` to `acceptor`, whose key `key` is. Returns the number of the frame that the
/// acceptor waits for.
///
/// # Errors
/// The other end turns us away, or is somebody else.
pub(super) async fn introduce(
    channel: &mut Channel,
    signer: &Signer,
    acceptor: ProcessId,
    key: &PublicKey,
) -> Result<u64, Rejection> {
    let dialer = signer.process();
    let signature = signer
        .sign(introduction(Side::Dialer, dialer, acceptor, channel))
        .signature;
    let hello = Hello {
        dialer,
        acceptor,
        signature,
    };
    channel.write(&encode(&hello)).await?;
    let welcome = channel.read(WELCOME_BYTES).await?;
    let welcome = Welcome::try_from_slice(&welcome).map_err(|_| Rejection::Malformed)?;
    let expected = introduction(Side::Acceptor, dialer, acceptor, channel).signed_bytes();
    if !key.verifies(&expected, &welcome.signature) {
        return Err(Rejection::WrongKey { claimed: acceptor });
    }
    Ok(welcome.next)
}

/// Waits for an introduction to `acceptor`. What it claims is not verified yet.
///
/// # Errors
/// It has no meaning, or is meant for somebody else.
pub(super) async fn listen(channel: &mut Channel, acceptor: ProcessId) -> Result<Hello, Rejection> {
    let hello = channel.read(HELLO_BYTES).await?;
    let hello = Hello::try_from_slice(&hello).map_err(|_| Rejection::Malformed)?;
    if hello.acceptor == acceptor {
        Ok(hello)
    } else {
        Err(Rejection::WrongReceiver {
            meant: hello.acceptor,
        })
    }
}

impl Hello {
    /// Checks the signature against the key of the process that the introduction names.
    ///
    /// # Errors
    /// It is not that process's signature for this channel.
    pub(super) fn verify(&self, channel: &Channel, key: &PublicKey) -> Result<(), Rejection> {
        let expected = introduction(Side::Dialer, self.dialer, self.acceptor, channel);
        if key.verifies(&expected.signed_bytes(), &self.signature) {
            Ok(())
        } else {
            Err(Rejection::WrongKey {
                claimed: self.dialer,
            })
        }
    }
}

/// Answers a verified introduction: the frame that comes next has the number `next`.
///
/// # Errors
/// The connection fails.
pub(super) async fn welcome(
    channel: &mut Channel,
    signer: &Signer,
    hello: &Hello,
    next: u64,
) -> Result<(), Rejection> {
    let statement = introduction(Side::Acceptor, hello.dialer, hello.acceptor, channel);
    let signature = signer.sign(statement).signature;
    channel.write(&encode(&Welcome { signature, next })).await
}

fn introduction(
    signer: Side,
    dialer: ProcessId,
    acceptor: ProcessId,
    channel: &Channel,
) -> Introduction {
    Introduction {
        signer,
        dialer,
        acceptor,
        handshake: channel.hash,
    }
}

fn encode(message: &impl BorshSerialize) -> Vec<u8> {
    borsh::to_vec(message).expect("writing into a vector cannot fail")
}
