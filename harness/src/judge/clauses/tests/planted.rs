//! Each clause reports its own violation.

use super::*;

const TRUE: &[&str] = &[
    "final: {k: v}",
    "final_any_of: [{k: w}, {k: v}]",
    "final_unchecked: two writers race",
    "results: {0: [v0, any]}",
    "results: {0: [[x, v0], v1]}",
    "unanswered: []",
    "reconfigurations: 1",
    "reconfigurations: {at_least: 1, at_most: 2}",
    "quorums: {0: [2, 1]}",
    "quorums: {0: {includes: [1], excludes: [0]}}",
    "quorums: {0: {includes_any: [0, 2]}}",
    "suspects: {0: [0], 1: []}",
    "convicted: {0: [0]}",
    "checkpoints: {0: [], 1: [1]}",
    "answered_by: {0: {0: tail, 1: olympus}}",
    "completed_within_ms: {0: 10}",
    "completed_within_ms: {0: {at_least: 4, at_most: 10}}",
    "recovered_within_ms: 8",
    "order: [{event: failure_applied, configuration: 0, replica: 0, trigger: 'client_request(0, 1)'}, {event: wedge_started, configuration: 0}]",
    "order: [{event: quorum_formed, quorum: [1, 2], at_ms: 9}, {event: accepted, by: olympus, from: olympus, slot: {at_least: 1}}]",
    "order: [{event: invoked, client: 0, request: 1, operation: \"get('k')\"}, {event: run_ended, end: at_rest}]",
    "order: [{event: accepted, from: replica-0-2}]",
    "never: [{event: client_error}, {event: crashed}, {event: accepted, by: cache}]",
    "not_applied: [\"failures[0,1] client_request(0,1), change_operation()\"]",
    "no_effect: [\"failures[0,2] client_request(0,1),change_operation()\"]",
    "may_not_apply: [\"failures[0,0] client_request(0,1), change_operation()\"]",
    "outside_promise: {held: [agreement, state]}",
];

#[test]
fn every_clause_holds_on_a_run_that_it_is_true_of() {
    let mut keys = Vec::new();
    for text in TRUE {
        let clauses = evaluated(text, &world());
        assert_eq!(broken(&clauses), Vec::<&ClauseOutcome>::new(), "{text}");
        let key = text.split(':').next().expect("a key").to_owned();
        let reported: Vec<_> = clauses
            .iter()
            .map(|clause| clause.clause.to_string())
            .collect();
        let expected = if key == "unanswered" {
            vec![&*key]
        } else {
            vec![&*key, "unanswered"]
        };
        assert_eq!(reported, expected, "{text}");
        keys.push(key);
    }
    for key in ClauseKey::NAMES {
        assert!(keys.iter().any(|seen| seen == key), "{key} has no case");
    }
}

/// The clause, what is planted, the event that it points at, a part of what it says.
type Planted = (&'static str, fn(&mut World), Option<u64>, &'static str);

fn dictionary(world: &mut World, replica: usize, entries: &[(&str, &str)]) {
    let entries = entries
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    world.outcome.replicas[3 + replica].dictionary = Some(entries.collect());
}

const PLANTED: &[Planted] = &[
    (
        "final: {k: v}",
        |w| dictionary(w, 2, &[("l", "v")]),
        None,
        "replica-1-2: missing `k`: expected `v`, extra `l`: actual `v`",
    ),
    (
        "final: {k: w}",
        nothing,
        Some(9),
        "replica-1-0: different `k`: expected `w`, actual `v`; replica-1-1",
    ),
    (
        "final: {k: v}",
        |w| w.outcome.replicas[4].dictionary = None,
        None,
        "replica-1-1: its dictionary is not known",
    ),
    (
        "final: {k: v}",
        |w| w.outcome.replicas.truncate(3),
        None,
        "no correct replica of configuration 1, the last one, is active",
    ),
    (
        "final_any_of: [{k: a}, {k: v, l: b}]",
        nothing,
        Some(9),
        "none of 2; the nearest: replica-1-0",
    ),
    (
        "results: {0: [v0, v2]}",
        nothing,
        Some(8),
        "request 0:1: expected `v2`, actual `v1`",
    ),
    (
        "results: {0: [[any], any]}",
        nothing,
        Some(1),
        "request 0:0: expected `any`, actual `v0`",
    ),
    (
        "results: {0: [v0]}",
        nothing,
        Some(2),
        "request 0:1: expected no such request",
    ),
    (
        "results: {0: [v0, v1, v2]}",
        nothing,
        None,
        "request 0:2: expected `v2`, actually never invoked",
    ),
    (
        "unanswered: [[0, 0]]",
        nothing,
        Some(1),
        "request 0:0: expected no answer, actual `v0`",
    ),
    (
        "unanswered: []",
        |w| w.outcome.requests[1].result = None,
        Some(2),
        "request 0:1: expected an answer, got none",
    ),
    (
        "reconfigurations: 2",
        nothing,
        None,
        "expected exactly 2 reconfigurations, actual 1",
    ),
    (
        "reconfigurations: 1",
        |w| w.outcome.configurations.truncate(1),
        None,
        "expected exactly 1 reconfiguration, actual 0",
    ),
    (
        "reconfigurations: {at_most: 0}",
        nothing,
        Some(7),
        "at most 0",
    ),
    (
        "quorums: {0: [0, 1]}",
        nothing,
        Some(6),
        "configuration 0: expected is [0, 1], actual [1, 2]",
    ),
    (
        "quorums: {1: {includes: [0]}}",
        nothing,
        Some(7),
        "configuration 1 ended with no quorum",
    ),
    (
        "quorums: {2: {excludes: [0]}}",
        nothing,
        Some(7),
        "configuration 2 never started",
    ),
    (
        "suspects: {0: [0, 2]}",
        nothing,
        Some(4),
        "expected is [0, 2], actual [0]",
    ),
    (
        "suspects: {0: {excludes: [0]}}",
        nothing,
        Some(4),
        "expected excludes [0]",
    ),
    (
        "suspects: {0: [0]}",
        |w| w.outcome.replicas[0].correct = true,
        Some(2),
        "actual [0, 2]",
    ),
    (
        "convicted: {0: []}",
        nothing,
        Some(6),
        "expected is [], actual [0]",
    ),
    (
        "checkpoints: {1: [1, 3]}",
        nothing,
        Some(9),
        "expected is [1, 3], actual [1]",
    ),
    (
        "answered_by: {0: {1: cache}}",
        nothing,
        Some(8),
        "request 0:1: expected `cache`, actual `olympus`",
    ),
    (
        "completed_within_ms: {0: 9.999}",
        nothing,
        Some(8),
        "request 0:1: expected at most 9.999 ms, took 10 ms",
    ),
    (
        "completed_within_ms: {7: 1}",
        nothing,
        None,
        "client 7 invoked no request",
    ),
    (
        "recovered_within_ms: 7",
        nothing,
        Some(8),
        "configuration 0: expected at most 7 ms, recovered after 8 ms",
    ),
    (
        "recovered_within_ms: 100",
        |w| w.trace.records.truncate(8),
        Some(4),
        "configuration 0 was never recovered from",
    ),
    (
        "order: [{event: wedge_started}, {event: failure_applied, replica: 0}]",
        nothing,
        Some(3),
        "1 of 2 matched: events [5]; nothing after event 5 is {event: failure_applied, replica: 0}; the nearest, event 3, comes too early",
    ),
    (
        "order: [{event: accepted, request: 0}, {event: accepted, by: cache, client: 0}]",
        nothing,
        Some(8),
        "the nearest, event 8, has `by` olympus",
    ),
    (
        "order: [{event: invoked}, {event: crashed}]",
        nothing,
        Some(0),
        "there is no event `crashed` at all",
    ),
    (
        "never: [{event: crashed}, {event: accepted, by: olympus}]",
        nothing,
        Some(8),
        "event 8 at client-0, 14 ms, is {event: accepted, by: olympus}",
    ),
    (
        "not_applied: [\"failures[0,0] client_request(0,1), change_operation()\"]",
        nothing,
        Some(3),
        "expected not to be applied: it was, with effect",
    ),
    (
        "no_effect: [\"failures[0,1] client_request(0,1), change_operation()\"]",
        nothing,
        Some(3),
        "expected to be applied without effect: it stayed armed",
    ),
    (
        "no_effect: [\"failures[0,1] client_request(0,2), change_operation()\"]",
        nothing,
        None,
        "is not planned",
    ),
    (
        "outside_promise: {broken: [durability]}",
        nothing,
        None,
        "`durability` was expected to break: it held",
    ),
    (
        "outside_promise: {held: [state]}",
        |w| w.outcome.invariants[8] = invariant("state", None),
        None,
        "`state` was expected to hold: it was not decided",
    ),
];

#[test]
fn every_clause_reports_its_own_violation() {
    for (text, plant, event, detail) in PLANTED {
        let mut world = world();
        plant(&mut world);
        let clauses = evaluated(text, &world);
        let key = text.split(':').next().expect("a key");
        let [broken] = broken(&clauses)[..] else {
            panic!("{text}: {clauses:#?}")
        };
        assert_eq!(broken.clause.to_string(), key, "{text}");
        assert_eq!(broken.event, *event, "{text}: {}", broken.detail);
        assert!(broken.detail.contains(detail), "{text}: {}", broken.detail);
    }
    // Two clauses assert nothing about a run.
    for key in ClauseKey::NAMES {
        let is_planted = PLANTED
            .iter()
            .any(|(text, ..)| text.split(':').next() == Some(key));
        assert_eq!(
            is_planted,
            !matches!(*key, "final_unchecked" | "may_not_apply"),
            "{key}"
        );
    }
}
