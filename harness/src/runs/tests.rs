//! What processes and those who drive them owe each other (see [`Process`]), watched in all runs of a
//! scenario in which everything happens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, ProcessId, ReplicaId};
use bcr_protocol::machine::Timer;

use super::limits::RunLimits;
use super::machines::{ChainReplication, Machines};
use super::process::{Action, Occurrence, Process};
use super::setup::Setup;
use super::{net, simulated};
use crate::diagnostic::SourceFile;
use crate::scenario::{self, Scenario};
use crate::trace::{HarnessEvent, Micros, RunEnd, Trace, TraceEvent};

/// A replica sleeps, the head crashes, a checkpoint is reached, a configuration ends.
const EVENTFUL: &str = "t = 1\nnum_client = 2\ncheckpt_interval = 2\nclient_timeout = 400\n\
    head_timeout = 300\nnonhead_timeout = 300\n\
    workload[0] = put('k','v'); get('k'); append('k','w')\nworkload[1] = put('j','v'); get('j')\n\
    failures[0,1] = shuttle(0,0), sleep(30)\nfailures[0,0] = client_request(0,1), crash()\n";

/// The protocol, every process of which is watched.
struct Watched;

impl Machines for Watched {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        watch(ProcessId::Olympus, ChainReplication.olympus(setup))
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        let process = ChainReplication.client(setup, client);
        watch(ProcessId::Client(client), process)
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        let process = ChainReplication.replica(setup, replica);
        watch(ProcessId::Replica(replica), process)
    }
}

fn watch(id: ProcessId, process: Box<dyn Process>) -> Box<dyn Process> {
    Box::new(Watch {
        id,
        process,
        has_started: false,
        has_halted: false,
        timers: BTreeSet::new(),
        sleeps: 0,
        last_sent: BTreeMap::new(),
        wanted: BTreeSet::new(),
    })
}

/// A process, and what it and its driver have done so far.
struct Watch {
    id: ProcessId,
    process: Box<dyn Process>,
    has_started: bool,
    has_halted: bool,
    timers: BTreeSet<Timer>,
    sleeps: u32,
    /// The number of the event by which the last message from a peer was sent.
    last_sent: BTreeMap<ProcessId, u64>,
    wanted: BTreeSet<ConfigurationId>,
}

impl Process for Watch {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        self.judge_driver(&occurrence);
        let is_arrival = matches!(occurrence, Occurrence::Arrived(_));
        let before = actions.len();
        self.process.handle(occurrence, actions);
        if is_arrival && let Some(first) = actions.get(before) {
            assert!(
                tells_of_receipt(first),
                "{}: {first:?} comes first",
                self.id
            );
        }
        for action in &actions[before..] {
            self.judge_process(action);
        }
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        self.process.final_dictionary()
    }
}

impl Watch {
    fn judge_driver(&mut self, occurrence: &Occurrence) {
        let id = self.id;
        assert!(!self.has_halted, "{id} has halted");
        let is_start = matches!(occurrence, Occurrence::Start);
        assert_ne!(self.has_started, is_start, "{id} starts first and once");
        match occurrence {
            Occurrence::Start => self.has_started = true,
            Occurrence::Arrived(arrival) => {
                let sent = arrival.sent.expect("only a process itself sends without");
                let last = self.last_sent.insert(arrival.from, sent);
                assert!(last < Some(sent), "{id}: twice, or out of order");
            }
            Occurrence::TimerFired(timer) => {
                assert!(self.timers.remove(timer), "{id}: {timer} does not run");
            }
            Occurrence::Woken => {
                assert!(self.sleeps > 0, "{id} does not sleep");
                self.sleeps -= 1;
            }
        }
    }

    fn judge_process(&mut self, action: &Action) {
        let id = self.id;
        assert!(!self.has_halted, "{id} asks for more than its end");
        match action {
            Action::Send { to, .. } => assert_ne!(*to, id, "to itself"),
            Action::SetTimer { timer, .. } => drop(self.timers.insert(*timer)),
            Action::CancelTimer(timer) => drop(self.timers.remove(timer)),
            Action::StartReplicas(configuration) => {
                assert!(self.wanted.insert(*configuration), "{id}: asked for");
            }
            Action::Sleep(_) => self.sleeps += 1,
            Action::Halt(_) => self.has_halted = true,
            Action::Record(_) => {}
        }
    }
}

/// Whether an action records that a message was received, or is kept for later (P1.8).
const fn tells_of_receipt(action: &Action) -> bool {
    matches!(
        action,
        Action::Record(
            TraceEvent::Harness(HarnessEvent::Received { .. })
                | TraceEvent::Protocol(Event::Queued { .. })
        )
    )
}

fn eventful() -> Arc<Scenario> {
    let reading = scenario::read(&SourceFile::new("eventful.conf", EVENTFUL), &[]);
    Arc::new(reading.scenario.expect("no mistakes"))
}

/// That all there is to watch was there.
#[track_caller]
fn assert_eventful(trace: &Trace) {
    let has = |wanted: &dyn Fn(&TraceEvent) -> bool| {
        let mut events = trace.records.iter().map(|record| &record.event);
        events.any(wanted)
    };
    type Harness = HarnessEvent;
    assert!(has(&|event| matches!(
        event,
        TraceEvent::Harness(Harness::Slept { .. })
    )));
    assert!(has(&|event| matches!(
        event,
        TraceEvent::Harness(Harness::Crashed)
    )));
    assert!(has(&|event| matches!(
        event,
        TraceEvent::Protocol(Event::TimerExpired { .. })
    )));
    assert!(has(&|event| matches!(
        event,
        TraceEvent::Protocol(Event::TimerCancelled { .. })
    )));
    let end = RunEnd::AtRest;
    let last = trace.records.last().map(|last| &last.event);
    assert!(
        matches!(last, Some(TraceEvent::Harness(Harness::RunEnded { end: how, .. })) if *how == end)
    );
    let halted = trace.records.iter().filter(|record| {
        matches!(
            record.event,
            TraceEvent::Harness(Harness::FinalDictionary { .. })
        ) && record.process.to_string().starts_with("replica-0")
    });
    assert_eq!(
        halted.count(),
        2,
        "those of configuration 0 were told to end"
    );
}

#[test]
fn the_simulator_and_the_processes_keep_their_contract_in_every_schedule() {
    let scenario = eventful();
    for pauses in [None, Some(Micros::from_ms(50))] {
        for seed in 0..20 {
            let options = simulated::Options {
                pauses,
                ..simulated::Options::seed(seed)
            };
            let trace = simulated::run(&scenario, &Watched, options);
            assert_eventful(&trace);
        }
    }
}

#[test]
fn real_time_and_the_processes_keep_their_contract() {
    let options = net::Options {
        processes: net::Processes::Tasks,
        deadline: None,
        limits: RunLimits::DEFAULT,
    };
    let trace = net::run(&eventful(), &Watched, options);
    assert_eventful(&trace);
}
