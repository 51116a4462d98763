//! One door for every machine: what can happen to it and what it can ask for.
//!
//! A machine has no clock, no socket and no dice. `step` runs to completion; whoever drives it carries
//! out the effects in order. A message that a machine sends to itself must be handed back at once,
//! before any other input (P9.2).

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::identity::{ConfigurationId, Position, ProcessId, RequestId};
use crate::message::Message;
use crate::reason::Reason;

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

/// A timer and what it is about.
///
/// Text and JSON: `request-<c>:<n>`, `result-<c>:<n>`, `wedge-<configuration>`,
/// `grace-<configuration>`, `state-<configuration>-<r>`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum Timer {
    /// A client waits for an answer (P5.1).
    Request(RequestId),
    /// A replica waits for a result shuttle (P5.2).
    Result(RequestId),
    /// Olympus repeats wedge requests and catch_ups (P7.1).
    Wedge(ConfigurationId),
    /// Olympus goes on collecting reports (P7.5).
    Grace(ConfigurationId),
    /// Olympus waits for a running state (P7.5).
    State(ConfigurationId, Position),
}

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(request) => write!(f, "request-{request}"),
            Self::Result(request) => write!(f, "result-{request}"),
            Self::Wedge(configuration) => write!(f, "wedge-{configuration}"),
            Self::Grace(configuration) => write!(f, "grace-{configuration}"),
            Self::State(configuration, position) => write!(f, "state-{configuration}-{position}"),
        }
    }
}

/// Text that names no timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTimer(String);

impl fmt::Display for UnknownTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no timer", self.0)
    }
}

impl std::error::Error for UnknownTimer {}

impl std::str::FromStr for Timer {
    type Err = UnknownTimer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        fn numbers<A: std::str::FromStr, B: std::str::FromStr>(
            text: &str,
            separator: char,
        ) -> Option<(A, B)> {
            let (first, second) = text.split_once(separator)?;
            Some((first.parse().ok()?, second.parse().ok()?))
        }
        let request = |text: &str| {
            numbers(text, ':').map(|(client, number)| RequestId {
                client: crate::identity::ClientId(client),
                number: crate::identity::RequestNumber(number),
            })
        };
        let configuration = |text: &str| text.parse().ok().map(ConfigurationId);
        let parsed = match text.split_once('-') {
            Some(("request", rest)) => request(rest).map(Self::Request),
            Some(("result", rest)) => request(rest).map(Self::Result),
            Some(("wedge", rest)) => configuration(rest).map(Self::Wedge),
            Some(("grace", rest)) => configuration(rest).map(Self::Grace),
            Some(("state", rest)) => numbers(rest, '-').map(|(configuration, position)| {
                Self::State(ConfigurationId(configuration), Position(position))
            }),
            _ => None,
        };
        parsed.ok_or_else(|| UnknownTimer(text.to_owned()))
    }
}

impl Serialize for Timer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{ClientId, RequestNumber};

    #[test]
    fn timer_names_read_back_as_the_timer() {
        let request = RequestId {
            client: ClientId(1),
            number: RequestNumber(2),
        };
        let configuration = ConfigurationId(3);
        let timers = [
            Timer::Request(request),
            Timer::Result(request),
            Timer::Wedge(configuration),
            Timer::Grace(configuration),
            Timer::State(configuration, Position(4)),
        ];
        for timer in timers {
            assert_eq!(timer.to_string().parse(), Ok(timer));
        }
        for text in ["", "wedge", "request-1", "state-1"] {
            assert!(text.parse::<Timer>().is_err(), "{text}");
        }
    }
}
