//! The loop of the simulator, a step at a time.

#![expect(
    clippy::disallowed_methods,
    reason = "log files bear the wall clock; nothing else sees it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, ProcessId};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::Message;
use tracing::{debug, info, trace};

use super::due::Due;
use super::options::{Options, run_secret};
use crate::runs::deadline::deadline;
use crate::runs::limits::Spent;
use crate::runs::machines::Machines;
use crate::runs::process::{self, Action, Arrival, Halt, Occurrence, Process};
use crate::runs::queue::{Queue, Ticket};
use crate::runs::schedule::Schedule;
use crate::runs::setup::Setup;
use crate::runs::verbosity::{LAUNCH, RUN};
use crate::scenario::Scenario;
use crate::trace::{HarnessEvent, Micros, Record, RunEnd, Trace, TraceEvent};

/// How many occurrences without an accepted result end a run: some three times what the shortest
/// timeouts of the scenarios that were seen in the field cause within the deadline. A new configuration
/// is no such progress: a broken protocol may start one after the other for ever.
const OCCURRENCES_WITHOUT_ANSWER_MAX: u64 = 500_000;

/// A run under way, which goes on when it is told to.
///
/// Call [`Self::step`] until it says that the run has ended; calls after that change nothing. Between two
/// steps everything can be looked at: what happened so far, what time it is, when something is due next.
pub struct Simulation<'a> {
    setup: Setup,
    machines: &'a dyn Machines,
    schedule: Schedule<'a>,
    /// How long there may be no progress.
    deadline: Micros,
    /// Whether to note the wall clock with each event.
    clock: bool,
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
    /// Why the run cannot go on: a process has broken down.
    broken: Option<String>,
    spent: Spent,
    end: Option<RunEnd>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Time went on to what was due next, and this process has handled it to the end, if it still runs. What
    /// came of it are the last records of the trace, if anything did.
    Happened(ProcessId),
    /// The run has ended, and its last records say how.
    Ended(RunEnd),
}

impl<'a> Simulation<'a> {
    /// A run at its beginning, under the schedule of its seed: Olympus and the clients have started, at time
    /// 0, and nothing was delivered.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, machines: &'a dyn Machines, options: Options) -> Self {
        let schedule = Schedule::of_seed(options.seed, &scenario.parameters, options.pauses);
        Self::under(schedule, scenario, machines, options)
    }

    /// The same under a schedule of the caller's: the seed and the pauses of `options` decide nothing but
    /// the keys.
    #[must_use]
    pub fn under(
        schedule: Schedule<'a>,
        scenario: &Arc<Scenario>,
        machines: &'a dyn Machines,
        options: Options,
    ) -> Self {
        let secret = run_secret(options.seed);
        let setup = Setup::new(Arc::clone(scenario), options.scheme, secret);
        let mut simulation = Self {
            busy: setup.clients().collect(),
            setup,
            machines,
            schedule,
            deadline: options.deadline.unwrap_or_else(|| deadline(scenario)),
            clock: options.clock,
            now: Micros(0),
            queue: Queue::default(),
            processes: BTreeMap::new(),
            halted: BTreeMap::new(),
            timers: BTreeMap::new(),
            trace: Trace::default(),
            last_progress: Micros(0),
            occurrences_since_answer: 0,
            broken: None,
            spent: Spent::new(options.limits),
            end: None,
        };
        simulation.begin();
        simulation
    }

    /// Does what is due next, or ends the run where nothing is, for too long nothing came of it, or a process
    /// has broken down.
    pub fn step(&mut self) -> Step {
        if let Some(end) = self.end {
            return Step::Ended(end);
        }
        if self.broken.is_some() {
            return self.end(RunEnd::Error);
        }
        let Some((at, due)) = self.queue.pop() else {
            return self.end(if self.busy.is_empty() {
                RunEnd::AtRest
            } else {
                RunEnd::Stuck
            });
        };
        let last = Micros(self.last_progress.0.saturating_add(self.deadline.0));
        if at > last {
            self.now = last;
            return self.end(RunEnd::Deadline);
        }
        if self.occurrences_since_answer > OCCURRENCES_WITHOUT_ANSWER_MAX {
            return self.end(RunEnd::EventBound);
        }
        if let Some(end) = self.spent.end() {
            return self.end(end);
        }
        self.occurrences_since_answer += 1;
        self.now = at;
        let process = due.process();
        trace!(target: RUN, at_us = at.0, %process, "handles {due}");
        self.carry_out(due);
        Step::Happened(process)
    }

    /// Steps to the end and gives back everything that happened.
    #[must_use]
    pub fn run(mut self) -> Trace {
        while let Step::Happened(_) = self.step() {}
        self.trace
    }

    /// The time of the run.
    #[must_use]
    pub const fn now(&self) -> Micros {
        self.now
    }

    /// When something is due next, unless the run has ended; none where nothing is.
    #[must_use]
    pub fn next(&self) -> Option<Micros> {
        match self.end {
            None => self.queue.next(),
            Some(_) => None,
        }
    }

    /// Everything that has happened so far.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    fn begin(&mut self) {
        self.start(ProcessId::Olympus, self.machines.olympus(&self.setup));
        for client in self.setup.clients() {
            let process = self.machines.client(&self.setup, client);
            self.start(ProcessId::Client(client), process);
        }
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
        debug!(target: LAUNCH, at_us = self.now.0, process = %id, "starts");
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
        match process::handle(process.as_mut(), occurrence, &mut actions) {
            Ok(()) => drop(self.processes.insert(id, process)),
            Err(why) => {
                self.broken.get_or_insert(format!("{id}: {why}"));
            }
        }
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
        info!(target: RUN, at_us = self.now.0, %configuration, "replicas start");
        for replica in self.setup.chain(configuration) {
            let process = self.machines.replica(&self.setup, replica);
            self.start(ProcessId::Replica(replica), process);
        }
    }

    fn halt(&mut self, id: ProcessId, halt: Halt) {
        debug!(target: LAUNCH, at_us = self.now.0, process = %id, how = ?halt, "ends");
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
    fn end(&mut self, end: RunEnd) -> Step {
        let states: Vec<_> = self
            .processes
            .iter()
            .filter_map(|(id, process)| Some((*id, process.final_dictionary()?)))
            .collect();
        for (id, state) in states {
            self.record(id, state.into());
        }
        let ended = HarnessEvent::RunEnded {
            end,
            reason: self.broken.take(),
            lateness: None,
        };
        self.record(ProcessId::Olympus, ended.into());
        self.end = Some(end);
        let records = self.trace.records.len();
        info!(target: RUN, at_us = self.now.0, ?end, records, "the run has ended");
        Step::Ended(end)
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
        let wall_us = if self.clock { wall_us() } else { 0 };
        self.spent.count(&event);
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
}

impl fmt::Debug for Simulation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("now", &self.now)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// Microseconds since the Unix epoch, for log files alone.
fn wall_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
