//! What convicts a replica, in a sentence.
//!
//! Source: docs/protocol.md P6.3.

use std::sync::Arc;

use bcr_protocol::event::Misbehaviour;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::statement::Signed;

pub(super) fn evidence(proof: &Misbehaviour) -> String {
    match proof {
        Misbehaviour::TwoOrders { first, second } => {
            let (one, other) = (&first.body, &second.body);
            format!(
                "order statements for slot {} for request {} {} and for request {} {}",
                one.slot, one.request, one.operation, other.request, other.operation
            )
        }
        Misbehaviour::WrongOperation { request, statement } => format!(
            "an order statement for slot {} that names {}, where request {} asks for {}",
            statement.body.slot, statement.body.operation, request.body.id, request.body.operation
        ),
        Misbehaviour::TwoResults { first, .. } => {
            format!(
                "two different result statements for slot {}",
                first.body.slot
            )
        }
        Misbehaviour::ContradictedResult { statement, quorum } => format!(
            "a result statement for slot {} that contradicts equal ones of replicas {}",
            statement.body.slot,
            signers(quorum)
        ),
        Misbehaviour::ContradictedCheckpoint { statement, quorum } => format!(
            "a checkpoint statement for slot {} that contradicts equal ones of replicas {}",
            statement.body.slot,
            signers(quorum)
        ),
        Misbehaviour::OrderWithheld { statement, .. } => format!(
            "an order statement for slot {} for request {} {}, which its own wedged history does not hold",
            statement.body.slot, statement.body.request, statement.body.operation
        ),
    }
}

fn signers<T>(statements: &[Arc<Signed<T>>]) -> String {
    let positions = statements.iter().map(|statement| match statement.signer {
        ProcessId::Replica(replica) => replica.position.to_string(),
        other @ (ProcessId::Olympus | ProcessId::Client(_)) => other.to_string(),
    });
    positions.collect::<Vec<_>>().join(", ")
}
