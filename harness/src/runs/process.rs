//! A process as runtimes see it: something that handles occurrences and asks for actions.
//!
//! Around every machine stands a process. It records what is sent and received, hands a machine's
//! messages to itself back at once (P9.2), and, for a replica under test, injects failures. Runtimes
//! know processes only, so that a broken machine can take a correct one's place.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, ProcessId};
use bcr_protocol::machine::{Effect, Effects, Input, Machine, Timer};
use bcr_protocol::message::Message;
use borsh::{BorshDeserialize, BorshSerialize};

use crate::trace::{HarnessEvent, TraceEvent};

/// A process of a run. Whoever drives it, a simulator or real time, and the process itself owe each other
/// the following.
///
/// The driver:
/// - It hands over one [`Occurrence`] at a time, [`Occurrence::Start`] first and once. What arrives before
///   that waits.
/// - It carries out the actions of an occurrence in the order in which they were asked for, all of them
///   before the next occurrence.
/// - What a peer sends arrives once, in the order of sending (P1.3), and never before it was recorded as
///   sent. What happens between different peers and timers has no order.
/// - A timer fires once for each time that it was set, unless it was cancelled or set again before.
///   [`Occurrence::Woken`] comes once for each [`Action::Sleep`].
/// - After [`Action::Halt`] it hands over nothing more.
///
/// The process:
/// - It does not wait for anything, reads no clock and draws no dice: the same occurrences make it ask for
///   the same actions, which is what a seed relies on.
/// - It sends nothing to itself: it hands its machine's messages to itself back within the same occurrence
///   (P9.2).
/// - It records that it received a message, or keeps it (P1.8), before anything that comes of it.
/// - It asks for nothing after [`Action::Halt`], which it asks for once; and for the replicas of a
///   configuration once.
pub trait Process {
    /// Handles one occurrence to the end and appends what it asks for to `actions`, in order. What is in
    /// `actions` already is left alone.
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>);

    /// A replica's state as it is now; none for other processes, and none where a replica does not tell.
    /// May be asked for between any two occurrences, and changes nothing.
    fn final_dictionary(&self) -> Option<HarnessEvent>;
}

/// A message that has arrived, over a link or from the process itself.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its sender.
    pub from: ProcessId,
    /// The number of the event by which it was sent; none for a self-delivery.
    pub sent: Option<u64>,
    /// The message.
    pub message: Message,
}

impl From<Arrival> for Input {
    fn from(arrival: Arrival) -> Self {
        let Arrival { from, message, .. } = arrival;
        Self::Deliver { from, message }
    }
}

/// All that can happen to a process.
#[derive(Clone, Debug)]
pub enum Occurrence {
    /// It starts. Comes first, once.
    Start,
    /// A message arrives.
    Arrived(Arrival),
    /// A timer expires.
    TimerFired(Timer),
    /// The time that [`Action::Sleep`] asked for is over.
    Woken,
}

/// All that a process can ask for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Record that the message was sent, and deliver it.
    Send {
        /// The receiver; never the process itself.
        to: ProcessId,
        /// The message as it goes out.
        message: Message,
        /// Whether a failure changed it.
        spoiled: bool,
    },
    /// Fire the timer after that long. Set again: starts anew.
    SetTimer {
        /// Which.
        timer: Timer,
        /// How long, in milliseconds.
        after_ms: u64,
    },
    /// Forget the timer.
    CancelTimer(Timer),
    /// Start the replicas of a configuration.
    StartReplicas(ConfigurationId),
    /// Wake the process after that long, in milliseconds.
    Sleep(u64),
    /// End the process.
    Halt(Halt),
    /// Record the event.
    Record(TraceEvent),
}

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Halt {
    /// At once, by a failure: with status 255 as a process of its own.
    Crashed,
    /// As Olympus told it to (P7.7).
    Terminated,
}

/// Handles one occurrence, as [`Process::handle`] does, and survives a panic, which is a bug of the machine
/// inside. What the process asked for before that is in `actions`; it must not be used any more.
///
/// # Errors
/// It panicked; what it said.
pub(crate) fn handle(
    process: &mut dyn Process,
    occurrence: Occurrence,
    actions: &mut Vec<Action>,
) -> Result<(), String> {
    let handled = catch_unwind(AssertUnwindSafe(|| process.handle(occurrence, actions)));
    handled.map_err(|panic| format!("it {}", panicked(panic.as_ref())))
}

/// What to say of a panic.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    let message = message.unwrap_or("no message");
    format!("panicked, which is a bug: {message}")
}

/// A process without failures: a client or Olympus.
#[derive(Debug)]
pub struct Faultless<M> {
    machine: M,
    effects: Effects,
}

impl<M: Machine> Faultless<M> {
    /// Surrounds a machine.
    pub fn new(machine: M) -> Self {
        Self {
            machine,
            effects: Effects::default(),
        }
    }
}

impl<M: Machine> Process for Faultless<M> {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        let input = match occurrence {
            Occurrence::Start => Input::Start,
            Occurrence::TimerFired(timer) => Input::TimerFired(timer),
            Occurrence::Woken => return,
            Occurrence::Arrived(Arrival {
                from,
                sent,
                message,
            }) => {
                let content = message.clone();
                actions.push(Action::Record(
                    HarnessEvent::Received {
                        from,
                        sent,
                        content,
                    }
                    .into(),
                ));
                Input::Deliver { from, message }
            }
        };
        self.machine.step(input, &mut self.effects);
        actions.extend(self.effects.drain().map(|effect| match effect {
            Effect::Send { to, message } => Action::Send {
                to,
                message,
                spoiled: false,
            },
            Effect::SetTimer { timer, after_ms } => Action::SetTimer { timer, after_ms },
            Effect::CancelTimer(timer) => Action::CancelTimer(timer),
            Effect::StartReplicas(configuration) => Action::StartReplicas(configuration),
            Effect::Stop => Action::Halt(Halt::Terminated),
            Effect::Emit(event) => Action::record(event),
            Effect::Redeliver { .. } => unreachable!("only a replica keeps messages for later"),
        }));
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

impl Action {
    /// Asks to record a machine's event.
    #[must_use]
    pub fn record(event: Event) -> Self {
        Self::Record(event.into())
    }
}
