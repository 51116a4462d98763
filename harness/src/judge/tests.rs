//! Outcomes of simulated runs.

use std::sync::Arc;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, Position, ProcessId};
use bcr_protocol::reason::Reason;
use bcr_protocol::signature::Scheme;

use super::{EndedRun, Judged, Standard, judge, summarize, waiting};
use crate::diagnostic::SourceFile;
use crate::judge::facts::Facts;
use crate::judge::invariants::testing::{Finished, failure, finish, heading, replica, trigger};
use crate::outcome::{
    FailureStatus, LastMode, Outcome, ProcessOutcome, RuledOut, RunSpecification, Verdict,
};
use crate::runs::machines::ChainReplication;
use crate::runs::net::link::tests::siege;
use crate::runs::{Runtime, simulated};
use crate::scenario::{Failure, PlannedFailure, Trigger, TriggerKind};
use crate::trace::{HarnessEvent, Lateness, Micros, Record, TraceEvent};
use crate::{expectation, scenario};

fn outcome(failures: Vec<PlannedFailure>) -> Outcome {
    let run = finish(failures);
    let facts = Facts::read(&run.premises, &run.trace);
    summarize(&facts, heading(), run.judge())
}

fn shuttle(message: u64) -> Trigger {
    trigger(TriggerKind::Shuttle, message)
}

#[test]
fn a_calm_run_is_told_in_full() {
    let outcome = outcome(Vec::new());
    assert!(
        outcome
            .invariants
            .iter()
            .all(|invariant| invariant.held == Some(true))
    );
    assert_eq!(outcome.configurations.len(), 1);
    let only = &outcome.configurations[0];
    assert_eq!((only.first_slot, &only.checkpoints[..]), (0, &[2, 5][..]));
    assert_eq!(only.reconfiguration, None);
    let told: Vec<_> = outcome
        .requests
        .iter()
        .map(|request| (request.client, request.id, request.slot, request.attempts))
        .collect();
    let expected = [
        (0, 0, Some(0), 1),
        (0, 1, Some(2), 1),
        (0, 2, Some(4), 1),
        (0, 3, Some(6), 1),
        (1, 0, Some(1), 1),
        (1, 1, Some(3), 1),
        (1, 2, Some(5), 1),
    ];
    assert_eq!(told, expected);
    assert_eq!(outcome.requests[2].result.as_deref(), Some("v?!"));
    let pairs = outcome.final_dictionary.expect("all replicas are correct");
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .collect();
    assert_eq!(pairs, [("k", "v?!"), ("x", "y"), ("z", "1")]);
    let modes: Vec<_> = outcome
        .replicas
        .iter()
        .map(|replica| replica.mode)
        .collect();
    assert_eq!(modes, [LastMode::Active; 3]);
}

#[test]
fn a_lie_is_suspected_convicted_and_survived() {
    let lie = Failure::ChangeOperation;
    let outcome = outcome(vec![failure(replica(0, 0), shuttle(1), lie)]);
    assert!(
        outcome
            .invariants
            .iter()
            .all(|invariant| invariant.held == Some(true)),
        "{:?}",
        outcome.invariants
    );
    assert_eq!(outcome.budget.len(), 1);
    assert_eq!(
        (
            outcome.budget[0].configuration,
            &outcome.budget[0].faulty[..]
        ),
        (0, &[0][..])
    );
    let [first, last] = &outcome.configurations[..] else {
        panic!("two configurations: {:?}", outcome.configurations);
    };
    let ended = first.reconfiguration.as_ref().expect("it ended");
    assert_eq!(ended.suspect, Some(0));
    assert_eq!(ended.requested_by, ProcessOutcome::Replica(Position(1)));
    assert_eq!(first.quorum.len(), 2);
    assert!(
        first
            .quorum
            .contains(&first.state_from.expect("somebody sent it"))
    );
    assert_eq!((last.number, &last.quorum[..]), (1, &[][..]));
    assert!(
        outcome
            .suspicions
            .iter()
            .all(|s| (s.configuration, s.replica) == (0, 0))
    );
    assert!(!outcome.suspicions.is_empty());
    let convicted: Vec<_> = outcome
        .convictions
        .iter()
        .map(|c| (c.configuration, c.replica))
        .collect();
    assert_eq!(convicted, [(0, 0)]);
    assert!(
        outcome.convictions[0].evidence.contains("get('x')"),
        "{:?}",
        outcome.convictions
    );
    let terminated = outcome
        .replicas
        .iter()
        .filter(|replica| replica.mode == LastMode::Terminated);
    assert_eq!(terminated.count(), 3);
    let fate = &outcome.failures[0];
    assert_eq!(
        (fate.status, fate.effect, fate.configured.line),
        (FailureStatus::Applied, true, 9)
    );
    assert!(fate.event.is_some() && fate.note.is_empty());
}

#[test]
fn a_suspicion_shows_in_the_request_for_reconfiguration_alone() {
    let lie = failure(replica(0, 0), shuttle(1), Failure::ChangeOperation);
    let mut run = finish(vec![lie]);
    let is_said =
        |record: &Record| matches!(record.event, TraceEvent::Protocol(Event::Suspected { .. }));
    let suspicions = |run: &Finished| {
        let facts = Facts::read(&run.premises, &run.trace);
        let suspicions = summarize(&facts, heading(), run.judge()).suspicions;
        let told = suspicions.into_iter();
        told.map(|told| (told.by, told.replica, told.reason))
            .collect::<Vec<_>>()
    };
    let before = suspicions(&run);
    run.trace.records.retain(|record| !is_said(record));
    run.number();
    assert!(!before.is_empty());
    assert_eq!(suspicions(&run), before);
}

#[test]
fn every_failure_that_changes_nothing_says_why() {
    use FailureStatus::{Applied, Armed, NotTriggered};
    let crash = Failure::Crash;
    let cases = [
        (
            replica(1, 0),
            shuttle(0),
            crash,
            (NotTriggered, "configuration 1 was not reached"),
        ),
        (
            replica(0, 2),
            shuttle(4),
            crash,
            (
                NotTriggered,
                "only 4 shuttle messages of client 0 arrived; the trigger means number 4, counted from 0",
            ),
        ),
        (
            replica(0, 1),
            trigger(TriggerKind::ForwardedRequest, 0),
            crash,
            (
                NotTriggered,
                "only the head receives forwarded_request messages",
            ),
        ),
        (
            replica(0, 1),
            trigger(TriggerKind::NewConfiguration, 0),
            crash,
            (
                NotTriggered,
                "the replicas of configuration 0 receive no new_configuration message",
            ),
        ),
        (
            replica(0, 1),
            trigger(TriggerKind::CatchUp, 0),
            crash,
            (
                NotTriggered,
                "no catch_up message arrived; the trigger means number 0, counted from 0",
            ),
        ),
        (
            replica(0, 0),
            shuttle(0),
            Failure::TruncateHistory { entries: 1 },
            (Armed, "no wedged message was sent after it"),
        ),
        (
            replica(0, 1),
            shuttle(0),
            Failure::IncrementSlot,
            (Applied, "it is not the head"),
        ),
    ];
    for (at, trigger, what, (status, note)) in cases {
        let outcome = outcome(vec![failure(at, trigger, what)]);
        let fate = &outcome.failures[0];
        assert_eq!(
            (fate.status, fate.effect, &*fate.note),
            (status, false, note),
            "{}",
            trigger
        );
        assert_eq!(fate.at.is_some(), status != NotTriggered, "{}", trigger);
        assert!(outcome.budget.is_empty(), "{}", trigger);
    }
}

#[test]
fn a_crashed_replica_has_no_last_state() {
    let crash = Failure::Crash;
    let later = Failure::Drop;
    let outcome = outcome(vec![
        failure(replica(0, 1), shuttle(0), crash),
        failure(replica(0, 1), shuttle(1), later),
    ]);
    let gone = &outcome.replicas[1];
    assert_eq!(
        (gone.mode, gone.correct, &gone.dictionary),
        (LastMode::Crashed, false, &None)
    );
    let note = &outcome.failures[1].note;
    assert!(
        note.starts_with("the replica had crashed at 2 ms; before that only 1"),
        "{note}"
    );
}

#[test]
fn who_tells_no_valid_history_is_ruled_out_in_the_outcome() {
    let outcome = outcome(vec![failure(
        replica(0, 0),
        shuttle(1),
        Failure::IncrementSlot,
    )]);
    let first = &outcome.configurations[0];
    assert_eq!(first.wedged, [1, 2]);
    let expected = RuledOut {
        replica: 0,
        why: Reason::HistoryHole,
    };
    assert_eq!(first.ruled_out, [expected]);
    assert!(outcome.convictions.is_empty(), "a hole proves nothing");
}

#[test]
fn a_thousand_hostile_connections_during_a_run_change_nothing_and_break_no_invariant() {
    siege::endure(|scenario, trace| {
        let standard = Standard {
            name: "siege",
            file: "siege.conf".to_owned(),
            scenario,
            expectation: None,
            allowance: Micros(0),
        };
        let specification = RunSpecification {
            runtime: Runtime::Tcp,
            ..RunSpecification::simulated("siege.conf", 0, Scheme::Ed25519)
        };
        let run = EndedRun {
            trace: trace.clone(),
            specification,
            wall_ms: 0.0,
        };
        let judged = judge(&standard, run).expect("its trace is one of a run");
        let outcome = judged.outcome;
        let open: Vec<_> = outcome
            .invariants
            .iter()
            .filter(|it| it.held != Some(true))
            .collect();
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(outcome.verdict, Verdict::Pass);
    });
}

#[test]
fn a_run_that_does_not_come_to_rest_quotes_what_transports_said_last() {
    let mut run = finish(Vec::new());
    let is_accepted =
        |record: &Record| matches!(record.event, TraceEvent::Protocol(Event::Accepted { .. }));
    let accepted = run.trace.records.iter().position(is_accepted);
    run.trace
        .records
        .truncate(accepted.expect("results are accepted"));
    for text in [
        "all is well",
        "connection to replica-0-0 interrupted: network unreachable",
    ] {
        let last = run
            .trace
            .records
            .last()
            .expect("something happened")
            .clone();
        run.trace.records.push(Record {
            n: last.n + 1,
            process: ProcessId::Client(ClientId(0)),
            event: HarnessEvent::Diagnostic {
                text: text.to_owned(),
            }
            .into(),
            ..last
        });
    }
    let facts = Facts::read(&run.premises, &run.trace);
    let sentences = waiting(&facts);
    let at = facts.run.last.as_ms();
    let said = format!(
        "client 0 reported at {at} ms: connection to replica-0-0 interrupted: network unreachable"
    );
    assert_eq!(sentences.last(), Some(&said), "{sentences:#?}");
    assert!(!sentences.iter().any(|sentence| sentence.contains("well")));
}

/// A run of two requests, judged as one in real time in which a process was so late at worst.
fn judged_late(max_us: u64, expected: &str) -> Judged {
    let text = "t = 1\nnum_client = 1\nclient_timeout = 600\nhead_timeout = 900\n\
                nonhead_timeout = 900\nworkload[0] = put('k','v'); get('k')\n";
    let read = scenario::read(&SourceFile::new("x.conf", text), &[]);
    let scenario = Arc::new(read.scenario.expect("no mistakes"));
    let read = expectation::read(&SourceFile::new("x.yaml", expected));
    let expectation = read.expectation.expect("no mistakes");
    let mut trace = simulated::run(&scenario, &ChainReplication, simulated::Options::seed(0));
    let last = trace.records.last_mut().map(|last| &mut last.event);
    let Some(TraceEvent::Harness(HarnessEvent::RunEnded { lateness, .. })) = last else {
        panic!("a run ends with its end and not with {last:?}");
    };
    *lateness = Some(Lateness {
        max_us,
        total_us: 2 * max_us,
        samples: 3,
    });
    let standard = Standard {
        name: "x",
        file: "x.conf".to_owned(),
        scenario: &scenario,
        expectation: Some(&expectation),
        allowance: Micros(0),
    };
    let specification = RunSpecification {
        runtime: Runtime::Tcp,
        ..RunSpecification::simulated("x.conf", 0, Scheme::Ed25519)
    };
    let run = EndedRun {
        trace,
        specification,
        wall_ms: 0.0,
    };
    judge(&standard, run).expect("its trace is one of a run")
}

#[test]
fn a_starved_run_leaves_open_what_time_decides_and_says_why() {
    let tight = "completed_within_ms: {0: 1}\n";
    let calm = judged_late(99_000, tight).outcome;
    assert_eq!((calm.verdict, calm.reason), (Verdict::Fail, None));
    let starvation = calm.starvation.expect("time was real");
    assert_eq!(starvation.max, Micros::from_ms(99));
    assert_eq!(starvation.total, Micros::from_ms(198));
    assert!(!starvation.reaches_timeouts);

    let late = judged_late(100_000, tight).outcome;
    assert_eq!(late.verdict, Verdict::Unknown);
    let why = "the machine was busy: a process was up to 100 ms late, which adds up to the shortest \
               timeout, 600 ms, on a request's way down the chain and back";
    assert_eq!(late.reason.as_deref(), Some(why));

    let wrong = judged_late(100_000, "final: {k: w}\ncompleted_within_ms: {0: 1}\n");
    assert_eq!(wrong.outcome.verdict, Verdict::Fail);
    assert_eq!(wrong.outcome.reason, None);
    let right = judged_late(100_000, "final: {k: v}\n");
    assert_eq!(right.outcome.verdict, Verdict::Pass);
}
