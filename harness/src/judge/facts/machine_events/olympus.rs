//! What Olympus says of itself. It is correct by assumption (P1), and its account is compared with the
//! messages all the same.

use bcr_protocol::event::Event;
use bcr_protocol::identity::ProcessId;

use crate::judge::facts::observe::{Observer, at, member};
use crate::judge::facts::observed::{
    ConvictionFacts, HistoryFacts, QuorumFacts, RequestedFacts, StateFacts,
};
use crate::trace::Record;

impl<'t> Observer<'t> {
    pub(super) fn on_requested(&mut self, record: &'t Record, event: &'t Event) {
        let (
            ProcessId::Olympus,
            Event::ReconfigurationRequested {
                configuration,
                from,
                reason,
                suspect,
                slot,
                ..
            },
        ) = (record.process, event)
        else {
            return;
        };
        let requested = RequestedFacts {
            from: *from,
            reason: *reason,
            suspect: *suspect,
            slot: *slot,
            source: self.handled.get(&record.process).copied(),
        };
        let facts = self.configuration(*configuration);
        facts.requested.get_or_insert(at(record, requested));
    }

    pub(super) fn on_wedge_started(&mut self, record: &Record, event: &Event) {
        if let (ProcessId::Olympus, Event::WedgeStarted { configuration }) = (record.process, event)
        {
            let facts = self.configuration(*configuration);
            facts.wedge_started.get_or_insert(record.n);
        }
    }

    pub(super) fn on_history_accepted(&mut self, record: &'t Record, event: &'t Event) {
        if let (
            ProcessId::Olympus,
            Event::HistoryAccepted {
                configuration,
                replica,
                history,
                ..
            },
        ) = (record.process, event)
        {
            let history = HistoryFacts {
                replica: *replica,
                history: *history,
            };
            let facts = self.configuration(*configuration);
            facts.wedged.insert(*replica);
            facts.accepted.push(at(record, history));
        }
    }

    pub(super) fn on_history_refused(&mut self, record: &Record, event: &Event) {
        if let (
            ProcessId::Olympus,
            Event::HistoryRefused {
                configuration,
                replica,
                reason,
            },
        ) = (record.process, event)
        {
            let facts = self.configuration(*configuration);
            facts.refused.entry(*replica).or_insert(*reason);
        }
    }

    pub(super) fn on_quorum_formed(&mut self, record: &'t Record, event: &'t Event) {
        if let (
            ProcessId::Olympus,
            Event::QuorumFormed {
                configuration,
                quorum,
                history,
                checkpoint,
                entries,
                state,
            },
        ) = (record.process, event)
        {
            let quorum = QuorumFacts {
                members: quorum,
                history: *history,
                checkpoint: *checkpoint,
                entries,
                state: *state,
            };
            let facts = self.configuration(*configuration);
            facts.quorums.push(at(record, quorum));
        }
    }

    pub(super) fn on_state_received(&mut self, record: &'t Record, event: &'t Event) {
        if let (
            ProcessId::Olympus,
            Event::StateReceived {
                configuration,
                replica,
            },
        ) = (record.process, event)
        {
            let state = StateFacts {
                replica: *replica,
                source: self.handled.get(&record.process).copied(),
            };
            self.configuration(*configuration).state = Some(at(record, state));
        }
    }

    pub(super) fn on_configuration_started(&mut self, record: &Record, event: &Event) {
        if let (
            ProcessId::Olympus,
            Event::ConfigurationStarted {
                configuration,
                slot,
                state,
            },
        ) = (record.process, event)
        {
            let facts = self.configuration(*configuration);
            facts.started.get_or_insert(at(record, (*slot, *state)));
        }
    }

    pub(super) fn on_convicted(&mut self, record: &'t Record, event: &'t Event) {
        if let (
            ProcessId::Olympus,
            Event::Convicted {
                configuration,
                replica,
                proof,
            },
        ) = (record.process, event)
        {
            self.observed.convictions.push(ConvictionFacts {
                n: record.n,
                replica: member(*configuration, *replica),
                proof,
            });
        }
    }

    pub(super) fn on_ruled_out(&mut self, record: &Record, event: &Event) {
        if let (
            ProcessId::Olympus,
            Event::RuledOut {
                configuration,
                replica,
                reason,
            },
        ) = (record.process, event)
        {
            let facts = self.configuration(*configuration);
            facts.ruled_out.entry(*replica).or_insert(*reason);
        }
    }

    pub(super) fn on_set_aside(&mut self, record: &Record, event: &Event) {
        if let (
            ProcessId::Olympus,
            Event::SetAside {
                configuration,
                replica,
            },
        ) = (record.process, event)
        {
            let facts = self.configuration(*configuration);
            facts.set_aside.insert(*replica);
        }
    }
}
