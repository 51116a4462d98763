//! Candidates, supporters, reports and the choice of a quorum (P7.3 to P7.5).

use std::slice::from_ref;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::history::History;
use bcr_protocol::identity::ConfigurationId;
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{CaughtUp, Message};
use bcr_protocol::proof::SignedRequest;
use bcr_protocol::replica::Mode;

use crate::closing::{Closing, catch_ups, verdicts};
use crate::signing::{OLYMPUS, SCHEMES, Signing, client, deliver, get, put, sent, spoiled};
use crate::world::describe;

const GRACE: Timer = Timer::Grace(ConfigurationId(0));

/// Requests for slots 0, 1, 2, … by clients of their own.
fn requests(signing: &Signing) -> [SignedRequest; 3] {
    [0, 1, 2].map(|of| signing.request(of, 0, &put("k", "v")))
}

fn chosen(effects: &[bcr_protocol::machine::Effect]) -> Option<String> {
    let lines = describe(effects);
    lines.into_iter().find(|line| line.starts_with("quorum"))
}

/// P7.3: every distinct history with `t + 1` supporters is tried, each supporter once, longest first,
/// lowest replica first, also where it lacks nothing.
#[test]
fn every_supporter_follows_every_history_that_it_supports_once() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let [a, b, _] = requests(&signing);
        let mut closing = Closing::of(&signing);
        let (long, short) = (
            closing.id(&[a.clone(), b.clone()]),
            closing.id(from_ref(&a)),
        );
        let [head, middle, tail] = [0, 1, 2].map(|p| signing.at(p));
        let steps = [
            (0, vec![a.clone(), b.clone()], vec![]),
            (
                1,
                vec![a.clone()],
                vec![(long, head, vec![]), (long, middle, vec![1])],
            ),
            (
                2,
                vec![],
                vec![
                    (long, tail, vec![0, 1]),
                    (short, middle, vec![]),
                    (short, tail, vec![0]),
                ],
            ),
        ];
        for (position, told, expected) in steps {
            let effects = closing.tell(position, &told);
            assert_eq!(catch_ups(&effects), expected, "after replica {position}");
        }
    }
}

/// P7.3: how many statements an entry carries does not make two histories distinct.
#[test]
fn equal_requests_make_one_history_whoever_holds_them() {
    let signing = Signing::new(2);
    let [a, ..] = requests(&signing);
    let mut closing = Closing::of(&signing);
    let asked: Vec<_> = (0..5)
        .flat_map(|position| catch_ups(&closing.tell(position, from_ref(&a))))
        .collect();
    let id = closing.id(&[a]);
    let expected: Vec<_> = (0..5).map(|p| (id, signing.at(p), vec![])).collect();
    assert_eq!(asked, expected);
}

/// P7.3: a replica whose history ends before a checkpoint cannot follow the history behind it.
#[test]
fn a_replica_behind_the_checkpoint_supports_nothing_after_it() {
    let signing = Signing::new(1);
    let [a, b, c] = requests(&signing);
    let checkpoint = signing.checkpoint(1, &[Digest::of("state"); 3]).proof;
    let pruned = |position| History {
        checkpoint: Some(Arc::new(checkpoint.clone())),
        entries: signing.history(position, 2, from_ref(&c)).entries,
    };
    let id = pruned(0).id(signing.configuration);
    let behind = [a.clone()];
    let mut closing = Closing::of(&signing);
    closing.wedge(0, &pruned(0));
    let effects = closing.tell(2, &behind);
    assert_eq!(catch_ups(&effects), [], "ends before the checkpoint");
    let effects = closing.wedge(1, &pruned(1));
    let [head, middle] = [0, 1].map(|p| (id, signing.at(p), vec![]));
    assert_eq!(catch_ups(&effects), [head.clone(), middle]);
    // One that ends with the checkpoint's slot supports it, though it has not completed it.
    let mut closing = Closing::of(&signing);
    closing.wedge(0, &pruned(0));
    let effects = closing.tell(2, &[a, b]);
    assert_eq!(catch_ups(&effects), [head, (id, signing.at(2), vec![2])]);
}

/// P7.2, P7.3: whoever is ruled out supports nothing and is not asked.
#[test]
fn a_replica_that_is_ruled_out_is_no_supporter() {
    let signing = Signing::new(1);
    let [a, ..] = requests(&signing);
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[]);
    let effects = closing.tell(1, from_ref(&a));
    assert_eq!(
        verdicts(&effects),
        ["ruled out 0: order_withheld", "convicted 0"]
    );
    assert_eq!(catch_ups(&effects), []);
    let id = closing.id(from_ref(&a));
    let effects = closing.tell(2, &[a]);
    let expected = [1, 2].map(|p| (id, signing.at(p), vec![]));
    assert_eq!(catch_ups(&effects), expected);
    // P7.5: it need not report for the grace to end.
    closing.report(1, id, Digest::of("state"));
    let effects = closing.report(2, id, Digest::of("state"));
    assert_eq!(chosen(&effects), Some("quorum 1 2".to_owned()));
}

/// P7.3: a history that its supporters refuse to follow does not stand in the way of a shorter one.
#[test]
fn a_longest_history_that_nobody_follows_blocks_nothing() {
    let signing = Signing::new(1);
    let [a, ..] = requests(&signing);
    let ahead = signing.request(2, 7, &get("k"));
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[a.clone(), ahead]);
    closing.tell(1, from_ref(&a));
    closing.tell(2, from_ref(&a));
    let id = closing.id(&[a]);
    let state = Digest::of("state");
    assert_eq!(chosen(&closing.report(1, id, state)), None);
    assert_eq!(describe(&closing.report(2, id, state)), ["set grace-0 100"]);
    assert_eq!(chosen(&closing.fire(GRACE)), Some("quorum 1 2".to_owned()));
}

/// P7.5: `t + 1` different replicas, the same hash, the same history.
#[test]
fn a_quorum_is_t_plus_1_replicas_that_report_alike() {
    let signing = Signing::new(1);
    let [a, b, _] = requests(&signing);
    let (state, odd) = (Digest::of("state"), Digest::of("odd"));
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[a.clone(), b.clone()]);
    closing.tell(1, from_ref(&a));
    closing.tell(2, from_ref(&a));
    let (long, short) = (closing.id(&[a.clone(), b]), closing.id(&[a]));
    assert_eq!(describe(&closing.report(0, long, state)), [""; 0]);
    assert_eq!(
        describe(&closing.report(0, long, state)),
        ["ignored: not_needed"],
        "twice"
    );
    assert_eq!(
        describe(&closing.report(0, short, state)),
        ["ignored: not_needed"],
        "not asked"
    );
    assert_eq!(
        describe(&closing.report(1, long, odd)),
        [""; 0],
        "another hash"
    );
    assert_eq!(
        describe(&closing.report(1, long, state)),
        ["ignored: not_needed"],
        "a second hash"
    );
    assert_eq!(
        describe(&closing.report(2, short, state)),
        [""; 0],
        "another history"
    );
    assert_eq!(describe(&closing.report(2, long, odd)), ["set grace-0 100"]);
    assert_eq!(chosen(&closing.fire(GRACE)), Some("quorum 1 2".to_owned()));
}

/// P7.5: of several histories the one that ends last; then the lowest-numbered `t + 1` reporters.
#[test]
fn the_longest_history_and_its_lowest_reporters_are_chosen() {
    let signing = Signing::new(1);
    let [a, b, _] = requests(&signing);
    let state = Digest::of("state");
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[a.clone(), b.clone()]);
    closing.tell(1, from_ref(&a));
    closing.tell(2, from_ref(&a));
    let (long, short) = (closing.id(&[a.clone(), b]), closing.id(&[a]));
    closing.report(2, short, state);
    assert_eq!(
        describe(&closing.report(1, short, state)),
        ["set grace-0 100"]
    );
    closing.report(2, long, Digest::of("longer"));
    closing.report(1, long, Digest::of("longer"));
    let effects = closing.report(0, long, Digest::of("longer"));
    assert_eq!(
        describe(&effects),
        [
            "cancel grace-0",
            "cancel wedge-0",
            "quorum 0 1",
            "get_running_state to replica-0-0",
            "set state-0-0 500"
        ],
        "everybody has reported for everything, which ends the grace"
    );
    let Some((_, Message::GetRunningState(asked))) = sent(&effects).pop() else {
        panic!("somebody is asked");
    };
    assert_eq!(asked.body.history, long);
}

/// P7.5: a wedged message that arrives in the grace is used; after it, the choice stands.
#[test]
fn what_arrives_in_the_grace_counts_and_what_arrives_later_does_not() {
    let signing = Signing::new(1);
    let [a, b, _] = requests(&signing);
    let state = Digest::of("state");
    for in_time in [true, false] {
        let mut closing = Closing::of(&signing);
        let (long, short) = (
            closing.id(&[a.clone(), b.clone()]),
            closing.id(from_ref(&a)),
        );
        for position in [1, 2] {
            closing.tell(position, from_ref(&a));
        }
        closing.report(1, short, state);
        assert_eq!(
            describe(&closing.report(2, short, state)),
            ["set grace-0 100"]
        );
        if !in_time {
            assert_eq!(chosen(&closing.fire(GRACE)), Some("quorum 1 2".to_owned()));
        }
        let asked = catch_ups(&closing.tell(0, &[a.clone(), b.clone()]));
        assert_eq!(asked.len(), 3);
        assert_eq!(chosen(&closing.report(0, long, state)), None);
        let effects = closing.report(1, long, state);
        assert_eq!(chosen(&effects), None);
        let effects = closing.report(2, long, state);
        let early = in_time.then(|| "quorum 0 1".to_owned());
        assert_eq!(chosen(&effects), early);
        assert_eq!(closing.fire(GRACE), [], "over");
    }
}

/// P7.5: the grace ends early only once nobody can add anything, and not at all where it is 0.
#[test]
fn the_grace_waits_for_the_silent_unless_it_is_0() {
    let mut signing = Signing::new(1);
    for grace in [100, 0] {
        signing.parameters.quorum_grace_ms = grace;
        let [a, ..] = requests(&signing);
        let mut closing = Closing::of(&signing);
        let id = closing.id(from_ref(&a));
        for position in 0..3 {
            closing.tell(position, from_ref(&a));
        }
        closing.report(0, id, Digest::of("state"));
        let effects = closing.report(1, id, Digest::of("state"));
        if grace == 0 {
            assert_eq!(chosen(&effects), Some("quorum 0 1".to_owned()));
        } else {
            assert_eq!(
                describe(&effects),
                ["set grace-0 100"],
                "replica 2 was asked"
            );
        }
    }
}

/// P7.5: without a quorum Olympus waits and tries again as wedged messages arrive.
#[test]
fn without_a_quorum_olympus_waits_for_more() {
    let signing = Signing::new(1);
    let [a, b, _] = requests(&signing);
    let mut closing = Closing::of(&signing);
    closing.tell(0, &[a.clone(), b.clone()]);
    closing.tell(1, from_ref(&a));
    let long = closing.id(&[a.clone(), b]);
    closing.report(0, long, Digest::of("one"));
    assert_eq!(
        describe(&closing.report(1, long, Digest::of("other"))),
        [""; 0]
    );
    let asked = catch_ups(&closing.tell(2, from_ref(&a)));
    assert_eq!(asked.len(), 3);
    assert_eq!(
        describe(&closing.report(2, long, Digest::of("one"))),
        ["set grace-0 100"]
    );
    assert_eq!(chosen(&closing.fire(GRACE)), Some("quorum 0 2".to_owned()));
}

/// P7.4, P1.5: a report and each of its result statements is the sender's own, for this history.
#[test]
fn a_report_with_other_statements_than_its_senders_is_refused() {
    type Change = fn(&Signing, &mut CaughtUp);
    let changes: &[(&str, Change)] = &[
        ("badly signed", |_, report| {
            let statement = &mut report.results[0].statement;
            *statement = spoiled(statement);
        }),
        ("another replica's", |s, report| {
            let statement = &mut report.results[0].statement;
            *statement = s.sign(s.at(0), statement.body.clone());
        }),
        ("for another history", |s, report| {
            let mut body = report.results[0].statement.body.clone();
            body.history = Digest::of("another");
            report.results[0].statement = s.sign(s.at(1), body);
        }),
        ("of another configuration", |s, report| {
            let mut body = report.results[0].statement.body.clone();
            body.configuration = ConfigurationId(1);
            report.results[0].statement = s.sign(s.at(1), body);
        }),
        ("for another result", |_, report| {
            report.results[0].result = "fail".to_owned()
        }),
    ];
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let [a, ..] = requests(&signing);
        let mut closing = Closing::of(&signing);
        let id = closing.id(from_ref(&a));
        for position in 0..3 {
            closing.tell(position, from_ref(&a));
        }
        let good = signing.caught_up(1, id, Digest::of("state"), &[(&a, "OK")]);
        for (description, change) in changes {
            let mut report = good.clone();
            change(&signing, &mut report);
            let message = Message::CaughtUp(signing.sign(signing.at(1), report));
            let effects = closing.deliver(signing.at(1), message);
            assert_eq!(
                describe(&effects),
                ["refused: bad_result_signature"],
                "{description}"
            );
        }
        let signed = signing.sign(signing.at(1), good);
        let cases = [
            (signing.at(1), spoiled(&signed), "refused: bad_signature"),
            (signing.at(2), Arc::clone(&signed), "refused: bad_signature"),
            (client(0), Arc::clone(&signed), "refused: wrong_sender"),
        ];
        for (from, message, expected) in cases {
            let effects = closing.deliver(from, Message::CaughtUp(message));
            assert_eq!(describe(&effects), [expected]);
        }
        assert_eq!(
            describe(&closing.deliver(signing.at(1), Message::CaughtUp(signed))),
            [""; 0]
        );
    }
}

/// P7.4 ⚑: a correct replica that follows two histories states two results for one slot, and is not
/// convicted for it.
#[test]
fn caught_up_statements_for_two_histories_convict_nobody() {
    let signing = Signing::new(1);
    let [a, b, _] = requests(&signing);
    let mut closing = Closing::of(&signing);
    let mut tail = signing.initial(2);
    deliver(&mut tail, OLYMPUS, signing.wedge_request());
    assert_eq!(tail.mode(), Mode::Immutable);
    closing.tell(0, &[a.clone(), b.clone()]);
    closing.tell(1, from_ref(&a));
    let effects = closing.tell(2, &[]);
    let mut statements = Vec::new();
    let mut after = Vec::new();
    for (to, message) in sent(&effects) {
        if to != signing.at(2) {
            continue;
        }
        for (_, report) in sent(&deliver(&mut tail, OLYMPUS, message)) {
            let Message::CaughtUp(caught_up) = &report else {
                panic!("a report");
            };
            statements.push(caught_up.body.results[0].statement.body.clone());
            after.extend(closing.deliver(to, report));
        }
    }
    let [first, second] = &statements[..] else {
        panic!("two reports: {statements:?}");
    };
    assert_eq!(first.slot, second.slot);
    assert_ne!(first, second);
    let (long, short) = (closing.id(&[a.clone(), b]), closing.id(&[a]));
    for (position, id) in [(0, long), (1, long), (1, short)] {
        after.extend(closing.report(position, id, Digest::of("state")));
    }
    assert_eq!(chosen(&after), Some("quorum 0 1".to_owned()));
    assert_eq!(verdicts(&after), [""; 0]);
}
