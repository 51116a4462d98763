//! Requests that come again, directly and forwarded, and the timers that they start (P5.2, P5.3).

use std::sync::Arc;

use bcr_protocol::identity::{ProcessId, Slot};
use bcr_protocol::machine::{Effect, Input, Timer};
use bcr_protocol::message::Message;
use bcr_protocol::proof::SignedRequest;
use bcr_protocol::replica::Replica;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, deliver_fully, id, put, sent, spoiled, step,
};
use crate::world::describe;

/// Executes requests 0 and 1 of client 0 at a position; the result shuttle of neither is back.
fn after_two(signing: &Signing, position: u32) -> Replica {
    let mut replica = signing.initial(position);
    for (slot, request) in (0..).zip(two(signing)) {
        if position == 0 {
            deliver_fully(&mut replica, client(0), Message::ClientRequest(request));
        } else {
            let shuttle = signing.shuttle(slot, &request, "OK", position);
            let message = Message::Shuttle(Arc::new(shuttle));
            deliver(&mut replica, signing.at(position - 1), message);
        }
    }
    assert_eq!(replica.next_slot(), Slot(2));
    replica
}

fn two(signing: &Signing) -> [SignedRequest; 2] {
    [
        signing.request(0, 0, &put("k", "v")),
        signing.request(0, 1, &append("k", "!")),
    ]
}

/// Gives a replica the result shuttle of request `number` of client 0.
fn bring_back(signing: &Signing, replica: &mut Replica, number: u64) -> Vec<Effect> {
    let request = &two(signing)[usize::try_from(number).expect("0 or 1")];
    let answer = signing.answer(number, request, "OK");
    let position = replica.id().position.0;
    let successor = signing.at((position + 1).min(signing.n() - 1));
    deliver(replica, successor, Message::ResultShuttle(Arc::new(answer)))
}

fn direct(replica: &mut Replica, request: &SignedRequest) -> Vec<String> {
    let message = Message::ClientRequest(Arc::clone(request));
    describe(&deliver_fully(replica, request.signer, message))
}

fn forwarded(replica: &mut Replica, from: ProcessId, request: &SignedRequest) -> Vec<String> {
    let message = Message::ForwardedRequest(Arc::clone(request));
    describe(&deliver_fully(replica, from, message))
}

/// P5.2: every case of a direct request, at every position, active and immutable.
#[test]
fn a_direct_request_falls_under_the_first_case_that_applies() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let [stale, last] = two(&signing);
        let next = signing.request(0, 2, &put("k", "w"));
        for position in 0..3 {
            let active = after_two(&signing, position);
            let mut cached = active.clone();
            bring_back(&signing, &mut cached, 1);
            let wedge = |replica: &Replica| {
                let mut replica = replica.clone();
                deliver(&mut replica, OLYMPUS, signing.wedge_request());
                replica
            };
            let is_head = position == 0;
            let waits = |number: u64| {
                if is_head {
                    vec![
                        "case Ordered".to_owned(),
                        format!("set result-0:{number} 1000"),
                    ]
                } else {
                    vec![
                        "case Forwarded".to_owned(),
                        "forwarded_request to replica-0-0".to_owned(),
                        format!("set result-0:{number} 2000"),
                    ]
                }
            };
            let fresh = match is_head {
                true => vec![
                    "executed 2: OK".to_owned(),
                    "shuttle to replica-0-1".to_owned(),
                ],
                false => waits(2),
            };
            let text = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
            let (zero, a) = (
                text(&["case Stale"]),
                text(&["case Cached", "result to client-0"]),
            );
            let b = text(&["case Immutable", "error to client-0"]);
            let steps = [
                ("0", &active, &stale, &zero),
                ("0, cached", &cached, &stale, &zero),
                ("a", &cached, &last, &a),
                ("c or d", &active, &last, &waits(1)),
                ("c or e", &active, &next, &fresh),
                ("0, immutable", &wedge(&active), &stale, &zero),
                ("a, immutable", &wedge(&cached), &last, &a),
                ("b, executed", &wedge(&active), &last, &b),
                ("b, unknown", &wedge(&active), &next, &b),
            ];
            for (case, replica, request, expected) in steps {
                let effects = direct(&mut replica.clone(), request);
                assert_eq!(effects, *expected, "{case} at {position}");
            }
        }
    }
}

/// P5.2 a: of all that is cached, a client gets the result of the very request that it repeats.
#[test]
fn a_cache_answers_with_the_result_of_the_request_that_came() {
    let signing = Signing::new(1);
    let others = signing.request(1, 0, &put("other", "v"));
    for position in 0..3 {
        let mut replica = after_two(&signing, position);
        if position == 0 {
            let request = Message::ClientRequest(Arc::clone(&others));
            deliver_fully(&mut replica, client(1), request);
        } else {
            let shuttle = signing.shuttle(2, &others, "OK", position);
            let message = Message::Shuttle(Arc::new(shuttle));
            deliver_fully(&mut replica, signing.at(position - 1), message);
        }
        bring_back(&signing, &mut replica, 0);
        bring_back(&signing, &mut replica, 1);
        let answer = Arc::new(signing.answer(2, &others, "OK"));
        let successor = signing.at((position + 1).min(2));
        deliver(&mut replica, successor, Message::ResultShuttle(answer));
        let [_, last] = two(&signing);
        for (slot, request) in [(1, &last), (2, &others)] {
            let message = Message::ClientRequest(Arc::clone(request));
            let effects = deliver(&mut replica.clone(), request.signer, message);
            let [(to, Message::Result(result))] = &sent(&effects)[..] else {
                panic!("one result from {position}");
            };
            assert_eq!(*to, request.signer, "from {position}");
            let expected = signing.answer(slot, request, "OK");
            assert_eq!(*result.answer, expected, "from {position}");
        }
    }
}

/// P5.2: a forwarded request at the head, and elsewhere.
#[test]
fn a_forwarded_request_is_for_an_active_head() {
    let signing = Signing::new(1);
    let [stale, last] = two(&signing);
    let next = signing.request(0, 2, &put("k", "w"));
    let head = after_two(&signing, 0);
    let mut cached = head.clone();
    bring_back(&signing, &mut cached, 1);
    let wedge = |replica: &Replica| {
        let mut replica = replica.clone();
        deliver(&mut replica, OLYMPUS, signing.wedge_request());
        replica
    };
    let steps: [(&str, &Replica, &SignedRequest, &[&str]); 9] = [
        ("0", &head, &stale, &["case Stale"]),
        ("a", &cached, &last, &["case Cached", "result to client-0"]),
        ("d", &head, &last, &["case Ordered", "set result-0:1 1000"]),
        (
            "e",
            &head,
            &next,
            &[
                "case Unknown",
                "executed 2: OK",
                "shuttle to replica-0-1",
                "set result-0:2 1000",
            ],
        ),
        ("0, immutable", &wedge(&head), &stale, &["case Stale"]),
        (
            "a, immutable",
            &wedge(&cached),
            &last,
            &["case Cached", "result to client-0"],
        ),
        ("immutable", &wedge(&head), &last, &["ignored: immutable"]),
        (
            "middle",
            &after_two(&signing, 1),
            &last,
            &["ignored: not_head"],
        ),
        (
            "tail",
            &after_two(&signing, 2),
            &stale,
            &["ignored: not_head"],
        ),
    ];
    for (case, replica, request, expected) in steps {
        let effects = forwarded(&mut replica.clone(), signing.at(2), request);
        let own_order = effects.clone();
        let mut expected: Vec<&str> = expected.to_vec();
        let mut effects: Vec<&str> = effects.iter().map(String::as_str).collect();
        // The driver hands the head's own shuttle back as soon as it is sent, before or after the
        // timer starts.
        expected.sort_unstable();
        effects.sort_unstable();
        assert_eq!(effects, expected, "{case}: {own_order:?}");
    }
}

/// P5.2: a bad client signature is dropped where the client sent it and blamed on a forwarder.
#[test]
fn a_request_that_its_client_did_not_sign_is_dropped() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let request = signing.request(0, 0, &put("k", "v"));
        let by_another = signing.sign(client(1), request.body.clone());
        let mut other_operation = (*request).clone();
        other_operation.body.operation = Arc::new(put("k", "forged"));
        let bad = [spoiled(&request), by_another, Arc::new(other_operation)];
        for request in &bad {
            for position in 0..3 {
                let effects = direct(&mut signing.initial(position), request);
                assert_eq!(effects, ["refused: bad_client_signature"]);
            }
            let mut head = signing.initial(0);
            assert_eq!(
                forwarded(&mut head, signing.at(2), request),
                [
                    "refused: bad_client_signature",
                    "suspects 2: bad_client_signature",
                    "reconfiguration_request to olympus"
                ]
            );
            assert_eq!(head.next_slot(), Slot(0));
            let effects = forwarded(&mut signing.initial(0), client(0), request);
            assert_eq!(effects, ["refused: wrong_sender"]);
            let effects = forwarded(&mut signing.initial(1), signing.at(2), request);
            assert_eq!(effects, ["ignored: not_head"]);
        }
        // P1.6: another client's request, sent under a client's own name.
        let message = Message::ClientRequest(Arc::clone(&request));
        let effects = deliver(&mut signing.initial(0), client(1), message);
        assert_eq!(describe(&effects), ["refused: bad_client_signature"]);
    }
}

/// P4.6: a head orders a client's last or next request only.
#[test]
fn a_head_does_not_order_a_request_ahead_of_the_next() {
    let signing = Signing::new(1);
    let mut head = after_two(&signing, 0);
    let ahead = signing.request(0, 3, &put("k", "w"));
    assert_eq!(direct(&mut head, &ahead), ["refused: request_ahead"]);
    assert_eq!(
        forwarded(&mut head, signing.at(1), &ahead),
        ["case Unknown", "refused: request_ahead"]
    );
    assert_eq!(head.next_slot(), Slot(2));
}

/// P4.6: after a reconfiguration the head orders a request again whose result the state records.
#[test]
fn a_head_orders_a_recorded_request_again_so_that_it_can_be_proved() {
    let signing = Signing::new(1);
    let state = after_two(&signing, 0).state().clone();
    let next = signing.of(1);
    let mut head = next.pending(0);
    deliver(&mut head, OLYMPUS, next.new_configuration(2, &state));
    let [stale, last] = two(&signing);
    assert_eq!(
        direct(&mut head, &last),
        ["executed 2 again: OK", "shuttle to replica-1-1"]
    );
    assert_eq!(head.state(), &state);
    assert_eq!(direct(&mut head, &stale), ["case Stale"]);
}

/// P5.2 ⚑: a running timer is left alone, however often the request comes again.
#[test]
fn a_retransmission_does_not_postpone_a_running_timer() {
    let signing = Signing::new(1);
    let last = &two(&signing)[1];
    for position in 0..3 {
        let mut replica = after_two(&signing, position);
        let sets = |effects: &[String]| effects.iter().any(|line| line.starts_with("set "));
        assert!(
            sets(&direct(&mut replica, last)),
            "first time at {position}"
        );
        for _ in 0..3 {
            assert!(!sets(&direct(&mut replica, last)), "again at {position}");
            assert!(!sets(&forwarded(&mut replica, signing.at(1), last)));
        }
        let timer = Timer::Result(id(0, 1));
        let expired = step(&mut replica, Input::TimerFired(timer));
        assert_eq!(
            describe(&expired),
            [
                "suspects nobody: timeout",
                "reconfiguration_request to olympus"
            ]
        );
        assert!(
            sets(&direct(&mut replica, last)),
            "after it expired at {position}"
        );
    }
}

/// P5.3: the result shuttle for the request, or for a later one of the same client, cancels its timer.
#[test]
fn a_result_shuttle_cancels_the_timers_of_its_client_up_to_its_request() {
    let signing = Signing::new(1);
    let [first, second] = two(&signing);
    let other = signing.request(1, 0, &put("x", "y"));
    for position in 0..2 {
        let mut replica = after_two(&signing, position);
        // A replica behind the head may start a timer before it has executed the request.
        let mut early = signing.initial(position);
        if position > 0 {
            for request in [&first, &second, &other] {
                direct(&mut early, request);
            }
            let cancelled = bring_back(&signing, &mut early, 1);
            assert_eq!(
                describe(&cancelled),
                [
                    "cancel result-0:0",
                    "cancel result-0:1",
                    "result_shuttle to replica-0-0"
                ]
            );
        }
        direct(&mut replica, &second);
        let earlier = bring_back(&signing, &mut replica, 0);
        assert!(
            describe(&earlier)
                .iter()
                .all(|line| !line.starts_with("cancel"))
        );
        let cancelled = bring_back(&signing, &mut replica, 1);
        assert_eq!(describe(&cancelled)[0], "cancel result-0:1");
        let fired = step(&mut replica, Input::TimerFired(Timer::Result(id(0, 1))));
        assert_eq!(fired, [], "a late timer does no harm");
    }
}

/// P6.1: links are reliable, so one request for each suspect and reason is enough.
#[test]
fn a_replica_asks_for_reconfiguration_once_for_each_reason() {
    let signing = Signing::new(1);
    let mut replica = signing.initial(1);
    let requests = [0, 1].map(|of| signing.request(of, 0, &put("k", "v")));
    let mut asked = Vec::new();
    for request in &requests {
        direct(&mut replica, request);
        let fired = Input::TimerFired(Timer::Result(request.body.id));
        asked.extend(sent(&step(&mut replica, fired)));
    }
    assert_eq!(asked.len(), 1);
}
