//! Timers as data: which one, and what it is about.
//!
//! Machines set and cancel them, whoever drives a machine keeps the time, and events name them.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::identity::{ClientId, ConfigurationId, Position, RequestId, RequestNumber};

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
                client: ClientId(client),
                number: RequestNumber(number),
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

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: RequestId = RequestId {
        client: ClientId(1),
        number: RequestNumber(2),
    };
    const CONFIGURATION: ConfigurationId = ConfigurationId(3);

    /// One timer of each kind; a match, so that none is forgotten.
    fn after(timer: Timer) -> Option<Timer> {
        match timer {
            Timer::Request(_) => Some(Timer::Result(REQUEST)),
            Timer::Result(_) => Some(Timer::Wedge(CONFIGURATION)),
            Timer::Wedge(_) => Some(Timer::Grace(CONFIGURATION)),
            Timer::Grace(_) => Some(Timer::State(CONFIGURATION, Position(4))),
            Timer::State(..) => None,
        }
    }

    #[test]
    fn timer_names_read_back_as_the_timer() {
        let timers = std::iter::successors(Some(Timer::Request(REQUEST)), |timer| after(*timer));
        let names = timers.map(|timer| {
            let name = timer.to_string();
            assert_eq!(name.parse(), Ok(timer));
            name
        });
        let expected = [
            "request-1:2",
            "result-1:2",
            "wedge-3",
            "grace-3",
            "state-3-4",
        ];
        assert!(names.eq(expected));
        for text in ["", "wedge", "request-1", "state-1", "wedge--3", "nap-3"] {
            assert!(text.parse::<Timer>().is_err(), "{text}");
        }
    }
}
