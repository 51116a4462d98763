//! What a replica costs a client.

use std::sync::Arc;

use bcr_protocol::bounds::REFUSED_MAX;
use bcr_protocol::identity::Position;
use bcr_protocol::machine::Input;
use bcr_protocol::message::{AnsweredBy, ClientAnswer, Configuration, ErrorStatement, Message};

use super::{MANY, accusation, unsigned};
use crate::signing::{OLYMPUS, Signing, client, deliver, get, id, put, step};
use crate::world::describe;

/// P1.9, P6.4: an answer with more statements than a chain has replicas is not looked into.
#[test]
fn a_client_looks_into_no_answer_with_more_statements_than_replicas() {
    let signing = Signing::new(1);
    let operations = [put("k", "v")];
    let mut machine = signing.client(0, &operations);
    step(&mut machine, Input::Start);
    let request = signing.request(0, 0, &operations[0]);
    let good = signing.answer(0, &request, "OK");
    let mut bad = good.clone();
    let stranger = |p| unsigned(&good.result_proof[0], &signing, p);
    bad.result_proof = (0..MANY).map(stranger).collect();
    let message = |answer| {
        let by = AnsweredBy::Tail;
        Message::Result(Arc::new(ClientAnswer {
            by,
            answer: Arc::new(answer),
        }))
    };
    let said: Vec<_> = (0..20)
        .flat_map(|_| describe(&deliver(&mut machine, signing.at(2), message(bad.clone()))))
        .collect();
    assert_eq!(machine.verifications(), 0);
    assert_eq!(said[0], "refused: oversized");
    assert_eq!(said[REFUSED_MAX as usize], "ignored: exhausted");
    let accepted = describe(&deliver(&mut machine, signing.at(1), message(good)));
    assert!(accepted.contains(&"accepted OK".to_owned()), "{accepted:?}");
}

/// P5.5, P6.4: contradictory answers cost a client few verifications and make it accuse each replica once.
#[test]
fn contradictory_answers_do_not_use_up_what_olympus_hears_of_a_client() {
    let signing = Signing::new(1);
    let operations = [put("k", "v")];
    let mut machine = signing.client(0, &operations);
    step(&mut machine, Input::Start);
    let request = signing.request(0, 0, &operations[0]);
    let n = u64::from(signing.n());
    let mut accused = 0;
    for slot in 0..100 {
        for position in 0..signing.n() {
            let mut answer = signing.answer(slot, &request, "OK");
            // Nobody states what the others do, and nobody orders twice: it proves nothing.
            for p in 0..signing.n() {
                answer.result_proof[p as usize] = signing.result(p, slot, &request, &p.to_string());
            }
            answer.order_proof.statements[position as usize] =
                signing.order(position, slot, &signing.request(1, 0, &get("k")));
            let by = AnsweredBy::Tail;
            let message = ClientAnswer {
                by,
                answer: Arc::new(answer),
            };
            let effects = deliver(
                &mut machine,
                signing.at(position),
                Message::Result(Arc::new(message)),
            );
            accused += usize::from(accusation(&effects).is_some());
        }
    }
    assert!(
        (1..=signing.n() as usize + 1).contains(&accused),
        "{accused} requests"
    );
    let cost = machine.verifications();
    assert!(
        cost <= n * u64::from(REFUSED_MAX) * 4 * n,
        "{cost} verifications"
    );
}

/// P6.3: a client that has signed two requests under one number shows both.
#[test]
fn a_client_hides_no_request_of_its_own() {
    let signing = Signing::new(1);
    let operations = [put("k", "v")];
    let mut machine = signing.client(0, &operations);
    step(&mut machine, Input::Start);
    let other = signing.request(0, 0, &get("k"));
    let answer = Arc::new(signing.answer(0, &other, ""));
    let by = AnsweredBy::Tail;
    let message = Message::Result(Arc::new(ClientAnswer { by, answer }));
    let effects = deliver(&mut machine, signing.at(2), message);
    let (message, evidence) = accusation(&effects).expect("a request for reconfiguration");
    assert_eq!(evidence.requests.len(), 2);
    let mut olympus = signing.olympus();
    let said = describe(&deliver(&mut olympus, client(0), message));
    assert_eq!(said, ["refused: no_proof"]);
}

/// P5.4, P6.4: a replica answers each attempt with one error, and more are not looked into.
#[test]
fn a_client_looks_into_one_error_for_each_attempt() {
    let signing = Signing::new(1);
    let mut machine = signing.client(0, &[get("k")]);
    step(&mut machine, Input::Start);
    let (configuration, request) = (signing.configuration, id(0, 0));
    let error = signing.sign(
        signing.at(0),
        ErrorStatement {
            configuration,
            request,
        },
    );
    for _ in 0..20 {
        deliver(
            &mut machine,
            signing.at(0),
            Message::Error(Arc::clone(&error)),
        );
    }
    assert_eq!(machine.verifications(), 1);
}

/// P6.4: what Olympus has signed is taken from Olympus alone.
#[test]
fn a_client_takes_no_orders_that_a_replica_passes_on() {
    let signing = Signing::new(1);
    let mut machine = signing.client(0, &[get("k")]);
    step(&mut machine, Input::Start);
    let next = Configuration {
        configuration: signing.of(1).configuration,
        chain: signing.of(1).chain(),
    };
    let message = Message::Configuration(signing.sign(OLYMPUS, next));
    for _ in 0..5 {
        let said = describe(&deliver(&mut machine, signing.at(0), message.clone()));
        assert_eq!(said, ["refused: bad_signature"]);
    }
    assert_eq!(machine.verifications(), 0);
}

/// P5.5: who has signed two statements about one slot is named, so that Olympus is convinced.
#[test]
fn a_client_names_whoever_contradicts_itself() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &get("k"));
    let other = signing.request(1, 0, &get("k"));
    let good = signing.answer(0, &request, "");
    let mut two_orders = good.clone();
    two_orders.order_proof.statements[2] = signing.order(1, 0, &other);
    let mut two_results = good.clone();
    two_results.result_proof[2] = signing.result(1, 0, &request, "odd");
    for answer in [two_orders, two_results] {
        let mut machine = signing.client(0, &[get("k")]);
        step(&mut machine, Input::Start);
        let (by, answer) = (AnsweredBy::Tail, Arc::new(answer));
        let message = Message::Result(Arc::new(ClientAnswer { by, answer }));
        let effects = deliver(&mut machine, signing.at(2), message);
        let (message, _) = accusation(&effects).expect("a request for reconfiguration");
        let Message::ReconfigurationRequest(request) = &message else {
            unreachable!("a request for reconfiguration");
        };
        assert_eq!(request.signed.body.suspect, Some(Position(1)));
        let mut olympus = signing.olympus();
        deliver(&mut olympus, client(0), message);
        assert!(olympus.is_reconfiguring());
    }
}
