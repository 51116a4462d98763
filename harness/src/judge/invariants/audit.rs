//! What was claimed, verified once more from the trace: convictions, accepted results, checkpoint
//! proofs, quorums, and what processes say of the messages that they handled.
//!
//! Written from the rules, without the machines' own checks: only the canonical encoding and the
//! verification of one signature are shared with them.
//!
//! Source: docs/protocol.md P3, P4.5, P6.3, P7.5, P7.6, P8.2.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bcr_language::words::counted;
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId};
use bcr_protocol::proof::OrderProof;
use bcr_protocol::signature::{PublicKey, Signature};
use bcr_protocol::statement::{OrderStatement, Signed, Statement};

mod account;
mod claim;
mod conviction;
#[cfg(test)]
mod tests;

/// Answers a process's public key; `None` for a process that does not exist.
pub(crate) type KeyOf<'k> = &'k dyn Fn(ProcessId) -> Option<PublicKey>;

/// Verifies, with the keys of the run's processes. It does not remember what it has verified: nearly
/// every signature comes once, and a look-up costs more than a keyed hash.
pub(crate) struct Audit<'k> {
    key_of: KeyOf<'k>,
    keys: BTreeMap<ProcessId, Option<PublicKey>>,
    /// How many replicas a chain has.
    replicas: usize,
    /// How many replicas a quorum has.
    quorum: usize,
}

/// Why something does not verify, in words.
pub(crate) type Verified = Result<(), String>;

impl<'k> Audit<'k> {
    /// An audit of a run whose chains have `2t + 1` replicas.
    pub(crate) fn new(t: u32, key_of: KeyOf<'k>) -> Self {
        Self {
            key_of,
            keys: BTreeMap::new(),
            replicas: 2 * t as usize + 1,
            quorum: t as usize + 1,
        }
    }

    /// Whether the statement bears its signer's signature.
    pub(crate) fn is_signed<T: Statement>(&mut self, statement: &Signed<T>) -> bool {
        let bytes = statement.body.signed_bytes();
        self.verify(statement.signer, &bytes, &statement.signature)
    }

    /// Whether `signature` is `signer`'s on `bytes`: encoded once for all who sign the same.
    fn verify(&mut self, signer: ProcessId, bytes: &[u8], signature: &Signature) -> bool {
        let key = self
            .keys
            .entry(signer)
            .or_insert_with(|| (self.key_of)(signer));
        key.as_ref()
            .is_some_and(|key| key.verifies(bytes, signature))
    }

    /// Whether an order proof is complete (P3.3): the client's signed request and one correctly signed
    /// order statement of every position, in chain order, each for this very slot and request.
    pub(crate) fn complete(
        &mut self,
        configuration: ConfigurationId,
        proof: &OrderProof,
    ) -> Verified {
        let request = &proof.request;
        if request.signer != ProcessId::Client(request.body.id.client) || !self.is_signed(request) {
            return Err("the client's signature on the request is bad".to_owned());
        }
        if proof.statements.len() != self.replicas {
            let (found, all) = (proof.statements.len(), self.replicas);
            let found = counted(found, "order statement");
            return Err(format!("{found} where {all} are needed"));
        }
        let expected = OrderStatement {
            configuration,
            slot: proof.slot,
            request: request.body.id,
            operation: Arc::clone(&request.body.operation),
        };
        let bytes = expected.signed_bytes();
        for (position, statement) in (0..).map(Position).zip(&proof.statements) {
            if statement.signer != ProcessId::replica(configuration, position) {
                return Err(format!(
                    "the order statement of replica {position} is missing"
                ));
            }
            if statement.body != expected {
                return Err(format!(
                    "the order statement of replica {position} names another slot or request"
                ));
            }
            if !self.verify(statement.signer, &bytes, &statement.signature) {
                return Err(format!(
                    "the order statement of replica {position} is badly signed"
                ));
            }
        }
        Ok(())
    }

    /// Checks that at least `t + 1` different replicas of the configuration signed `body`.
    fn quorum_of<T: Statement + PartialEq>(
        &mut self,
        configuration: ConfigurationId,
        body: &T,
        statements: &[Arc<Signed<T>>],
    ) -> Verified {
        let bytes = body.signed_bytes();
        let mut signers = BTreeSet::new();
        for statement in statements {
            if signers.len() < self.quorum
                && self.is_member(configuration, statement.signer)
                && statement.body == *body
                && self.verify(statement.signer, &bytes, &statement.signature)
            {
                signers.insert(statement.signer);
            }
        }
        if signers.len() < self.quorum {
            let (found, quorum) = (signers.len(), self.quorum);
            let found = counted(found, "equal statement");
            return Err(format!("{found} where {quorum} are needed"));
        }
        Ok(())
    }

    fn is_member(&self, configuration: ConfigurationId, process: ProcessId) -> bool {
        match process {
            ProcessId::Replica(replica) => {
                replica.configuration == configuration && replica.position.index() < self.replicas
            }
            ProcessId::Olympus | ProcessId::Client(_) => false,
        }
    }
}
