//! One door for every machine: what can happen to it and what it can ask for.
//!
//! A machine has no clock, no socket and no dice. `step` runs to completion; whoever drives it carries
//! out the effects in order. A message that a machine sends to itself must be handed back at once,
//! before any other input (P9.2).

use std::sync::Arc;

use crate::event::Event;
use crate::identity::{ConfigurationId, ProcessId};
use crate::message::{Evidence, Message, ReconfigurationRequest, Suspicion};
use crate::reason::Reason;
use crate::statement::Signer;
pub use crate::timer::{Timer, UnknownTimer};

/// A process of the protocol as a state machine.
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
    /// A timer expired. One that was cancelled or fires twice does no harm.
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
    /// The driver hands a message back that the machine kept while it was pending (P1.8), now.
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
    /// The driver starts the processes of a configuration, pending (P7.7). No answer.
    StartReplicas(ConfigurationId),
    /// The driver ends the process. No answer.
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
