//! Who and what a finding is about, in a sentence.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ReplicaId, RequestId};

/// A replica in a sentence.
pub(crate) fn the_replica(replica: ReplicaId) -> String {
    format!(
        "replica {} of configuration {}",
        replica.position, replica.configuration
    )
}

/// A request in a sentence.
pub(crate) fn the_request(request: RequestId, operation: &Operation) -> String {
    format!("request {request} {operation}")
}
