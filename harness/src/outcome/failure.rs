//! The configured failures of a run, and what became of each.

use std::fmt;

use bcr_protocol::identity::{ConfigurationId, Position};
use serde::{Deserialize, Serialize};

use super::ms;
use crate::scenario::{FailureReference, PlannedFailure, parse_failure_reference};
use crate::trace::Micros;

/// A failure that the scenario configures: what it is, and how the file spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct ConfiguredFailure {
    /// Where, when and how. Failures that are written alike have the same.
    pub reference: FailureReference,
    /// The trigger, as the file spells it.
    pub trigger_text: String,
    /// The failure, as the file spells it.
    pub failure_text: String,
    /// The line of the file.
    pub line: u32,
}

impl From<&PlannedFailure> for ConfiguredFailure {
    fn from(planned: &PlannedFailure) -> Self {
        Self {
            reference: planned.reference(),
            trigger_text: planned.trigger_text.trim().to_owned(),
            failure_text: planned.failure_text.trim().to_owned(),
            line: planned.line,
        }
    }
}

impl fmt::Display for ConfiguredFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelled = FailureReference {
            configuration: self.reference.configuration,
            replica: self.reference.replica,
            trigger: &self.trigger_text,
            failure: &self.failure_text,
        };
        spelled.fmt(f)
    }
}

/// As a document has it.
#[derive(Serialize, Deserialize)]
struct Written {
    configuration: ConfigurationId,
    replica: Position,
    trigger: String,
    failure: String,
    line: u32,
}

impl From<ConfiguredFailure> for Written {
    fn from(configured: ConfiguredFailure) -> Self {
        Self {
            configuration: configured.reference.configuration,
            replica: configured.reference.replica,
            trigger: configured.trigger_text,
            failure: configured.failure_text,
            line: configured.line,
        }
    }
}

impl TryFrom<Written> for ConfiguredFailure {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            configuration,
            replica,
            trigger,
            failure,
            line,
        } = written;
        let text = format!("failures[{configuration},{replica}] {trigger}, {failure}");
        let reference = parse_failure_reference(&text);
        Ok(Self {
            reference: reference.map_err(|why| format!("`{text}` is no failure: {why}"))?,
            trigger_text: trigger,
            failure_text: failure,
            line,
        })
    }
}

/// How a configured failure ended (P9.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureStatus {
    /// It happened.
    Applied,
    /// Its trigger fired, but the message that it was to spoil was never sent.
    Armed,
    /// Its trigger did not fire.
    NotTriggered,
}

impl FailureStatus {
    /// The name in documents and on terminals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Armed => "armed",
            Self::NotTriggered => "not_triggered",
        }
    }
}

/// A configured failure's fate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureOutcome {
    /// Which failure.
    #[serde(flatten)]
    pub configured: ConfiguredFailure,
    /// Its fate.
    pub status: FailureStatus,
    /// Whether it changed anything.
    pub effect: bool,
    /// When it was applied, or armed.
    #[serde(rename = "at_ms", with = "ms::optional", default)]
    pub at: Option<Micros>,
    /// The event that says so.
    pub event: Option<u64>,
    /// Why it was not applied, or had no effect, where that is known.
    pub note: String,
}
