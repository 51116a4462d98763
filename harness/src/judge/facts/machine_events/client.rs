//! What clients say of themselves.

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ProcessId, RequestId};
use bcr_protocol::message::Suspicion;

use crate::judge::facts::observe::{Observer, at, member};
use crate::judge::facts::observed::{Acceptance, At, RequestFacts, SuspicionFacts};
use crate::trace::Record;

impl<'t> Observer<'t> {
    pub(super) fn on_invoked(&mut self, record: &'t Record, event: &'t Event) {
        let (ProcessId::Client(client), Event::Invoked { request, operation }) =
            (record.process, event)
        else {
            return;
        };
        let facts = RequestFacts {
            invoked: at(record, &**operation),
            sent: None,
            accepted: None,
            attempts: 0,
        };
        self.on_client_timeout(record.process);
        let id = RequestId::from(*request);
        let last = self.observed.requests_of(client).next_back();
        let is_next = match last {
            Some((last, facts)) => {
                facts.accepted.is_some() && last.number.0.checked_add(1) == Some(id.number.0)
            }
            None => id.number.0 == 0,
        };
        if id.client != client || !is_next {
            self.observed.out_of_turn.push(at(record, id));
        }
        self.observed.requests.entry(id).or_insert(facts);
    }

    pub(super) fn on_accepted(&mut self, record: &'t Record, event: &'t Event) {
        let (
            ProcessId::Client(client),
            Event::Accepted {
                request,
                result,
                slot,
                configuration,
                by,
                from,
                attempts,
            },
        ) = (record.process, event)
        else {
            return;
        };
        let acceptance = Acceptance {
            result,
            slot: *slot,
            configuration: *configuration,
            by: *by,
            from: *from,
            attempts: *attempts,
            source: self.handled.get(&record.process).copied(),
        };
        let id = RequestId::from(*request);
        match self.observed.requests.get_mut(&id) {
            Some(facts) if id.client == client && facts.accepted.is_none() => {
                facts.accepted = Some(at(record, acceptance));
            }
            Some(_) | None => self.observed.unfounded.push(At {
                n: record.n,
                at: record.at,
                value: id,
            }),
        }
    }

    pub(super) fn on_done(&mut self, record: &Record) {
        if let ProcessId::Client(client) = record.process {
            self.observed.done.insert(client);
        }
    }

    /// A client belongs to no configuration: which one it suspects a replica of stands in the request
    /// that it sends, and Olympus need not accept it (P6.2).
    pub(in crate::judge::facts) fn on_client_suspicion(
        &mut self,
        record: &Record,
        suspicion: &Suspicion,
    ) {
        if let Some(suspect) = suspicion.suspect {
            self.observed.suspicions.push(SuspicionFacts {
                n: record.n,
                at: record.at,
                suspect: member(suspicion.configuration, suspect),
                by: record.process,
                reason: suspicion.reason,
                slot: suspicion.slot,
                basis: None,
            });
        }
    }
}
