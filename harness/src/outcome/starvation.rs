//! How far the machine starved a run in real time.

use serde::{Deserialize, Serialize};

use super::ms;
use crate::trace::Micros;

/// How late the processes of a run were with what they had to do at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starvation {
    /// At worst.
    #[serde(rename = "max_ms", with = "ms")]
    pub max: Micros,
    /// All together.
    #[serde(rename = "total_ms", with = "ms")]
    pub total: Micros,
    /// How often that was measured.
    pub samples: u64,
    /// Whether delays like the worst can have made a timer expire for which the protocol has no reason.
    pub reaches_timeouts: bool,
}
