//! What a client accepts, and what it does while it waits (P4.5, P5.1, P5.4, P5.5, P7.6).

use std::sync::Arc;

use bcr_protocol::client::Client;
use bcr_protocol::identity::{ConfigurationId, ProcessId, Slot};
use bcr_protocol::machine::{Input, Timer};
use bcr_protocol::message::{
    Answer, AnsweredBy, ClientAnswer, Configuration, ConfigurationQuery, ErrorStatement, Message,
    OlympusResult,
};
use bcr_protocol::statement::Signed;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, client, deliver, get, id, put, sent, spoiled, step,
};
use crate::world::describe;

/// A client that has sent its first request.
fn waiting(signing: &Signing) -> Client {
    let mut client = signing.client(0, &[put("k", "v")]);
    let effects = step(&mut client, Input::Start);
    assert_eq!(
        describe(&effects),
        ["client_request to replica-0-0", "set request-0:0 3000"]
    );
    client
}

fn result(answer: Answer) -> Message {
    Message::Result(Arc::new(ClientAnswer {
        by: AnsweredBy::Tail,
        answer: Arc::new(answer),
    }))
}

fn good(signing: &Signing) -> Answer {
    signing.answer(0, &signing.request(0, 0, &put("k", "v")), "OK")
}

/// P4.5: from whichever replica it comes, and with as few as `t + 1` result statements.
#[test]
fn a_client_accepts_a_complete_order_proof_with_t_plus_1_results() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for (from, left_out) in [(2, None), (0, Some(0)), (1, Some(2)), (0, Some(1))] {
            let mut answer = good(&signing);
            if let Some(left_out) = left_out {
                answer.result_proof.remove(left_out);
            }
            let mut client = waiting(&signing);
            let effects = deliver(&mut client, signing.at(from), result(answer.clone()));
            assert_eq!(describe(&effects), ["cancel request-0:0", "accepted OK"]);
            let again = deliver(&mut client, signing.at(from), result(answer));
            assert_eq!(describe(&again), ["ignored: already_answered"]);
        }
    }
}

type Change = fn(&Signing, &mut Answer);

/// P4.5: each condition by itself. The first is the attack that the complete order proof prevents.
#[test]
fn a_client_refuses_an_answer_that_proves_too_little() {
    let changes: &[(&str, Change)] = &[
        (
            "orders of 0 and 1 alone, results of 0 and 1",
            |_, answer| {
                answer.order_proof.statements.pop();
                answer.result_proof.pop();
            },
        ),
        ("no orders", |_, answer| {
            answer.order_proof.statements.clear()
        }),
        ("tail's order signature bad", |_, answer| {
            let statements = &mut answer.order_proof.statements;
            statements[2] = spoiled(&statements[2]);
        }),
        ("tail's order doubled from the middle", |_, answer| {
            answer.order_proof.statements[2] = Arc::clone(&answer.order_proof.statements[1]);
        }),
        ("tail's order signed by the middle", |s, answer| {
            let mut forged: Signed<_> = (*answer.order_proof.statements[2]).clone();
            forged.signature = s.sign(s.at(1), forged.body.clone()).signature;
            answer.order_proof.statements[2] = Arc::new(forged);
        }),
        ("one result", |_, answer| answer.result_proof.truncate(1)),
        ("one result twice", |_, answer| {
            answer.result_proof.truncate(1);
            answer
                .result_proof
                .push(Arc::clone(&answer.result_proof[0]));
        }),
        ("results without good signature", |_, answer| {
            for statement in &mut answer.result_proof[1..] {
                *statement = spoiled(statement);
            }
        }),
        (
            "results of a later configuration's replicas",
            |s, answer| {
                for position in 1..3 {
                    let body = answer.result_proof[position as usize].body.clone();
                    answer.result_proof[position as usize] = s.sign(s.of(1).at(position), body);
                }
            },
        ),
        ("results for another slot", |s, answer| {
            let request = Arc::clone(&answer.order_proof.request);
            answer.result_proof = (0..3).map(|p| s.result(p, 1, &request, "OK")).collect();
        }),
        ("results for another request", |s, answer| {
            let other = s.request(0, 1, &put("k", "v"));
            answer.result_proof = (0..3).map(|p| s.result(p, 0, &other, "OK")).collect();
        }),
        ("results for another operation", |s, answer| {
            let other = s.request(0, 0, &get("k"));
            answer.result_proof = (0..3).map(|p| s.result(p, 0, &other, "OK")).collect();
        }),
        ("another result", |_, answer| {
            answer.result = "fail".to_owned()
        }),
        ("results that are clients' statements", |s, answer| {
            for (number, statement) in (0..).zip(&mut answer.result_proof) {
                *statement = s.sign(client(number), statement.body.clone());
            }
        }),
        ("another operation under the same id", |s, answer| {
            *answer = s.answer(0, &s.request(0, 0, &get("k")), "");
        }),
    ];
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for (description, change) in changes {
            let mut client = waiting(&signing);
            let mut answer = good(&signing);
            change(&signing, &mut answer);
            let effects = describe(&deliver(&mut client, signing.at(1), result(answer)));
            assert!(
                effects.contains(&"refused: wrong_proof".to_owned()),
                "{description}: {effects:?}"
            );
            let effects = deliver(&mut client, signing.at(2), result(good(&signing)));
            let effects = describe(&effects);
            assert!(effects.contains(&"accepted OK".to_owned()), "{description}");
        }
    }
}

/// P4.5: an answer to another client's or a later request is none.
#[test]
fn a_client_ignores_answers_to_other_requests() {
    let signing = Signing::new(1);
    for (of, number) in [(1, 0), (0, 1)] {
        let request = signing.request(of, number, &put("k", "v"));
        let answer = signing.answer(0, &request, "OK");
        let effects = deliver(&mut waiting(&signing), signing.at(2), result(answer));
        assert_eq!(describe(&effects), ["ignored: already_answered"]);
    }
}

fn configuration(signing: &Signing, signer: ProcessId, number: u32) -> Message {
    let body = Configuration {
        configuration: ConfigurationId(number),
        chain: signing.of(number).chain(),
    };
    Message::Configuration(signing.sign(signer, body))
}

/// P5.1: first a question, then all replicas or the new head; the timer starts again with the sending.
#[test]
fn a_client_whose_time_is_up_asks_olympus_where_to_send() {
    let signing = Signing::new(1);
    let timer = Timer::Request(id(0, 0));
    let mut client = waiting(&signing);
    let same = configuration(&signing, OLYMPUS, 0);
    let effects = deliver(&mut client, OLYMPUS, same.clone());
    assert_eq!(describe(&effects), ["ignored: not_needed"], "nobody asked");
    for _ in 0..2 {
        let effects = sent(&step(&mut client, Input::TimerFired(timer)));
        let query = Message::ConfigurationQuery(ConfigurationQuery::Current);
        assert_eq!(effects, [(OLYMPUS, query)]);
        let effects = describe(&deliver(&mut client, OLYMPUS, same.clone()));
        let all = [
            "client_request to replica-0-0",
            "client_request to replica-0-1",
            "client_request to replica-0-2",
            "set request-0:0 3000",
        ];
        assert_eq!(effects, all);
    }
    step(&mut client, Input::TimerFired(timer));
    let forged = configuration(&signing, signing.at(0), 1);
    let effects = deliver(&mut client, OLYMPUS, forged);
    assert_eq!(describe(&effects), ["refused: bad_signature"]);
    let newer = configuration(&signing, OLYMPUS, 1);
    let effects = deliver(&mut client, OLYMPUS, newer);
    assert_eq!(
        describe(&effects),
        ["client_request to replica-1-0", "set request-0:0 3000"]
    );
    let effects = deliver(&mut client, OLYMPUS, same);
    assert_eq!(describe(&effects), ["ignored: not_needed"], "older news");
}

/// P7.7: an announcement that nobody asked for moves the outstanding request at once; with none
/// outstanding the next one goes to the new head.
#[test]
fn a_client_follows_an_announced_configuration() {
    let signing = Signing::new(1);
    let mut idle = signing.client(0, &[]);
    step(&mut idle, Input::Start);
    let news = || configuration(&signing, OLYMPUS, 1);
    assert_eq!(deliver(&mut idle, OLYMPUS, news()), []);
    let mut client = waiting(&signing);
    let effects = deliver(&mut client, OLYMPUS, news());
    assert_eq!(
        describe(&effects),
        ["client_request to replica-1-0", "set request-0:0 3000"]
    );
    // P4.5: the old configuration's complete proof still counts, and so does the new one's.
    for signing in [signing.of(0), signing.of(1)] {
        let effects = deliver(&mut client.clone(), signing.at(2), result(good(&signing)));
        assert!(describe(&effects).contains(&"accepted OK".to_owned()));
    }
}

/// P5.4 ⚑: an error makes the client ask for a newer configuration, and leaves its timer running.
#[test]
fn an_error_does_not_stop_the_client_timer() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let error = |from: &Signing, position, number| {
            let body = ErrorStatement {
                configuration: from.configuration,
                request: id(0, number),
            };
            (from.at(position), from.sign(from.at(position), body))
        };
        let mut client = waiting(&signing);
        let (from, statement) = error(&signing, 1, 0);
        let steps = [
            (from, spoiled(&statement), vec!["refused: bad_signature"]),
            (
                signing.at(2),
                Arc::clone(&statement),
                vec!["refused: bad_signature"],
            ),
            (
                signing.at(1),
                error(&signing, 1, 1).1,
                vec!["ignored: already_answered"],
            ),
            (from, statement, vec!["configuration_query to olympus"]),
            (signing.at(2), error(&signing, 2, 0).1, vec![]),
        ];
        for (from, statement, expected) in steps {
            let effects = deliver(&mut client, from, Message::Error(statement));
            assert_eq!(describe(&effects), expected);
        }
        let timer = Timer::Request(id(0, 0));
        let effects = step(&mut client, Input::TimerFired(timer));
        assert_eq!(describe(&effects), ["configuration_query to olympus"]);
        let same = configuration(&signing, OLYMPUS, 0);
        assert_eq!(
            deliver(&mut client, OLYMPUS, same).len(),
            5,
            "sent to all, timer set"
        );
    }
}

/// P5.4: the question names the configuration that the client uses; an older one's error is ignored.
#[test]
fn an_error_of_a_replaced_configuration_is_ignored() {
    let signing = Signing::new(1);
    let mut client = waiting(&signing);
    deliver(&mut client, OLYMPUS, configuration(&signing, OLYMPUS, 1));
    let error = |signing: &Signing| {
        let body = ErrorStatement {
            configuration: signing.configuration,
            request: id(0, 0),
        };
        Message::Error(signing.sign(signing.at(0), body))
    };
    let effects = deliver(&mut client, signing.at(0), error(&signing));
    assert_eq!(describe(&effects), ["ignored: other_configuration"]);
    let next = signing.of(1);
    let effects = sent(&deliver(&mut client, next.at(0), error(&next)));
    let query = ConfigurationQuery::NewerThan(ConfigurationId(1));
    assert_eq!(effects, [(OLYMPUS, Message::ConfigurationQuery(query))]);
}

/// P5.5: two contradictory statements are reported with the proof, and the result is accepted all the
/// same where P4.5 holds.
#[test]
fn a_client_reports_contradictory_statements_and_accepts_what_is_proved() {
    let signing = Signing::new(1);
    let request = signing.request(0, 0, &put("k", "v"));
    let mut answer = good(&signing);
    answer.result_proof[2] = signing.result(2, 0, &request, "fail");
    let effects = deliver(
        &mut waiting(&signing),
        signing.at(2),
        result(answer.clone()),
    );
    assert_eq!(
        describe(&effects),
        [
            "suspects 2: contradictory_statements",
            "reconfiguration_request to olympus",
            "cancel request-0:0",
            "accepted OK",
        ]
    );
    let Some((_, Message::ReconfigurationRequest(asked))) = sent(&effects).pop() else {
        panic!("a request for reconfiguration");
    };
    assert_eq!(asked.evidence.results, answer.result_proof);
    // What is badly signed proves nothing about anybody.
    answer.result_proof[2] = spoiled(&answer.result_proof[2]);
    let effects = deliver(&mut waiting(&signing), signing.at(2), result(answer));
    assert_eq!(describe(&effects), ["cancel request-0:0", "accepted OK"]);
}

/// P5.5: an order statement for another operation contradicts the request that the client signed.
#[test]
fn a_client_reports_an_order_statement_for_another_operation() {
    let signing = Signing::new(1);
    let mut answer = good(&signing);
    answer.order_proof.statements[1] = signing.order(1, 0, &signing.request(0, 0, &get("k")));
    let effects = deliver(&mut waiting(&signing), signing.at(2), result(answer));
    assert_eq!(
        describe(&effects),
        [
            "suspects 1: contradictory_statements",
            "reconfiguration_request to olympus",
            "refused: wrong_proof",
        ]
    );
}

/// P5.5: statements that agree contradict nothing, whatever result or request a liar puts beside them.
#[test]
fn a_client_suspects_nobody_for_what_a_liar_puts_beside_good_statements() {
    let signing = Signing::new(1);
    let mut lie = good(&signing);
    lie.result = "fail".to_owned();
    let effects = deliver(&mut waiting(&signing), signing.at(2), result(lie));
    assert_eq!(
        describe(&effects),
        ["refused: wrong_proof"],
        "another result"
    );
    let mut lie = good(&signing);
    let mut request = Signed::clone(&lie.order_proof.request);
    request.body.operation = Arc::new(get("k"));
    lie.order_proof.request = Arc::new(request);
    let effects = deliver(&mut waiting(&signing), signing.at(2), result(lie));
    assert_eq!(
        describe(&effects),
        ["refused: wrong_proof"],
        "another request"
    );
}

/// P7.6: a client trusts Olympus's signature, and nobody else's.
#[test]
fn a_client_accepts_a_result_that_olympus_signed() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let body = OlympusResult {
            configuration: ConfigurationId(0),
            request: id(0, 0),
            slot: Slot(0),
            result: "OK".to_owned(),
            proof: Vec::new(),
        };
        let mut client = waiting(&signing);
        let by_olympus = signing.sign(OLYMPUS, body.clone());
        let steps = [
            (
                signing.sign(signing.at(1), body),
                vec!["refused: bad_signature"],
            ),
            (spoiled(&by_olympus), vec!["refused: bad_signature"]),
            (by_olympus, vec!["cancel request-0:0", "accepted OK"]),
        ];
        for (message, expected) in steps {
            let effects = deliver(&mut client, OLYMPUS, Message::OlympusResult(message));
            assert_eq!(describe(&effects), expected);
        }
    }
}

/// P4.1: one request outstanding, numbered from 0; the next goes out with the acceptance.
#[test]
fn a_client_has_one_request_outstanding() {
    let signing = Signing::new(1);
    let mut client = signing.client(0, &[put("k", "v"), get("k")]);
    let first = sent(&step(&mut client, Input::Start));
    let request = |number, operation| {
        let request = signing.request(0, number, &operation);
        (signing.at(0), Message::ClientRequest(request))
    };
    assert_eq!(first, [request(0, put("k", "v"))]);
    let second = sent(&deliver(&mut client, signing.at(2), result(good(&signing))));
    assert_eq!(second, [request(1, get("k"))]);
}
