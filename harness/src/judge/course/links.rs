//! What is on its way between processes.

use std::collections::{BTreeMap, VecDeque};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::{Message, MessageKind};

use super::impossible::Impossibility;
use crate::trace::{HarnessEvent, Record, Trace, TraceEvent};

/// The links of a run. Each keeps the order of sending (P1.3).
pub(super) struct Links<'t> {
    trace: &'t Trace,
    /// By sender and receiver: the events by which something was sent that has not arrived.
    under_way: BTreeMap<(ProcessId, ProcessId), VecDeque<u64>>,
}

impl<'t> Links<'t> {
    /// The links of the run with this trace, on which nothing was sent.
    pub(super) const fn new(trace: &'t Trace) -> Self {
        Self {
            trace,
            under_way: BTreeMap::new(),
        }
    }

    /// A message is sent.
    pub(super) fn send(&mut self, record: &Record, to: ProcessId) {
        let link = self.under_way.entry((record.process, to)).or_default();
        link.push_back(record.n);
    }

    /// The message that this event sent is received; it may overtake as many as are excused.
    pub(super) fn receive(
        &mut self,
        event: u64,
        (from, to): (ProcessId, ProcessId),
        content: &Message,
        excused: usize,
    ) -> Result<(), Impossibility> {
        match self.sent(event) {
            Some((sender, receiver, sent)) if (sender, receiver, sent) == (from, to, content) => {}
            Some(_) | None => return Err(Impossibility::NotSent { sent: Some(event) }),
        }
        let link = self.under_way.entry((from, to)).or_default();
        match link.iter().position(|waiting| *waiting == event) {
            Some(before) if before <= excused => {
                link.remove(before);
                Ok(())
            }
            Some(_) | None => Err(Impossibility::Overtaken { sent: event }),
        }
    }

    /// The next message of this type is discarded, since its receiver has ended.
    pub(super) fn discard(
        &mut self,
        (from, to): (ProcessId, ProcessId),
        message: MessageKind,
    ) -> Result<(), Impossibility> {
        let link = self.under_way.get(&(from, to));
        let index = link.and_then(|link| {
            link.iter().position(|event| {
                let sent = self.sent(*event);
                sent.is_some_and(|(.., content)| content.kind() == message)
            })
        });
        match (index, self.under_way.get_mut(&(from, to))) {
            (Some(index), Some(link)) => {
                link.remove(index);
                Ok(())
            }
            (None, _) | (_, None) => Err(Impossibility::NotDiscarded { from, message }),
        }
    }

    /// What is still on its way: sender, receiver, and the events by which it was sent.
    pub(super) fn under_way(&self) -> impl Iterator<Item = (ProcessId, ProcessId, &VecDeque<u64>)> {
        let links = self.under_way.iter();
        links.map(|(&(from, to), link)| (from, to, link))
    }

    /// Sender, receiver and content of what an event sent, if it did.
    fn sent(&self, event: u64) -> Option<(ProcessId, ProcessId, &'t Message)> {
        let record = self.trace.records.get(usize::try_from(event).ok()?)?;
        match &record.event {
            TraceEvent::Harness(HarnessEvent::Sent { to, content, .. }) => {
                Some((record.process, *to, content))
            }
            TraceEvent::Harness(_) | TraceEvent::Protocol(_) => None,
        }
    }
}
