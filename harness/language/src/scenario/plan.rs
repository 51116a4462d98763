//! Planned failures: which replica, at which message, does what.
//!
//! Source: docs/protocol.md P9 and P10.

use std::fmt;

use bcr_protocol::identity::{ConfigurationId, Position};
use borsh::{BorshDeserialize, BorshSerialize};

use super::failure::Failure;
use super::trigger::Trigger;

/// One `trigger, failure` pair of the file.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PlannedFailure {
    /// The configuration of the replica that fails.
    pub configuration: ConfigurationId,
    /// Its position in the chain.
    pub replica: Position,
    /// When it fails.
    pub trigger: Trigger,
    /// How it fails.
    pub failure: Failure,
    /// The trigger as the file writes it.
    pub trigger_text: String,
    /// The failure as the file writes it.
    pub failure_text: String,
    /// Both, with what stands between them, as the file writes it.
    pub pair_text: String,
    /// The line of the file, from 1.
    pub line: u32,
}

/// A planned failure as expected files, outcomes and messages name it:
/// `failures[0,1] shuttle(0,0), crash()`.
///
/// Its two halves may be texts, where the spelling of the scenario file is to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FailureReference<T = Trigger, F = Failure> {
    /// The configuration.
    pub configuration: ConfigurationId,
    /// The position in the chain.
    pub replica: Position,
    /// When it fails.
    pub trigger: T,
    /// How it fails.
    pub failure: F,
}

impl PlannedFailure {
    /// Whether `reference` names this failure. Failures that are written alike match the same reference.
    #[must_use]
    pub fn is_named_by(&self, reference: &FailureReference) -> bool {
        self.reference() == *reference
    }

    /// How an expected file names it.
    #[must_use]
    pub const fn reference(&self) -> FailureReference {
        FailureReference {
            configuration: self.configuration,
            replica: self.replica,
            trigger: self.trigger,
            failure: self.failure,
        }
    }

    /// The same in the file's spelling, but for what stands between the two halves.
    #[must_use]
    pub fn spelled(&self) -> FailureReference<&str, &str> {
        FailureReference {
            configuration: self.configuration,
            replica: self.replica,
            trigger: self.trigger_text.trim(),
            failure: self.failure_text.trim(),
        }
    }
}

/// `failures[0,1]` and the pair as the file writes it.
impl fmt::Display for PlannedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            configuration,
            replica,
            pair_text,
            ..
        } = self;
        write!(f, "failures[{configuration},{replica}] {pair_text}")
    }
}

impl<T: fmt::Display, F: fmt::Display> fmt::Display for FailureReference<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            configuration,
            replica,
            trigger,
            failure,
        } = self;
        write!(
            f,
            "failures[{configuration},{replica}] {trigger}, {failure}"
        )
    }
}
