//! The wrapper around a replica under test.
//!
//! Source: docs/protocol.md P9.2 to P9.5, P10.

mod outgoing;

use std::collections::VecDeque;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ProcessId, Slot};
use bcr_protocol::machine::{Effect, Effects, Input, Timer};
use bcr_protocol::message::MessageKind;

use super::trigger::Receipts;
use crate::runs::machines::ReplicaMachine;
use crate::runs::process::{Action, Arrival, Halt, Occurrence, Process};
use crate::scenario::{Failure, PlannedFailure};
use crate::trace::HarnessEvent;

/// A replica, its failures and what they wait for.
#[derive(Debug)]
pub struct FaultyReplica<R> {
    replica: R,
    /// `t + 1`.
    quorum: usize,
    is_tail: bool,
    waiting: Vec<Planned>,
    armed: Vec<Planned>,
    receipts: Receipts,
    /// The numbers of the events by which kept messages were sent, in order (P1.8).
    kept: VecDeque<Option<u64>>,
    asleep: Option<Asleep>,
    /// What was done to a fresh answer of the tail and is to be done to the result shuttle of the same
    /// slot, which is one content sent twice (P10).
    twin: Vec<(Failure, Slot)>,
    is_down: bool,
}

/// A failure that has not been applied yet.
#[derive(Clone, Debug)]
struct Planned {
    /// Its index among the scenario's failures.
    plan: usize,
    failure: PlannedFailure,
}

/// What waits for the end of a sleep.
#[derive(Debug)]
struct Asleep {
    /// The triggering message and what happens to it instead of being handled, in order.
    triggering: Arrival,
    last: Vec<Planned>,
    /// What arrived meanwhile.
    arrivals: VecDeque<Arrival>,
    /// Timers that fell due meanwhile.
    timers: Vec<Timer>,
}

impl<R: ReplicaMachine> FaultyReplica<R> {
    /// Wraps `replica` with those of `failures` that name it. `replicas` is the length of the chain.
    pub fn new(replica: R, failures: &[PlannedFailure], t: u32) -> Self {
        let id = replica.id();
        let waiting = failures
            .iter()
            .enumerate()
            .filter(|(_, failure)| {
                failure.configuration == id.configuration && failure.replica == id.position
            })
            .map(|(plan, failure)| Planned {
                plan,
                failure: failure.clone(),
            })
            .collect();
        Self {
            is_tail: id.position.0 == 2 * t,
            quorum: t as usize + 1,
            replica,
            waiting,
            armed: Vec::new(),
            receipts: Receipts::default(),
            kept: VecDeque::new(),
            asleep: None,
            twin: Vec::new(),
            is_down: false,
        }
    }

    /// A message arrives: counted, unless it is kept for later, and handled unless a failure prevents it.
    fn arrive(&mut self, arrival: Arrival, actions: &mut Vec<Action>) {
        if self.is_down {
            return;
        }
        if let Some(asleep) = &mut self.asleep {
            asleep.arrivals.push_back(arrival);
            return;
        }
        if self.replica.keeps(&arrival.message) {
            return self.keep(arrival, actions);
        }
        let Arrival {
            from,
            sent,
            message,
        } = &arrival;
        let content = message.clone();
        let received = HarnessEvent::Received {
            from: *from,
            sent: *sent,
            content,
        };
        actions.push(Action::Record(received.into()));
        let receipt = self.receipts.count(*from, message);
        if self
            .waiting
            .iter()
            .any(|planned| receipt.fires(planned.failure.trigger))
        {
            let (triggered, waiting) = std::mem::take(&mut self.waiting)
                .into_iter()
                .partition(|planned| receipt.fires(planned.failure.trigger));
            self.waiting = waiting;
            self.trigger(triggered, arrival, actions);
        } else {
            self.run(arrival.into_input(), actions);
        }
    }

    /// P1.8: the replica keeps the message; its receipt counts when it is handled.
    fn keep(&mut self, arrival: Arrival, actions: &mut Vec<Action>) {
        let sent = arrival.sent;
        let before = actions.len();
        self.run(arrival.into_input(), actions);
        let is_kept = actions[before..].iter().any(|action| {
            matches!(
                action,
                Action::Record(crate::trace::TraceEvent::Protocol(
                    bcr_protocol::event::Event::Queued { .. }
                ))
            )
        });
        if is_kept {
            self.kept.push_back(sent);
        }
    }

    /// P9.4: all failures of one trigger occur in the order written, `crash` and `drop` last.
    fn trigger(&mut self, triggered: Vec<Planned>, arrival: Arrival, actions: &mut Vec<Action>) {
        let kind = arrival.message.kind();
        let (last, first): (Vec<_>, Vec<_>) = triggered
            .into_iter()
            .partition(|planned| matches!(planned.failure.failure, Failure::Crash | Failure::Drop));
        let is_handled = last.is_empty();
        let mut sleep_ms = 0_u64;
        for planned in first {
            match planned.failure.failure {
                Failure::Sleep { ms } => {
                    sleep_ms = sleep_ms.saturating_add(ms);
                    actions.push(applied(&planned, kind, ms > 0));
                }
                Failure::IncrementSlot | Failure::ExtraOperation => {
                    self.pull_lever(&planned, is_handled.then_some(&arrival), kind, actions);
                }
                failure => {
                    let awaited = failure.awaits(self.is_tail);
                    assert!(awaited.is_some(), "every other failure waits");
                    actions.push(armed(&planned, kind));
                    self.armed.push(planned);
                }
            }
        }
        if sleep_ms > 0 {
            actions.push(Action::Record(HarnessEvent::Slept { ms: sleep_ms }.into()));
            actions.push(Action::Sleep(sleep_ms));
            let (arrivals, timers) = (VecDeque::new(), Vec::new());
            self.asleep = Some(Asleep {
                triggering: arrival,
                last,
                arrivals,
                timers,
            });
        } else {
            self.finish(arrival, last, actions);
        }
    }

    /// Handles the triggering message, or crashes on it, or drops it.
    fn finish(&mut self, arrival: Arrival, last: Vec<Planned>, actions: &mut Vec<Action>) {
        let kind = arrival.message.kind();
        let is_crash = |planned: &Planned| planned.failure.failure == Failure::Crash;
        if last.iter().any(is_crash) {
            // Beside a crash a drop makes no difference.
            actions.extend(
                last.iter()
                    .map(|planned| applied(planned, kind, is_crash(planned))),
            );
            actions.push(Action::Record(HarnessEvent::Crashed.into()));
            actions.push(Action::Halt(Halt::Crashed));
            self.is_down = true;
            return;
        }
        if last.is_empty() {
            return self.run(arrival.into_input(), actions);
        }
        let (handled, asked) = tried(self.replica.clone(), arrival);
        let effect = handled != self.replica || !asked.is_empty();
        actions.extend(last.iter().map(|drop| applied(drop, kind, effect)));
    }

    /// Pulls a lever before the message is handled, and finds out whether it changes anything once the
    /// message has been (P9.5).
    fn pull_lever(
        &mut self,
        planned: &Planned,
        handled: Option<&Arrival>,
        kind: MessageKind,
        actions: &mut Vec<Action>,
    ) {
        let without = self.replica.clone();
        match planned.failure.failure {
            Failure::IncrementSlot => self.replica.skip_slot(),
            _ => {
                let (key, value) = ("a".to_owned(), "a".to_owned());
                self.replica.apply(&Operation::Put { key, value });
            }
        }
        let effect = match handled {
            None => without != self.replica,
            Some(arrival) => {
                tried(without, arrival.clone()) != tried(self.replica.clone(), arrival.clone())
            }
        };
        actions.push(applied(planned, kind, effect));
    }

    /// The sleep is over: the triggering message, what queued meanwhile, timers that fell due last.
    fn wake(&mut self, actions: &mut Vec<Action>) {
        let Some(Asleep {
            triggering,
            last,
            arrivals,
            timers,
        }) = self.asleep.take()
        else {
            return;
        };
        self.finish(triggering, last, actions);
        for arrival in arrivals {
            self.arrive(arrival, actions);
        }
        for timer in timers {
            self.fire(timer, actions);
        }
    }

    fn fire(&mut self, timer: Timer, actions: &mut Vec<Action>) {
        match &mut self.asleep {
            Some(asleep) => asleep.timers.push(timer),
            None => self.run(Input::TimerFired(timer), actions),
        }
    }

    /// Steps the replica and carries out what it asks for, its messages to itself at once (P9.2).
    fn run(&mut self, input: Input, actions: &mut Vec<Action>) {
        let itself = ProcessId::Replica(self.replica.id());
        let mut effects = Effects::default();
        self.replica.step(input, &mut effects);
        for effect in effects.drain() {
            if self.is_down {
                return;
            }
            match effect {
                Effect::Send { to, message } if to == itself => {
                    self.arrive(
                        Arrival {
                            from: itself,
                            sent: None,
                            message,
                        },
                        actions,
                    );
                }
                Effect::Send { to, message } => self.send(to, message, actions),
                Effect::Redeliver { from, message } => {
                    let sent = self.kept.pop_front().flatten();
                    self.arrive(
                        Arrival {
                            from,
                            sent,
                            message,
                        },
                        actions,
                    );
                }
                Effect::SetTimer { timer, after_ms } => {
                    actions.push(Action::SetTimer { timer, after_ms });
                }
                Effect::CancelTimer(timer) => actions.push(Action::CancelTimer(timer)),
                Effect::StartReplicas(configuration) => {
                    actions.push(Action::StartReplicas(configuration));
                }
                Effect::Stop => {
                    actions.extend(
                        self.final_dictionary()
                            .map(|event| Action::Record(event.into())),
                    );
                    actions.push(Action::Halt(Halt::Terminated));
                    self.is_down = true;
                }
                Effect::Emit(event) => actions.push(Action::record(event)),
            }
        }
    }
}

impl<R: ReplicaMachine> Process for FaultyReplica<R> {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        match occurrence {
            Occurrence::Start => self.run(Input::Start, actions),
            Occurrence::Arrived(arrival) => self.arrive(arrival, actions),
            Occurrence::TimerFired(timer) => self.fire(timer, actions),
            Occurrence::Woken => self.wake(actions),
        }
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        let state = self.replica.state();
        Some(HarnessEvent::FinalDictionary {
            mode: self.replica.mode().to_string(),
            next_slot: self.replica.next_slot(),
            state_hash: state.hash(),
            dictionary: state.dictionary().clone(),
        })
    }
}

impl Arrival {
    fn into_input(self) -> Input {
        Input::Deliver {
            from: self.from,
            message: self.message,
        }
    }
}

/// What a replica would be after handling a message, and what it would ask for but events.
fn tried<R: ReplicaMachine>(mut replica: R, arrival: Arrival) -> (R, Vec<Effect>) {
    let mut effects = Effects::default();
    replica.step(arrival.into_input(), &mut effects);
    let asked = effects
        .drain()
        .filter(|effect| !matches!(effect, Effect::Emit(_)))
        .collect();
    (replica, asked)
}

fn armed(planned: &Planned, message: MessageKind) -> Action {
    let PlannedFailure {
        trigger_text,
        failure_text,
        pair_text,
        ..
    } = &planned.failure;
    Action::Record(
        HarnessEvent::FailureArmed {
            plan: planned.plan,
            pair: pair_text.clone(),
            trigger: trigger_text.clone(),
            failure: failure_text.clone(),
            message,
        }
        .into(),
    )
}

fn applied(planned: &Planned, message: MessageKind, effect: bool) -> Action {
    let PlannedFailure {
        trigger_text,
        failure_text,
        pair_text,
        ..
    } = &planned.failure;
    Action::Record(
        HarnessEvent::FailureApplied {
            plan: planned.plan,
            pair: pair_text.clone(),
            trigger: trigger_text.clone(),
            failure: failure_text.clone(),
            message,
            effect,
        }
        .into(),
    )
}
