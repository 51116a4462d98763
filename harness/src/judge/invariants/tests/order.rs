//! Violations in what is ordered and proved.

use super::*;

pub(super) fn ask_for_another(run: &mut Finished) {
    let index = run.find(|record| is_invoked(record, request(0, 0)));
    if let TraceEvent::Protocol(Event::Invoked { operation, .. }) =
        &mut run.trace.records[index].event
    {
        *operation = Arc::new(get("k"));
    }
}

/// Where client 0's second request was executed its first one comes again, so that the third is ahead.
pub(super) fn repeat_instead(run: &mut Finished) {
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

pub(super) fn close_with_a_hole(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { entries, .. } = event {
            let last = entries.last_mut().expect("a history with entries");
            last.slot = last.slot.next();
        }
    }
}

pub(super) fn sign_when_immutable(run: &mut Finished) {
    let head = process(0, 0);
    let wedged = run.find(|record| {
        record.process == head && matches!(record.event, TraceEvent::Protocol(Event::Wedged { .. }))
    });
    run.insert(wedged + 1, head, statement_of(0, 9));
}

pub(super) fn execute_another_operation(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    if let TraceEvent::Protocol(Event::Executed { operation, .. }) =
        &mut run.trace.records[index].event
    {
        *operation = Arc::new(get("k"));
    }
}

/// Every replica says that it executed another operation than its messages show.
pub(super) fn all_execute_another(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::Executed {
            slot: Slot(1),
            operation,
            ..
        } = event
        {
            *operation = Arc::new(get("k"));
        }
    }
}

/// Its replicas prove the request that configuration 0 has in slot 0.
pub(super) fn prove_in_another_configuration(run: &mut Finished) {
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
pub(super) fn statement_of(position: u32, slot: u64) -> HarnessEvent {
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

pub(super) fn sign_another_order(run: &mut Finished) {
    run.insert(50, process(0, 1), statement_of(1, 1));
}

pub(super) fn sign_a_slot_beyond(run: &mut Finished) {
    run.insert(50, process(0, 1), statement_of(1, 99));
}

/// Two order statements by replica 1 for slot 50, for these requests of client 0.
pub(super) fn convict(run: &mut Finished, requests: [u64; 2]) {
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

pub(super) fn convict_a_correct_replica(run: &mut Finished) {
    convict(run, [1, 2]);
}

pub(super) fn convict_without_proof(run: &mut Finished) {
    run.premises.adversaries.insert(replica(0, 1));
    convict(run, [1, 1]);
}

pub(super) fn plan_another_request(run: &mut Finished) {
    run.premises.requests[0] += 1;
}

pub(super) fn change_one_hash(run: &mut Finished) {
    for (whose, state) in last_states(run) {
        if whose == process(0, 1)
            && let HarnessEvent::FinalDictionary { state_hash, .. } = state
        {
            *state_hash = Digest::of("another");
        }
    }
}

pub(super) fn execute_another(run: &mut Finished) {
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
pub(super) fn proof_of(slot: u64, id: RequestId) -> HarnessEvent {
    proof_by(0, slot, id, &Arc::new(put("k", "v")))
}

/// The same, by the replicas of a configuration.
pub(super) fn proof_by(
    number: u32,
    slot: u64,
    id: RequestId,
    operation: &Arc<Operation>,
) -> HarnessEvent {
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
pub(super) fn prove_another_order(run: &mut Finished) {
    run.insert(50, client(0), proof_of(1, request(0, 0)));
}

pub(super) fn prove_a_slot_beyond(run: &mut Finished) {
    run.insert(50, client(0), proof_of(99, request(0, 0)));
}
