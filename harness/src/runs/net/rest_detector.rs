//! Whether a run has come to rest: nothing is in flight, no timer runs, nobody sleeps.
//!
//! Every process reports what it sent and what arrived, so the runner has a picture of all of them, put
//! together of different moments. Where the picture is quiet, one sweep asks every process whether it
//! has done anything since: if none has, all the moments were one, and nothing more can happen.
//!
//! Source: Mattern, "Algorithms for distributed termination detection", Distributed Computing 2 (1987),
//! the counting methods; docs/running.md.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::identity::ProcessId;

use super::notice::{Chunk, Entry, ProcessEnd, What};
use crate::trace::{HarnessEvent, TraceEvent};

/// What the runner knows of the processes' detector.
#[derive(Debug, Default)]
pub(super) struct RestDetector {
    processes: BTreeMap<ProcessId, State>,
    /// How many sweeps have begun.
    sweeps: u64,
    /// Who has not answered the present sweep.
    unswept: Option<BTreeSet<ProcessId>>,
}

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    sent: BTreeMap<ProcessId, u64>,
    arrived: BTreeMap<ProcessId, u64>,
    timers: u64,
    is_asleep: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// It was launched and has not handled its start.
    #[default]
    Starting,
    Live,
    Ended {
        is_flushed: bool,
    },
}

impl RestDetector {
    /// A process is being launched.
    pub(super) fn launched(&mut self, process: ProcessId) {
        self.disturb();
        self.processes.entry(process).or_default();
    }

    /// A process has done something, or has something to say of its links: whoever knocks at its door
    /// from outside does not keep a run from its rest.
    pub(super) fn reported(&mut self, process: ProcessId, chunk: &Chunk) {
        let state = self.processes.entry(process).or_default();
        let was = (state.timers, state.is_asleep);
        if !is_talk(chunk) || was != (chunk.timers, chunk.is_asleep) {
            self.unswept = None;
        }
        if state.stage == Stage::Starting {
            state.stage = Stage::Live;
        }
        for entry in &chunk.entries {
            if let What::Event(TraceEvent::Harness(HarnessEvent::Sent { to, .. })) = &entry.what {
                *state.sent.entry(*to).or_default() += 1;
            }
        }
        for (from, count) in &chunk.arrived {
            *state.arrived.entry(*from).or_default() += count;
        }
        state.timers = chunk.timers;
        state.is_asleep = chunk.is_asleep;
    }

    /// A process has ended.
    pub(super) fn ended(&mut self, process: ProcessId, ending: &ProcessEnd) {
        self.disturb();
        let is_flushed = match ending {
            ProcessEnd::Halted { is_flushed, .. } => *is_flushed,
            ProcessEnd::Finished | ProcessEnd::Failed(_) => false,
        };
        self.processes.entry(process).or_default().stage = Stage::Ended { is_flushed };
    }

    /// Begins a sweep if the picture is quiet and none is under way; gives its number.
    pub(super) fn begin_sweep(&mut self) -> Option<u64> {
        if self.unswept.is_some() || !self.is_quiet() {
            return None;
        }
        self.sweeps += 1;
        self.unswept = Some(self.live().collect());
        Some(self.sweeps)
    }

    /// A process has answered a sweep. Whether that settles it: the run is at rest.
    pub(super) fn swept(&mut self, process: ProcessId, number: u64) -> bool {
        match &mut self.unswept {
            Some(unswept) if number == self.sweeps => {
                unswept.remove(&process);
                unswept.is_empty()
            }
            Some(_) | None => false,
        }
    }

    /// The processes that have not ended.
    pub(super) fn live(&self) -> impl Iterator<Item = ProcessId> {
        self.processes
            .iter()
            .filter(|(_, state)| !matches!(state.stage, Stage::Ended { .. }))
            .map(|(process, _)| *process)
    }

    /// Something happened: a sweep under way says nothing any more.
    fn disturb(&mut self) {
        self.unswept = None;
    }

    fn is_quiet(&self) -> bool {
        let is_still = |state: &State| match state.stage {
            Stage::Starting => false,
            Stage::Live => state.timers == 0 && !state.is_asleep,
            Stage::Ended { .. } => true,
        };
        self.processes.values().all(is_still)
            && self.processes.iter().all(|(&to, receiver)| {
                receiver.stage != Stage::Live || self.has_everything(to, receiver)
            })
            && self.processes.values().all(|sender| self.all_known(sender))
    }

    /// Whether all that was sent to `to` has arrived. What a process did not get rid of before it ended
    /// never arrives.
    fn has_everything(&self, to: ProcessId, receiver: &State) -> bool {
        self.processes.iter().all(|(from, sender)| {
            let sent = sender.sent.get(&to).copied().unwrap_or_default();
            let arrived = receiver.arrived.get(from).copied().unwrap_or_default();
            sent == arrived || sender.stage == Stage::Ended { is_flushed: false }
        })
    }

    /// Whether everybody whom the sender has written to was launched.
    fn all_known(&self, sender: &State) -> bool {
        sender.sent.keys().all(|to| self.processes.contains_key(to))
    }
}

/// Whether a chunk holds nothing but what a transport says, which decides nothing.
fn is_talk(chunk: &Chunk) -> bool {
    let is_diagnostic = |entry: &Entry| {
        matches!(
            entry.what,
            What::Event(TraceEvent::Harness(HarnessEvent::Diagnostic { .. }))
        )
    };
    !chunk.entries.is_empty() && chunk.arrived.is_empty() && chunk.entries.iter().all(is_diagnostic)
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ClientId;
    use bcr_protocol::message::Message;

    use super::*;
    use crate::runs::process::Halt;
    use crate::trace::Micros;
    use crate::trace::samples;

    const OLYMPUS: ProcessId = ProcessId::Olympus;
    const CLIENT: ProcessId = ProcessId::Client(ClientId(0));

    /// A chunk that sent so many messages to each and that so many from each arrived at.
    fn chunk(sent: &[(ProcessId, usize)], arrived: &[(ProcessId, u64)]) -> Chunk {
        let entry = |to| Entry {
            at: Micros(0),
            what: What::Event(samples::send(to, Message::ClientRequest(samples::request())).into()),
        };
        let entries = sent
            .iter()
            .flat_map(|&(to, count)| std::iter::repeat_with(move || entry(to)).take(count));
        Chunk {
            entries: entries.collect(),
            arrived: arrived.to_vec(),
            timers: 0,
            is_asleep: false,
        }
    }

    fn two() -> RestDetector {
        let mut detector = RestDetector::default();
        detector.launched(OLYMPUS);
        detector.launched(CLIENT);
        detector.reported(OLYMPUS, &chunk(&[], &[]));
        detector
    }

    #[test]
    fn a_run_rests_when_a_quiet_picture_survives_a_sweep() {
        let mut detector = two();
        assert_eq!(detector.begin_sweep(), None, "the client has not started");
        detector.reported(CLIENT, &chunk(&[(OLYMPUS, 2)], &[]));
        assert_eq!(detector.begin_sweep(), None, "two messages are in flight");
        detector.reported(OLYMPUS, &chunk(&[], &[(CLIENT, 1)]));
        assert_eq!(detector.begin_sweep(), None, "one message is in flight");
        detector.reported(OLYMPUS, &chunk(&[], &[(CLIENT, 1)]));
        assert_eq!(detector.begin_sweep(), Some(1));
        assert_eq!(detector.begin_sweep(), None, "one is under way");
        assert!(!detector.swept(CLIENT, 1), "Olympus has not answered");
        detector.reported(CLIENT, &chunk(&[], &[]));
        assert!(
            !detector.swept(OLYMPUS, 1),
            "the client has done something since"
        );
        assert_eq!(detector.begin_sweep(), Some(2));
        assert!(!detector.swept(CLIENT, 1), "an answer to the first sweep");
        assert!(!detector.swept(CLIENT, 2));
        assert!(detector.swept(OLYMPUS, 2));
    }

    #[test]
    fn talk_about_links_disturbs_no_sweep() {
        let mut detector = two();
        detector.reported(CLIENT, &chunk(&[], &[]));
        assert_eq!(detector.begin_sweep(), Some(1));
        let mut talk = chunk(&[], &[]);
        talk.entries.push(Entry {
            at: Micros(0),
            what: What::Event(
                HarnessEvent::Diagnostic {
                    text: "connection closed".to_owned(),
                }
                .into(),
            ),
        });
        detector.reported(CLIENT, &talk);
        assert!(!detector.swept(CLIENT, 1), "Olympus has not answered");
        assert!(detector.swept(OLYMPUS, 1), "all have");
    }

    #[test]
    fn timers_and_sleeps_are_waited_for() {
        let mut detector = two();
        let mut busy = chunk(&[], &[]);
        busy.timers = 1;
        detector.reported(CLIENT, &busy);
        assert_eq!(detector.begin_sweep(), None);
        busy.timers = 0;
        busy.is_asleep = true;
        detector.reported(CLIENT, &busy);
        assert_eq!(detector.begin_sweep(), None);
        busy.is_asleep = false;
        detector.reported(CLIENT, &busy);
        assert_eq!(detector.begin_sweep(), Some(1));
    }

    #[test]
    fn messages_to_the_dead_are_not_waited_for_and_those_of_the_dead_only_if_they_got_out() {
        for is_flushed in [true, false] {
            let mut detector = two();
            detector.reported(CLIENT, &chunk(&[(OLYMPUS, 1)], &[]));
            detector.reported(OLYMPUS, &chunk(&[(CLIENT, 1)], &[]));
            let how = Halt::Crashed;
            detector.ended(CLIENT, &ProcessEnd::Halted { how, is_flushed });
            assert_eq!(detector.begin_sweep().is_none(), is_flushed);
            detector.reported(OLYMPUS, &chunk(&[], &[(CLIENT, 1)]));
            let number = detector.begin_sweep().expect("nothing is left");
            assert!(detector.swept(OLYMPUS, number), "the dead do not answer");
        }
    }
}
