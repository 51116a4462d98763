//! Every invariant against runs in which all hold, and against one violation planted in them.

use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::digest::Digest;
use bcr_protocol::event::{Event, Misbehaviour, RequestRef};
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, RequestId, Slot};
use bcr_protocol::message::{Answer, ClientAnswer, Message, Shuttle};
use bcr_protocol::proof::OrderProof;
use bcr_protocol::running_state::RunningState;
use bcr_protocol::statement::{OrderStatement, Request, ResultStatement, Signed};

use super::facts::Facts;
use super::testing::{
    Finished, append, calm, crashed, failure, get, put, replica, request, scenario, signer,
};
use crate::scenario::{Failure, Trigger};
use crate::trace::{HarnessEvent, Record, RunEnd, TraceEvent};

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
        let facts = Facts::read(&run.setting, &run.trace);
        assert_eq!(facts.configurations.len(), configurations, "{name}");
        assert!(
            facts
                .replicas
                .values()
                .any(|facts| !facts.checkpoints.is_empty()),
            "{name}"
        );
        assert_eq!(facts.requests.len(), 7, "{name}");
    }
}

/// What is planted, in which run, how, which invariant is to break, and a part of what it says.
type Plant = (
    &'static str,
    fn() -> Finished,
    fn(&mut Finished),
    &'static str,
    &'static str,
);

const PLANTS: &[Plant] = &[
    (
        "a replica has another request in a slot",
        calm,
        execute_another,
        "agreement",
        "slot 1: replica",
    ),
    (
        "a complete order proof is not in the history",
        calm,
        prove_another_order,
        "agreement",
        "slot 1 has a complete order proof",
    ),
    (
        "a complete order proof lies beyond the history",
        crashed,
        prove_a_slot_beyond,
        "agreement",
        "does not have that slot",
    ),
    (
        "a client accepts twice",
        calm,
        accept_twice,
        "validity",
        "which is not open",
    ),
    (
        "a request is ordered before it was made",
        calm,
        invoke_late,
        "validity",
        "before client 1 asked for it",
    ),
    (
        "a repeated request has an effect",
        calm,
        repeat_with_effect,
        "validity",
        "where it had taken effect in slot",
    ),
    (
        "a request is taken for a repetition",
        crashed,
        take_for_repetition,
        "validity",
        "for a repetition",
    ),
    (
        "a closing history lacks a client's signature",
        crashed,
        spoil_request_signature,
        "validity",
        "without the signature of client",
    ),
    (
        "a well-signed result is wrong",
        calm,
        prove_another_result,
        "linearizability",
        "and the agreed history gives",
    ),
    (
        "the order defies real time",
        calm,
        answer_early,
        "linearizability",
        "was answered before request",
    ),
    (
        "an acknowledged request is lost",
        crashed,
        lose_the_state,
        "durability",
        "accepted the result of",
    ),
    (
        "the state has something more",
        crashed,
        enrich_the_state,
        "durability",
        "is not the one that the quorum",
    ),
    (
        "a replica skips a slot",
        calm,
        skip_a_slot,
        "no_holes",
        "slot 1, which it has not executed",
    ),
    (
        "a configuration starts too late",
        crashed,
        start_too_late,
        "no_holes",
        "configuration 1 starts at slot",
    ),
    (
        "an immutable replica executes",
        crashed,
        execute_when_immutable,
        "wedge",
        "after it had become immutable",
    ),
    (
        "a quorum without a report",
        crashed,
        drop_reports,
        "accountability",
        "did not report this state",
    ),
    (
        "a quorum of strangers",
        crashed,
        change_quorum,
        "accountability",
        "did not report this state",
    ),
    (
        "a quorum for another history",
        crashed,
        shorten_closing_history,
        "accountability",
        "nobody told the history",
    ),
    (
        "a checkpoint that nobody proved",
        crashed,
        settle_without_proof,
        "accountability",
        "was told with a proof",
    ),
    (
        "a result with a statement short",
        calm,
        accept_without_statement,
        "accountability",
        "order statements where 3 are needed",
    ),
    (
        "a checkpoint of another state",
        calm,
        complete_another_checkpoint,
        "accountability",
        "does not verify",
    ),
    (
        "a request stays unanswered",
        calm,
        forget_an_answer,
        "liveness",
        "waits for the result",
    ),
    (
        "a client is not done",
        calm,
        forget_done,
        "liveness",
        "work undone",
    ),
    (
        "one replica's dictionary differs",
        calm,
        change_one_dictionary,
        "state",
        "differ",
    ),
    (
        "all dictionaries differ from the replay",
        crashed,
        change_all_dictionaries,
        "state",
        "does not hold what the agreed history gives",
    ),
    (
        "a replica has another operation in a slot",
        calm,
        execute_another_operation,
        "agreement",
        "slot 1: replica",
    ),
    (
        "a proof of another configuration",
        crashed,
        prove_in_another_configuration,
        "agreement",
        "slot 0 has a complete order proof of configuration 1",
    ),
    (
        "a replica signs another request for a slot",
        calm,
        sign_another_order,
        "agreement",
        "slot 1: replica",
    ),
    (
        "a replica signs for a slot that it has not executed",
        calm,
        sign_a_slot_beyond,
        "no_holes",
        "which it has not executed",
    ),
    (
        "a replica executes a slot far beyond",
        calm,
        execute_far_beyond,
        "no_holes",
        "executed slot 77 where slot 1 is due",
    ),
    (
        "a correct replica is convicted",
        calm,
        convict_a_correct_replica,
        "accountability",
        "is convicted and correct",
    ),
    (
        "a conviction without contradiction",
        calm,
        convict_without_proof,
        "accountability",
        "do not differ",
    ),
    (
        "a client makes fewer requests than planned",
        calm,
        plan_another_request,
        "liveness",
        "work undone",
    ),
    (
        "one replica's memory of clients differs",
        calm,
        change_one_hash,
        "state",
        "differ",
    ),
];

#[test]
fn a_planted_violation_breaks_its_invariant_and_no_other() {
    for (name, run, plant, expected, detail) in PLANTS {
        let mut run = run();
        plant(&mut run);
        assert_eq!(run.broken(), [*expected], "{name}");
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
    let cases: [Case; 5] = [
        (calm, ask_for_another, "validity", "asked for get('k')"),
        (calm, repeat_instead, "validity", "requests that precede it"),
        (
            crashed,
            close_with_a_hole,
            "no_holes",
            "the history that closed",
        ),
        (
            crashed,
            sign_when_immutable,
            "wedge",
            "sent a new order statement for slot 9",
        ),
        (
            crashed,
            close_with_a_hole,
            "accountability",
            "are not those of the history",
        ),
    ];
    for (run, plant, expected, detail) in cases {
        let mut run = run();
        plant(&mut run);
        let found = run.judge();
        let told = found.iter().find(|found| found.name == expected);
        let told = told.expect("every invariant is judged");
        assert_eq!(told.held, Some(false), "{expected}");
        assert!(told.detail.contains(detail), "{expected}: {}", told.detail);
    }
}

fn ask_for_another(run: &mut Finished) {
    let index = run.find(|record| is_invoked(record, request(0, 0)));
    if let TraceEvent::Protocol(Event::Invoked { operation, .. }) =
        &mut run.trace.records[index].event
    {
        *operation = Arc::new(get("k"));
    }
}

/// Where client 0's second request was executed its first one comes again, so that the third is ahead.
fn repeat_instead(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::Executed {
            request: id,
            operation,
            repeated,
            ..
        } = event
            && RequestId::from(*id) == request(0, 1)
        {
            *id = request(0, 0).into();
            *operation = Arc::new(put("k", "v"));
            *repeated = true;
        }
    }
}

fn close_with_a_hole(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { entries, .. } = event {
            let last = entries.last_mut().expect("a history with entries");
            last.slot = last.slot.next();
        }
    }
}

fn sign_when_immutable(run: &mut Finished) {
    let head = process(0, 0);
    let wedged = run.find(|record| {
        record.process == head && matches!(record.event, TraceEvent::Protocol(Event::Wedged { .. }))
    });
    run.insert(wedged + 1, head, statement_of(0, 9));
}

fn execute_another_operation(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    if let TraceEvent::Protocol(Event::Executed { operation, .. }) =
        &mut run.trace.records[index].event
    {
        *operation = Arc::new(get("k"));
    }
}

/// Its replicas prove the request that configuration 0 has in slot 0.
fn prove_in_another_configuration(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 0), 0));
    let TraceEvent::Protocol(Event::Executed {
        request, operation, ..
    }) = &run.trace.records[index].event
    else {
        unreachable!("an execution was looked for");
    };
    let proof = proof_by(1, 0, RequestId::from(*request), operation);
    run.insert(50, client(0), proof);
}

/// A shuttle in which a replica states that it put request 0:3 in a slot.
fn statement_of(position: u32, slot: u64) -> HarnessEvent {
    let HarnessEvent::Sent {
        content: Message::ResultShuttle(answer),
        ..
    } = proof_of(slot, request(0, 3))
    else {
        unreachable!("a result shuttle was made");
    };
    let mut order_proof = answer.order_proof.clone();
    order_proof.statements.truncate(position as usize + 1);
    let shuttle = Shuttle {
        configuration: ConfigurationId(0),
        order_proof,
        result_proof: Vec::new(),
    };
    HarnessEvent::Sent {
        to: process(0, position + 1),
        spoiled: false,
        content: Message::Shuttle(Arc::new(shuttle)),
    }
}

fn sign_another_order(run: &mut Finished) {
    run.insert(50, process(0, 1), statement_of(1, 1));
}

fn sign_a_slot_beyond(run: &mut Finished) {
    run.insert(50, process(0, 1), statement_of(1, 99));
}

/// Two order statements by replica 1 for slot 50, for these requests of client 0.
fn convict(run: &mut Finished, requests: [u64; 2]) {
    let order = |number| {
        let statement = OrderStatement {
            configuration: ConfigurationId(0),
            slot: Slot(50),
            request: request(0, number),
            operation: Arc::new(get("k")),
        };
        Arc::new(signer(process(0, 1)).sign(statement))
    };
    let [first, second] = requests.map(order);
    let convicted = Event::Convicted {
        configuration: ConfigurationId(0),
        replica: Position(1),
        proof: Misbehaviour::TwoOrders { first, second },
    };
    run.insert(50, OLYMPUS, convicted);
}

fn convict_a_correct_replica(run: &mut Finished) {
    convict(run, [1, 2]);
}

fn convict_without_proof(run: &mut Finished) {
    run.setting.adversaries.insert(replica(0, 1));
    convict(run, [1, 1]);
}

fn plan_another_request(run: &mut Finished) {
    run.setting.requests[0] += 1;
}

fn change_one_hash(run: &mut Finished) {
    for (whose, state) in last_states(run) {
        if whose == process(0, 1)
            && let HarnessEvent::FinalDictionary { state_hash, .. } = state
        {
            *state_hash = Digest::of("another");
        }
    }
}

fn execute_another(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    if let TraceEvent::Protocol(Event::Executed {
        request: id,
        operation,
        ..
    }) = &mut run.trace.records[index].event
    {
        *id = request(0, 3).into();
        *operation = Arc::new(put("x", "y"));
    }
}

/// A result shuttle with a complete and well signed order proof.
fn proof_of(slot: u64, id: RequestId) -> HarnessEvent {
    proof_by(0, slot, id, &Arc::new(put("k", "v")))
}

/// The same, by the replicas of a configuration.
fn proof_by(number: u32, slot: u64, id: RequestId, operation: &Arc<Operation>) -> HarnessEvent {
    let body = Request {
        id,
        operation: Arc::clone(operation),
    };
    let configuration = ConfigurationId(number);
    let slot = Slot(slot);
    let statement = OrderStatement {
        configuration,
        slot,
        request: id,
        operation: Arc::clone(operation),
    };
    let statements = (0..3).map(|p| Arc::new(signer(process(number, p)).sign(statement.clone())));
    let order_proof = OrderProof {
        slot,
        request: Arc::new(signer(ProcessId::Client(id.client)).sign(body)),
        statements: statements.collect(),
    };
    let result = "OK".to_owned();
    let answer = Answer {
        configuration,
        result,
        order_proof,
        result_proof: Vec::new(),
    };
    let content = Message::ResultShuttle(Arc::new(answer));
    HarnessEvent::Sent {
        to: process(0, 0),
        spoiled: false,
        content,
    }
}

/// The proof shows where no replica speaks for itself: at a client.
fn prove_another_order(run: &mut Finished) {
    run.insert(50, client(0), proof_of(1, request(0, 0)));
}

fn prove_a_slot_beyond(run: &mut Finished) {
    run.insert(50, client(0), proof_of(99, request(0, 0)));
}

fn accept_twice(run: &mut Finished) {
    let index = run.find(|record| is_accepted(record, request(0, 1)));
    let again = run.trace.records[index].event.clone();
    run.insert(index + 1, client(0), again);
}

fn invoke_late(run: &mut Finished) {
    let from = run.find(|record| is_invoked(record, request(1, 1)));
    let record = run.trace.records.remove(from);
    let to = run.find(|record| is_accepted(record, request(1, 1)));
    run.trace.records.insert(to, record);
    run.number();
}

/// All replicas order the last request again and carry it out as if it were new.
fn repeat_with_effect(run: &mut Finished) {
    repeat(run, false);
}

fn take_for_repetition(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::Executed {
            repeated,
            slot: Slot(0),
            ..
        } = event
        {
            *repeated = true;
        }
    }
}

fn repeat(run: &mut Finished, repeated: bool) {
    let is_state = |record: &Record| {
        matches!(
            &record.event,
            TraceEvent::Harness(HarnessEvent::FinalDictionary { .. })
        )
    };
    for position in 0..3 {
        let executed = Event::Executed {
            slot: Slot(7),
            request: RequestRef::from(request(0, 3)),
            operation: Arc::new(put("x", "y")),
            result: "OK".to_owned(),
            repeated,
        };
        let end = run.find(is_state);
        run.insert(end, process(0, position), executed);
    }
}

#[test]
fn a_repeated_request_that_changes_nothing_is_valid() {
    let mut run = calm();
    repeat(&mut run, true);
    assert_eq!(run.broken(), Vec::<String>::new());
}

fn spoil_request_signature(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { entries, .. } = event {
            let signed = Arc::make_mut(&mut entries[0].request);
            signed.signature = signed.signature.spoiled();
        }
    }
}

/// All replicas sign a wrong result for the client, which accepts it by the rules.
fn prove_another_result(run: &mut Finished) {
    let id = request(0, 2);
    let index = run.find(|record| is_accepted(record, id));
    let lie = "neither".to_owned();
    if let TraceEvent::Protocol(Event::Accepted { result, .. }) =
        &mut run.trace.records[index].event
    {
        result.clone_from(&lie);
    }
    let before = &mut run.trace.records[..index];
    let received = before
        .iter_mut()
        .rev()
        .find(|record| record.process == client(0) && is_result(record));
    let Some(TraceEvent::Harness(HarnessEvent::Received {
        content: Message::Result(answer),
        ..
    })) = received.map(|record| &mut record.event)
    else {
        panic!("the client received a result");
    };
    let mut forged = (*answer.answer).clone();
    let statement = ResultStatement {
        result: Digest::of(&lie),
        ..forged.result_proof[0].body.clone()
    };
    let sign = |p| Arc::new(signer(process(0, p)).sign(statement.clone()));
    forged.result_proof = (0..3).map(sign).collect();
    forged.result = lie;
    *answer = Arc::new(ClientAnswer {
        by: answer.by,
        answer: Arc::new(forged),
    });
}

fn is_result(record: &Record) -> bool {
    matches!(
        &record.event,
        TraceEvent::Harness(HarnessEvent::Received {
            content: Message::Result(_),
            ..
        })
    )
}

/// The second slot's client has its answer before the first slot's client asks.
fn answer_early(run: &mut Finished) {
    let accepted = run.find(|record| is_accepted(record, request(1, 0)));
    let accepted = run.trace.records.remove(accepted);
    let received = run.find(|record| record.process == client(1) && is_result(record));
    let received = run.trace.records.remove(received);
    let invoked = run.find(|record| is_invoked(record, request(1, 0)));
    let invoked = run.trace.records.remove(invoked);
    let to = run.find(|record| is_invoked(record, request(0, 0)));
    for record in [accepted, received, invoked] {
        run.trace.records.insert(to, record);
    }
    run.number();
}

fn lose_the_state(run: &mut Finished) {
    change_state(run, |state| *state = RunningState::default());
}

fn enrich_the_state(run: &mut Finished) {
    change_state(run, |state| state.apply_unordered(&put("more", "")));
}

fn change_state(run: &mut Finished, change: fn(&mut RunningState)) {
    for message in messages(run) {
        if let Message::NewConfiguration(new) = message {
            change(&mut Arc::make_mut(new).body.state);
        }
    }
}

fn skip_a_slot(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    run.trace.records.remove(index);
    run.number();
}

fn execute_far_beyond(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    if let TraceEvent::Protocol(Event::Executed { slot, .. }) = &mut run.trace.records[index].event
    {
        *slot = Slot(77);
    }
}

fn start_too_late(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::ConfigurationStarted {
            configuration: ConfigurationId(1),
            slot,
            ..
        } = event
        {
            *slot = slot.next();
        }
    }
}

fn execute_when_immutable(run: &mut Finished) {
    let head = process(0, 0);
    let wedged = run.find(|record| {
        record.process == head && matches!(record.event, TraceEvent::Protocol(Event::Wedged { .. }))
    });
    let next = run.trace.records[..wedged]
        .iter()
        .rev()
        .find_map(|record| match &record.event {
            TraceEvent::Protocol(Event::Executed { slot, .. }) if record.process == head => {
                Some(slot.next())
            }
            _ => None,
        });
    let executed = Event::Executed {
        slot: next.expect("the head executed something"),
        request: RequestRef::from(request(0, 3)),
        operation: Arc::new(put("x", "y")),
        result: "OK".to_owned(),
        repeated: false,
    };
    run.insert(wedged + 1, head, executed);
}

fn drop_reports(run: &mut Finished) {
    let from = process(0, 2);
    run.trace.records.retain(|record| {
        !matches!(&record.event, TraceEvent::Harness(HarnessEvent::Received {
            from: sender, content: Message::CaughtUp(_), ..
        }) if *sender == from)
    });
    run.number();
}

fn change_quorum(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { quorum, .. } = event {
            *quorum = vec![Position(0), Position(1)];
        }
    }
}

/// The name of the history no longer fits its entries; the entry says the same in other words.
fn shorten_closing_history(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { history, .. } = event {
            *history = Digest::of("another");
        }
    }
    for record in &mut run.trace.records {
        if let TraceEvent::Harness(HarnessEvent::Received {
            content: Message::CaughtUp(report),
            ..
        }) = &mut record.event
        {
            let mut body = report.body.clone();
            body.history = Digest::of("another");
            *report = Arc::new(signer(report.signer).sign(body));
        }
    }
}

/// The quorum's history is said to be settled one slot further than a checkpoint proves.
fn settle_without_proof(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed {
            checkpoint,
            entries,
            ..
        } = event
        {
            *checkpoint = Some(entries.remove(0).slot);
        }
    }
}

fn accept_without_statement(run: &mut Finished) {
    for record in &mut run.trace.records {
        if let TraceEvent::Harness(HarnessEvent::Received {
            content: Message::Result(answer),
            ..
        }) = &mut record.event
        {
            let mut short = (*answer.answer).clone();
            short.order_proof.statements.pop();
            *answer = Arc::new(ClientAnswer {
                by: answer.by,
                answer: Arc::new(short),
            });
        }
    }
}

fn complete_another_checkpoint(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::CheckpointCompleted { state, .. } = event {
            *state = Digest::of("another");
        }
    }
}

fn forget_an_answer(run: &mut Finished) {
    let index = run.find(|record| is_accepted(record, request(0, 3)));
    run.trace.records.remove(index);
    run.number();
}

fn forget_done(run: &mut Finished) {
    let is_done = |record: &Record| matches!(record.event, TraceEvent::Protocol(Event::Done));
    run.trace.records.retain(|record| !is_done(record));
    run.number();
}

fn change_one_dictionary(run: &mut Finished) {
    for (whose, state) in last_states(run) {
        if whose == process(0, 1) {
            change_dictionary(state);
        }
    }
}

fn change_all_dictionaries(run: &mut Finished) {
    for (_, state) in last_states(run) {
        change_dictionary(state);
    }
}

fn change_dictionary(state: &mut HarnessEvent) {
    if let HarnessEvent::FinalDictionary { dictionary, .. } = state {
        dictionary.apply(&append("k", "more"));
    }
}

#[test]
fn what_is_badly_signed_proves_no_order() {
    let mut run = calm();
    let mut forged = proof_of(1, request(0, 0));
    if let HarnessEvent::Sent {
        content: Message::ResultShuttle(answer),
        ..
    } = &mut forged
    {
        let statement: &mut Signed<_> =
            Arc::make_mut(&mut Arc::make_mut(answer).order_proof.statements[2]);
        statement.signature = statement.signature.spoiled();
    }
    run.insert(50, client(0), forged);
    assert_eq!(run.broken(), Vec::<String>::new());
}

#[test]
fn a_faulty_replica_may_do_what_breaks_an_invariant_at_a_correct_one() {
    for plant in [execute_another, skip_a_slot] {
        let mut run = calm();
        run.setting.adversaries.insert(replica(0, 2));
        plant(&mut run);
        assert_eq!(run.broken(), Vec::<String>::new());
    }
}

#[test]
fn without_an_agreed_history_a_search_decides_linearizability() {
    let linearizability = |run: &Finished| {
        let facts = Facts::read(&run.setting, &run.trace);
        assert!(!facts.is_within_promise());
        run.judge()
            .into_iter()
            .find(|found| found.name == "linearizability")
            .map(|found| found.held)
    };
    let mut run = calm();
    run.setting
        .adversaries
        .extend([replica(0, 0), replica(0, 1), replica(0, 2)]);
    assert_eq!(linearizability(&run), Some(Some(true)));
    prove_another_result(&mut run);
    assert_eq!(linearizability(&run), Some(Some(false)));
    let mut early = calm();
    early.setting.adversaries = run.setting.adversaries.clone();
    answer_early(&mut early);
    assert_eq!(linearizability(&early), Some(Some(false)));
    let facts = Facts::read(&run.setting, &run.trace);
    let found = super::search::explain(&facts, 1);
    assert!(matches!(found, super::Finding::Undecided(_)), "{found:?}");
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
    assert_eq!(undecided, ["liveness", "state"]);
    assert_eq!(run.broken(), Vec::<String>::new());
}

#[test]
fn a_deadline_in_real_time_decides_nothing() {
    for (real_time, held) in [(false, Some(false)), (true, None)] {
        let mut run = calm();
        forget_an_answer(&mut run);
        run.setting.real_time = real_time;
        let last = run.trace.records.last_mut().expect("the run has an end");
        last.event = HarnessEvent::RunEnded {
            end: RunEnd::Deadline,
        }
        .into();
        let liveness = run
            .judge()
            .into_iter()
            .find(|found| found.name == "liveness");
        let liveness = liveness.expect("it is an invariant");
        assert_eq!(liveness.held, held);
        assert!(
            liveness
                .detail
                .contains("client 0 waits for the result of request 0:3 put('x','y')"),
            "{}",
            liveness.detail
        );
    }
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
    let shuttle = Trigger::Shuttle {
        client: ClientId(0),
        message: 3,
    };
    let wedge = Trigger::WedgeRequest { message: 0 };
    let forget = Failure::TruncateHistory { entries: 9 };
    let mut scenario = scenario(vec![
        failure(replica(0, 2), shuttle, Failure::DropResultStatement),
        failure(replica(0, 0), wedge, forget),
        failure(replica(0, 2), wedge, forget),
        failure(replica(0, 1), wedge, Failure::Sleep { ms: 3000 }),
    ]);
    scenario.checkpoint_interval = 100;
    scenario.workloads[1].clear();
    let run = Finished::of(scenario);
    let facts = Facts::read(&run.setting, &run.trace);
    assert!(!facts.is_within_promise());
    assert!(
        facts.is_correct(replica(0, 1)),
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
        .find(|found| found.name == "linearizability");
    let held = linearizability.map(|found| found.held);
    assert_eq!(held, Some(Some(true)), "a search explains the results");
}
