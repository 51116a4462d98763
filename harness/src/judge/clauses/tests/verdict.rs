//! The verdict, and what makes a failure vacuous.

use super::failures::vacuous;
use super::*;

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
        .retain(|invariant| invariant.name.as_str() != name);
    world.outcome.invariants.push(invariant(name, held));
}

fn unanswered(world: &mut World) {
    world.outcome.requests[1].result = None;
}

fn vacuously(world: &mut World) {
    world.outcome.failures[0].effect = false;
}

fn tcp(world: &mut World) {
    world.outcome.runtime = Runtime::Tcp;
}

fn starved(world: &mut World) {
    tcp(world);
    world.outcome.starvation = Some(Starvation {
        max: Micros::from_ms(300),
        total: Micros::from_ms(900),
        samples: 9,
        reaches_timeouts: true,
    });
}

const WEIGHED: &[Weighed] = &[
    ("", nothing, RunEnd::AtRest, Verdict::Pass),
    ("final: {k: v}", nothing, RunEnd::AtRest, Verdict::Pass),
    // 1. What could not be finished.
    ("final: {k: w}", unanswered, RunEnd::Error, Verdict::Error),
    ("", outside, RunEnd::Error, Verdict::Error),
    ("", vacuously, RunEnd::Error, Verdict::Error),
    (
        "never: [{event: wedge_started}]",
        nothing,
        RunEnd::Error,
        Verdict::Error,
    ),
    (
        "",
        |w| {
            invariant_is(w, "liveness", Some(false));
            invariant_is(w, "state", None);
        },
        RunEnd::Error,
        Verdict::Error,
    ),
    (
        "",
        |w| invariant_is(w, "durability", Some(false)),
        RunEnd::Error,
        Verdict::Fail,
    ),
    (
        "",
        |w| {
            outside(w);
            invariant_is(w, "durability", Some(false));
        },
        RunEnd::Error,
        Verdict::Error,
    ),
    // 2. What broke.
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
    // 3. What is not known.
    (
        "",
        |w| invariant_is(w, "linearizability", None),
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    ("", tcp, RunEnd::Deadline, Verdict::Unknown),
    ("", nothing, RunEnd::TimeBound, Verdict::Unknown),
    ("", nothing, RunEnd::ByteBound, Verdict::Unknown),
    ("", tcp, RunEnd::TimeBound, Verdict::Unknown),
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
    // On a starved machine nothing that time decides counts, and everything else.
    ("final: {k: v}", starved, RunEnd::AtRest, Verdict::Pass),
    ("final: {k: w}", starved, RunEnd::AtRest, Verdict::Fail),
    (
        "results: {0: [OK, x]}",
        starved,
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "never: [{event: wedge_started}]",
        starved,
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "completed_within_ms: {0: 1}",
        starved,
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    (
        "completed_within_ms: {0: 1}",
        tcp,
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "reconfigurations: 0",
        starved,
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    (
        "final: {k: w}\nreconfigurations: 0",
        starved,
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    ("", starved, RunEnd::Stuck, Verdict::Unknown),
    (
        "",
        |w| {
            starved(w);
            unanswered(w);
            invariant_is(w, "liveness", Some(false));
        },
        RunEnd::AtRest,
        Verdict::Unknown,
    ),
    (
        "",
        |w| {
            starved(w);
            invariant_is(w, "state", Some(false));
        },
        RunEnd::AtRest,
        Verdict::Fail,
    ),
    (
        "",
        |w| {
            starved(w);
            invariant_is(w, "durability", Some(false));
        },
        RunEnd::Deadline,
        Verdict::Fail,
    ),
    (
        "",
        |w| {
            starved(w);
            outside(w);
            unanswered(w);
        },
        RunEnd::AtRest,
        Verdict::Outside,
    ),
    // 4. Outside the promise.
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
    // 5. What did not happen.
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
