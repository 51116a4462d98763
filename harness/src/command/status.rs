//! What a command came to, as its exit status.

use crate::outcome::Verdict;

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// All passed.
    Passed = 0,
    /// Some did not pass.
    Failed = 1,
    /// A mistake in the call or in a file.
    Invalid = 2,
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Passed,
            Verdict::Fail
            | Verdict::Vacuous
            | Verdict::Outside
            | Verdict::Unknown
            | Verdict::Error => Self::Failed,
            Verdict::Invalid => Self::Invalid,
        }
    }
}
