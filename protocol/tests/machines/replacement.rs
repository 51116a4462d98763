//! What Olympus says when a configuration ends (P7.6 to P7.8, P3.8, P5.1, P5.4).

use std::slice::from_ref;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, Slot};
use bcr_protocol::machine::{Effect, Input, Timer};
use bcr_protocol::message::{ConfigurationQuery, Message, OlympusResult};
use bcr_protocol::proof::SignedRequest;
use bcr_protocol::running_state::RunningState;

use crate::closing::Closing;
use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, get, id, put, sent, step,
};
use crate::world::{World, describe};

/// What a report says about one request.
type Reported<'a> = Vec<(&'a SignedRequest, &'a str)>;

/// Ends a configuration whose history is `requests` after these reports; what Olympus says.
fn end(signing: &Signing, requests: &[SignedRequest], reports: &[Reported<'_>]) -> Vec<Effect> {
    let mut closing = Closing::of(signing);
    let (history, state) = (closing.id(requests), RunningState::default());
    for position in 0..signing.n() {
        closing.tell(position, requests);
    }
    for (position, results) in (0..).zip(reports) {
        closing.report_results(position, history, state.hash(), results);
    }
    closing.fire(Timer::Grace(signing.configuration));
    let position = 0;
    closing.give_state(position, history, &state)
}

fn results(effects: &[Effect]) -> Vec<(u32, OlympusResult)> {
    let results = sent(effects).into_iter().filter_map(|(to, message)| {
        let Message::OlympusResult(result) = message else {
            return None;
        };
        let of = result.body.request.client.0;
        assert_eq!(to, client(of));
        Some((of, result.body.clone()))
    });
    results.collect()
}

/// P7.7: results, then the new replicas, then the news for every client, then the end of the old.
#[test]
fn a_configuration_is_replaced_in_order() {
    for scheme in SCHEMES {
        let mut signing = Signing::new(1).with_scheme(scheme);
        signing.clients = 2;
        let request = signing.request(0, 0, &put("k", "v"));
        let reported: Reported<'_> = vec![(&request, "OK")];
        let effects = end(&signing, from_ref(&request), &[reported.clone(), reported]);
        let expected = [
            "cancel state-0-0",
            "result to client-0",
            "start configuration 1",
            "new_configuration to replica-1-0",
            "new_configuration to replica-1-1",
            "new_configuration to replica-1-2",
            "configuration to client-0",
            "configuration to client-1",
            "terminate to replica-0-0",
            "terminate to replica-0-1",
            "terminate to replica-0-2",
        ];
        assert_eq!(describe(&effects), expected);
        let next = signing.of(1);
        let state = RunningState::default();
        for (to, message) in sent(&effects) {
            match message {
                Message::NewConfiguration(new) => {
                    assert_eq!(
                        Message::NewConfiguration(new),
                        next.new_configuration(1, &state)
                    );
                }
                Message::Configuration(news) => {
                    assert_eq!(news.body.configuration, ConfigurationId(1));
                    assert_eq!(news.body.chain, next.chain());
                    let effects = deliver(
                        &mut signing.client(0, &[]),
                        OLYMPUS,
                        Message::Configuration(news),
                    );
                    assert_eq!(effects, [], "{to}");
                }
                _ => {}
            }
        }
    }
}

/// P7.6: `t + 1` equal statements about the same request, by the members of the quorum.
#[test]
fn a_client_gets_the_result_that_the_whole_quorum_states() {
    let signing = Signing::new(1);
    let [one, two] = [0, 1].map(|of| signing.request(of, 0, &put("k", "v")));
    let next = signing.request(0, 1, &put("k", "w"));
    let told = [one.clone(), two.clone()];
    type Case<'a> = (&'a str, [Reported<'a>; 2], &'a [u32]);
    let both = vec![(&one, "OK"), (&two, "OK")];
    let cases: [Case<'_>; 6] = [
        ("both", [both.clone(), both.clone()], &[0, 1]),
        ("one states less", [both.clone(), vec![(&two, "OK")]], &[1]),
        ("one states more", [vec![(&one, "OK")], both.clone()], &[0]),
        (
            "different results",
            [vec![(&one, "OK")], vec![(&one, "fail")]],
            &[],
        ),
        (
            "different requests",
            [vec![(&one, "OK")], vec![(&next, "OK")]],
            &[],
        ),
        ("none", [vec![], vec![]], &[]),
    ];
    for (description, reports, expected) in cases {
        let given = results(&end(&signing, &told, &reports));
        let clients: Vec<u32> = given.iter().map(|(of, _)| *of).collect();
        assert_eq!(clients, expected, "{description}");
        for (_, result) in given {
            assert_eq!((result.result.as_str(), result.slot), ("OK", Slot(0)));
            assert_eq!(result.proof.len(), 2);
        }
    }
}

/// P7.6: `t + 1` different replicas: one that repeats its statement is still one.
#[test]
fn a_statement_that_is_reported_twice_counts_once() {
    let signing = Signing::new(2);
    let request = signing.request(0, 0, &put("k", "v"));
    let (lie, truth) = ((&request, "forged"), (&request, "OK"));
    let cases: [(&str, [Reported<'_>; 3], &[&str]); 3] = [
        ("two liars", [vec![lie], vec![lie, lie], vec![truth]], &[]),
        ("one liar first", [vec![lie], vec![truth], vec![truth]], &[]),
        (
            "one that repeats the truth",
            [vec![truth], vec![truth, truth], vec![truth]],
            &["OK"],
        ),
    ];
    for (description, reports, expected) in cases {
        let given = results(&end(&signing, from_ref(&request), &reports));
        let given: Vec<&str> = given.iter().map(|(_, r)| r.result.as_str()).collect();
        assert_eq!(given, expected, "{description}");
    }
}

/// P5.1, P5.4: the current configuration is told at once, a newer one as soon as there is one.
#[test]
fn a_question_is_answered_at_once_or_with_the_next_configuration() {
    let signing = Signing::new(1);
    let ask = |closing: &mut Closing, query| {
        let message = Message::ConfigurationQuery(query);
        describe(&closing.deliver(client(0), message))
    };
    let newer = |number| ConfigurationQuery::NewerThan(ConfigurationId(number));
    let mut closing = Closing::of(&signing);
    let told = ["configuration to client-0"];
    assert_eq!(
        ask(&mut closing, ConfigurationQuery::Current),
        told,
        "while reconfiguring"
    );
    assert_eq!(ask(&mut closing, newer(0)), [""; 0]);
    let mut closing = closing.next();
    assert_eq!(ask(&mut closing, newer(0)), told);
    assert_eq!(ask(&mut closing, newer(1)), [""; 0]);
}

/// P7.8: the first configuration starts without a message.
#[test]
fn the_first_configuration_starts_empty_and_unannounced() {
    let signing = Signing::new(1);
    let effects = step(&mut signing.olympus(), Input::Start);
    assert_eq!(describe(&effects), ["start configuration 0"]);
    assert_eq!(
        signing.initial(0).state().hash(),
        RunningState::default().hash()
    );
}

/// Client 0 appends; the head and the middle alone execute it, and the tail is gone: the configuration is
/// replaced.
fn replace_after_an_append(world: &mut World) {
    let signing = world.signing.clone();
    world.hold(signing.at(2), client(0));
    world.start();
    world.run();
    let answer = world.discard(signing.at(2), client(0));
    assert_eq!(answer.len(), 1);
    world.release(signing.at(2), client(0));
    world.crash(signing.at(2));
    world.fire(client(0), Timer::Request(id(0, 0)));
    world.run();
    assert_eq!(world.accepted().len(), 1, "from a cache");
    world.fire(client(0), Timer::Request(id(0, 1)));
    world.run();
    world.fire(signing.at(0), Timer::Result(id(0, 1)));
    world.run();
    world.fire(OLYMPUS, Timer::Grace(ConfigurationId(0)));
    world.run();
}

/// P3.8, P4.6, P7.7: a whole reconfiguration: slots go on, nothing is executed twice, and the clients'
/// outstanding requests are answered.
#[test]
fn slots_and_clients_go_on_in_the_next_configuration() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let workload = [put("k", "a"), append("k", "b"), get("k")];
        let mut world = World::new(signing, &[&workload]);
        replace_after_an_append(&mut world);
        let results: Vec<String> = world.accepted().into_iter().map(|(_, r)| r).collect();
        assert_eq!(results, ["OK", "OK", "ab"]);
        assert_eq!(world.replica(1, 2).next_slot(), Slot(3));
        assert!(world.timers.is_empty());
    }
}

/// P4.6 ⚑: what the old configuration executed is remembered by the new one: the request that a client
/// sends again, since Olympus's result got lost, takes a slot and no second effect.
#[test]
fn a_request_that_the_old_configuration_executed_has_no_second_effect() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let workload = [put("k", "a"), append("k", "b"), get("k")];
        let mut world = World::new(signing, &[&workload]);
        world.spoiler = Some(Box::new(|envelope| {
            matches!(envelope.message, Message::OlympusResult(_)).then(Vec::new)
        }));
        replace_after_an_append(&mut world);
        let results: Vec<String> = world.accepted().into_iter().map(|(_, r)| r).collect();
        assert_eq!(results, ["OK", "OK", "ab"]);
        assert_eq!(world.replica(1, 2).next_slot(), Slot(4));
        let again = world.events.iter().filter(|(_, event)| {
            matches!(event, Event::Executed { slot: Slot(2), repeated, .. } if *repeated)
        });
        assert_eq!(again.count(), 3, "once at each replica");
    }
}
