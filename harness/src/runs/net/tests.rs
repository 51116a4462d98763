use std::time::Duration;

use bcr_protocol::identity::{ClientId, ReplicaId};

use super::*;
use crate::diagnostic::SourceFile;
use crate::runs::limits::RunLimits;
use crate::runs::machines::ChainReplication;
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
        let trace = run(&scenario(CALM), &ChainReplication, options).expect("it ends");
        let last = trace.records.last().map(|record| &record.event);
        let ended = TraceEvent::Harness(HarnessEvent::RunEnded { end });
        assert_eq!(last, Some(&ended));
    }
}

#[test]
fn a_run_of_tasks_comes_to_rest_with_every_message_received_once() {
    let trace = run(
        &scenario(CALM),
        &ChainReplication,
        options(Processes::Tasks),
    );
    let trace = trace.expect("it comes to an end");
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
    let last = trace.records.last().map(|record| &record.event);
    let end = HarnessEvent::RunEnded {
        end: RunEnd::AtRest,
    };
    assert_eq!(last, Some(&end.into()));
}

#[test]
fn a_process_that_breaks_down_ends_the_run_and_is_named() {
    let run = run(&scenario(CALM), &FragileClients, options(Processes::Tasks));
    let error = run.expect_err("a client broke down").to_string();
    assert_eq!(error, "client-0: its task panicked");
}

/// This test's own executable would run all tests again, and those start it again.
#[test]
fn an_executable_that_does_not_know_children_starts_none() {
    let run = run(
        &scenario(CALM),
        &ChainReplication,
        options(Processes::Children),
    );
    let error = run.expect_err("nobody called `child::main`").to_string();
    assert!(
        error.contains("does not begin with `runs::net::child::main`"),
        "{error}"
    );
}
