//! What the grid is made of: triggers, failures, positions, and the cells where they meet.
//!
//! Source: docs/protocol.md P9, P10.

use std::fmt;
use std::sync::LazyLock;

use anyhow::Context as _;

/// The manual, as it was when this program was built. Its tables are those of the language, which a test
/// of the manual sees to.
const MANUAL: &str = include_str!("../../../docs/scenarios.md");

/// The triggers, as scenario files spell them: the rows.
pub(crate) static TRIGGERS: LazyLock<Vec<&str>> = LazyLock::new(|| names("Triggers"));

/// The failures, as scenario files spell them: the columns.
pub(crate) static FAILURES: LazyLock<Vec<&str>> = LazyLock::new(|| names("What a failure does"));

/// The names in the first column of the table below a heading of the manual.
fn names(heading: &str) -> Vec<&'static str> {
    let lines = MANUAL
        .lines()
        .skip_while(|line| line.strip_prefix("## ") != Some(heading));
    let section = lines.skip(1).take_while(|line| !line.starts_with('#'));
    let cells = section.filter_map(|line| line.strip_prefix("| [`"));
    cells.filter_map(|cell| cell.split('(').next()).collect()
}

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
        TRIGGERS.iter().flat_map(|trigger| {
            FAILURES.iter().flat_map(move |failure| {
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
        .with_context(|| format!("the grid knows no `{name}`; see the tables of docs/scenarios.md"))
}
