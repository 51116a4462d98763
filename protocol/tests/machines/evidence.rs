//! Whom Olympus hears, and what convicts (P6).

use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::history::History;
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{Evidence, Message};
use bcr_protocol::running_state::RunningState;
use bcr_protocol::statement::{CheckpointStatement, OrderStatement};

use crate::closing::{Closing, verdicts};
use crate::signing::{SCHEMES, Signing, client, deliver, get, put, spoiled};
use crate::world::describe;

/// P6.2, P7.1: any replica of the current configuration is heard, once.
#[test]
fn a_replica_of_the_current_configuration_is_heard_without_proof() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        for position in 0..3 {
            let mut olympus = signing.olympus();
            let from = signing.at(position);
            let asked = || signing.reconfiguration(from, Evidence::default());
            let expected = [
                "wedge_request to replica-0-0",
                "wedge_request to replica-0-1",
                "wedge_request to replica-0-2",
                "set wedge-0 500",
            ];
            assert_eq!(describe(&deliver(&mut olympus, from, asked())), expected);
            let again = deliver(&mut olympus, from, asked());
            assert_eq!(describe(&again), ["ignored: already_reconfiguring"]);
        }
    }
}

/// P6.2, P1.6: others are not.
#[test]
fn a_request_for_reconfiguration_from_elsewhere_is_not_heard() {
    let signing = Signing::new(1);
    let later = signing.of(1);
    let none = Evidence::default;
    let bad_signature = {
        let Message::ReconfigurationRequest(request) =
            signing.reconfiguration(signing.at(0), none())
        else {
            unreachable!("a request for reconfiguration");
        };
        let mut request = (*request).clone();
        request.signed.signature = request.signed.signature.spoiled();
        Message::ReconfigurationRequest(Arc::new(request))
    };
    let cases = [
        (
            "client without proof",
            client(0),
            signing.reconfiguration(client(0), none()),
            "refused: no_proof",
        ),
        (
            "signed by another",
            signing.at(1),
            signing.reconfiguration(signing.at(0), none()),
            "refused: bad_signature",
        ),
        (
            "bad signature",
            signing.at(0),
            bad_signature,
            "refused: bad_signature",
        ),
        (
            "unknown replica",
            later.at(0),
            later.reconfiguration(later.at(0), none()),
            "ignored: other_configuration",
        ),
        (
            "about another",
            signing.at(0),
            later.reconfiguration(signing.at(0), none()),
            "ignored: other_configuration",
        ),
    ];
    for (description, from, message, expected) in cases {
        let mut olympus = signing.olympus();
        let effects = deliver(&mut olympus, from, message);
        assert_eq!(describe(&effects), [expected], "{description}");
        assert!(!olympus.is_reconfiguring(), "{description}");
    }
    let mut closing = Closing::of(&signing).next();
    let old = signing.at(0);
    for asked in [
        signing.reconfiguration(old, none()),
        later.reconfiguration(old, none()),
    ] {
        let effects = closing.deliver(old, asked);
        assert_eq!(describe(&effects), ["ignored: other_configuration"]);
    }
}

type Case = (&'static str, Evidence, &'static [&'static str]);

/// Statements about configuration 1, and whom they convict (P6.3 a to d). Olympus knows the keys of
/// configuration 0 still.
fn cases(signing: &Signing) -> Vec<Case> {
    let earlier = signing.of(0);
    let one = signing.request(0, 0, &put("k", "v"));
    let two = signing.request(1, 0, &put("k", "w"));
    let other_operation = {
        let mut body = (*one).clone().body;
        body.operation = Arc::new(get("x"));
        signing.sign(client(0), body)
    };
    let order = |p, slot, request| signing.order(p, slot, request);
    let result = |p, slot, text| signing.result(p, slot, &one, text);
    let vote = |p, slot, text: &str| signing.vote(p, slot, Digest::of(text));
    let orders = |orders: &[_]| Evidence {
        orders: orders.to_vec(),
        ..Evidence::default()
    };
    let results = |results: &[_]| Evidence {
        results: results.to_vec(),
        ..Evidence::default()
    };
    let votes = |votes: &[_]| Evidence {
        checkpoints: votes.to_vec(),
        ..Evidence::default()
    };
    let wrong = |request, order| Evidence {
        requests: vec![request],
        ..orders(&[order])
    };
    let foreign = |position| {
        let body: OrderStatement = order(position, 0, &two).body.clone();
        signing.sign(earlier.at(position), body)
    };
    let about_earlier = |position| {
        let body: OrderStatement = earlier.order(position, 0, &two).body.clone();
        signing.sign(signing.at(position), body)
    };
    vec![
        (
            "a: two requests",
            orders(&[order(1, 0, &one), order(1, 0, &two)]),
            &["convicted 1"],
        ),
        (
            "a: two operations",
            orders(&[order(2, 3, &one), order(2, 3, &other_operation)]),
            &["convicted 2"],
        ),
        (
            "a: two slots",
            orders(&[order(1, 0, &one), order(1, 1, &two)]),
            &[],
        ),
        (
            "a: two replicas",
            orders(&[order(0, 0, &one), order(1, 0, &two)]),
            &[],
        ),
        (
            "a: twice the same",
            orders(&[order(1, 0, &one), order(1, 0, &one)]),
            &[],
        ),
        (
            "a: one badly signed",
            orders(&[order(1, 0, &one), spoiled(&order(1, 0, &two))]),
            &[],
        ),
        (
            "a: another configuration",
            orders(&[order(1, 0, &one), earlier.order(1, 0, &two)]),
            &[],
        ),
        (
            "a: about another configuration",
            orders(&[order(1, 0, &one), about_earlier(1)]),
            &[],
        ),
        (
            "a: another chain's signer",
            orders(&[order(1, 0, &one), foreign(1)]),
            &[],
        ),
        (
            "b",
            wrong(Arc::clone(&one), order(0, 0, &other_operation)),
            &["convicted 0"],
        ),
        (
            "b: the same operation",
            wrong(Arc::clone(&one), order(0, 0, &one)),
            &[],
        ),
        (
            "b: request badly signed",
            wrong(spoiled(&one), order(0, 0, &other_operation)),
            &[],
        ),
        (
            "b: order badly signed",
            wrong(Arc::clone(&one), spoiled(&order(0, 0, &other_operation))),
            &[],
        ),
        (
            "b: signed by another client",
            wrong(
                signing.sign(client(1), one.body.clone()),
                order(0, 0, &other_operation),
            ),
            &[],
        ),
        (
            "c",
            results(&[result(0, 0, "OK"), result(0, 0, "fail")]),
            &["convicted 0"],
        ),
        (
            "c: two slots",
            results(&[result(0, 0, "OK"), result(0, 1, "fail")]),
            &[],
        ),
        (
            "c: one badly signed",
            results(&[result(0, 0, "OK"), spoiled(&result(0, 0, "fail"))]),
            &[],
        ),
        (
            "c: two replicas",
            results(&[result(0, 0, "OK"), result(1, 0, "fail")]),
            &[],
        ),
        (
            "d: a result",
            results(&[result(0, 0, "fail"), result(1, 0, "OK"), result(2, 0, "OK")]),
            &["convicted 0"],
        ),
        (
            "d: the same replica twice",
            results(&[result(0, 0, "fail"), result(1, 0, "OK"), result(1, 0, "OK")]),
            &[],
        ),
        (
            "d: three results",
            results(&[result(0, 0, "x"), result(1, 0, "y"), result(2, 0, "z")]),
            &[],
        ),
        (
            "d: another slot",
            results(&[result(0, 1, "fail"), result(1, 0, "OK"), result(2, 0, "OK")]),
            &[],
        ),
        (
            "d: one badly signed",
            results(&[
                result(0, 0, "fail"),
                result(1, 0, "OK"),
                spoiled(&result(2, 0, "OK")),
            ]),
            &[],
        ),
        (
            "d: the lonely one badly signed",
            results(&[
                spoiled(&result(0, 0, "fail")),
                result(1, 0, "OK"),
                result(2, 0, "OK"),
            ]),
            &[],
        ),
        (
            "d: a checkpoint",
            votes(&[vote(0, 3, "s"), vote(1, 3, "s"), vote(2, 3, "odd")]),
            &["convicted 2"],
        ),
        (
            "d: checkpoints for two slots",
            votes(&[vote(0, 3, "s"), vote(1, 3, "s"), vote(2, 2, "odd")]),
            &[],
        ),
        (
            "d: a checkpoint badly signed",
            votes(&[
                vote(0, 3, "s"),
                vote(1, 3, "s"),
                spoiled(&vote(2, 3, "odd")),
            ]),
            &[],
        ),
    ]
}

/// P6.3: each kind of evidence convicts when the quorum is chosen, and rules nobody out; what is badly
/// signed convicts nobody.
#[test]
fn evidence_convicts_whoever_signed_the_contradiction_and_nobody_else() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let (olympus, signing) = Closing::of(&signing).ended();
        for (description, evidence, convicted) in cases(&signing) {
            let mut closing = Closing::with(olympus.clone(), &signing, evidence.clone());
            let effects = closing.agree(&[]);
            assert_eq!(verdicts(&effects), convicted, "{description}");
            assert!(
                describe(&effects).contains(&"quorum 0 1".to_owned()),
                "{description}"
            );
            // The same evidence counts where it comes while Olympus is reconfiguring.
            let mut closing = Closing::with(olympus.clone(), &signing, Evidence::default());
            let late = signing.reconfiguration(signing.at(1), evidence);
            let ignored = closing.deliver(signing.at(1), late);
            assert_eq!(describe(&ignored), ["ignored: already_reconfiguring"]);
            assert_eq!(
                verdicts(&closing.agree(&[])),
                convicted,
                "{description}, late"
            );
        }
    }
}

/// P6.2: a client is heard exactly with what would convict somebody.
#[test]
fn a_client_is_heard_with_proof_alone() {
    let (olympus, signing) = Closing::of(&Signing::new(1)).ended();
    for (description, evidence, convicted) in cases(&signing) {
        let mut olympus = olympus.clone();
        let asked = signing.reconfiguration(client(0), evidence);
        deliver(&mut olympus, client(0), asked);
        assert_eq!(
            olympus.is_reconfiguring(),
            !convicted.is_empty(),
            "{description}"
        );
    }
}

fn with_checkpoint(signing: &Signing, states: &[Digest]) -> History {
    History {
        checkpoint: Some(Arc::new(signing.checkpoint(4, states).proof)),
        entries: Vec::new(),
    }
}

/// P6.3: statements in wedged messages and their checkpoint proofs are evidence.
#[test]
fn a_checkpoint_proof_in_a_wedged_message_convicts_the_minority() {
    let signing = Signing::new(1);
    let (state, odd) = (Digest::of("state"), Digest::of("odd"));
    let mut closing = Closing::of(&signing);
    let history = with_checkpoint(&signing, &[state, state, odd]);
    let id = history.id(signing.configuration);
    for position in 0..3 {
        closing.wedge(position, &history);
    }
    let effects: Vec<_> = (0..3).flat_map(|p| closing.report(p, id, state)).collect();
    assert_eq!(verdicts(&effects), ["convicted 2"]);
}

/// P6.3: a checkpoint proof may not bring a stranger's statement in: a replica of an older
/// configuration could speak for the correct one that has its position now.
#[test]
fn a_statement_by_an_older_configuration_convicts_nobody() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut closing = Closing::of(&signing).next();
        let next = closing.signing.clone();
        let state = Digest::of("state");
        let good = with_checkpoint(&next, &[state; 3]);
        let mut proof = (**good.checkpoint.as_ref().expect("a checkpoint")).clone();
        let body = CheckpointStatement {
            state: Digest::of("odd"),
            ..proof.statements[2].body.clone()
        };
        proof.statements[2] = signing.sign(signing.at(2), body);
        let lie = History {
            checkpoint: Some(Arc::new(proof)),
            entries: Vec::new(),
        };
        let id = good.id(next.configuration);
        let told = closing.wedge(0, &lie);
        assert_eq!(
            describe(&told),
            [
                "history of 0 refused: bad_checkpoint_proof",
                "refused: bad_checkpoint_proof"
            ]
        );
        let mut effects = Vec::new();
        for position in 1..3 {
            effects.extend(closing.wedge(position, &good));
        }
        for position in 1..3 {
            effects.extend(closing.report(position, id, state));
        }
        effects.extend(closing.fire(Timer::Grace(next.configuration)));
        assert!(describe(&effects).contains(&"quorum 1 2".to_owned()));
        assert_eq!(verdicts(&effects), [""; 0]);
    }
}

/// P6.3: what arrives while the state is awaited counts when the configuration ends.
#[test]
fn evidence_after_the_choice_of_the_quorum_convicts_at_the_end() {
    let signing = Signing::new(1);
    let (one, two) = (
        signing.request(0, 0, &get("k")),
        signing.request(1, 0, &get("k")),
    );
    let evidence = Evidence {
        orders: vec![signing.order(1, 0, &one), signing.order(1, 0, &two)],
        ..Evidence::default()
    };
    let mut closing = Closing::of(&signing);
    assert_eq!(verdicts(&closing.agree(&[])), [""; 0]);
    let late = closing.deliver(
        signing.at(2),
        signing.reconfiguration(signing.at(2), evidence),
    );
    assert_eq!(verdicts(&late), [""; 0]);
    let id = closing.id(&[]);
    let ended = closing.give_state(0, id, &RunningState::default());
    assert_eq!(verdicts(&ended), ["convicted 1"]);
}

/// P6.3: what convicts in one configuration says nothing about the replicas of the next.
#[test]
fn evidence_does_not_outlive_its_configuration() {
    let signing = Signing::new(1);
    let (one, two) = (
        signing.request(0, 0, &get("k")),
        signing.request(1, 0, &get("k")),
    );
    let evidence = Evidence {
        orders: vec![signing.order(1, 0, &one), signing.order(1, 0, &two)],
        ..Evidence::default()
    };
    let mut next = Closing::with(signing.olympus(), &signing, evidence.clone()).next();
    let asked = next.signing.reconfiguration(next.signing.at(2), evidence);
    next.deliver(next.signing.at(2), asked);
    assert_eq!(verdicts(&next.agree(&[])), [""; 0]);
}
