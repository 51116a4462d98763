//! Each violation is planted into a run that has none, and found.

use super::*;

/// What is planted, in which run, how, which invariants are to break, and a part of what the first says.
type Plant = (
    &'static str,
    fn() -> Finished,
    fn(&mut Finished),
    &'static [&'static str],
    &'static str,
);

const PLANTS: &[Plant] = &[
    (
        "a replica has another request in a slot",
        calm,
        order::execute_another,
        &["agreement", "state"],
        "slot 1: replica",
    ),
    (
        "a complete order proof is not in the history",
        calm,
        order::prove_another_order,
        &["agreement"],
        "slot 1 has a complete order proof",
    ),
    (
        "a complete order proof lies beyond the history",
        crashed,
        order::prove_a_slot_beyond,
        &["agreement"],
        "does not have that slot",
    ),
    (
        "a client accepts twice",
        calm,
        answer::accept_twice,
        &["validity"],
        "which is not open",
    ),
    (
        "a request is ordered before it was made",
        calm,
        answer::invoke_late,
        &["validity", "accountability"],
        "before client 1 asked for it",
    ),
    (
        "a repeated request has an effect",
        calm,
        answer::repeat_with_effect,
        &["validity"],
        "where it had taken effect in slot",
    ),
    (
        "a request is taken for a repetition",
        crashed,
        answer::take_for_repetition,
        &["validity"],
        "for a repetition",
    ),
    (
        "a closing history lacks a client's signature",
        crashed,
        answer::spoil_request_signature,
        &["validity"],
        "without the signature of client",
    ),
    (
        "a well-signed result is wrong",
        calm,
        answer::prove_another_result,
        &["linearizability"],
        "and the agreed history gives",
    ),
    (
        "the order defies real time",
        calm,
        answer::answer_early,
        &["linearizability"],
        "was answered before request",
    ),
    (
        "an acknowledged request is lost",
        crashed,
        state::lose_the_state,
        &["durability"],
        "accepted the result of",
    ),
    (
        "the state has something more",
        crashed,
        state::enrich_the_state,
        &["durability"],
        "is not the one that the quorum",
    ),
    (
        "a replica skips a slot",
        calm,
        state::skip_a_slot,
        &["no_holes", "state"],
        "slot 1, which it has not executed",
    ),
    (
        "a configuration starts too late",
        crashed,
        state::start_too_late,
        &["no_holes"],
        "configuration 1 starts at slot",
    ),
    (
        "an immutable replica executes",
        crashed,
        state::execute_when_immutable,
        &["wedge", "state"],
        "after it had become immutable",
    ),
    (
        "a quorum without a report",
        crashed,
        state::drop_reports,
        &["accountability"],
        "did not report this state",
    ),
    (
        "a quorum of strangers",
        crashed,
        state::change_quorum,
        &["accountability"],
        "did not report this state",
    ),
    (
        "a quorum for another history",
        crashed,
        state::shorten_closing_history,
        &["accountability"],
        "nobody told the history",
    ),
    (
        "a checkpoint that nobody proved",
        crashed,
        state::settle_without_proof,
        &["accountability"],
        "was told with a proof",
    ),
    (
        "a result with a statement short",
        calm,
        state::accept_without_statement,
        &["accountability"],
        "order statements where 3 are needed",
    ),
    (
        "a checkpoint of another state",
        calm,
        state::complete_another_checkpoint,
        &["accountability"],
        "does not verify",
    ),
    (
        "a request stays unanswered",
        calm,
        state::forget_an_answer,
        &["liveness"],
        "waits for the result",
    ),
    (
        "a client is not done",
        calm,
        state::forget_done,
        &["liveness"],
        "work undone",
    ),
    (
        "one replica's dictionary differs",
        calm,
        state::change_one_dictionary,
        &["state"],
        "differ",
    ),
    (
        "all dictionaries differ from the replay",
        crashed,
        state::change_all_dictionaries,
        &["state"],
        "does not hold what the agreed history gives",
    ),
    (
        "a replica has another operation in a slot",
        calm,
        order::execute_another_operation,
        &["agreement", "state"],
        "slot 1: replica",
    ),
    (
        "a proof of another configuration",
        crashed,
        order::prove_in_another_configuration,
        &["agreement"],
        "slot 0 has a complete order proof of configuration 1",
    ),
    (
        "a replica signs another request for a slot",
        calm,
        order::sign_another_order,
        &["agreement"],
        "slot 1: replica",
    ),
    (
        "a replica signs for a slot that it has not executed",
        calm,
        order::sign_a_slot_beyond,
        &["no_holes"],
        "which it has not executed",
    ),
    (
        "a replica executes a slot far beyond",
        calm,
        state::execute_far_beyond,
        &["no_holes"],
        "executed slot 77 where slot 1 is due",
    ),
    (
        "a correct replica is convicted",
        calm,
        order::convict_a_correct_replica,
        &["accountability"],
        "is convicted and correct",
    ),
    (
        "a conviction without contradiction",
        calm,
        order::convict_without_proof,
        &["accountability"],
        "do not differ",
    ),
    (
        "a client makes fewer requests than planned",
        calm,
        order::plan_another_request,
        &["liveness"],
        "work undone",
    ),
    (
        "one replica's memory of clients differs",
        calm,
        order::change_one_hash,
        &["state"],
        "differ",
    ),
];

#[test]
fn a_planted_violation_breaks_its_invariants_and_no_other() {
    for (name, run, plant, expected, detail) in PLANTS {
        let mut run = run();
        plant(&mut run);
        assert_eq!(run.broken(), *expected, "{name}");
        let broken = run
            .judge()
            .into_iter()
            .find(|found| found.held == Some(false));
        let broken = broken.expect("it is broken");
        let n = broken.event.expect("an event broke it");
        assert_eq!(
            run.trace.records[usize::try_from(n).expect("small")].n,
            n,
            "{name}"
        );
        assert!(broken.detail.contains(detail), "{name}: {}", broken.detail);
    }
}

/// Violations that no run can have alone: each invariant that is concerned says so in its own words.
#[test]
fn a_violation_of_several_invariants_is_told_by_each() {
    type Case = (
        fn() -> Finished,
        fn(&mut Finished),
        &'static str,
        &'static str,
    );
    let cases: [Case; 7] = [
        (
            calm,
            order::ask_for_another,
            "validity",
            "asks for put('k','v'), and its client says get('k')",
        ),
        (
            calm,
            order::all_execute_another,
            "validity",
            "slot 1 holds request 1:0 get('k'), and client 1 asked for append('k','?')",
        ),
        (
            calm,
            order::repeat_instead,
            "validity",
            "requests that precede it",
        ),
        (
            crashed,
            order::close_with_a_hole,
            "no_holes",
            "the history that closed",
        ),
        (
            crashed,
            state::sign_in_silence,
            "wedge",
            "sent a new order statement for slot 9",
        ),
        (
            crashed,
            order::sign_when_immutable,
            "wedge",
            "sent a new order statement for slot 9",
        ),
        (
            crashed,
            order::close_with_a_hole,
            "accountability",
            "are not those of the history",
        ),
    ];
    for (run, plant, expected, detail) in cases {
        let mut run = run();
        plant(&mut run);
        let found = run.judge();
        let told = found.iter().find(|found| found.name.as_str() == expected);
        let told = told.expect("every invariant is judged");
        assert_eq!(told.held, Some(false), "{expected}");
        assert!(told.detail.contains(detail), "{expected}: {}", told.detail);
    }
}
