//! The wrapper around a replica under test.
//!
//! Source: docs/protocol.md P9.2 to P9.5, P10.

use std::collections::VecDeque;

use bcr_protocol::event::Event;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::machine::{Effect, Effects, Input, Timer};
use bcr_protocol::statement::Signer;

use super::outgoing::Outgoing;
use super::plan::{Course, Pending};
use super::subject::ReplicaUnderTest;
use super::trigger::Receipts;
use crate::runs::process::{Action, Arrival, Halt, Occurrence, Process};
use crate::scenario::PlannedFailure;
use crate::trace::{HarnessEvent, TraceEvent};

/// A replica, its failures and what they wait for.
#[derive(Debug)]
pub struct FaultyReplica<S> {
    replica: S,
    /// The failures whose triggers have not fired.
    waiting: Vec<Pending>,
    outgoing: Outgoing,
    receipts: Receipts,
    /// The numbers of the events by which kept messages were sent, in order (P1.8).
    kept: VecDeque<Option<u64>>,
    asleep: Option<Asleep>,
    is_down: bool,
}

/// What waits for the end of a sleep.
#[derive(Debug)]
struct Asleep {
    /// The triggering message and what happens to it instead of being handled, in order.
    triggering: Arrival,
    last: Vec<Pending>,
    /// What arrived meanwhile.
    arrivals: VecDeque<Arrival>,
    /// Timers that fell due meanwhile.
    timers: Vec<Timer>,
}

impl<S: ReplicaUnderTest> FaultyReplica<S> {
    /// Wraps `replica` with those of `failures` that name it, in a chain that tolerates `t` failures.
    /// `signer` has the replica's own key: what is spoiled is signed again.
    pub fn new(replica: S, signer: Signer, failures: &[PlannedFailure], t: u32) -> Self {
        let id = replica.id();
        let is_tail = id.position.0 == 2 * t;
        Self {
            replica,
            waiting: Pending::of(id, failures),
            outgoing: Outgoing::new(signer, t, is_tail),
            receipts: Receipts::default(),
            kept: VecDeque::new(),
            asleep: None,
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
            self.run(arrival.into(), actions);
        }
    }

    /// P1.8: the replica keeps the message; its receipt counts when it is handled.
    fn keep(&mut self, arrival: Arrival, actions: &mut Vec<Action>) {
        let sent = arrival.sent;
        let before = actions.len();
        self.run(arrival.into(), actions);
        let is_kept = actions[before..].iter().any(|action| {
            matches!(
                action,
                Action::Record(TraceEvent::Protocol(Event::Queued { .. }))
            )
        });
        if is_kept {
            self.kept.push_back(sent);
        }
    }

    /// P9.4: all failures of one trigger occur in the order written, `crash` and `drop` last.
    fn trigger(&mut self, triggered: Vec<Pending>, arrival: Arrival, actions: &mut Vec<Action>) {
        let kind = arrival.message.kind();
        let (last, first): (Vec<_>, Vec<_>) = triggered
            .into_iter()
            .partition(|planned| matches!(planned.course(), Course::Crash | Course::Drop));
        let next = last.is_empty().then_some(&arrival);
        let mut sleep_ms = 0_u64;
        for planned in first {
            match planned.course() {
                Course::Sleep(ms) => {
                    sleep_ms = sleep_ms.saturating_add(ms);
                    actions.push(planned.applied(kind, ms > 0));
                }
                Course::Pull(lever) => {
                    let effect = self.replica.pull(&lever, next);
                    actions.push(planned.applied(kind, effect));
                }
                Course::Wait => {
                    actions.push(planned.armed(kind));
                    self.outgoing.arm(planned);
                }
                Course::Crash | Course::Drop => unreachable!("these come last"),
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
    fn finish(&mut self, arrival: Arrival, last: Vec<Pending>, actions: &mut Vec<Action>) {
        let kind = arrival.message.kind();
        let is_crash = |planned: &Pending| planned.course() == Course::Crash;
        if last.iter().any(is_crash) {
            // Beside a crash a drop makes no difference.
            let applied = |planned: &Pending| planned.applied(kind, is_crash(planned));
            actions.extend(last.iter().map(applied));
            actions.push(Action::Record(HarnessEvent::Crashed.into()));
            actions.push(Action::Halt(Halt::Crashed));
            self.is_down = true;
            return;
        }
        if last.is_empty() {
            return self.run(arrival.into(), actions);
        }
        let effect = self.replica.would_react(&arrival);
        actions.extend(last.iter().map(|drop| drop.applied(kind, effect)));
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
                Effect::Send { to, message } => self.outgoing.send(to, message, actions),
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

impl<S: ReplicaUnderTest> Process for FaultyReplica<S> {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        match occurrence {
            Occurrence::Start => self.run(Input::Start, actions),
            Occurrence::Arrived(arrival) => self.arrive(arrival, actions),
            Occurrence::TimerFired(timer) => self.fire(timer, actions),
            Occurrence::Woken => self.wake(actions),
        }
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        self.replica.final_dictionary()
    }
}
