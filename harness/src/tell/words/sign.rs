//! What an event is, in one character.

/// What an event is, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A message leaves.
    Sent,
    /// A message leaves that a failure spoiled.
    Spoiled,
    /// A message is handled.
    Handled,
    /// The protocol goes on.
    Step,
    /// A timer is set or cancelled.
    Timer,
    /// A timer expires.
    Expired,
    /// A configuration ends.
    Wedged,
    /// Somebody is to blame.
    Blame,
    /// A failure is injected.
    Failure,
    /// Anything else.
    Other,
}

/// The lines of the legend.
const LEGEND: [&[Sign]; 2] = {
    use Sign::{Blame, Expired, Failure, Handled, Other, Sent, Step, Timer, Wedged};
    [
        &[Sent, Handled, Step, Timer, Expired, Wedged],
        &[Blame, Failure, Other],
    ]
};

impl Sign {
    /// The character.
    pub(crate) const fn character(self) -> char {
        self.row().0
    }

    /// Its colour on ANSI terminals.
    pub(crate) const fn colour(self) -> &'static str {
        self.row().1
    }

    /// The character, its colour, what the legend says of it.
    const fn row(self) -> (char, &'static str, &'static str) {
        match self {
            Self::Sent => ('o', "36", "sends (> < to whom)"),
            Self::Spoiled => ('o', "1;31", "sends spoiled"),
            Self::Handled => ('@', "36", "handles"),
            Self::Step => ('+', "32", "step forward"),
            Self::Timer => ('t', "2", "timer"),
            Self::Expired => ('T', "33", "expires"),
            Self::Wedged => ('=', "35", "ends a configuration"),
            Self::Blame => ('!', "1;33", "refuses, suspects, convicts"),
            Self::Failure => ('X', "1;31", "injected failure"),
            Self::Other => ('.', "2", "other"),
        }
    }
}

/// What the signs mean, in lines.
pub(crate) fn legend() -> String {
    let lines = LEGEND.map(|signs| {
        let entries = signs.iter().map(|sign| {
            let (character, _, meaning) = sign.row();
            format!("{character} {meaning}")
        });
        entries.collect::<Vec<_>>().join("  ")
    });
    format!("{}  | is there\n", lines.join("\n"))
}
