//! Which machines a run is made of: chosen here and nowhere else.
//!
//! Another implementation, or a broken one, takes the place of a machine by another [`Machines`].

use bcr_protocol::identity::{ClientId, ProcessId, ReplicaId};

use crate::runs::fault::FaultyReplica;
use crate::runs::process::{Faultless, Process};
use crate::runs::setup::Setup;

/// Makes the processes of a run.
pub trait Machines {
    /// Olympus.
    fn olympus(&self, setup: &Setup) -> Box<dyn Process>;
    /// A client with its workload.
    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process>;
    /// A replica with its failures: active in configuration 0, pending in every later one.
    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process>;

    /// Any of them.
    fn process(&self, setup: &Setup, process: ProcessId) -> Box<dyn Process> {
        match process {
            ProcessId::Olympus => self.olympus(setup),
            ProcessId::Client(client) => self.client(setup, client),
            ProcessId::Replica(replica) => self.replica(setup, replica),
        }
    }
}

/// The protocol as `bcr-protocol` implements it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChainReplication;

impl Machines for ChainReplication {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        Box::new(Faultless::new(setup.olympus()))
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        Box::new(Faultless::new(setup.client(client)))
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        Box::new(FaultyReplica::new(
            setup.replica(replica),
            setup.signer(ProcessId::Replica(replica)),
            &setup.scenario.failures,
            setup.scenario.t,
        ))
    }
}
