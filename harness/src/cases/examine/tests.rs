use bcr_protocol::identity::{ClientId, ReplicaId};

use super::*;
use crate::cases::testing::{case, small};
use crate::runs::machines::ChainReplication;
use crate::runs::process::{Action, Occurrence, Process};
use crate::runs::setup::Setup;
use crate::trace::{HarnessEvent, RunEnd, TraceEvent};

/// The protocol, but for a client that breaks down at the third thing that happens to it.
struct FragileClient;

impl Machines for FragileClient {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        ChainReplication.olympus(setup)
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        Box::new(Fragile(ChainReplication.client(setup, client), 0))
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        ChainReplication.replica(setup, replica)
    }
}

struct Fragile(Box<dyn Process>, u32);

impl Process for Fragile {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        self.1 += 1;
        assert!(self.1 < 3, "too much");
        self.0.handle(occurrence, actions);
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        None
    }
}

/// Notes what it is told.
#[derive(Default)]
struct Noting {
    told: Vec<&'static str>,
    /// The verdict of the outcome that it was given last.
    verdict: Option<Verdict>,
}

impl Keeper for Noting {
    fn begin(&mut self) {
        self.told.push("begin");
    }

    fn keep_run(&mut self, _: &Judged) {
        self.told.push("run");
    }

    fn keep_other(&mut self, _: &Judged) {
        self.told.push("other");
    }

    fn keep_outcome(&mut self, run: &Judged) {
        self.verdict = Some(run.outcome.verdict);
        self.told.push("outcome");
    }
}

const WHY: &str = "client-0: it panicked, which is a bug: too much";

fn options(runtime: Runtime) -> Options {
    Options {
        runtime,
        ..Options::default()
    }
}

#[test]
fn a_machine_that_breaks_down_makes_an_error_with_all_that_happened_before() {
    let case = case(&small(""), "final: {k: vw}\nschedules: 1\n");
    for runtime in [Runtime::Simulated, Runtime::Tcp] {
        let mut keeper = Noting::default();
        let examination = examine(&case, &FragileClient, &options(runtime), &mut keeper);
        let Judged { outcome, trace, .. } = &examination.run;
        assert_eq!(outcome.verdict, Verdict::Error, "{runtime}");
        assert_eq!(outcome.reason.as_deref(), Some(WHY), "{runtime}");
        assert_eq!(outcome.requests.len(), 2, "{runtime}");
        assert!(outcome.requests[0].result.is_some(), "{runtime}");
        let last = trace.records.last().map(|last| &last.event);
        assert!(
            matches!(
                last,
                Some(TraceEvent::Harness(HarnessEvent::RunEnded { end, .. })) if *end == RunEnd::Error
            ),
            "{runtime}: {last:?}"
        );
        assert_eq!(keeper.verdict, Some(Verdict::Error));
        assert_eq!(keeper.told[..1], ["begin"]);
    }
}

#[test]
fn the_other_schedules_run_though_one_breaks_off() {
    let case = case(&small(""), "final: {k: vw}\nschedules: 3\n");
    let mut keeper = Noting::default();
    let examination = examine(
        &case,
        &FragileClient,
        &options(Runtime::Simulated),
        &mut keeper,
    );
    let schedules = examination.run.outcome.schedules;
    assert_eq!(schedules.len(), 4);
    assert!(schedules.iter().all(|of| of.verdict == Verdict::Error));
    assert_eq!(
        keeper.told,
        ["begin", "run", "other", "other", "other", "outcome"]
    );
}
