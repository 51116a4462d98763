//! One door for every machine: what can happen to it and what it can ask for.
//!
//! A machine has no clock, no socket and no dice; what drives it keeps to the contract of [`Machine`].

use std::sync::Arc;

use crate::event::Event;
use crate::identity::{ConfigurationId, ProcessId};
use crate::message::{Evidence, Message, ReconfigurationRequest, Suspicion};
use crate::reason::Reason;
use crate::statement::Signer;
pub use crate::timer::{Timer, UnknownTimer};

/// A process of the protocol as a state machine.
///
/// This is the contract between a machine and its *driver*, whoever calls [`step`](Self::step): a
/// simulation, a process with sockets, a test.
///
/// The driver:
///
/// - gives [`Input::Start`] first and once; then messages, from each sender in the order of sending and
///   each once (P1.3), from authenticated senders alone (P1.6); and timers that have expired;
/// - carries out all effects of a step, in order, before it gives the next input;
/// - with two exceptions, which are inputs themselves: a [`Effect::Send`] to the machine itself (P9.2)
///   and an [`Effect::Redeliver`] (P1.8) are handed back when their turn comes, and that step, with all
///   its effects, comes before the next effect of the step that asked for it;
/// - gives no input after [`Effect::Stop`], the last effect of its step.
///
/// The machine:
///
/// - handles an input to the end within `step`, waits for nothing, and only adds to `effects`;
/// - is a value: what it asks for follows from how it was made and from its inputs alone, so that a
///   clone, given the same inputs, asks for the same, and neither knows of the other;
/// - panics at no message, whatever a faulty peer puts into it, and drops none in silence: one that it
///   does not handle becomes [`Event::Refused`] or [`Event::Ignored`];
/// - is not harmed by a timer that fires though it does not run (any more): it asks for nothing. One
///   that fires too early counts as expired, which no rule makes unsafe (P1.3);
/// - sets a timer that runs again, without cancelling it first, to start it anew, and cancels only what
///   it has set and not cancelled since.
///
/// Once an `Effects` is drained it can be used for the next step.
pub trait Machine {
    /// Handles one input to the end and appends what it asks for to `effects`, in order.
    fn step(&mut self, input: Input, effects: &mut Effects);
}

/// All that can happen to a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The process starts. Comes first, once.
    Start,
    /// A message from a process that the link has authenticated (P1.6).
    Deliver {
        /// Its sender.
        from: ProcessId,
        /// The message.
        message: Message,
    },
    /// A timer expired. One that was cancelled, or fires twice, does no harm.
    TimerFired(Timer),
}

/// All that a machine can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The driver delivers the message; to the machine itself: at once, as an input.
    Send {
        /// The receiver.
        to: ProcessId,
        /// The message.
        message: Message,
    },
    /// The driver hands a message back that the machine kept while it was pending (P1.8), at once, as
    /// an input. Only replicas ask for it.
    Redeliver {
        /// Its sender.
        from: ProcessId,
        /// The message.
        message: Message,
    },
    /// The driver answers with [`Input::TimerFired`] after that long. Set again: starts anew.
    SetTimer {
        /// Which.
        timer: Timer,
        /// How long, in milliseconds.
        after_ms: u64,
    },
    /// The driver forgets the timer. No answer.
    CancelTimer(Timer),
    /// The driver starts the replicas of a configuration before it carries out the next effect: those
    /// of the first one active (P7.8), others pending (P7.7). No answer.
    StartReplicas(ConfigurationId),
    /// The driver ends the process: no further input. Only replicas ask for it (P7.7).
    Stop,
    /// The driver records the event. No answer.
    Emit(Event),
}

/// Why a message was not handled: a value, never a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Something is wrong in it.
    Refused(Reason),
    /// It is of no use here and now, and nobody is to blame.
    Ignored(Reason),
}

/// What a step asks for, in order.
#[derive(Debug, Default)]
pub struct Effects(Vec<Effect>);

impl Effects {
    /// Asks to send `message` to `to`.
    pub fn send(&mut self, to: ProcessId, message: Message) {
        self.0.push(Effect::Send { to, message });
    }

    /// Asks to start a timer, and records it.
    pub fn set_timer(&mut self, timer: Timer, after_ms: u64) {
        self.emit(Event::TimerSet { timer, after_ms });
        self.0.push(Effect::SetTimer { timer, after_ms });
    }

    /// Asks to forget a timer, and records it.
    pub fn cancel_timer(&mut self, timer: Timer) {
        self.emit(Event::TimerCancelled { timer });
        self.0.push(Effect::CancelTimer(timer));
    }

    /// Records an event.
    pub fn emit(&mut self, event: Event) {
        self.0.push(Effect::Emit(event));
    }

    /// Records that a message was not handled.
    pub(crate) fn refuse(&mut self, refusal: Refusal, from: ProcessId, message: &Message) {
        let (kind, slot) = (message.kind(), message.slot());
        let request = message.request().map(Into::into);
        self.emit(match refusal {
            Refusal::Refused(reason) => Event::Refused {
                message: kind,
                from,
                reason,
                slot,
                request,
            },
            Refusal::Ignored(reason) => Event::Ignored {
                message: kind,
                from,
                reason,
                slot,
                request,
            },
        });
    }

    /// Asks Olympus for reconfiguration, and records what the signer suspects (P6.1).
    pub(crate) fn suspect(&mut self, suspicion: Suspicion, evidence: Evidence, signer: &Signer) {
        self.emit(Event::Suspected {
            suspect: suspicion.suspect,
            reason: suspicion.reason,
            slot: suspicion.slot,
            request: suspicion.request.map(Into::into),
        });
        let signed = signer.sign(suspicion);
        let request = ReconfigurationRequest { signed, evidence };
        self.send(
            ProcessId::Olympus,
            Message::ReconfigurationRequest(Arc::new(request)),
        );
    }

    /// Asks for anything.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    /// Takes what was asked for so far and leaves nothing.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect> {
        self.0.drain(..)
    }

    /// What was asked for so far.
    pub fn iter(&self) -> impl Iterator<Item = &Effect> {
        self.0.iter()
    }
}
