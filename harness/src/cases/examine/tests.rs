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

/// Notes what it is told and cannot keep some of it.
#[derive(Default)]
struct Forgetful {
    told: Vec<&'static str>,
    forgets: &'static str,
    /// The verdict of the outcome that it was given last.
    verdict: Option<Verdict>,
}

impl Forgetful {
    fn note(&mut self, what: &'static str) -> io::Result<()> {
        self.told.push(what);
        if self.forgets == what {
            return Err(io::Error::other("no room"));
        }
        Ok(())
    }
}

impl Keeper for Forgetful {
    fn begin(&mut self) -> io::Result<()> {
        self.note("begin")
    }

    fn keep_run(&mut self, _: &Judged) -> io::Result<()> {
        self.note("run")
    }

    fn keep_other(&mut self, _: &Judged) -> io::Result<()> {
        self.note("other")
    }

    fn keep_outcome(&mut self, run: &Judged) -> io::Result<()> {
        self.verdict = Some(run.outcome.verdict);
        self.note("outcome")
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
        let mut keeper = Forgetful::default();
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
    let mut keeper = Forgetful::default();
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

#[test]
fn what_cannot_be_kept_makes_an_error_and_the_outcome_says_so_where_it_can_be_written() {
    let case = case(&small(""), "final: {k: vw}\nschedules: 0\n");
    for forgets in ["begin", "run", "outcome"] {
        let mut keeper = Forgetful {
            forgets,
            ..Forgetful::default()
        };
        let examination = examine(
            &case,
            &ChainReplication,
            &options(Runtime::Simulated),
            &mut keeper,
        );
        let outcome = examination.run.outcome;
        assert_eq!(outcome.verdict, Verdict::Error, "{forgets}");
        let why = "its logs cannot be written: no room";
        assert_eq!(outcome.reason.as_deref(), Some(why), "{forgets}");
        assert_eq!(keeper.verdict, Some(Verdict::Error), "{forgets}");
    }
}
