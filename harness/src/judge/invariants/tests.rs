//! Every invariant against runs in which all hold, and against one violation planted in them.

mod answer;
mod order;
mod planted;
mod state;

use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::event::{Event, Misbehaviour, RequestRef};
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, RequestId, Slot};
use bcr_protocol::message::{Answer, ClientAnswer, Message, Shuttle};
use bcr_protocol::proof::OrderProof;
use bcr_protocol::running_state::RunningState;
use bcr_protocol::statement::{OrderStatement, Request, ResultStatement, Signed};

use super::testing::{
    Finished, append, calm, crashed, failure, get, is_within_promise, put, replica, request,
    scenario, signer, trigger,
};
use crate::expectation::Invariant;
use crate::judge::facts::Facts;
use crate::scenario::{Failure, TriggerKind};
use crate::trace::{HarnessEvent, Record, TraceEvent};

const OLYMPUS: ProcessId = ProcessId::Olympus;

fn process(configuration: u32, position: u32) -> ProcessId {
    ProcessId::Replica(replica(configuration, position))
}

fn client(number: u32) -> ProcessId {
    ProcessId::Client(ClientId(number))
}

fn is_accepted(record: &Record, id: RequestId) -> bool {
    matches!(&record.event, TraceEvent::Protocol(Event::Accepted { request, .. })
        if RequestId::from(*request) == id)
}

fn is_invoked(record: &Record, id: RequestId) -> bool {
    matches!(&record.event, TraceEvent::Protocol(Event::Invoked { request, .. })
        if RequestId::from(*request) == id)
}

fn is_executed(record: &Record, by: ProcessId, at: u64) -> bool {
    record.process == by
        && matches!(&record.event, TraceEvent::Protocol(Event::Executed { slot, .. }) if slot.0 == at)
}

/// The messages of a run, to change in place.
fn messages(run: &mut Finished) -> impl Iterator<Item = &mut Message> {
    run.trace
        .records
        .iter_mut()
        .filter_map(|record| match &mut record.event {
            TraceEvent::Harness(HarnessEvent::Sent { content, .. }) => Some(content),
            _ => None,
        })
}

fn last_states(run: &mut Finished) -> impl Iterator<Item = (ProcessId, &mut HarnessEvent)> {
    run.trace
        .records
        .iter_mut()
        .filter_map(|record| match &mut record.event {
            TraceEvent::Harness(event @ HarnessEvent::FinalDictionary { .. }) => {
                Some((record.process, event))
            }
            _ => None,
        })
}

#[test]
fn all_invariants_hold_in_a_calm_run_and_across_a_crash() {
    for (name, run, configurations) in [("calm", calm(), 1), ("crashed", crashed(), 2)] {
        let invariants = run.judge();
        let others: Vec<_> = invariants
            .iter()
            .filter(|found| found.held != Some(true))
            .collect();
        assert_eq!(others, Vec::<&_>::new(), "{name}");
        let facts = Facts::read(&run.premises, &run.trace);
        assert_eq!(facts.run.configurations.len(), configurations, "{name}");
        assert!(
            facts
                .run
                .replicas
                .values()
                .any(|facts| !facts.checkpoints.is_empty()),
            "{name}"
        );
        assert_eq!(facts.run.requests.len(), 7, "{name}");
    }
}

#[test]
fn a_repeated_request_that_changes_nothing_is_valid() {
    let mut run = calm();
    answer::repeat(&mut run, true);
    assert_eq!(run.broken(), Vec::<String>::new());
}

#[test]
fn what_is_badly_signed_proves_no_order() {
    let by_a_replica: fn(&mut OrderProof) = |proof| {
        let statement: &mut Signed<_> = Arc::make_mut(&mut proof.statements[2]);
        statement.signature = statement.signature.spoiled();
    };
    let by_the_client: fn(&mut OrderProof) = |proof| {
        let request: &mut Signed<_> = Arc::make_mut(&mut proof.request);
        request.signature = request.signature.spoiled();
    };
    for spoil in [by_a_replica, by_the_client] {
        let mut run = calm();
        let mut forged = order::proof_of(1, request(0, 0));
        if let HarnessEvent::Sent {
            content: Message::ResultShuttle(answer),
            ..
        } = &mut forged
        {
            spoil(&mut Arc::make_mut(answer).order_proof);
        }
        run.insert(50, client(0), forged);
        assert_eq!(run.broken(), Vec::<String>::new());
    }
}

#[test]
fn replicas_that_say_nothing_are_taken_by_what_they_sign() {
    let mut run = calm();
    let is_said = |record: &Record| {
        matches!(
            record.event,
            TraceEvent::Protocol(Event::Executed { .. } | Event::CheckpointCompleted { .. })
        )
    };
    run.trace.records.retain(|record| !is_said(record));
    run.number();
    let facts = Facts::read(&run.premises, &run.trace);
    assert_eq!(facts.agreed.entries.len(), 7);
    assert_eq!(run.broken(), ["no_holes", "accountability"]);
}

#[test]
fn a_pending_replica_has_no_state_yet() {
    for (value, broken) in [(None, &[][..]), (Some("v"), &["state"])] {
        let mut run = crashed();
        state::leave_pending(&mut run, value);
        assert_eq!(run.broken(), broken, "{value:?}");
    }
}

#[test]
fn a_faulty_replica_may_do_what_breaks_an_invariant_at_a_correct_one() {
    for plant in [order::execute_another, state::skip_a_slot] {
        let mut run = calm();
        run.premises.adversaries.insert(replica(0, 2));
        plant(&mut run);
        assert_eq!(run.broken(), Vec::<String>::new());
    }
}

#[test]
fn without_an_agreed_history_a_search_decides_linearizability() {
    let linearizability = |run: &Finished| {
        let facts = Facts::read(&run.premises, &run.trace);
        assert!(!is_within_promise(&facts));
        run.judge()
            .into_iter()
            .find(|found| found.name == Invariant::Linearizability)
            .map(|found| found.held)
    };
    let mut run = calm();
    run.premises
        .adversaries
        .extend([replica(0, 0), replica(0, 1), replica(0, 2)]);
    assert_eq!(linearizability(&run), Some(Some(true)));
    answer::prove_another_result(&mut run);
    assert_eq!(linearizability(&run), Some(Some(false)));
    let mut early = calm();
    early.premises.adversaries = run.premises.adversaries.clone();
    answer::answer_early(&mut early);
    assert_eq!(linearizability(&early), Some(Some(false)));
    let facts = Facts::read(&run.premises, &run.trace);
    let found = super::search::explain(&facts, 1);
    assert_eq!(found.held, None, "{found:?}");
}

#[test]
fn a_cut_trace_leaves_undecided_what_only_its_end_can_tell() {
    let mut run = calm();
    run.trace.records.truncate(150);
    let undecided: Vec<_> = run
        .judge()
        .into_iter()
        .filter(|found| found.held.is_none())
        .map(|found| found.name)
        .collect();
    assert_eq!(undecided, [Invariant::Liveness, Invariant::State]);
    assert_eq!(run.broken(), Vec::<String>::new());
}

#[test]
fn olympus_is_never_a_client_of_its_own_events() {
    let mut run = calm();
    run.insert(
        5,
        client(0),
        Event::WedgeStarted {
            configuration: ConfigurationId(0),
        },
    );
    run.insert(5, OLYMPUS, Event::Done);
    assert_eq!(run.broken(), Vec::<String>::new());
}

/// Two of three replicas hide what they ordered, and the third is asleep when it is asked.
#[test]
fn beyond_the_promise_a_lost_history_is_found_missing() {
    let shuttle = trigger(TriggerKind::Shuttle, 3);
    let wedge = trigger(TriggerKind::WedgeRequest, 0);
    let forget = Failure::TruncateHistory { entries: 9 };
    let mut scenario = scenario(vec![
        failure(replica(0, 2), shuttle, Failure::DropResultStatement),
        failure(replica(0, 0), wedge, forget),
        failure(replica(0, 2), wedge, forget),
        failure(replica(0, 1), wedge, Failure::Sleep { ms: 3000 }),
    ]);
    scenario.parameters.checkpoint_interval = 100;
    scenario.workloads[1].clear();
    let run = Finished::of(scenario);
    let facts = Facts::read(&run.premises, &run.trace);
    assert!(!is_within_promise(&facts));
    assert!(
        facts.run.is_correct(replica(0, 1)),
        "a slow replica is not faulty"
    );
    let broken = run.broken();
    for expected in ["agreement", "durability", "state"] {
        assert!(
            broken.contains(&expected.to_owned()),
            "{expected}: {broken:?}"
        );
    }
    let linearizability = run
        .judge()
        .into_iter()
        .find(|found| found.name == Invariant::Linearizability);
    let held = linearizability.map(|found| found.held);
    assert_eq!(held, Some(Some(true)), "a search explains the results");
}
