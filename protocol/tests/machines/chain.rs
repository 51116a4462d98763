//! The way back along the chain, and requests that go all the way (P4.1, P4.2, P4.4, P4.7).

use std::sync::Arc;

use bcr_protocol::identity::{ConfigurationId, Slot};
use bcr_protocol::message::{Answer, Message};
use bcr_protocol::statement::ResultStatement;

use crate::shuttle::{Change, all_refused};
use crate::signing::{SCHEMES, Signing, append, client, deliver, get, id, put, sent, spoiled};
use crate::world::{World, describe};

/// P4.4: the client first, then the result shuttle with the same content, which is complete.
#[test]
fn the_tail_answers_the_client_before_it_starts_the_result_shuttle() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut tail = signing.initial(2);
        let request = signing.request(0, 0, &put("k", "v"));
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 2)));
        let effects = sent(&deliver(&mut tail, signing.at(1), shuttle));
        let [
            (to, Message::Result(result)),
            (own, Message::ResultShuttle(answer)),
        ] = &effects[..]
        else {
            panic!("a result, then a result shuttle: {effects:?}");
        };
        assert_eq!((*to, *own), (client(0), signing.at(2)));
        assert_eq!(result.answer, *answer);
        assert_eq!(**answer, signing.answer(0, &request, "OK"));
        let effects = deliver(&mut tail, *own, Message::ResultShuttle(Arc::clone(answer)));
        assert_eq!(describe(&effects), ["result_shuttle to replica-0-1"]);
    }
}

/// P4.4: a result shuttle is checked in full, by every replica and for every statement.
#[test]
fn a_result_shuttle_that_breaks_one_condition_is_refused() {
    let changes: &[(&str, &str, Change<Answer>)] = &[
        (
            "bad client signature",
            "bad_client_signature",
            |_, answer| {
                answer.order_proof.request = spoiled(&answer.order_proof.request);
            },
        ),
        (
            "last order statement missing",
            "missing_statement",
            |_, answer| {
                answer.order_proof.statements.pop();
            },
        ),
        (
            "own order statement forged",
            "bad_order_signature",
            |_, answer| {
                let statements = &mut answer.order_proof.statements;
                statements[1] = spoiled(&statements[1]);
            },
        ),
        (
            "tail's order signature bad",
            "bad_order_signature",
            |_, answer| {
                let statements = &mut answer.order_proof.statements;
                statements[2] = spoiled(&statements[2]);
            },
        ),
        (
            "order statements reordered",
            "missing_statement",
            |_, answer| {
                answer.order_proof.statements.swap(0, 2);
            },
        ),
        (
            "order for another operation",
            "wrong_operation",
            |s, answer| {
                answer.order_proof.statements[2] = s.order(2, 0, &s.request(0, 0, &get("x")));
            },
        ),
        (
            "head's result statement missing",
            "missing_statement",
            |_, answer| {
                answer.result_proof.remove(0);
            },
        ),
        (
            "tail's result statement missing",
            "missing_statement",
            |_, answer| {
                answer.result_proof.pop();
            },
        ),
        (
            "tail's result signature bad",
            "bad_result_signature",
            |_, answer| {
                answer.result_proof[2] = spoiled(&answer.result_proof[2]);
            },
        ),
        (
            "tail's result hash differs",
            "result_mismatch",
            |s, answer| {
                let request = Arc::clone(&answer.order_proof.request);
                answer.result_proof[2] = s.result(2, 0, &request, "fail");
            },
        ),
        ("result itself differs", "result_mismatch", |_, answer| {
            answer.result = "fail".to_owned();
        }),
        (
            "result of another configuration",
            "result_mismatch",
            |s, answer| {
                let body = ResultStatement {
                    configuration: ConfigurationId(1),
                    ..answer.result_proof[0].body.clone()
                };
                answer.result_proof[0] = s.sign(s.at(0), body);
            },
        ),
    ];
    let message = |signing: &Signing, index: usize| {
        let request = signing.request(0, 0, &put("k", "v"));
        let mut answer = signing.answer(0, &request, "OK");
        (changes[index].2)(signing, &mut answer);
        Message::ResultShuttle(Arc::new(answer))
    };
    let reasons: Vec<_> = changes.iter().map(|c| (c.0, c.1)).collect();
    let fresh = |signing: &Signing| {
        let mut middle = signing.initial(1);
        let request = signing.request(0, 0, &put("k", "v"));
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(0, &request, "OK", 1)));
        deliver(&mut middle, signing.at(0), shuttle);
        middle
    };
    all_refused(&fresh, 2, &message, &reasons);
}

/// P4.4: from the successor alone; passed on once, unchanged; the head keeps it.
#[test]
fn a_result_shuttle_travels_from_tail_to_head() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let answer = Arc::new(signing.answer(0, &request, "OK"));
    let shuttle = || Message::ResultShuttle(Arc::clone(&answer));
    let wrong = |from| {
        vec![
            "refused: wrong_sender".to_owned(),
            format!("suspects {from}: wrong_sender"),
            "reconfiguration_request to olympus".to_owned(),
        ]
    };
    let passed = |to| vec![format!("result_shuttle to replica-0-{to}")];
    let steps: [(u32, u32, Vec<String>); 6] = [
        (1, 0, wrong(0)),
        (0, 2, wrong(2)),
        (2, 1, wrong(1)),
        (1, 2, passed(0)),
        (2, 2, passed(1)),
        (0, 1, vec![]),
    ];
    for (position, from, expected) in steps {
        let mut replica = signing.initial(position);
        let effects = deliver(&mut replica, signing.at(from), shuttle());
        assert_eq!(describe(&effects), expected, "{from} to {position}");
        let again = deliver(
            &mut replica,
            signing.at(if position == 2 { 2 } else { position + 1 }),
            shuttle(),
        );
        let retransmitted = Message::ClientRequest(Arc::clone(&request));
        let retransmitted = deliver(&mut replica, client(0), retransmitted);
        assert!(describe(&retransmitted).contains(&"result to client-0".to_owned()));
        if expected.len() < 3 {
            assert_eq!(describe(&again), ["ignored: not_needed"]);
        }
    }
}

/// P4.2, P4.7: the head orders further requests while earlier ones are on their way, and so does every
/// replica behind it.
#[test]
fn slots_are_taken_before_earlier_ones_complete() {
    let signing = Signing::new(1);
    let mut world = World::new(
        signing,
        &[&[put("a", "0")], &[put("b", "1")], &[put("c", "2")]],
    );
    let (head, middle, tail) = (
        world.signing.at(0),
        world.signing.at(1),
        world.signing.at(2),
    );
    world.hold(middle, tail);
    world.start();
    world.run();
    assert_eq!(world.replica(0, 0).next_slot(), Slot(3));
    assert_eq!(world.replica(0, 1).next_slot(), Slot(3));
    assert_eq!(world.accepted(), []);
    world.hold(middle, head);
    world.release(middle, tail);
    world.run();
    assert_eq!(
        world.accepted().len(),
        3,
        "the client waits for the tail alone"
    );
    for position in 0..3 {
        assert_eq!(
            world.replica(0, position).state(),
            world.replica(0, 0).state()
        );
    }
}

/// P4.1, P4.2: a request goes down the chain and back, signed at every position.
#[test]
fn a_request_is_answered_with_the_statements_of_the_whole_chain() {
    for t in 0..3 {
        let workload = [put("k", "v"), append("k", "!"), get("k")];
        let mut world = World::new(Signing::new(t), &[&workload]);
        world.start();
        world.run();
        let expected = [(0, "OK"), (1, "OK"), (2, "v!")];
        let expected = expected.map(|(number, result)| (id(0, number), result.to_owned()));
        assert_eq!(world.accepted(), expected, "t = {t}");
        assert!(world.timers.is_empty(), "t = {t}");
    }
}
