//! Statements: what processes sign, each kind under a domain tag of its own.
//!
//! Source: docs/protocol.md P1.5, P3.1, P3.2, P3.5, P7.4.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::dictionary::Operation;
use crate::digest::Digest;
use crate::identity::{ConfigurationId, ProcessId, RequestId, Slot};
use crate::signature::{SecretKey, Signature};

/// A body that can be signed. The tag and the canonical encoding are what the signature covers, so
/// that no signature can stand for another kind (P1.5).
pub trait Statement: BorshSerialize {
    /// Names the kind; different for every kind.
    const TAG: &'static str;

    /// The bytes that are signed.
    ///
    /// # Panics
    /// Never: encoding into memory has no error of its own.
    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160);
        bytes.extend_from_slice(Self::TAG.as_bytes());
        bytes.push(0);
        self.serialize(&mut bytes)
            .expect("writing into a vector cannot fail");
        bytes
    }
}

/// A statement, who claims to have signed it, and the signature.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Signed<T> {
    /// The claimed signer.
    pub signer: ProcessId,
    /// What is stated.
    pub body: T,
    /// The signature over [`Statement::signed_bytes`] of the body.
    pub signature: Signature,
}

/// Signs statements as one process.
#[derive(Clone, Debug)]
pub struct Signer {
    process: ProcessId,
    key: SecretKey,
}

/// Two signers are equal when they sign as the same process: its key follows from that (P1.4).
impl PartialEq for Signer {
    fn eq(&self, other: &Self) -> bool {
        self.process == other.process
    }
}

impl Eq for Signer {}

impl Signer {
    /// A signer for `process`, whose key `key` is.
    #[must_use]
    pub const fn new(process: ProcessId, key: SecretKey) -> Self {
        Self { process, key }
    }

    /// Signs `body`.
    #[must_use]
    pub fn sign<T: Statement>(&self, body: T) -> Signed<T> {
        let signature = self.key.sign(&body.signed_bytes());
        Signed {
            signer: self.process,
            body,
            signature,
        }
    }

    /// The process that signs.
    #[must_use]
    pub const fn process(&self) -> ProcessId {
        self.process
    }
}

/// Defines a body that can be signed: a struct and its domain tag.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident as $tag:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
        )]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl Statement for $name {
            const TAG: &'static str = $tag;
        }
    };
}

pub(crate) use statement;

statement! {
    /// A client's request (P4.1). Signed by the client that `id` names.
    Request as "request" {
        /// Which request of which client.
        id: RequestId,
        /// What is asked for.
        operation: Arc<Operation>,
    }
}

statement! {
    /// I put this request in this slot (P3.1). Signed by a replica.
    OrderStatement as "order" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The slot.
        slot: Slot,
        /// The request in it.
        request: RequestId,
        /// What the request asks for, in the signer's words.
        operation: Arc<Operation>,
    }
}

statement! {
    /// The request in this slot has this result (P3.2). Signed by a replica.
    ResultStatement as "result" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The slot.
        slot: Slot,
        /// The request in it.
        request: RequestId,
        /// What the request asks for, in the signer's words.
        operation: Arc<Operation>,
        /// SHA-256 of the result's bytes.
        result: Digest,
    }
}

statement! {
    /// After this slot my running state has this hash (P3.5). Signed by a replica.
    CheckpointStatement as "checkpoint" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The last slot that the state contains.
        slot: Slot,
        /// Hash of the running state (P3.7).
        state: Digest,
    }
}

statement! {
    /// Caught up with this history, the client's last request has this result (P7.4). A kind of its
    /// own, since a correct replica may sign different ones for different histories.
    CaughtUpStatement as "caught-up result" {
        /// The configuration of the signer.
        configuration: ConfigurationId,
        /// The history that was followed.
        history: Digest,
        /// The slot where the request took effect.
        slot: Slot,
        /// The request.
        request: RequestId,
        /// What it asks for.
        operation: Arc<Operation>,
        /// SHA-256 of the result's bytes.
        result: Digest,
    }
}
