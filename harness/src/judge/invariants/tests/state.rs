//! Violations in states, slots and configurations.

use bcr_protocol::replica::Mode;

use super::*;

pub(super) fn lose_the_state(run: &mut Finished) {
    change_state(run, |state| *state = RunningState::default());
}

pub(super) fn enrich_the_state(run: &mut Finished) {
    change_state(run, |state| state.apply_unordered(&put("more", "")));
}

pub(super) fn change_state(run: &mut Finished, change: fn(&mut RunningState)) {
    for message in messages(run) {
        if let Message::NewConfiguration(new) = message {
            change(&mut Arc::make_mut(new).body.state);
        }
    }
}

pub(super) fn skip_a_slot(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    run.trace.records.remove(index);
    run.number();
}

pub(super) fn execute_far_beyond(run: &mut Finished) {
    let index = run.find(|record| is_executed(record, process(0, 2), 1));
    if let TraceEvent::Protocol(Event::Executed { slot, .. }) = &mut run.trace.records[index].event
    {
        *slot = Slot(77);
    }
}

pub(super) fn start_too_late(run: &mut Finished) {
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

pub(super) fn execute_when_immutable(run: &mut Finished) {
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
    let slot = next.expect("the head executed something");
    let executed = Event::Executed {
        slot,
        request: RequestRef::from(request(0, 3)),
        operation: Arc::new(put("k", "v")),
        result: "OK".to_owned(),
        repeated: false,
    };
    run.insert(wedged + 1, head, executed);
    run.insert(wedged + 2, head, order::statement_of(0, slot.0));
}

/// The head goes on signing after it has told its history, and says of neither.
pub(super) fn sign_in_silence(run: &mut Finished) {
    let head = process(0, 0);
    let told = run.find(|record| {
        record.process == head
            && matches!(
                &record.event,
                TraceEvent::Harness(HarnessEvent::Sent {
                    content: Message::Wedged(_),
                    ..
                })
            )
    });
    run.insert(told + 1, head, order::statement_of(0, 9));
    run.trace
        .records
        .retain(|record| record.process != head || matches!(record.event, TraceEvent::Harness(_)));
    run.number();
}

/// The tail of configuration 1 never got its state, and holds `value`.
pub(super) fn leave_pending(run: &mut Finished, value: Option<&str>) {
    let tail = process(1, 2);
    run.trace.records.retain(|record| {
        record.process != tail
            || matches!(
                record.event,
                TraceEvent::Harness(HarnessEvent::FinalDictionary { .. })
            )
    });
    run.number();
    let pairs = value.map(|value| ("k".to_owned(), value.to_owned()));
    for (_, state) in last_states(run).filter(|(whose, _)| *whose == tail) {
        *state = HarnessEvent::FinalDictionary {
            mode: Mode::Pending,
            next_slot: Slot(0),
            state_hash: RunningState::default().hash(),
            dictionary: pairs.clone().into_iter().collect(),
        };
    }
}

pub(super) fn drop_reports(run: &mut Finished) {
    let from = process(0, 2);
    run.trace.records.retain(|record| {
        !matches!(&record.event, TraceEvent::Harness(HarnessEvent::Received {
            from: sender, content: Message::CaughtUp(_), ..
        }) if *sender == from)
    });
    run.number();
}

pub(super) fn change_quorum(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::QuorumFormed { quorum, .. } = event {
            *quorum = vec![Position(0), Position(1)];
        }
    }
}

/// The name of the history no longer fits its entries; the entry says the same in other words.
pub(super) fn shorten_closing_history(run: &mut Finished) {
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
pub(super) fn settle_without_proof(run: &mut Finished) {
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

pub(super) fn accept_without_statement(run: &mut Finished) {
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

pub(super) fn complete_another_checkpoint(run: &mut Finished) {
    for (_, event) in run.events() {
        if let Event::CheckpointCompleted { state, .. } = event {
            *state = Digest::of("another");
        }
    }
}

pub(super) fn forget_an_answer(run: &mut Finished) {
    let index = run.find(|record| is_accepted(record, request(0, 3)));
    run.trace.records.remove(index);
    run.number();
}

pub(super) fn forget_done(run: &mut Finished) {
    let is_done = |record: &Record| matches!(record.event, TraceEvent::Protocol(Event::Done));
    run.trace.records.retain(|record| !is_done(record));
    run.number();
}

pub(super) fn change_one_dictionary(run: &mut Finished) {
    for (whose, state) in last_states(run) {
        if whose == process(0, 1) {
            change_dictionary(state);
        }
    }
}

pub(super) fn change_all_dictionaries(run: &mut Finished) {
    for (_, state) in last_states(run) {
        change_dictionary(state);
    }
}

pub(super) fn change_dictionary(state: &mut HarnessEvent) {
    if let HarnessEvent::FinalDictionary { dictionary, .. } = state {
        dictionary.apply(&append("k", "more"));
    }
}
