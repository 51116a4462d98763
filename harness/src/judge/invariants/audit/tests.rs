//! Every kind of proof of misbehaviour (P6.3): one that convicts, and what must not.

use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Misbehaviour;
use bcr_protocol::history::History;
use bcr_protocol::identity::{ClientId, ConfigurationId, ProcessId, RequestId, Slot};
use bcr_protocol::message::Wedged;
use bcr_protocol::proof::{
    CheckpointProof, OrderProof, SignedCheckpoint, SignedOrder, SignedRequest, SignedResult,
};
use bcr_protocol::statement::{
    CheckpointStatement, OrderStatement, Request, ResultStatement, Signed, Statement,
};

use super::Audit;
use crate::judge::invariants::testing::{get, key, put, replica, request, signer};

/// The configuration of the statements, and its first slot.
const CONFIGURATION: ConfigurationId = ConfigurationId(1);
const FIRST: Slot = Slot(10);

fn signed<T: Statement>(position: u32, body: T) -> Arc<Signed<T>> {
    Arc::new(signer(ProcessId::Replica(replica(1, position))).sign(body))
}

fn order(position: u32, slot: u64, request: RequestId, key: &str) -> SignedOrder {
    let (configuration, slot) = (CONFIGURATION, Slot(slot));
    let operation = Arc::new(get(key));
    signed(
        position,
        OrderStatement {
            configuration,
            slot,
            request,
            operation,
        },
    )
}

fn result(position: u32, slot: u64, result: &str) -> SignedResult {
    let statement = ResultStatement {
        configuration: CONFIGURATION,
        slot: Slot(slot),
        request: request(0, 0),
        operation: Arc::new(put("k", "v")),
        result: Digest::of(result),
    };
    signed(position, statement)
}

fn checkpoint(position: u32, slot: u64, state: &str) -> SignedCheckpoint {
    let (configuration, slot) = (CONFIGURATION, Slot(slot));
    let state = Digest::of(state);
    signed(
        position,
        CheckpointStatement {
            configuration,
            slot,
            state,
        },
    )
}

fn asked(key: &str) -> SignedRequest {
    let body = Request {
        id: request(0, 0),
        operation: Arc::new(get(key)),
    };
    Arc::new(signer(ProcessId::Client(ClientId(0))).sign(body))
}

/// The wedged message of a replica whose history holds `get(key)` of request 0:0 in these slots.
fn wedged(position: u32, checkpoint: Option<u64>, slots: &[u64], key: &str) -> Arc<Signed<Wedged>> {
    let entry = |slot: &u64| {
        let statements = (0..=position)
            .map(|p| order(p, *slot, request(0, 0), key))
            .collect();
        Arc::new(OrderProof {
            slot: Slot(*slot),
            request: asked(key),
            statements,
        })
    };
    let proof = |slot| {
        Arc::new(CheckpointProof {
            slot: Slot(slot),
            statements: Vec::new(),
        })
    };
    let history = History {
        checkpoint: checkpoint.map(proof),
        entries: slots.iter().map(entry).collect(),
    };
    signed(
        position,
        Wedged {
            configuration: CONFIGURATION,
            history,
        },
    )
}

fn spoiled<T: Clone>(statement: &Arc<Signed<T>>) -> Arc<Signed<T>> {
    let mut statement = Signed::clone(statement);
    statement.signature = statement.signature.spoiled();
    Arc::new(statement)
}

/// A case, what is shown, and whether it convicts replica 1 of configuration 1.
type Case = (&'static str, Misbehaviour, bool);

fn two_orders() -> Vec<Case> {
    let (id, key) = (request(0, 0), "k");
    let case = |name, first: &SignedOrder, second: &SignedOrder, convicts| {
        let (first, second) = (Arc::clone(first), Arc::clone(second));
        (name, Misbehaviour::TwoOrders { first, second }, convicts)
    };
    let one = order(1, 12, id, key);
    vec![
        case(
            "another request",
            &one,
            &order(1, 12, request(1, 0), key),
            true,
        ),
        case("another operation", &one, &order(1, 12, id, "x"), true),
        case("twice the same", &one, &one, false),
        case("another slot", &one, &order(1, 13, id, "x"), false),
        case("another signer", &one, &order(0, 12, id, "x"), false),
        case(
            "a bad signature",
            &one,
            &spoiled(&order(1, 12, id, "x")),
            false,
        ),
    ]
}

fn wrong_operation() -> Vec<Case> {
    let case = |name, request, statement, convicts| {
        (
            name,
            Misbehaviour::WrongOperation { request, statement },
            convicts,
        )
    };
    let lie = || order(1, 12, request(0, 0), "x");
    vec![
        case(
            "an operation that was not asked for",
            asked("k"),
            lie(),
            true,
        ),
        case("the operation that was asked for", asked("x"), lie(), false),
        case(
            "another request",
            asked("k"),
            order(1, 12, request(0, 1), "x"),
            false,
        ),
        case(
            "a request that nobody signed",
            spoiled(&asked("k")),
            lie(),
            false,
        ),
        case(
            "a request signed by a replica",
            signed(1, asked("k").body.clone()),
            lie(),
            false,
        ),
        case("a bad signature", asked("k"), spoiled(&lie()), false),
    ]
}

fn results() -> Vec<Case> {
    let two = |name, first, second, convicts| {
        (name, Misbehaviour::TwoResults { first, second }, convicts)
    };
    let contradicted = |name, statement, quorum, convicts| {
        (
            name,
            Misbehaviour::ContradictedResult { statement, quorum },
            convicts,
        )
    };
    let lie = || result(1, 12, "lie");
    let agreed = |positions: &[u32]| positions.iter().map(|&p| result(p, 12, "OK")).collect();
    vec![
        two("two results", lie(), result(1, 12, "OK"), true),
        two("twice the same result", lie(), lie(), false),
        two("results of two slots", lie(), result(1, 13, "OK"), false),
        two("results of two replicas", lie(), result(2, 12, "OK"), false),
        contradicted("against a quorum", lie(), agreed(&[0, 2]), true),
        contradicted("against one replica", lie(), agreed(&[0]), false),
        contradicted("against one replica, twice", lie(), agreed(&[0, 0]), false),
        contradicted("against nobody", lie(), Vec::new(), false),
        contradicted(
            "with the quorum",
            result(1, 12, "OK"),
            agreed(&[0, 2]),
            false,
        ),
        contradicted(
            "of another slot",
            result(1, 13, "lie"),
            agreed(&[0, 2]),
            false,
        ),
        contradicted("against strangers", lie(), agreed(&[0, 3]), false),
        contradicted(
            "against bad signatures",
            lie(),
            vec![result(0, 12, "OK"), spoiled(&result(2, 12, "OK"))],
            false,
        ),
    ]
}

fn checkpoints() -> Vec<Case> {
    let case = |name, statement, quorum, convicts| {
        (
            name,
            Misbehaviour::ContradictedCheckpoint { statement, quorum },
            convicts,
        )
    };
    let agreed = || vec![checkpoint(0, 12, "s"), checkpoint(2, 12, "s")];
    vec![
        case(
            "a checkpoint against a quorum",
            checkpoint(1, 12, "x"),
            agreed(),
            true,
        ),
        case(
            "a checkpoint with the quorum",
            checkpoint(1, 12, "s"),
            agreed(),
            false,
        ),
        case(
            "a checkpoint of another slot",
            checkpoint(1, 15, "x"),
            agreed(),
            false,
        ),
        case(
            "a checkpoint of another replica",
            checkpoint(2, 12, "x"),
            agreed(),
            false,
        ),
    ]
}

fn order_withheld() -> Vec<Case> {
    let case = |name, statement, wedged, convicts| {
        (
            name,
            Misbehaviour::OrderWithheld { statement, wedged },
            convicts,
        )
    };
    let said = || order(1, 12, request(0, 0), "k");
    vec![
        case(
            "a shorter history",
            said(),
            wedged(1, None, &[10, 11], "k"),
            true,
        ),
        case(
            "another request in the slot",
            said(),
            wedged(1, None, &[10, 11, 12], "x"),
            true,
        ),
        case("an empty history", said(), wedged(1, None, &[], "k"), true),
        case(
            "a history that holds it",
            said(),
            wedged(1, None, &[10, 11, 12], "k"),
            false,
        ),
        case(
            "a checkpoint that contains it",
            said(),
            wedged(1, Some(12), &[], "k"),
            false,
        ),
        case(
            "a checkpoint before it",
            said(),
            wedged(1, Some(11), &[], "k"),
            true,
        ),
        case(
            "another replica's history",
            said(),
            wedged(2, None, &[10, 11], "k"),
            false,
        ),
        case(
            "a history that nobody signed",
            said(),
            spoiled(&wedged(1, None, &[], "k")),
            false,
        ),
        case(
            "a slot before the configuration",
            order(1, 9, request(0, 0), "k"),
            wedged(1, None, &[], "k"),
            false,
        ),
    ]
}

#[test]
fn only_what_proves_misbehaviour_convicts() {
    let kinds = [
        two_orders(),
        wrong_operation(),
        results(),
        checkpoints(),
        order_withheld(),
    ];
    for (name, proof, convicts) in kinds.into_iter().flatten() {
        let mut audit = Audit::new(1, &key);
        let verified = audit.conviction(replica(1, 1), FIRST, &proof);
        assert_eq!(verified.is_ok(), convicts, "{name}: {verified:?}");
        let other = audit.conviction(replica(1, 0), FIRST, &proof);
        assert!(
            other.is_err(),
            "{name}: it convicts another replica as well"
        );
    }
}
