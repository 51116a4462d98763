//! The simulated runtime: one thread, virtual time, one queue.
//!
//! The same scenario and seed give the same trace, byte for byte, on every machine.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "log files bear the wall clock; nothing else sees it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, ReplicaId};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::Message;
use bcr_protocol::signature::{RunSecret, Scheme};

use super::deadline::deadline;
use super::queue::{Queue, Ticket};
use super::schedule::Schedule;
use crate::runs::machines::Machines;
use crate::runs::process::{Action, Arrival, Halt, Occurrence, Process};
use crate::runs::setup::Setup;
use crate::scenario::Scenario;
use crate::trace::{HarnessEvent, Micros, Record, RunEnd, Trace, TraceEvent};

/// How many occurrences without an accepted result end a run: some three times what the shortest
/// timeouts of the scenarios that were seen in the field cause within the deadline. A new configuration
/// is no such progress: a broken protocol may start one after the other for ever.
const OCCURRENCES_WITHOUT_ANSWER_MAX: u64 = 500_000;

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
        }
    }
}

/// The secret from which the keys of a simulated run derive (docs/protocol.md P1.4).
#[must_use]
pub fn run_secret(seed: u64) -> RunSecret {
    RunSecret(Digest::of_value("run secret", &seed).0)
}

/// Runs a scenario to its end and gives back everything that happened.
#[must_use]
pub fn run(scenario: &Arc<Scenario>, machines: &dyn Machines, options: Options) -> Trace {
    let setup = Setup::new(
        Arc::clone(scenario),
        options.scheme,
        run_secret(options.seed),
    );
    Simulation::new(setup, machines, options).run()
}

/// What is due at some time.
enum Due {
    Arrival { to: ProcessId, arrival: Arrival },
    Timer { process: ProcessId, timer: Timer },
    Wake(ProcessId),
}

struct Simulation<'a> {
    setup: Setup,
    machines: &'a dyn Machines,
    options: Options,
    schedule: Schedule,
    now: Micros,
    queue: Queue<Due>,
    processes: BTreeMap<ProcessId, Box<dyn Process>>,
    halted: BTreeMap<ProcessId, Halt>,
    timers: BTreeMap<(ProcessId, Timer), Ticket>,
    trace: Trace,
    /// Clients with requests left.
    busy: BTreeSet<ClientId>,
    last_progress: Micros,
    occurrences_since_answer: u64,
}

impl<'a> Simulation<'a> {
    fn new(setup: Setup, machines: &'a dyn Machines, options: Options) -> Self {
        Self {
            schedule: Schedule::new(options.seed, &setup.parameters, options.pauses),
            busy: (0..setup.scenario.clients).map(ClientId).collect(),
            setup,
            machines,
            options,
            now: Micros(0),
            queue: Queue::default(),
            processes: BTreeMap::new(),
            halted: BTreeMap::new(),
            timers: BTreeMap::new(),
            trace: Trace::default(),
            last_progress: Micros(0),
            occurrences_since_answer: 0,
        }
    }

    fn run(mut self) -> Trace {
        self.start(ProcessId::Olympus, self.machines.olympus(&self.setup));
        for client in (0..self.setup.scenario.clients).map(ClientId) {
            let process = self.machines.client(&self.setup, client);
            self.start(ProcessId::Client(client), process);
        }
        let deadline = self.deadline();
        let end = loop {
            let Some((at, due)) = self.queue.pop() else {
                break if self.busy.is_empty() {
                    RunEnd::AtRest
                } else {
                    RunEnd::Stuck
                };
            };
            let last = Micros(self.last_progress.0.saturating_add(deadline.0));
            if at > last {
                self.now = last;
                break RunEnd::Deadline;
            }
            if self.occurrences_since_answer > OCCURRENCES_WITHOUT_ANSWER_MAX {
                break RunEnd::EventBound;
            }
            self.occurrences_since_answer += 1;
            self.now = at;
            self.carry_out(due);
        };
        self.end(end);
        self.trace
    }

    fn carry_out(&mut self, due: Due) {
        match due {
            Due::Arrival { to, arrival } => match self.halted.get(&to) {
                Some(halt) => {
                    let reason = match halt {
                        Halt::Crashed => "the process has crashed",
                        Halt::Terminated => "the process has terminated",
                    };
                    let discarded = HarnessEvent::Discarded {
                        from: arrival.from,
                        message: Some(arrival.message.kind()),
                        reason: reason.to_owned(),
                    };
                    self.record(to, discarded.into());
                }
                None => self.handle(to, Occurrence::Arrived(arrival)),
            },
            Due::Timer { process, timer } => {
                self.timers.remove(&(process, timer));
                self.handle(process, Occurrence::TimerFired(timer));
            }
            Due::Wake(process) => self.handle(process, Occurrence::Woken),
        }
    }

    /// Starts a process: its settings are its first event.
    fn start(&mut self, id: ProcessId, process: Box<dyn Process>) {
        let settings = self.setup.settings(id);
        self.record(id, HarnessEvent::Settings { settings }.into());
        self.processes.insert(id, process);
        self.handle(id, Occurrence::Start);
    }

    fn handle(&mut self, id: ProcessId, occurrence: Occurrence) {
        let Some(mut process) = self.processes.remove(&id) else {
            return;
        };
        let mut actions = Vec::new();
        process.handle(occurrence, &mut actions);
        self.processes.insert(id, process);
        for action in actions {
            self.act(id, action);
        }
    }

    fn act(&mut self, id: ProcessId, action: Action) {
        match action {
            Action::Send {
                to,
                message,
                spoiled,
            } => self.send(id, to, message, spoiled),
            Action::SetTimer { timer, after_ms } => {
                let at = self.after_ms(after_ms);
                let ticket = self.queue.insert(at, Due::Timer { process: id, timer });
                if let Some(earlier) = self.timers.insert((id, timer), ticket) {
                    self.queue.remove(earlier);
                }
            }
            Action::CancelTimer(timer) => {
                if let Some(ticket) = self.timers.remove(&(id, timer)) {
                    self.queue.remove(ticket);
                }
            }
            Action::StartReplicas(configuration) => self.start_replicas(configuration),
            Action::Sleep(ms) => {
                let at = self.after_ms(ms);
                self.queue.insert(at, Due::Wake(id));
            }
            Action::Halt(halt) => self.halt(id, halt),
            Action::Record(event) => {
                self.note_progress(id, &event);
                self.record(id, event);
            }
        }
    }

    fn send(&mut self, from: ProcessId, to: ProcessId, message: Message, spoiled: bool) {
        let content = message.clone();
        let sent = self.record(
            from,
            HarnessEvent::Sent {
                to,
                spoiled,
                content,
            }
            .into(),
        );
        let at = self.schedule.arrival(from, to, self.now);
        let arrival = Arrival {
            from,
            sent: Some(sent),
            message,
        };
        self.queue.insert(at, Due::Arrival { to, arrival });
    }

    fn start_replicas(&mut self, configuration: ConfigurationId) {
        for position in (0..).take(self.setup.parameters.replicas()).map(Position) {
            let replica = ReplicaId {
                configuration,
                position,
            };
            let process = self.machines.replica(&self.setup, replica);
            self.start(ProcessId::Replica(replica), process);
        }
    }

    fn halt(&mut self, id: ProcessId, halt: Halt) {
        self.processes.remove(&id);
        self.halted.insert(id, halt);
        let timers: Vec<_> = self
            .timers
            .keys()
            .filter(|(process, _)| *process == id)
            .copied()
            .collect();
        for timer in timers {
            if let Some(ticket) = self.timers.remove(&timer) {
                self.queue.remove(ticket);
            }
        }
    }

    /// Every live replica tells its state, then the run ends.
    fn end(&mut self, end: RunEnd) {
        let states: Vec<_> = self
            .processes
            .iter()
            .filter_map(|(id, process)| Some((*id, process.final_dictionary()?)))
            .collect();
        for (id, state) in states {
            self.record(id, state.into());
        }
        self.record(ProcessId::Olympus, HarnessEvent::RunEnded { end }.into());
    }

    fn note_progress(&mut self, id: ProcessId, event: &TraceEvent) {
        match event {
            TraceEvent::Protocol(Event::Accepted { .. }) => {
                self.last_progress = self.now;
                self.occurrences_since_answer = 0;
            }
            TraceEvent::Protocol(Event::ConfigurationStarted { .. }) => {
                self.last_progress = self.now;
            }
            TraceEvent::Protocol(Event::Done) => {
                if let ProcessId::Client(client) = id {
                    self.busy.remove(&client);
                }
            }
            TraceEvent::Protocol(_) | TraceEvent::Harness(_) => {}
        }
    }

    /// Adds an event to the trace and gives its number.
    fn record(&mut self, process: ProcessId, event: TraceEvent) -> u64 {
        let n = self.trace.records.len() as u64;
        let wall_us = if self.options.clock { wall_us() } else { 0 };
        self.trace.records.push(Record {
            n,
            at: self.now,
            wall_us,
            process,
            event,
        });
        n
    }

    fn after_ms(&self, ms: u64) -> Micros {
        Micros(self.now.0.saturating_add(Micros::from_ms(ms).0))
    }

    fn deadline(&self) -> Micros {
        self.options
            .deadline
            .unwrap_or_else(|| deadline(&self.setup.scenario))
    }
}

/// Microseconds since the Unix epoch, for log files alone.
fn wall_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
