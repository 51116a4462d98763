//! The public keys by which a run's signatures are verified.

use std::collections::BTreeMap;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::PublicKey;

use crate::outcome::RunSpecification;
use crate::runs::setup::Setup;
use crate::runs::{Runtime, simulated};
use crate::scenario::Scenario;
use crate::trace::{HarnessEvent, Record, Trace, TraceEvent};

/// The public keys of a run.
pub(super) enum Keys {
    /// Those of a simulated run derive from its seed.
    Derived(Box<Setup>),
    /// Those of a real run derive from a secret that nobody keeps: every process is given its own, which
    /// its first event tells, before anything can fail.
    Told(BTreeMap<ProcessId, PublicKey>),
}

impl Keys {
    /// The keys of this run.
    pub(super) fn of(scenario: &Arc<Scenario>, run: &RunSpecification, trace: &Trace) -> Self {
        match run.runtime {
            Runtime::Simulated => {
                let secret = simulated::run_secret(run.seed);
                Self::Derived(Box::new(Setup::new(
                    Arc::clone(scenario),
                    run.scheme,
                    secret,
                )))
            }
            Runtime::Tcp | Runtime::Process => {
                Self::Told(trace.records.iter().filter_map(told).collect())
            }
        }
    }

    /// The key of a process; none where it did not tell it.
    pub(super) fn public_key(&self, process: ProcessId) -> Option<PublicKey> {
        match self {
            Self::Derived(setup) => Some(setup.public_key(process)),
            Self::Told(keys) => keys.get(&process).cloned(),
        }
    }
}

fn told(record: &Record) -> Option<(ProcessId, PublicKey)> {
    match &record.event {
        TraceEvent::Harness(HarnessEvent::Settings { settings }) => {
            let key = settings.get("public_key")?.as_str();
            let bytes: Digest = serde_json::from_value(key.into()).ok()?;
            Some((record.process, PublicKey::ed25519(&bytes.0)?))
        }
        TraceEvent::Harness(_) | TraceEvent::Protocol(_) => None,
    }
}
