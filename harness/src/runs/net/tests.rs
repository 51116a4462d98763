mod attack;

use std::collections::BTreeSet;
use std::time::Duration;

use bcr_protocol::identity::{ClientId, ReplicaId};

use super::*;
use crate::diagnostic::SourceFile;
use crate::runs::limits::RunLimits;
use crate::runs::machines::ChainReplication;
use crate::runs::net::clock::planted;
use crate::runs::process::{Action, Occurrence, Process};
use crate::scenario;
use crate::trace::{RunEnd, TraceEvent};

const CALM: &str = "t = 1\nnum_client = 1\nworkload[0] = put('k','v'); get('k')\n";

fn scenario(text: &str) -> Arc<Scenario> {
    let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
    Arc::new(reading.scenario.expect("no mistakes"))
}

const fn options(processes: Processes) -> Options {
    Options {
        processes,
        deadline: None,
        limits: RunLimits::DEFAULT,
    }
}

/// The protocol, but for clients that break down as soon as something arrives.
struct FragileClients;

impl Machines for FragileClients {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        ChainReplication.olympus(setup)
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        Box::new(Fragile(ChainReplication.client(setup, client)))
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        ChainReplication.replica(setup, replica)
    }
}

struct Fragile(Box<dyn Process>);

impl Process for Fragile {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        assert!(!matches!(occurrence, Occurrence::Arrived(_)), "broken down");
        self.0.handle(occurrence, actions);
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

/// How a run ended, and why.
fn ended(trace: &Trace) -> (RunEnd, Option<&str>) {
    match trace.records.last().map(|last| &last.event) {
        Some(TraceEvent::Harness(HarnessEvent::RunEnded { end, reason, .. })) => {
            (*end, reason.as_deref())
        }
        last => panic!("a run ends with its end and not with {last:?}"),
    }
}

#[test]
fn a_run_of_tasks_ends_where_it_takes_more_than_it_may() {
    let time = RunLimits {
        time: Duration::from_millis(1),
        ..RunLimits::DEFAULT
    };
    let bytes = RunLimits {
        bytes: 1,
        ..RunLimits::DEFAULT
    };
    for (limits, end) in [(time, RunEnd::TimeBound), (bytes, RunEnd::ByteBound)] {
        let options = Options {
            limits,
            ..options(Processes::Tasks)
        };
        let trace = run(&scenario(CALM), &ChainReplication, options);
        assert_eq!(ended(&trace), (end, None));
    }
}

#[test]
fn a_run_of_tasks_comes_to_rest_with_every_message_received_once() {
    let trace = run(
        &scenario(CALM),
        &ChainReplication,
        options(Processes::Tasks),
    );
    let mut sent = Vec::new();
    let mut received = Vec::new();
    for record in &trace.records {
        match &record.event {
            TraceEvent::Harness(HarnessEvent::Sent { .. }) => sent.push(record.n),
            TraceEvent::Harness(HarnessEvent::Received { sent, .. }) => received.extend(*sent),
            _ => {}
        }
    }
    received.sort_unstable();
    assert!(!sent.is_empty());
    assert_eq!(sent, received);
    assert!(trace.records.is_sorted_by_key(|record| record.at));
    assert_eq!(ended(&trace), (RunEnd::AtRest, None));
}

#[test]
fn a_run_starts_however_soon_it_is_to_end() {
    let options = Options {
        processes: Processes::Tasks,
        deadline: Some(Micros(0)),
        limits: RunLimits::DEFAULT,
    };
    let trace = run(&scenario(CALM), &ChainReplication, options);
    assert_eq!(ended(&trace), (RunEnd::Deadline, None));
    assert!(trace.records.len() > 1, "Olympus started");
}

#[test]
fn a_process_that_breaks_down_ends_the_run_with_all_that_was_recorded() {
    let trace = run(&scenario(CALM), &FragileClients, options(Processes::Tasks));
    let why = "client-0: it panicked, which is a bug: broken down";
    assert_eq!(ended(&trace), (RunEnd::Error, Some(why)));
    let count = |is: fn(&HarnessEvent) -> bool| {
        let mut processes = BTreeSet::new();
        for record in &trace.records {
            if matches!(&record.event, TraceEvent::Harness(event) if is(event)) {
                processes.insert(record.process);
            }
        }
        processes.len()
    };
    let has_started = |event: &HarnessEvent| matches!(event, HarnessEvent::Settings { .. });
    assert_eq!(count(has_started), 5);
    let has_told = |event: &HarnessEvent| matches!(event, HarnessEvent::FinalDictionary { .. });
    assert_eq!(
        count(has_told),
        3,
        "the others are asked for their last state"
    );
}

/// The protocol on a machine that stands still for 400 ms while a client handles its first message.
struct StandsStill;

impl Machines for StandsStill {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        ChainReplication.olympus(setup)
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        Box::new(Still(ChainReplication.client(setup, client)))
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        ChainReplication.replica(setup, replica)
    }
}

struct Still(Box<dyn Process>);

impl Process for Still {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        if matches!(occurrence, Occurrence::Arrived(_)) {
            planted::set(400, 0);
        }
        self.0.handle(occurrence, actions);
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

#[test]
fn a_run_measures_how_late_its_processes_are() {
    let options = options(Processes::Tasks);
    planted::set(0, 0);
    let trace = run_by(planted::RUNNING, &scenario(CALM), &StandsStill, options);
    let last = trace.records.last().map(|last| &last.event);
    let Some(TraceEvent::Harness(HarnessEvent::RunEnded { lateness, .. })) = last else {
        panic!("a run ends with its end and not with {last:?}");
    };
    let lateness = lateness.expect("time was real");
    // The beat was due 10 ms after the last.
    assert!(lateness.max_us >= 390_000, "{lateness:?}");
    assert!(lateness.total_us >= lateness.max_us && lateness.samples >= 5);
}

/// This test's own executable would run all tests again, and those start it again.
#[test]
fn an_executable_that_does_not_know_children_starts_none() {
    let run = run(
        &scenario(CALM),
        &ChainReplication,
        options(Processes::Children),
    );
    let (end, reason) = ended(&run);
    assert_eq!(end, RunEnd::Error);
    let reason = reason.unwrap_or_default();
    assert!(
        reason.contains("does not begin with `runs::net::child::main`"),
        "{reason}"
    );
}
