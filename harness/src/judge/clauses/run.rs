//! The run that clauses are evaluated on.

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, ProcessId};

use super::catalogue::Catalogue;
use crate::outcome::Outcome;
use crate::trace::{Micros, Record, Trace, TraceEvent};

/// What kind of run is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terms {
    /// The canonical schedule of the simulator: clauses under `canonical` count.
    Canonical,
    /// Another schedule of the simulator.
    Drawn,
    /// A run in real time, which the machine takes part of: clauses about durations allow for so much
    /// more.
    Real {
        /// How much.
        allowance: Micros,
    },
}

/// What clauses are evaluated on.
pub(super) struct Run<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) trace: &'a Trace,
    pub(super) terms: Terms,
    pub(super) catalogue: Catalogue,
}

impl<'a> Run<'a> {
    pub(super) fn new(outcome: &'a Outcome, trace: &'a Trace, terms: Terms) -> Self {
        Self {
            outcome,
            trace,
            terms,
            catalogue: Catalogue::default(),
        }
    }

    /// The events of machines.
    pub(super) fn events(&self) -> impl Iterator<Item = (&Record, &Event)> {
        let records = self.trace.records.iter();
        records.filter_map(|record| match &record.event {
            TraceEvent::Protocol(event) => Some((record, event)),
            TraceEvent::Harness(_) => None,
        })
    }

    /// The event by which a client accepted the result of a request.
    pub(super) fn accepted(&self, client: u32, request: u64) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::Accepted { request: id, .. }
                if id.request_client.0 == client && id.request.0 == request)
        })
    }

    /// The event by which a client first sent a request.
    pub(super) fn invoked(&self, client: u32, request: u64) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::Invoked { request: id, .. }
                if id.request_client.0 == client && id.request.0 == request)
        })
    }

    /// The event by which a configuration started.
    pub(super) fn started(&self, number: u32) -> Option<u64> {
        self.find(|event| {
            matches!(event, Event::ConfigurationStarted { configuration, .. }
                if *configuration == ConfigurationId(number))
        })
    }

    fn find(&self, is_it: impl Fn(&Event) -> bool) -> Option<u64> {
        self.events()
            .find(|(_, event)| is_it(event))
            .map(|(record, _)| record.n)
    }

    /// The last event of a process.
    pub(super) fn last_event_of(&self, process: ProcessId) -> Option<u64> {
        let mut records = self.trace.records.iter().rev();
        records
            .find(|record| record.process == process)
            .map(|record| record.n)
    }

    /// The number of the last configuration.
    pub(super) fn last_configuration(&self) -> Option<u32> {
        self.outcome
            .configurations
            .iter()
            .map(|configuration| configuration.number)
            .max()
    }

    /// Whether no failure but sleeps was applied with effect to a replica.
    pub(super) fn is_correct(&self, configuration: u32, replica: u32) -> bool {
        let replicas = &self.outcome.replicas;
        let known = replicas
            .iter()
            .find(|other| (other.configuration, other.replica) == (configuration, replica));
        known.map_or_else(
            || {
                // A stored outcome may lack replicas of which nothing is known at the end.
                !self
                    .outcome
                    .budget
                    .iter()
                    .any(|of| of.configuration == configuration && of.faulty.contains(&replica))
            },
            |replica| replica.correct,
        )
    }
}
