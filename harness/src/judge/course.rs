//! Whether a trace is one that a run can leave, whatever its machines do.
//!
//! Runtimes record what happens around machines, and keep an order in it: time does not run back, what
//! is received was sent, links keep the order of sending and lose nothing for a process that goes on,
//! and who has ended does no more. A trace in which that is otherwise was changed after the run, and is
//! not judged. What machines say is left to the invariants.
//!
//! Real time is no different, but that what was sent to a process that has ended is lost without a word
//! there.
//!
//! Source: docs/running.md, docs/protocol.md P1.3, P1.6, P1.8, P9.2.

mod impossible;
mod known;
mod links;

use std::collections::BTreeMap;

use bcr_protocol::identity::{ProcessId, ReplicaId};
use bcr_protocol::message::MessageKind;

pub use self::impossible::{Impossibility, Impossible};
use self::known::Known;
use self::links::Links;
use crate::judge::premises::Premises;
use crate::runs::Runtime;
use crate::scenario::Failure;
use crate::trace::{HarnessEvent, Micros, Record, RunEnd, Trace, TraceEvent};

/// Looks for what no run leaves.
///
/// # Errors
/// The first event that cannot be.
pub(super) fn examine(
    premises: &Premises,
    runtime: Runtime,
    trace: &Trace,
) -> Result<(), Impossible> {
    let mut course = Course {
        premises,
        is_simulated: runtime == Runtime::Simulated,
        now: Micros::default(),
        processes: BTreeMap::new(),
        links: Links::new(trace),
        end: None,
    };
    for record in &trace.records {
        let event = record.n;
        course
            .take(record)
            .map_err(|what| Impossible { event, what })?;
    }
    match course.end {
        Some(RunEnd::AtRest) => course.nothing_is_on_its_way(),
        Some(
            RunEnd::Stuck
            | RunEnd::Deadline
            | RunEnd::EventBound
            | RunEnd::TimeBound
            | RunEnd::ByteBound
            | RunEnd::Error,
        )
        | None => Ok(()),
    }
}

/// What has happened so far.
struct Course<'t> {
    premises: &'t Premises,
    is_simulated: bool,
    now: Micros,
    processes: BTreeMap<ProcessId, Known>,
    links: Links<'t>,
    end: Option<RunEnd>,
}

type Taken = Result<(), Impossibility>;

impl Course<'_> {
    fn take(&mut self, record: &Record) -> Taken {
        let before = self.now;
        if record.at < before {
            return Err(Impossibility::TimeRunsBack { before });
        }
        self.now = record.at;
        if self.end.is_some() {
            return Err(Impossibility::RunOver);
        }
        self.is_here(record.process)?;
        match &record.event {
            TraceEvent::Harness(HarnessEvent::Settings { .. }) => {
                let known = self.processes.insert(record.process, Known::default());
                return match known {
                    None => Ok(()),
                    Some(_) => Err(Impossibility::StartedTwice),
                };
            }
            // A transport speaks up before its process starts, and for one that has ended.
            TraceEvent::Harness(HarnessEvent::Diagnostic { .. }) => return Ok(()),
            TraceEvent::Harness(HarnessEvent::Discarded { from, message, .. }) => {
                return self.discarded(record.process, *from, *message);
            }
            TraceEvent::Harness(HarnessEvent::RunEnded { end, .. }) => {
                self.end = Some(*end);
                return match record.process {
                    ProcessId::Olympus => Ok(()),
                    ProcessId::Client(_) | ProcessId::Replica(_) => {
                        Err(Impossibility::NotIts("Olympus"))
                    }
                };
            }
            TraceEvent::Harness(_) | TraceEvent::Protocol(_) => {}
        }
        match self.processes.get(&record.process) {
            None => return Err(Impossibility::NotStarted),
            Some(known) if known.is_over() => return Err(Impossibility::Over),
            Some(_) => {}
        }
        match &record.event {
            TraceEvent::Harness(event) => self.on_harness(record, event),
            TraceEvent::Protocol(event) => {
                self.known(record.process).on_event(event);
                Ok(())
            }
        }
    }

    fn is_here(&self, process: ProcessId) -> Taken {
        let is_here = match process {
            ProcessId::Olympus => true,
            ProcessId::Client(client) => client.0 < self.premises.clients,
            ProcessId::Replica(replica) => replica.position <= self.premises.tail(),
        };
        if is_here {
            Ok(())
        } else {
            Err(Impossibility::Stranger(process))
        }
    }

    fn on_harness(&mut self, record: &Record, event: &HarnessEvent) -> Taken {
        let process = record.process;
        match event {
            HarnessEvent::Sent { to, spoiled, .. } => {
                self.is_here(*to)?;
                if *to == process {
                    return Err(Impossibility::NotIts("messages to others"));
                }
                if *spoiled {
                    self.known(process).spoil()?;
                }
                self.links.send(record, *to);
                Ok(())
            }
            HarnessEvent::Received {
                from,
                sent: Some(sent),
                content,
            } => {
                let excused = self.known(process).excused(*from);
                self.links
                    .receive(*sent, (*from, process), content, excused)
            }
            // P9.2: a replica hands its own messages to itself.
            HarnessEvent::Received {
                from, sent: None, ..
            } => match its_replica(process) {
                Ok(_) if *from == process => Ok(()),
                Ok(_) | Err(_) => Err(Impossibility::NotSent { sent: None }),
            },
            HarnessEvent::FailureArmed {
                plan,
                trigger,
                failure,
                ..
            } => self.planned(*plan, process, trigger, failure).map(|_| ()),
            HarnessEvent::FailureApplied {
                plan,
                trigger,
                failure,
                effect,
                ..
            } => {
                let failure = self.planned(*plan, process, trigger, failure)?;
                self.known(process).apply(failure, *effect)
            }
            HarnessEvent::Slept { .. } => self.known(process).sleep(),
            HarnessEvent::Crashed => self.known(process).crash(),
            HarnessEvent::FinalDictionary { .. } => {
                its_replica(process)?;
                self.known(process).tell_state();
                Ok(())
            }
            HarnessEvent::Settings { .. }
            | HarnessEvent::Diagnostic { .. }
            | HarnessEvent::Discarded { .. }
            | HarnessEvent::RunEnded { .. } => unreachable!("these were taken before"),
        }
    }

    /// In the simulator everything arrives, and what arrives at a process that has ended is discarded. A
    /// process that crashed when it woke never saw what came while it slept.
    fn discarded(
        &mut self,
        process: ProcessId,
        from: ProcessId,
        message: Option<MessageKind>,
    ) -> Taken {
        let (true, Some(message)) = (self.is_simulated, message) else {
            return Ok(());
        };
        let known = self.processes.get(&process);
        if known.is_none_or(|known| !known.has_stopped()) {
            return Err(Impossibility::NotDiscarded { from, message });
        }
        self.links.discard((from, process), message)
    }

    fn planned(
        &self,
        plan: usize,
        process: ProcessId,
        trigger: &str,
        failure: &str,
    ) -> Result<Failure, Impossibility> {
        let replica = its_replica(process)?;
        let planned = self.premises.failures.get(plan);
        let planned = planned.filter(|planned| {
            (planned.configuration, planned.replica) == (replica.configuration, replica.position)
                && planned.trigger_text == trigger
                && planned.failure_text == failure
        });
        planned
            .map(|planned| planned.failure)
            .ok_or(Impossibility::Unplanned)
    }

    /// Where a run came to rest, nothing is on its way any more. What a process missed that has ended
    /// says nothing in real time, nor where it ended in its sleep.
    fn nothing_is_on_its_way(&self) -> Result<(), Impossible> {
        let mut lost: Option<(u64, ProcessId)> = None;
        for (from, to, link) in self.links.under_way() {
            let is_lost = match self.processes.get(&to) {
                Some(known) if known.has_stopped() => {
                    self.is_simulated && known.has_stopped_clean() && !link.is_empty()
                }
                Some(known) => link.len() > known.excused(from),
                None => !link.is_empty(),
            };
            if let Some(&event) = link.front().filter(|_| is_lost)
                && lost.is_none_or(|(first, _)| event < first)
            {
                lost = Some((event, to));
            }
        }
        match lost {
            None => Ok(()),
            Some((event, to)) => Err(Impossible {
                event,
                what: Impossibility::Unreceived { to },
            }),
        }
    }

    fn known(&mut self, process: ProcessId) -> &mut Known {
        self.processes.entry(process).or_default()
    }
}

/// What happens to replicas alone.
const fn its_replica(process: ProcessId) -> Result<ReplicaId, Impossibility> {
    match process {
        ProcessId::Replica(replica) => Ok(replica),
        ProcessId::Olympus | ProcessId::Client(_) => Err(Impossibility::NotIts("replicas")),
    }
}
