//! How to run a scenario in the simulator.

use bcr_protocol::digest::Digest;
use bcr_protocol::signature::{RunSecret, Scheme};

use crate::runs::limits::RunLimits;
use crate::trace::Micros;

/// How to run a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The schedule; 0 is the canonical one.
    pub seed: u64,
    /// How processes sign.
    pub scheme: Scheme,
    /// Whether to note the wall clock with each event, for log files.
    pub clock: bool,
    /// Ends a run that makes no progress for so long; by default max(60 s, 10 × the longest timeout or
    /// sleep).
    pub deadline: Option<Micros>,
    /// How long processes pause at most, as on a busy machine, in any schedule but the canonical one;
    /// by default they do not.
    pub pauses: Option<Micros>,
    /// How much the run may take.
    pub limits: RunLimits,
}

impl Options {
    /// The defaults for a seed: Ed25519 for the canonical schedule, the keyed hash for the others.
    #[must_use]
    pub const fn seed(seed: u64) -> Self {
        let scheme = if seed == 0 {
            Scheme::Ed25519
        } else {
            Scheme::KeyedHash
        };
        Self {
            seed,
            scheme,
            clock: false,
            deadline: None,
            pauses: None,
            limits: RunLimits::DEFAULT,
        }
    }
}

/// The secret from which the keys of a simulated run derive (docs/protocol.md P1.4).
#[must_use]
pub fn run_secret(seed: u64) -> RunSecret {
    RunSecret(Digest::of_value("run secret", &seed).0)
}
