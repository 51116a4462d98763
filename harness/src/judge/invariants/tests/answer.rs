//! Violations in what clients ask and are answered.

use super::*;

pub(super) fn accept_twice(run: &mut Finished) {
    let index = run.find(|record| is_accepted(record, request(0, 1)));
    let again = run.trace.records[index].event.clone();
    run.insert(index + 1, client(0), again);
}

pub(super) fn invoke_late(run: &mut Finished) {
    let from = run.find(|record| is_invoked(record, request(1, 1)));
    let record = run.trace.records.remove(from);
    let to = run.find(|record| is_accepted(record, request(1, 1)));
    run.trace.records.insert(to, record);
    run.number();
}

/// All replicas order the last request again and carry it out as if it were new.
pub(super) fn repeat_with_effect(run: &mut Finished) {
    repeat(run, false);
}

pub(super) fn take_for_repetition(run: &mut Finished) {
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

pub(super) fn repeat(run: &mut Finished, repeated: bool) {
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
        let operation = Arc::new(put("x", "y"));
        let shown = order::proof_by(0, 7, request(0, 3), &operation);
        run.insert(end + 1, process(0, position), shown);
    }
    for (_, state) in last_states(run) {
        if let HarnessEvent::FinalDictionary { next_slot, .. } = state {
            *next_slot = next_slot.next();
        }
    }
}

pub(super) fn spoil_request_signature(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { entries, .. } = event {
            let signed = Arc::make_mut(&mut entries[0].request);
            signed.signature = signed.signature.spoiled();
        }
    }
}

/// All replicas sign a wrong result for the client, which accepts it by the rules.
pub(super) fn prove_another_result(run: &mut Finished) {
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

pub(super) fn is_result(record: &Record) -> bool {
    matches!(
        &record.event,
        TraceEvent::Harness(HarnessEvent::Received {
            content: Message::Result(_),
            ..
        })
    )
}

/// The second slot's client has its answer before the first slot's client asks.
pub(super) fn answer_early(run: &mut Finished) {
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
