//! What the grid is made of: triggers, failures, positions, and the cells where they meet.
//!
//! Source: docs/protocol.md P9, P10.

use std::fmt;

use anyhow::Context as _;

/// The triggers, as scenario files spell them: the rows.
pub(crate) const TRIGGERS: [&str; 10] = [
    "client_request",
    "forwarded_request",
    "shuttle",
    "result_shuttle",
    "checkpoint",
    "completed_checkpoint",
    "wedge_request",
    "catch_up",
    "get_running_state",
    "new_configuration",
];

/// The failures, as scenario files spell them: the columns.
pub(crate) const FAILURES: [&str; 13] = [
    "crash",
    "sleep",
    "drop",
    "omit_send",
    "change_operation",
    "invalid_order_sig",
    "invalid_result_sig",
    "change_result",
    "drop_result_stmt",
    "extra_op",
    "increment_slot",
    "truncate_history",
    "drop_checkpt_stmts",
];

/// A position in a chain of at least three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Position {
    Head,
    Middle,
    Tail,
}

impl Position {
    pub(crate) const ALL: [Self; 3] = [Self::Head, Self::Middle, Self::Tail];

    /// The position of replica `replica` of a chain of `2t + 1`; none where `t` is 0, since the one
    /// replica of such a chain is head and tail at once.
    pub(crate) fn of(replica: u64, t: u64) -> Option<Self> {
        match replica {
            _ if t == 0 => None,
            0 => Some(Self::Head),
            last if last == 2 * t => Some(Self::Tail),
            _ => Some(Self::Middle),
        }
    }

    /// The letter that stands for it in the table.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Head => 'h',
            Self::Middle => 'm',
            Self::Tail => 't',
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Middle => "middle",
            Self::Tail => "tail",
        }
    }
}

/// A trigger, a failure and a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) trigger: &'static str,
    pub(crate) failure: &'static str,
    pub(crate) position: Position,
}

impl Cell {
    /// All of them, row by row.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        TRIGGERS.into_iter().flat_map(|trigger| {
            FAILURES.into_iter().flat_map(move |failure| {
                Position::ALL.into_iter().map(move |position| Self {
                    trigger,
                    failure,
                    position,
                })
            })
        })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            trigger,
            failure,
            position,
        } = self;
        write!(f, "{trigger} × {failure} × {}", position.name())
    }
}

/// The name of a trigger or failure, which is what a scenario file writes before the `(`.
///
/// # Errors
/// It is not among `names`: the grid has to grow.
pub(crate) fn known(names: &[&'static str], text: &str) -> anyhow::Result<&'static str> {
    let name = text.split('(').next().unwrap_or_default().trim();
    names
        .iter()
        .copied()
        .find(|known| *known == name)
        .with_context(|| format!("the grid knows no `{name}`; see xtask/src/coverage/cell.rs"))
}
