//! Runs under schedules of the caller's, and a step at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, ReplicaId, Slot};
use bcr_protocol::machine::Timer;
use bcr_protocol::signature::Scheme;

use super::{Options, Simulation, Step, run};
use crate::diagnostic::SourceFile;
use crate::limits::MESSAGE_BYTES_MAX;
use crate::runs::choices::{Bytes, Choices, Exhaustive, Recorded, Recording, Seeded};
use crate::runs::machines::{ChainReplication, Machines};
use crate::runs::process::{Action, Halt, Occurrence, Process};
use crate::runs::schedule::{Latencies, Schedule};
use crate::runs::setup::Setup;
use crate::scenario::{self, Scenario};
use crate::trace::{HarnessEvent, Micros, RunEnd, Trace, TraceEvent};

/// Latencies with two alternatives.
const QUICK_OR_SLOW: Latencies = Latencies {
    fastest: Micros::from_ms(1),
    step: Micros::from_ms(3),
    count: 2,
};

fn scenario(text: &str) -> Arc<Scenario> {
    let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
    Arc::new(reading.scenario.expect("no mistakes"))
}

fn two_clients() -> Arc<Scenario> {
    scenario(
        "t = 1\nnum_client = 2\nclient_timeout = 3000\nhead_timeout = 3000\nnonhead_timeout = 3000\n\
         workload[0] = put('k','v'); get('k')\nworkload[1] = append('k','w')\n\
         failures[0,1] = shuttle(0,1), sleep(5)\n",
    )
}

const OPTIONS: Options = Options {
    scheme: Scheme::KeyedHash,
    ..Options::seed(0)
};

fn run_under(choices: impl Choices, scenario: &Arc<Scenario>, pauses: Option<Micros>) -> Trace {
    let schedule = Schedule::new(QUICK_OR_SLOW, pauses, choices);
    Simulation::under(schedule, scenario, &ChainReplication, OPTIONS).run()
}

fn accepted(trace: &Trace) -> usize {
    let is_accepted =
        |event: &TraceEvent| matches!(event, TraceEvent::Protocol(Event::Accepted { .. }));
    let events = trace.records.iter().map(|record| &record.event);
    events.filter(|event| is_accepted(event)).count()
}

#[test]
fn a_run_that_goes_step_by_step_is_the_same_run() {
    let scenario = two_clients();
    let options = Options::seed(3);
    let mut simulation = Simulation::new(&scenario, &ChainReplication, options);
    assert_eq!(simulation.now(), Micros(0));
    let end = loop {
        let due = simulation.next();
        let before = simulation.trace().records.len();
        match simulation.step() {
            Step::Happened(process) => {
                assert_eq!(Some(simulation.now()), due);
                let new = &simulation.trace().records[before..];
                // Replicas are the only ones who start while another process acts.
                let first = new.first().map(|record| record.process);
                assert!(first.is_none_or(|first| first == process));
            }
            Step::Ended(end) => break end,
        }
    };
    assert_eq!(end, RunEnd::AtRest);
    assert_eq!(simulation.next(), None);
    let length = simulation.trace().records.len();
    assert_eq!(simulation.step(), Step::Ended(end), "nothing is left to do");
    assert_eq!(simulation.trace().records.len(), length);
    assert!(*simulation.trace() == run(&scenario, &ChainReplication, options));
}

#[test]
fn choices_that_were_noted_give_the_same_run_again() {
    let scenario = two_clients();
    for pauses in [None, Some(Micros::from_ms(20))] {
        let mut noted = Recording::new(Seeded::new(5));
        let original = run_under(&mut noted, &scenario, pauses);
        let chosen = noted.chosen().to_vec();
        assert!(chosen.iter().any(|choice| *choice > 0));
        assert!(original == run_under(Recorded::new(chosen.clone()), &scenario, pauses));
        let half = chosen[..chosen.len() / 2].to_vec();
        assert!(original != run_under(Recorded::new(half), &scenario, pauses));
    }
}

#[test]
fn any_bytes_are_a_schedule() {
    let scenario = two_clients();
    let runs = [&[][..], &[1], &[0; 9], &[0xA5; 200]];
    let runs = runs.map(|bytes| run_under(Bytes::new(bytes), &scenario, None));
    assert!(runs.iter().all(|trace| accepted(trace) == 3));
    assert!(runs[0] == runs[2] && runs[0] != runs[1] && runs[1] != runs[3]);
}

#[test]
fn every_schedule_of_a_small_world_is_visited_once() {
    const MESSAGES: usize = 6;
    let scenario = scenario("t = 1\nnum_client = 1\nworkload[0] = put('k','v')\n");
    let mut choices = Exhaustive::new(usize::MAX);
    let mut visited = BTreeSet::new();
    loop {
        let mut noted = Recording::new(&mut choices);
        let trace = run_under(&mut noted, &scenario, None);
        assert_eq!(accepted(&trace), 1);
        assert_eq!(noted.chosen().len(), MESSAGES);
        let is_new = visited.insert(noted.chosen().to_vec());
        assert!(is_new, "visited twice");
        if !choices.advance() {
            break;
        }
    }
    assert_eq!(visited.len(), 1 << MESSAGES);
}

/// Fifty values of 60,000 bytes, a history as long as may be, and a new configuration that takes it over.
#[test]
fn no_message_of_a_scenario_at_its_limits_is_longer_than_said() {
    let puts = |count: usize| {
        let value = "v".repeat(60_000);
        let puts = (0..count).map(|key| format!("put('{key}','{value}')"));
        puts.collect::<Vec<_>>().join("; ")
    };
    let text = |count: usize| {
        format!(
            "t = 1\nnum_client = 2\nclient_timeout = 3000\nhead_timeout = 3000\n\
             nonhead_timeout = 3000\ncheckpt_interval = 100\nworkload[0] = {}; append('0','w')\n\
             workload[1] = get('0'); get('0')\nfailures[0,0] = client_request(0,{count}), crash()\n",
            puts(count)
        )
    };
    let beyond = scenario::read(&SourceFile::new("x.conf", text(53)), &[]);
    assert!(beyond.scenario.is_none(), "it is just below the limit");
    let trace = run(&scenario(&text(51)), &ChainReplication, OPTIONS);
    assert_eq!(accepted(&trace), 54);
    let sent = trace
        .records
        .iter()
        .filter_map(|record| match &record.event {
            TraceEvent::Harness(HarnessEvent::Sent { content, .. }) => Some(content),
            TraceEvent::Harness(_) | TraceEvent::Protocol(_) => None,
        });
    let lengths = sent.map(|message| borsh::object_length(message).expect("it is counted"));
    let longest = lengths.max().unwrap_or_default() as u64;
    assert!(longest <= MESSAGE_BYTES_MAX, "{longest}");
    assert!(
        longest > MESSAGE_BYTES_MAX / 2,
        "{longest} is far from the limit"
    );
}

/// A world of an Olympus that a function makes, and of a client that is done at once.
struct Alone<F>(F);

impl<F: Fn() -> Box<dyn Process>> Machines for Alone<F> {
    fn olympus(&self, _: &Setup) -> Box<dyn Process> {
        (self.0)()
    }

    fn client(&self, _: &Setup, _: ClientId) -> Box<dyn Process> {
        Box::new(Told(|_: Occurrence| vec![Action::record(Event::Done)]))
    }

    fn replica(&self, _: &Setup, _: ReplicaId) -> Box<dyn Process> {
        unreachable!("nobody asks for one")
    }
}

/// A process that asks for what a function says.
struct Told<F>(F);

impl<F: FnMut(Occurrence) -> Vec<Action>> Process for Told<F> {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        actions.extend((self.0)(occurrence));
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

const TIMER: Timer = Timer::Wedge(ConfigurationId(0));

fn after(ms: u64) -> Action {
    let (timer, after_ms) = (TIMER, ms);
    Action::SetTimer { timer, after_ms }
}

fn alone(olympus: impl Fn(Occurrence) -> Vec<Action> + Clone + 'static) -> (RunEnd, Micros) {
    let machines = Alone(move || Box::new(Told(olympus.clone())) as Box<dyn Process>);
    let scenario = scenario("t = 1\nnum_client = 1\nworkload[0] = get('k')\n");
    let mut simulation = Simulation::new(&scenario, &machines, OPTIONS);
    loop {
        if let Step::Ended(end) = simulation.step() {
            assert_eq!(simulation.next(), None, "nothing is due after the end");
            return (end, simulation.now());
        }
    }
}

#[test]
fn nobody_waits_for_a_timer_of_a_process_that_has_halted() {
    let waits = alone(|occurrence| match occurrence {
        Occurrence::Start => vec![after(500)],
        _ => Vec::new(),
    });
    assert_eq!(waits, (RunEnd::AtRest, Micros::from_ms(500)));
    let halts = alone(|_| vec![after(500), Action::Halt(Halt::Crashed)]);
    assert_eq!(halts, (RunEnd::AtRest, Micros(0)));
}

#[test]
fn a_run_without_progress_ends_at_its_deadline_though_more_is_due() {
    let end = alone(|_| vec![after(100_000), Action::Sleep(200_000)]);
    assert_eq!(end, (RunEnd::Deadline, Micros::from_ms(60_000)));
}

#[test]
fn new_configurations_without_an_answer_do_not_go_on_for_ever() {
    let (end, _) = alone(|_| {
        let started = Event::ConfigurationStarted {
            configuration: ConfigurationId(0),
            slot: Slot(0),
            state: Digest::of(""),
        };
        vec![after(30_000), Action::record(started)]
    });
    assert_eq!(end, RunEnd::EventBound);
}
