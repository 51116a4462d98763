//! Each clause on a run that it is true of, and on the same run with a violation planted.

mod planted;
mod verdict;
mod world;

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::{Event, RequestRef};
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, RequestNumber, Slot};
use bcr_protocol::message::{AnsweredBy, MessageKind};
use bcr_protocol::reason::Reason;
use bcr_protocol::signature::Scheme;

use self::world::{World, broken, evaluated, expectation, invariant, nothing, outcome, world};
use super::*;
use crate::diagnostic::SourceFile;
use crate::expectation::{Invariant, read};
use crate::judge::invariants::testing::trigger;
use crate::outcome::{
    Budget, ConfigurationOutcome, ConfiguredFailure, ConvictionOutcome, FailureOutcome,
    FailureStatus, InvariantOutcome, LastMode, ProcessOutcome, ReplicaOutcome, RequestOutcome,
    RunSpecification, Starvation, SuspicionOutcome, Verdict,
};
use crate::runs::Runtime;
use crate::scenario::{Failure, FailureReference, TriggerKind};
use crate::trace::{HarnessEvent, Micros, Record, RunEnd, TraceEvent};

#[test]
fn an_unanswered_request_breaks_a_file_that_does_not_list_it() {
    let mut world = world();
    world.outcome.requests[1].result = None;
    let clauses = evaluated("schedules: 1", &world);
    assert_eq!(clauses.len(), 1);
    assert_eq!(
        (clauses[0].clause, clauses[0].status),
        (ClauseKey::Unanswered.into(), ClauseStatus::Broken)
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
            .map(|clause| (clause.clause.to_string(), clause.status))
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
    let shown: Vec<_> = points.iter().map(|p| (p.clause, p.earned, p.of)).collect();
    assert_eq!(
        shown,
        [
            (ClauseKey::Final.into(), 3, 3),
            (ClauseKey::Reconfigurations.into(), 0, 2),
            (ClauseKey::Unanswered.into(), 1, 1)
        ]
    );
}
