//! Failures that change the next outgoing message of some type.
//!
//! A spoiled statement is signed again with the replica's own key, unless the failure says that the
//! signature is bad.
//!
//! Source: docs/protocol.md P10.

use std::sync::Arc;

use bcr_protocol::dictionary::{OK, Operation};
use bcr_protocol::digest::Digest;
use bcr_protocol::identity::{Position, ProcessId};
use bcr_protocol::message::{Answer, ClientAnswer, Message, MessageKind, Wedged};
use bcr_protocol::proof::SignedResult;
use bcr_protocol::statement::{Signed, Signer, Statement};

use crate::scenario::Failure;

/// Whether the failure makes a signature bad.
pub(super) const fn spoils_signature(failure: Failure) -> bool {
    matches!(
        failure,
        Failure::InvalidOrderSignature | Failure::InvalidResultSignature
    )
}

/// Whether the failure spoils messages of this type, sent by a replica that is the tail or is not.
pub(super) const fn targets(failure: Failure, message: MessageKind, is_tail: bool) -> bool {
    use MessageKind::{CompletedCheckpoint, Result, ResultShuttle, Shuttle, Wedged};
    match failure {
        Failure::ChangeOperation | Failure::InvalidOrderSignature => matches!(message, Shuttle),
        Failure::ChangeResult | Failure::DropResultStatement => {
            matches!(message, Result | ResultShuttle)
        }
        Failure::InvalidResultSignature if is_tail => matches!(message, Result),
        Failure::InvalidResultSignature => matches!(message, Shuttle),
        Failure::TruncateHistory { .. } => matches!(message, Wedged),
        Failure::DropCheckpointStatements => matches!(message, CompletedCheckpoint),
        Failure::OmitSend => true,
        Failure::Crash
        | Failure::Sleep { .. }
        | Failure::Drop
        | Failure::IncrementSlot
        | Failure::ExtraOperation => false,
    }
}

/// The message as the failure leaves it. Deterministic, so that a failure that changes nothing gives
/// back an equal message.
pub(super) fn spoil(
    failure: Failure,
    signer: &Signer,
    quorum: usize,
    message: &Message,
) -> Message {
    match (failure, message) {
        (Failure::ChangeOperation, _) => change_operation(signer, message),
        (Failure::ChangeResult, _) => {
            change_results(message, |statements| change_result(signer, statements))
        }
        (Failure::DropResultStatement, _) => change_results(message, drop_head_statement),
        (Failure::InvalidOrderSignature, _) => spoil_order_signature(signer, message),
        (Failure::InvalidResultSignature, _) => {
            change_results(message, |statements| spoil_signature(signer, statements))
        }
        (Failure::TruncateHistory { entries }, Message::Wedged(wedged)) => {
            truncate_history(signer, wedged, entries)
        }
        (Failure::DropCheckpointStatements, Message::CompletedCheckpoint(checkpoint)) => {
            let mut checkpoint = checkpoint.as_ref().clone();
            let statements = &mut checkpoint.proof.statements;
            statements.drain(..quorum.min(statements.len()));
            Message::CompletedCheckpoint(Arc::new(checkpoint))
        }
        (
            Failure::TruncateHistory { .. }
            | Failure::DropCheckpointStatements
            | Failure::OmitSend
            | Failure::Crash
            | Failure::Sleep { .. }
            | Failure::Drop
            | Failure::IncrementSlot
            | Failure::ExtraOperation,
            _,
        ) => message.clone(),
    }
}

/// The replica's own order and result statements name `get('x')`.
fn change_operation(signer: &Signer, message: &Message) -> Message {
    let Message::Shuttle(shuttle) = message else {
        return message.clone();
    };
    let mut shuttle = shuttle.as_ref().clone();
    let operation = Arc::new(Operation::Get {
        key: "x".to_owned(),
    });
    resign(signer, &mut shuttle.order_proof.statements, |body| {
        body.operation = Arc::clone(&operation);
    });
    resign(signer, &mut shuttle.result_proof, |body| {
        body.operation = Arc::clone(&operation)
    });
    Message::Shuttle(Arc::new(shuttle))
}

/// The replica's own result statement has the hash of `OK`.
fn change_result(signer: &Signer, statements: &mut [SignedResult]) {
    resign(signer, statements, |body| body.result = Digest::of(OK));
}

/// The head's result statement is left out.
fn drop_head_statement(statements: &mut Vec<SignedResult>) {
    statements.retain(|statement| {
        !matches!(statement.signer, ProcessId::Replica(signer) if signer.position == Position::HEAD)
    });
}

fn spoil_order_signature(signer: &Signer, message: &Message) -> Message {
    let Message::Shuttle(shuttle) = message else {
        return message.clone();
    };
    let mut shuttle = shuttle.as_ref().clone();
    spoil_signature(signer, &mut shuttle.order_proof.statements);
    Message::Shuttle(Arc::new(shuttle))
}

fn truncate_history(signer: &Signer, wedged: &Signed<Wedged>, entries: u64) -> Message {
    let mut body = wedged.body.clone();
    let kept = (body.history.entries.len() as u64).saturating_sub(entries);
    body.history
        .entries
        .truncate(usize::try_from(kept).unwrap_or(usize::MAX));
    Message::Wedged(Arc::new(signer.sign(body)))
}

/// Applies a change to the result statements of any message that carries some.
fn change_results(message: &Message, change: impl FnOnce(&mut Vec<SignedResult>)) -> Message {
    let changed = |answer: &Answer, change: &mut dyn FnMut(&mut Vec<SignedResult>)| {
        let mut answer = answer.clone();
        change(&mut answer.result_proof);
        Arc::new(answer)
    };
    let mut change = Some(change);
    let mut once = |statements: &mut Vec<SignedResult>| {
        if let Some(change) = change.take() {
            change(statements);
        }
    };
    match message {
        Message::ResultShuttle(answer) => Message::ResultShuttle(changed(answer, &mut once)),
        Message::Result(result) => {
            let answer = changed(&result.answer, &mut once);
            Message::Result(Arc::new(ClientAnswer {
                by: result.by,
                answer,
            }))
        }
        Message::Shuttle(shuttle) => {
            let mut shuttle = shuttle.as_ref().clone();
            once(&mut shuttle.result_proof);
            Message::Shuttle(Arc::new(shuttle))
        }
        other => other.clone(),
    }
}

/// Changes the replica's own statement and signs it again.
fn resign<T: Statement + Clone>(
    signer: &Signer,
    statements: &mut [Arc<Signed<T>>],
    change: impl Fn(&mut T),
) {
    for statement in own(signer, statements) {
        let mut body = statement.body.clone();
        change(&mut body);
        *statement = Arc::new(signer.sign(body));
    }
}

fn spoil_signature<T: Clone>(signer: &Signer, statements: &mut [Arc<Signed<T>>]) {
    for statement in own(signer, statements) {
        let signature = statement.signature.spoiled();
        *statement = Arc::new(Signed {
            signature,
            ..statement.as_ref().clone()
        });
    }
}

/// The replica's own statements among others.
fn own<'a, T>(
    signer: &Signer,
    statements: &'a mut [Arc<Signed<T>>],
) -> impl Iterator<Item = &'a mut Arc<Signed<T>>> {
    let process = signer.process();
    statements
        .iter_mut()
        .filter(move |statement| statement.signer == process)
}
