//! Each clause on a run that it is true of, and on the same run with a violation planted.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::{Event, RequestRef};
use bcr_protocol::identity::{ClientId, Position, ProcessId, RequestNumber, Slot};
use bcr_protocol::message::{AnsweredBy, MessageKind};
use bcr_protocol::reason::Reason;

use super::*;
use crate::diagnostic::SourceFile;
use crate::expectation::read;
use crate::outcome::{
    Budget, ConfigurationOutcome, ConvictionOutcome, FailureOutcome, FailureStatus,
    InvariantOutcome, ProcessKind, ProcessOutcome, ReplicaOutcome, RequestOutcome,
    SuspicionOutcome, Verdict,
};
use crate::trace::{HarnessEvent, Micros, RunEnd};

/// A run and what it came to; every test changes what it is about.
struct World {
    outcome: Outcome,
    trace: Trace,
}

/// `t = 1`. The head of configuration 0 fails, configuration 1 takes over, client 0 gets both its
/// answers: the first from the tail, the second from Olympus.
fn world() -> World {
    let replica = |configuration, position| {
        ProcessId::replica(ConfigurationId(configuration), Position(position))
    };
    let client = ProcessId::Client(ClientId(0));
    let request = |number| RequestRef {
        request_client: ClientId(0),
        request: RequestNumber(number),
    };
    let invoked = |number| Event::Invoked {
        request: request(number),
        operation: Operation::Get {
            key: "k".to_owned(),
        }
        .into(),
    };
    let accepted = |number, by, from| Event::Accepted {
        request: request(number),
        result: "OK".to_owned(),
        slot: Slot(number),
        configuration: ConfigurationId(0),
        by,
        from,
        attempts: 1,
    };
    let digest = bcr_protocol::digest::Digest::of("");
    let events: Vec<(u64, ProcessId, TraceEvent)> = vec![
        (0, client, invoked(0).into()),
        (
            4,
            client,
            accepted(0, AnsweredBy::Tail, replica(0, 2)).into(),
        ),
        (4, client, invoked(1).into()),
        (
            5,
            replica(0, 0),
            HarnessEvent::FailureApplied {
                plan: 0,
                pair: "client_request(0,1), change_operation()".to_owned(),
                trigger: "client_request(0,1)".to_owned(),
                failure: "change_operation()".to_owned(),
                message: MessageKind::Shuttle,
                effect: true,
            }
            .into(),
        ),
        (
            6,
            ProcessId::Olympus,
            Event::ReconfigurationRequested {
                configuration: ConfigurationId(0),
                replica: Some(Position(1)),
                from: replica(0, 1),
                reason: Reason::WrongOperation,
                suspect: Some(Position(0)),
                slot: Some(Slot(1)),
            }
            .into(),
        ),
        (
            7,
            ProcessId::Olympus,
            Event::WedgeStarted {
                configuration: ConfigurationId(0),
            }
            .into(),
        ),
        (
            9,
            ProcessId::Olympus,
            Event::QuorumFormed {
                configuration: ConfigurationId(0),
                quorum: vec![Position(1), Position(2)],
                history: digest,
                checkpoint: None,
                entries: Vec::new(),
                state: digest,
            }
            .into(),
        ),
        (
            12,
            ProcessId::Olympus,
            Event::ConfigurationStarted {
                configuration: ConfigurationId(1),
                slot: Slot(2),
                state: digest,
            }
            .into(),
        ),
        (
            14,
            client,
            accepted(1, AnsweredBy::Olympus, ProcessId::Olympus).into(),
        ),
        (
            14,
            replica(1, 0),
            Event::CheckpointCompleted {
                slot: Slot(1),
                state: digest,
            }
            .into(),
        ),
        (
            15,
            ProcessId::Olympus,
            HarnessEvent::RunEnded {
                end: RunEnd::AtRest,
            }
            .into(),
        ),
    ];
    let record = |(n, (ms, process, event))| Record {
        n,
        at: Micros::from_ms(ms),
        wall_us: 0,
        process,
        event,
    };
    let trace = Trace {
        records: (0..).zip(events).map(record).collect(),
    };
    World {
        outcome: outcome(),
        trace,
    }
}

fn outcome() -> Outcome {
    let configuration = |number, quorum: &[u32], checkpoints: &[u64]| ConfigurationOutcome {
        number,
        first_slot: 0,
        started_ms: 0.0,
        reconfiguration: None,
        wedged: Vec::new(),
        ruled_out: Vec::new(),
        set_aside: Vec::new(),
        quorum: quorum.to_vec(),
        state_from: None,
        checkpoints: checkpoints.to_vec(),
    };
    let request = |id, completed_ms, by| RequestOutcome {
        client: 0,
        id,
        operation: Operation::Get {
            key: "k".to_owned(),
        },
        invoked_ms: if id == 0 { 0.0 } else { 4.0 },
        completed_ms: Some(completed_ms),
        result: Some(format!("v{id}")),
        slot: Some(id),
        configuration: Some(0),
        answered_by: Some(by),
        attempts: 1,
    };
    let replica = |configuration, replica| ReplicaOutcome {
        configuration,
        replica,
        mode: if configuration == 0 {
            "immutable"
        } else {
            "active"
        }
        .to_owned(),
        correct: (configuration, replica) != (0, 0),
        next_slot: Some(2),
        dictionary: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        state_hash: None,
    };
    let by = |number| ProcessOutcome {
        kind: ProcessKind::Replica,
        number,
    };
    let suspicion = |replica, accuser, event| SuspicionOutcome {
        configuration: 0,
        replica,
        by: by(accuser),
        reason: "wrong_operation".to_owned(),
        slot: None,
        at_ms: 6.0,
        event,
    };
    let failure = |replica, status, effect| FailureOutcome {
        configuration: 0,
        replica,
        trigger: "client_request(0, 1)".to_owned(),
        failure: "change_operation()".to_owned(),
        line: 1,
        status,
        effect,
        at_ms: None,
        event: Some(3),
        note: String::new(),
    };
    Outcome {
        scenario: "x".to_owned(),
        file: "x.conf".to_owned(),
        runtime: "simulated".to_owned(),
        seed: 0,
        verdict: Verdict::Pass,
        ablation: None,
        schedules: Vec::new(),
        replay: String::new(),
        parameters: BTreeMap::new(),
        virtual_ms: Some(15.0),
        wall_ms: 0.0,
        messages: 0,
        clauses: Vec::new(),
        invariants: crate::expectation::INVARIANTS
            .iter()
            .map(|name| invariant(name, Some(true)))
            .collect(),
        budget: vec![Budget {
            configuration: 0,
            faulty: vec![0],
            t: 1,
        }],
        configurations: vec![configuration(0, &[1, 2], &[]), configuration(1, &[], &[1])],
        requests: vec![
            request(0, 4.0, AnsweredBy::Tail),
            request(1, 14.0, AnsweredBy::Olympus),
        ],
        failures: vec![
            failure(0, FailureStatus::Applied, true),
            failure(1, FailureStatus::Armed, false),
            failure(2, FailureStatus::Applied, false),
        ],
        // The faulty head accuses replica 2: worth nothing.
        suspicions: vec![suspicion(2, 0, 2), suspicion(0, 1, 4)],
        convictions: vec![ConvictionOutcome {
            configuration: 0,
            replica: 0,
            evidence: String::new(),
            event: 6,
        }],
        final_dictionary: None,
        replicas: (0..2)
            .flat_map(|c| (0..3).map(move |r| (c, r)))
            .map(|(c, r)| replica(c, r))
            .collect(),
    }
}

fn invariant(name: &str, held: Option<bool>) -> InvariantOutcome {
    InvariantOutcome {
        name: name.to_owned(),
        held,
        detail: String::new(),
        event: None,
    }
}

fn expectation(text: &str) -> Expectation {
    let reading = read(&SourceFile::new("x.yaml", text));
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.expectation.expect("no diagnostic is an error")
}

fn evaluated(text: &str, world: &World) -> Vec<ClauseOutcome> {
    evaluate(
        &expectation(text),
        &world.outcome,
        &world.trace,
        Terms::Canonical,
    )
}

fn broken(clauses: &[ClauseOutcome]) -> Vec<&ClauseOutcome> {
    clauses
        .iter()
        .filter(|clause| clause.status == ClauseStatus::Broken)
        .collect()
}

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
            .map(|clause| clause.clause.as_str())
            .collect();
        let expected = if key == "unanswered" {
            vec![&*key]
        } else {
            vec![&*key, "unanswered"]
        };
        assert_eq!(reported, expected, "{text}");
        keys.push(key);
    }
    for key in crate::expectation::CLAUSES {
        assert!(keys.iter().any(|seen| seen == key), "{key} has no case");
    }
}

/// The clause, what is planted, the event that it points at, a part of what it says.
type Planted = (&'static str, fn(&mut World), Option<u64>, &'static str);

const fn nothing(_: &mut World) {}

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
        assert_eq!(broken.clause, key, "{text}");
        assert_eq!(broken.event, *event, "{text}: {}", broken.detail);
        assert!(broken.detail.contains(detail), "{text}: {}", broken.detail);
    }
    // Two clauses assert nothing about a run.
    for key in crate::expectation::CLAUSES {
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

#[test]
fn an_unanswered_request_breaks_a_file_that_does_not_list_it() {
    let mut world = world();
    world.outcome.requests[1].result = None;
    let clauses = evaluated("schedules: 1", &world);
    assert_eq!(clauses.len(), 1);
    assert_eq!(
        (clauses[0].clause.as_str(), clauses[0].status),
        ("unanswered", ClauseStatus::Broken)
    );
    let clauses = evaluated("unanswered: [[0, 1]]", &world);
    assert_eq!(clauses.len(), 1);
    assert_eq!(clauses[0].status, ClauseStatus::Held);
}

#[test]
fn canonical_clauses_are_evaluated_in_the_canonical_run_alone() {
    let world = world();
    let file = expectation("final: {k: v}\ncanonical: {final: {k: w}, never: [{event: crashed}]}");
    let names = |clauses: &[ClauseOutcome]| -> Vec<(String, ClauseStatus)> {
        clauses
            .iter()
            .map(|clause| (clause.clause.clone(), clause.status))
            .collect()
    };
    let held = |name: &str| (name.to_owned(), ClauseStatus::Held);
    let elsewhere = evaluate(&file, &world.outcome, &world.trace, Terms::Drawn);
    assert_eq!(names(&elsewhere), [held("final"), held("unanswered")]);
    let canonical = evaluate(&file, &world.outcome, &world.trace, Terms::Canonical);
    assert_eq!(
        names(&canonical),
        [
            held("final"),
            held("unanswered"),
            ("canonical.final".to_owned(), ClauseStatus::Broken),
            held("canonical.never"),
        ]
    );
}

#[test]
fn with_no_request_outstanding_recovery_ends_when_the_configuration_starts() {
    let mut world = world();
    // The second request is never made: nobody waits when the configuration ends.
    world.trace.records.remove(8);
    world.trace.records.remove(2);
    let clauses = evaluated("recovered_within_ms: {at_least: 6, at_most: 6}", &world);
    assert_eq!(
        clauses[0].status,
        ClauseStatus::Held,
        "{}",
        clauses[0].detail
    );
    assert_eq!(clauses[0].event, Some(7));
    world.trace.records.retain(|record| record.n != 4);
    let clauses = evaluated("recovered_within_ms: 1", &world);
    assert_eq!(clauses[0].detail, "there was no reconfiguration");
}

#[test]
fn a_client_request_is_also_called_request() {
    let mut world = World {
        outcome: outcome(),
        trace: Trace::default(),
    };
    let head = ProcessId::replica(ConfigurationId(0), Position(0));
    let event = Event::Ignored {
        message: MessageKind::ClientRequest,
        from: ProcessId::Client(ClientId(0)),
        reason: Reason::Immutable,
        slot: None,
        request: None,
    };
    let record = Record {
        n: 0,
        at: Micros(0),
        wall_us: 0,
        process: head,
        event: event.into(),
    };
    world.trace.records.push(record);
    for (message, is_met) in [
        ("request", true),
        ("client_request", true),
        ("shuttle", false),
    ] {
        let clauses = evaluated(
            &format!("never: [{{event: ignored, message: {message}}}]"),
            &world,
        );
        assert_eq!(!broken(&clauses).is_empty(), is_met, "{message}");
    }
}

#[test]
fn weights_are_the_points_of_clauses() {
    let world = world();
    let file =
        expectation("final: {k: v}\nreconfigurations: 7\nweights: {final: 3, reconfigurations: 2}");
    let clauses = evaluate(&file, &world.outcome, &world.trace, Terms::Canonical);
    let points = points(&file, &clauses);
    let shown: Vec<_> = points
        .iter()
        .map(|p| (p.clause.as_str(), p.earned, p.of))
        .collect();
    assert_eq!(
        shown,
        [
            ("final", 3, 3),
            ("reconfigurations", 0, 2),
            ("unanswered", 1, 1)
        ]
    );
}

#[test]
fn a_failure_is_vacuous_unless_it_happened_or_a_clause_in_force_says_so() {
    let cases: &[(&str, u64, &[usize])] = &[
        ("", 0, &[1, 2]),
        (
            "not_applied: [\"failures[0,1] client_request(0,1), change_operation()\"]",
            0,
            &[2],
        ),
        (
            "no_effect: [\"failures[0,2] client_request(0,1), change_operation()\"]",
            0,
            &[1],
        ),
        (
            "may_not_apply: [\"failures[0,1] client_request(0,1), change_operation()\"]",
            3,
            &[2],
        ),
        (
            "canonical: {may_not_apply: [\"failures[0,1] client_request(0,1), change_operation()\"]}",
            0,
            &[2],
        ),
        (
            "canonical: {may_not_apply: [\"failures[0,1] client_request(0,1), change_operation()\"]}",
            3,
            &[1, 2],
        ),
    ];
    for (text, seed, expected) in cases {
        let mut outcome = outcome();
        outcome.seed = *seed;
        assert_eq!(
            vacuous(Some(&expectation(text)), &outcome),
            *expected,
            "{text}"
        );
    }
    assert_eq!(vacuous(None, &outcome()), [1, 2]);
}

/// An expected file, what is planted, how the run ended, the verdict.
type Weighed = (&'static str, fn(&mut World), RunEnd, Verdict);

fn outside(world: &mut World) {
    world.outcome.budget[0].faulty = vec![0, 1];
}

fn invariant_is(world: &mut World, name: &str, held: Option<bool>) {
    world
        .outcome
        .invariants
        .retain(|invariant| invariant.name != name);
    world.outcome.invariants.push(invariant(name, held));
}

fn unanswered(world: &mut World) {
    world.outcome.requests[1].result = None;
}

fn vacuously(world: &mut World) {
    world.outcome.failures[0].effect = false;
}

fn tcp(world: &mut World) {
    world.outcome.runtime = "tcp".to_owned();
}

const WEIGHED: &[Weighed] = &[
    ("", nothing, RunEnd::AtRest, Verdict::Pass),
    ("final: {k: v}", nothing, RunEnd::AtRest, Verdict::Pass),
    // 1. What broke.
    ("final: {k: w}", nothing, RunEnd::AtRest, Verdict::Fail),
    ("", unanswered, RunEnd::AtRest, Verdict::Fail),
    (
        "",
        |w| invariant_is(w, "agreement", Some(false)),
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "final: {k: w}",
        |w| invariant_is(w, "state", None),
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    ("", nothing, RunEnd::Stuck, Verdict::Fail),
    ("", nothing, RunEnd::EventBound, Verdict::Fail),
    ("", nothing, RunEnd::Deadline, Verdict::Fail),
    // 2. What is not known.
    (
        "",
        |w| invariant_is(w, "linearizability", None),
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    ("", tcp, RunEnd::Deadline, Verdict::Unknown),
    (
        "final: {k: w}",
        |w| {
            tcp(w);
            unanswered(w);
        },
        RunEnd::Deadline,
        Verdict::Unknown,
    ),
    (
        "",
        |w| {
            tcp(w);
            invariant_is(w, "liveness", Some(false));
        },
        RunEnd::Deadline,
        Verdict::Unknown,
    ),
    (
        "",
        |w| {
            tcp(w);
            invariant_is(w, "agreement", Some(false));
        },
        RunEnd::Deadline,
        Verdict::Fail,
    ),
    (
        "never: [{event: wedge_started}]",
        tcp,
        RunEnd::Deadline,
        Verdict::Fail,
    ),
    ("", tcp, RunEnd::Stuck, Verdict::Fail),
    // 3. Outside the promise.
    ("", outside, RunEnd::AtRest, Verdict::Outside),
    (
        "",
        |w| {
            outside(w);
            invariant_is(w, "durability", Some(false));
        },
        RunEnd::AtRest,
        Verdict::Outside,
    ),
    (
        "",
        |w| {
            outside(w);
            invariant_is(w, "durability", None);
        },
        RunEnd::AtRest,
        Verdict::Outside,
    ),
    (
        "",
        |w| {
            outside(w);
            unanswered(w);
        },
        RunEnd::Stuck,
        Verdict::Outside,
    ),
    (
        "unanswered: []",
        |w| {
            outside(w);
            unanswered(w);
        },
        RunEnd::Stuck,
        Verdict::Fail,
    ),
    ("final: {k: w}", outside, RunEnd::AtRest, Verdict::Fail),
    (
        "outside_promise: {held: [agreement]}",
        outside,
        RunEnd::AtRest,
        Verdict::Pass,
    ),
    (
        "canonical: {outside_promise: {held: [agreement]}}",
        outside,
        RunEnd::AtRest,
        Verdict::Pass,
    ),
    (
        "outside_promise: {broken: [agreement]}",
        outside,
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "outside_promise: {broken: [state]}",
        |w| {
            outside(w);
            invariant_is(w, "state", Some(false));
        },
        RunEnd::AtRest,
        Verdict::Pass,
    ),
    (
        "outside_promise: {held: [state]}",
        |w| {
            outside(w);
            invariant_is(w, "state", None);
        },
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    (
        "outside_promise: {held: [wedge]}",
        |w| {
            outside(w);
            unanswered(w);
        },
        RunEnd::Stuck,
        Verdict::Fail,
    ),
    (
        "outside_promise: {held: [wedge]}\nunanswered: [[0, 1]]",
        |w| {
            outside(w);
            unanswered(w);
        },
        RunEnd::Stuck,
        Verdict::Pass,
    ),
    // 4. What did not happen.
    ("", vacuously, RunEnd::AtRest, Verdict::Vacuous),
    (
        "no_effect: [\"failures[0,0] client_request(0,1), change_operation()\"]",
        vacuously,
        RunEnd::AtRest,
        Verdict::Pass,
    ),
    ("final: {k: w}", vacuously, RunEnd::AtRest, Verdict::Fail),
    (
        "",
        |w| {
            outside(w);
            vacuously(w);
        },
        RunEnd::AtRest,
        Verdict::Outside,
    ),
];

#[test]
fn the_verdict_is_the_first_that_applies() {
    for (text, plant, end, expected) in WEIGHED {
        let mut world = world();
        world.outcome.failures.truncate(1);
        plant(&mut world);
        let file = expectation(text);
        world.outcome.clauses = evaluate(&file, &world.outcome, &world.trace, Terms::Canonical);
        let actual = verdict(Some(&file), &world.outcome, *end);
        assert_eq!(
            actual,
            *expected,
            "{text} {end:?} {:#?}",
            broken(&world.outcome.clauses)
        );
    }
    let mut world = world();
    world.outcome.failures.truncate(1);
    assert_eq!(verdict(None, &world.outcome, RunEnd::AtRest), Verdict::Pass);
}
