//! Failures that wait for the next outgoing message of some type (P10).

use std::sync::Arc;

use bcr_protocol::dictionary::{OK, Operation};
use bcr_protocol::digest::Digest;
use bcr_protocol::message::{Answer, Checkpoint, Message, MessageKind, Shuttle};
use bcr_protocol::proof::{SignedOrder, SignedResult};
use bcr_protocol::statement::{OrderStatement, ResultStatement, Signed};

use super::{Chain, Sent, client, get, put};

fn shuttle(sent: &Sent) -> &Shuttle {
    match &sent.message {
        Message::Shuttle(shuttle) => shuttle,
        other => panic!("{} is no shuttle", other.kind()),
    }
}

fn answer(message: &Message) -> &Answer {
    match message {
        Message::ResultShuttle(answer) => answer,
        Message::Result(result) => &result.answer,
        other => panic!("{} is no answer", other.kind()),
    }
}

fn checkpoint(sent: &Sent) -> &Checkpoint {
    match &sent.message {
        Message::CompletedCheckpoint(checkpoint) => checkpoint,
        other => panic!("{} is no completed checkpoint", other.kind()),
    }
}

/// A chain with failures and one without after the same requests of client 0, and of client 1 last.
fn both(replica: u32, failures: &str, requests: &[Operation]) -> (Chain, Chain) {
    let run = |failures| {
        let mut chain = Chain::new(replica, failures);
        for (number, operation) in (0..).zip(requests) {
            chain.request(0, number, operation);
        }
        chain
    };
    (run(failures), run(""))
}

/// The statement as `change_operation` leaves it.
fn renamed_order(clean: &Signed<OrderStatement>) -> OrderStatement {
    OrderStatement {
        operation: Arc::new(get("x")),
        ..clean.body.clone()
    }
}

fn renamed_result(clean: &Signed<ResultStatement>) -> ResultStatement {
    ResultStatement {
        operation: Arc::new(get("x")),
        ..clean.body.clone()
    }
}

/// The replica's own statements in its shuttle, which come last, and those of the others.
fn split(shuttle: &Shuttle) -> (&SignedOrder, &SignedResult, Vec<SignedOrder>) {
    let (order, orders) = shuttle
        .order_proof
        .statements
        .split_last()
        .expect("its own order statement");
    let result = shuttle.result_proof.last().expect("its own result");
    (order, result, orders.to_vec())
}

#[test]
fn change_operation_names_get_x_in_its_own_two_statements_under_good_signatures() {
    for position in [0, 1] {
        let failure = "shuttle(0,0), change_operation()";
        let (mut chain, mut clean) = both(position, failure, &[put("k", "v")]);
        assert_eq!(
            chain.fates(),
            [
                "armed change_operation() by shuttle",
                "applied change_operation() to shuttle"
            ]
        );
        let spoiled = chain.sent(position, MessageKind::Shuttle).remove(0);
        let original = clean.sent(position, MessageKind::Shuttle).remove(0);
        assert!(spoiled.spoiled && !original.spoiled);
        let (spoiled, original) = (shuttle(&spoiled), shuttle(&original));
        let (order, result, others) = split(spoiled);
        let (clean_order, clean_result, clean_others) = split(original);
        assert_eq!(order.body, renamed_order(clean_order));
        assert_eq!(result.body, renamed_result(clean_result));
        assert!(chain.is_good(order) && chain.is_good(result));
        assert_eq!(others, clean_others);
        assert_eq!(spoiled.order_proof.request, original.order_proof.request);
        assert_eq!(spoiled.result_proof.len(), original.result_proof.len());

        // Once: what it sends next is clean, and so is what it keeps for itself.
        for chain in [&mut chain, &mut clean] {
            chain.request(1, 0, &put("j", "w"));
        }
        let next = |chain: &Chain| chain.sent(position, MessageKind::Shuttle)[1].clone();
        assert_eq!(next(&chain), next(&clean));
        assert_eq!(chain.wedged(position), clean.wedged(position));
    }
}

#[test]
fn change_result_gives_its_own_statement_the_hash_of_ok() {
    // The middle of the chain sends result shuttles; the tail a result and a result shuttle, which are
    // one content sent twice, while what it delivers to itself stays clean.
    for (position, kinds) in [
        (1, &[MessageKind::ResultShuttle][..]),
        (2, &[MessageKind::Result, MessageKind::ResultShuttle]),
    ] {
        let failure = "shuttle(0,1), change_result()";
        let requests = [put("k", "v"), get("k")];
        let (mut chain, mut clean) = both(position, failure, &requests);
        assert_eq!(
            chain.fates(),
            [
                "armed change_result() by shuttle".to_owned(),
                format!("applied change_result() to {}", kinds[0])
            ]
        );
        for kind in kinds {
            let (sent, original) = (chain.sent(position, *kind), clean.sent(position, *kind));
            assert_eq!(sent[0], original[0], "before the trigger");
            assert!(sent[1].spoiled);
            let (spoiled, original) = (answer(&sent[1].message), answer(&original[1].message));
            let changed = &spoiled.result_proof[position as usize];
            let expected = ResultStatement {
                result: Digest::of(OK),
                ..original.result_proof[position as usize].body.clone()
            };
            assert_eq!(changed.body, expected, "{kind}");
            assert!(chain.is_good(changed), "{kind}");
            let mut mended = spoiled.clone();
            mended.result_proof[position as usize] =
                Arc::clone(&original.result_proof[position as usize]);
            assert_eq!(mended, *original, "{kind}: nothing else");
        }
        assert_eq!(
            chain.self_deliveries(position),
            clean.self_deliveries(position)
        );
        for chain in [&mut chain, &mut clean] {
            chain.forget();
            chain.request(1, 0, &get("k"));
        }
        let own = |chain: &Chain| -> Vec<Sent> {
            let all = chain.all_sent().into_iter();
            all.filter(|sent| sent.by == position).collect()
        };
        assert_eq!(own(&chain), own(&clean), "once");
    }
}

#[test]
fn a_result_shuttle_that_is_not_sent_leaves_that_of_the_next_slot_clean() {
    let failures = "shuttle(0,0), change_result(); result_shuttle(0,0), omit_send()";
    let (chain, clean) = both(2, failures, &[get("x"), get("x")]);
    let (sent, original) = (
        chain.sent(2, MessageKind::ResultShuttle),
        clean.sent(2, MessageKind::ResultShuttle),
    );
    assert!(chain.sent(2, MessageKind::Result)[0].spoiled);
    assert_eq!(sent, original[1..]);
}

#[test]
fn drop_result_stmt_leaves_out_the_heads_statement_and_at_the_tail_twice() {
    for (position, kinds) in [
        (1, &[MessageKind::ResultShuttle][..]),
        (2, &[MessageKind::Result, MessageKind::ResultShuttle]),
    ] {
        let failure = "shuttle(0,0), drop_result_stmt()";
        let (chain, clean) = both(position, failure, &[put("k", "v")]);
        assert_eq!(
            chain.fates()[1],
            format!("applied drop_result_stmt() to {}", kinds[0])
        );
        for kind in kinds {
            let (sent, original) = (chain.sent(position, *kind), clean.sent(position, *kind));
            assert!(sent[0].spoiled, "{kind}");
            let mut mended = answer(&sent[0].message).clone();
            let original = answer(&original[0].message);
            mended
                .result_proof
                .insert(0, Arc::clone(&original.result_proof[0]));
            assert_eq!(mended, *original, "{kind}");
        }
        assert_eq!(
            chain.self_deliveries(position),
            clean.self_deliveries(position)
        );
    }
}

#[test]
fn a_cached_result_is_a_result_and_not_a_result_shuttle_too() {
    for position in [0, 1, 2] {
        let failure = "client_request(0,0), change_result()";
        let again = |chain: &mut Chain| {
            let message = chain.client_request(0, 1, &get("k"));
            chain.deliver(client(0), position, message);
        };
        // The head has seen both requests once before.
        let failure = if position == 0 {
            "client_request(0,2), change_result()"
        } else {
            failure
        };
        let (mut chain, mut clean) = both(position, failure, &[put("k", "v"), get("k")]);
        for chain in [&mut chain, &mut clean] {
            chain.forget();
            again(chain);
            again(chain);
            chain.request(1, 0, &get("k"));
        }
        let own = |chain: &Chain| -> Vec<Sent> {
            let all = chain.all_sent().into_iter();
            all.filter(|sent| sent.by == position).collect()
        };
        let (own, clean) = (own(&chain), own(&clean));
        let statement = &answer(&own[0].message).result_proof[position as usize];
        assert_eq!(statement.body.result, Digest::of(OK), "{position}");
        assert!(chain.is_good(statement) && own[0].spoiled);
        assert_eq!(own[1..], clean[1..], "{position}: only the first");
    }
}

#[test]
fn truncate_history_leaves_out_the_last_entries_or_all() {
    for (failure, kept) in [
        ("truncate_history()", 2),
        ("truncate_history(1)", 2),
        ("truncate_history(2)", 1),
        ("truncate_history(3)", 0),
        ("truncate_history(9)", 0),
    ] {
        let failures = format!("wedge_request(0), {failure}");
        let requests = [put("k", "v"), get("k"), get("x")];
        let (mut chain, mut clean) = both(1, &failures, &requests);
        let (wedged, original) = (chain.wedged(1), clean.wedged(1));
        assert_eq!(
            chain.fates()[1],
            format!("applied {failure} to wedged"),
            "{failure}"
        );
        assert!(chain.is_good(&wedged), "{failure}");
        let (history, whole) = (&wedged.body.history, &original.body.history);
        assert_eq!(history.entries, whole.entries[..kept], "{failure}");
        assert_eq!(chain.wedged(1), original, "{failure}: once");
    }
}

#[test]
fn invalid_order_sig_makes_its_own_order_signature_bad_and_no_other() {
    for position in [0, 1] {
        let failure = "shuttle(0,0), invalid_order_sig()";
        let (chain, clean) = both(position, failure, &[put("k", "v")]);
        let (sent, original) = (
            chain.sent(position, MessageKind::Shuttle).remove(0),
            clean.sent(position, MessageKind::Shuttle).remove(0),
        );
        let (order, result, others) = split(shuttle(&sent));
        let (clean_order, clean_result, clean_others) = split(shuttle(&original));
        assert!(sent.spoiled && !chain.is_good(order));
        assert_eq!(order.body, clean_order.body);
        assert_eq!((result, others), (clean_result, clean_others));
        assert_eq!(
            chain.told(position + 1)[1],
            "refused: bad_order_signature",
            "{position}"
        );
    }
}

#[test]
fn invalid_result_sig_spoils_the_next_shuttle_or_at_the_tail_the_next_result_alone() {
    for position in [0, 1] {
        let failure = "shuttle(0,0), invalid_result_sig()";
        let (chain, clean) = both(position, failure, &[put("k", "v")]);
        let (sent, original) = (
            chain.sent(position, MessageKind::Shuttle).remove(0),
            clean.sent(position, MessageKind::Shuttle).remove(0),
        );
        let (order, result, others) = split(shuttle(&sent));
        let (clean_order, clean_result, clean_others) = split(shuttle(&original));
        assert!(sent.spoiled && !chain.is_good(result));
        assert_eq!(result.body, clean_result.body);
        assert_eq!((order, others), (clean_order, clean_others));
    }
    let failure = "shuttle(0,0), invalid_result_sig()";
    let (chain, clean) = both(2, failure, &[put("k", "v")]);
    let sent = chain.sent(2, MessageKind::Result).remove(0);
    let statements = &answer(&sent.message).result_proof;
    let good: Vec<bool> = statements.iter().map(|s| chain.is_good(s)).collect();
    assert_eq!((sent.spoiled, &good[..]), (true, &[true, true, false][..]));
    assert_eq!(
        chain.sent(2, MessageKind::ResultShuttle),
        clean.sent(2, MessageKind::ResultShuttle)
    );
}

#[test]
fn a_bad_signature_stays_bad_beside_a_failure_that_signs_again() {
    for pair in [
        ["invalid_order_sig()", "change_operation()"],
        ["change_operation()", "invalid_order_sig()"],
        ["invalid_result_sig()", "change_operation()"],
        ["change_operation()", "invalid_result_sig()"],
    ] {
        let failures = format!("shuttle(0,0), {}; shuttle(0,0), {}", pair[0], pair[1]);
        let (chain, clean) = both(1, &failures, &[put("k", "v")]);
        let sent = chain.sent(1, MessageKind::Shuttle).remove(0);
        let original = clean.sent(1, MessageKind::Shuttle).remove(0);
        let (order, result, _) = split(shuttle(&sent));
        let (clean_order, clean_result, _) = split(shuttle(&original));
        assert_eq!(order.body, renamed_order(clean_order), "{failures}");
        assert_eq!(result.body, renamed_result(clean_result), "{failures}");
        let is_order_bad = failures.contains("invalid_order_sig");
        assert_eq!(chain.is_good(order), !is_order_bad, "{failures}");
        assert_eq!(chain.is_good(result), is_order_bad, "{failures}");
        assert!(!chain.fates().iter().any(|fate| fate.ends_with("in vain")));
    }
    for failures in [
        "shuttle(0,1), invalid_result_sig(); shuttle(0,1), change_result()",
        "shuttle(0,1), change_result(); shuttle(0,1), invalid_result_sig()",
    ] {
        let (chain, _) = both(2, failures, &[put("k", "v"), get("k")]);
        for (kind, is_good) in [
            (MessageKind::Result, false),
            (MessageKind::ResultShuttle, true),
        ] {
            let sent = chain.sent(2, kind).remove(1);
            let own = &answer(&sent.message).result_proof[2];
            assert_eq!(own.body.result, Digest::of(OK), "{failures}: {kind}");
            assert_eq!(chain.is_good(own), is_good, "{failures}: {kind}");
        }
    }
}

#[test]
fn drop_checkpt_stmts_leaves_out_the_first_t_plus_one_of_the_next_completed_checkpoint() {
    for position in [1, 2] {
        let run = |failures| {
            let mut chain = Chain::with_checkpoints(position, failures);
            chain.request(0, 0, &put("k", "v"));
            chain
        };
        let (chain, clean) = (run("checkpoint(0), drop_checkpt_stmts()"), run(""));
        assert_eq!(
            chain.fates()[1],
            "applied drop_checkpt_stmts() to completed_checkpoint"
        );
        let (sent, original) = (
            chain.sent(position, MessageKind::CompletedCheckpoint),
            clean.sent(position, MessageKind::CompletedCheckpoint),
        );
        let (left, all) = (checkpoint(&sent[0]), checkpoint(&original[0]));
        assert_eq!(left.proof.statements, all.proof.statements[2..]);
        assert_eq!(left.proof.slot, all.proof.slot);
        assert!(sent[0].spoiled);
        assert_eq!(
            chain.self_deliveries(position),
            clean.self_deliveries(position)
        );
    }
}

#[test]
fn omit_send_keeps_back_the_next_message_whatever_it_is_and_others_wait_for_theirs() {
    // The head delivers its shuttle to itself, which is no outgoing message.
    for trigger in ["client_request(0,0)", "shuttle(0,0)"] {
        let failures = format!("{trigger}, omit_send()");
        let (chain, _) = both(0, &failures, &[put("k", "v")]);
        assert_eq!(chain.all_sent(), [], "{trigger}");
        assert_eq!(chain.fates()[1], "applied omit_send() to shuttle");
        assert_eq!(chain.self_deliveries(0).len(), 1, "{trigger}");
    }
    // The tail's result is kept back; what it delivers to itself and the result shuttle are not.
    let (chain, _) = both(2, "shuttle(0,0), omit_send()", &[put("k", "v")]);
    assert_eq!(chain.fates()[1], "applied omit_send() to result");
    assert_eq!(chain.sent(2, MessageKind::Result), []);
    assert_eq!(chain.sent(2, MessageKind::ResultShuttle).len(), 1);
    // Twice: two messages. The change of the result waits for one that goes out.
    let failures =
        "shuttle(0,0), change_result(); shuttle(0,0), omit_send(); shuttle(0,0), omit_send()";
    let (chain, _) = both(2, failures, &[get("x"), get("x")]);
    let sent = chain.sent(2, MessageKind::ResultShuttle);
    assert_eq!(
        chain.fates()[3..],
        [
            "applied omit_send() to result",
            "applied omit_send() to result_shuttle",
            "applied change_result() to result"
        ]
    );
    assert_eq!(chain.sent(2, MessageKind::Result).len(), 1);
    assert_eq!((sent.len(), sent[0].spoiled), (1, true));
}

#[test]
fn a_failure_waits_for_what_is_sent_from_its_trigger_on() {
    // Triggered by the result shuttle of slot 0, the middle replica has the shuttle of slot 0 behind it.
    let failure = "result_shuttle(0,0), invalid_order_sig()";
    let (chain, clean) = both(1, failure, &[put("k", "v"), get("k")]);
    let (sent, original) = (
        chain.sent(1, MessageKind::Shuttle),
        clean.sent(1, MessageKind::Shuttle),
    );
    assert_eq!(sent[0], original[0]);
    assert!(sent[1].spoiled);
}

#[test]
fn a_failure_whose_message_never_goes_out_stays_armed_and_changes_nothing() {
    for (position, failure) in [
        (2, "shuttle(0,0), change_operation()"),
        (2, "shuttle(0,0), invalid_order_sig()"),
        (0, "shuttle(0,0), change_result()"),
        (0, "shuttle(0,0), drop_result_stmt()"),
        (1, "shuttle(0,0), truncate_history(1)"),
        (2, "result_shuttle(0,1), invalid_result_sig()"),
        (0, "checkpoint(0), drop_checkpt_stmts()"),
        (0, "result_shuttle(0,1), omit_send()"),
    ] {
        let run = |failures| {
            let mut chain = Chain::of(0, 2, position, failures);
            chain.request(0, 0, &put("k", "v"));
            chain.request(0, 1, &get("k"));
            chain
        };
        let (chain, clean) = (run(failure), run(""));
        let fates = chain.fates();
        assert_eq!(fates.len(), 1, "{failure}: {fates:?}");
        assert!(fates[0].starts_with("armed"), "{failure}");
        assert_eq!(chain.all_sent(), clean.all_sent(), "{failure}");
    }
}

#[test]
fn a_spoiled_message_that_is_as_it_would_be_has_no_effect() {
    for (position, failure, requests, fate) in [
        (
            0,
            "shuttle(0,0), change_operation()",
            &[get("x")][..],
            "change_operation() to shuttle",
        ),
        (
            1,
            "shuttle(0,0), change_result()",
            &[put("k", "v")],
            "change_result() to result_shuttle",
        ),
        (
            2,
            "shuttle(0,0), change_result()",
            &[put("k", "v")],
            "change_result() to result",
        ),
        (
            1,
            "wedge_request(0), truncate_history(1)",
            &[],
            "truncate_history(1) to wedged",
        ),
    ] {
        let (mut chain, mut clean) = both(position, failure, requests);
        for chain in [&mut chain, &mut clean] {
            chain.wedged(position);
        }
        let expected = format!("applied {fate} in vain");
        assert_eq!(chain.fates()[1..], [expected], "{failure}");
        assert_eq!(chain.all_sent(), clean.all_sent(), "{failure}");
    }
}
