//! A scenario examined: run under its schedules and judged.
//!
//! Source: docs/expectations.md, docs/running.md.

#![expect(clippy::disallowed_methods, reason = "times runs on the wall clock")]

use std::ops::RangeInclusive;
use std::time::Instant;

use bcr_protocol::signature::Scheme;
use tracing::{debug, info};

use crate::cases::ablation::ablate;
use crate::cases::case::Case;
use crate::cases::options::{Options, SCHEDULES, Seeds};
use crate::cases::specify::specification;
use crate::judge::clauses::{self, Points};
use crate::judge::{EndedRun, Judged, judge};
use crate::outcome::{Outcome, ScheduleVerdict, Verdict};
use crate::runs::limits::recorded;
use crate::runs::machines::Machines;
use crate::runs::net::{self, Processes};
use crate::runs::verbosity::SUITE;
use crate::runs::{Runtime, simulated};

/// What came of a scenario: the run that stands for it, which is the first that did not pass, else the
/// first, with the verdicts of all.
#[derive(Clone, Debug)]
pub struct Examination {
    /// That run, its outcome the document of the scenario.
    pub run: Judged,
    /// What each clause earned over all runs; empty where nothing is expected.
    pub points: Vec<Points>,
}

/// Who keeps what runs leave, logs above all: told of runs while they are at hand, since all traces of a
/// scenario together may fill the memory.
pub trait Keeper {
    /// The scenario is about to run; told once, before anything else. What an earlier run left goes now, so
    /// that nobody takes it for what comes of this one.
    fn begin(&mut self);

    /// The run that stands for the scenario; told once, before any other.
    fn keep_run(&mut self, run: &Judged);

    /// Another run that did not pass, unless those before it have recorded as much as one run may.
    fn keep_other(&mut self, run: &Judged);

    /// The first run again, its outcome now complete; told once, at the end.
    fn keep_outcome(&mut self, run: &Judged);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepNothing;

impl Keeper for KeepNothing {
    fn begin(&mut self) {}

    fn keep_run(&mut self, _: &Judged) {}

    fn keep_other(&mut self, _: &Judged) {}

    fn keep_outcome(&mut self, _: &Judged) {}
}

/// Runs a case under its schedules and judges every run. What cannot be kept is for `keeper` to
/// tell, and changes no verdict.
pub fn examine(
    case: &Case,
    machines: &dyn Machines,
    options: &Options,
    keeper: &mut dyn Keeper,
) -> Examination {
    keeper.begin();
    let mut first: Option<Judged> = None;
    let mut is_kept = false;
    // How much the other runs recorded of which logs are kept.
    let mut kept = 0;
    let (mut schedules, mut clauses) = (Vec::new(), Vec::new());
    debug!(target: SUITE, scenario = case.file.name, runtime = %options.runtime, "is examined");
    for seed in seeds(case, options) {
        let judged = match Processes::of(options.runtime) {
            None => simulate(case, machines, options, seed),
            Some(processes) => run(case, machines, options, processes),
        };
        let verdict = judged.outcome.verdict;
        info!(target: SUITE, scenario = case.file.name, seed, %verdict, "judged");
        schedules.push(ScheduleVerdict { seed, verdict });
        clauses::merge(&mut clauses, &judged.outcome.clauses);
        let has_passed = |judged: &Judged| judged.outcome.verdict == Verdict::Pass;
        match &first {
            None => first = Some(judged),
            Some(_) if verdict == Verdict::Pass => {}
            Some(earlier) if has_passed(earlier) => first = Some(judged),
            // Kept at once and forgotten: a broken protocol may make many such runs, all long.
            Some(earlier) => {
                if !std::mem::replace(&mut is_kept, true) {
                    keeper.keep_run(earlier);
                }
                // A thousand failing runs would fill the disk and tell no more than some.
                let recorded = recorded(&judged.trace);
                if kept + recorded <= options.limits.bytes {
                    kept += recorded;
                    keeper.keep_other(&judged);
                }
            }
        }
    }
    let Some(mut run) = first else {
        unreachable!("every case has at least one schedule");
    };
    run.outcome.schedules = schedules;
    if options.asks_for_causes && options.runtime == Runtime::Simulated {
        let seed = run.outcome.seed;
        let quiet = Options {
            notes_wall_clock: false,
            ..options.clone()
        };
        let without = |case: &Case| simulate(case, machines, &quiet, seed).outcome;
        run.outcome.ablation = Some(ablate(case, &run.outcome, without));
    }
    if !is_kept {
        keeper.keep_run(&run);
    }
    keeper.keep_outcome(&run);
    let expectation = case.expectation.as_ref();
    let points = expectation.map(|expectation| clauses::points(expectation, &clauses));
    Examination {
        run,
        points: points.unwrap_or_default(),
    }
}

/// Simulates a case under its schedules and gives back every run's outcome, the canonical one first.
#[must_use]
pub fn outcomes(case: &Case, machines: &dyn Machines, options: &Options) -> Vec<Outcome> {
    seeds(case, options)
        .map(|seed| simulate(case, machines, options, seed).outcome)
        .collect()
}

/// A range, whatever its length: nothing is kept of a schedule before it runs.
fn seeds(case: &Case, options: &Options) -> RangeInclusive<u64> {
    if options.runtime != Runtime::Simulated {
        return 0..=0;
    }
    match options.seeds {
        Seeds::Only(seed) => seed..=seed,
        Seeds::UpTo(last) => 0..=last,
        Seeds::Expected if !case.has_expected_file => 0..=0,
        Seeds::Expected => {
            let expected = case.expectation.as_ref().and_then(|e| e.schedules.as_ref());
            let random = expected.map(|schedules| schedules.value);
            0..=random.or(options.schedules).unwrap_or(SCHEDULES)
        }
    }
}

/// Simulates one schedule and judges it.
fn simulate(case: &Case, machines: &dyn Machines, options: &Options, seed: u64) -> Judged {
    let mut run_options = simulated::Options::seed(seed);
    run_options.scheme = options.scheme.unwrap_or(run_options.scheme);
    run_options.deadline = options.deadline;
    run_options.pauses = options.pauses;
    run_options.limits = options.limits;
    run_options.clock = options.notes_wall_clock;
    let began = Instant::now();
    let trace = simulated::run(&case.scenario, machines, run_options);
    let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
    let run = EndedRun {
        trace,
        specification: specification(case, options, seed, run_options.scheme),
        wall_ms,
    };
    judge(&case.standard(), run).expect("the simulator records what can be")
}

/// Runs a case for real and judges it.
fn run(case: &Case, machines: &dyn Machines, options: &Options, processes: Processes) -> Judged {
    let run_options = net::Options {
        processes,
        deadline: options.deadline,
        limits: options.limits,
    };
    let began = Instant::now();
    let trace = net::run(&case.scenario, machines, run_options);
    let wall_ms = began.elapsed().as_secs_f64() * 1000.0;
    let run = EndedRun {
        trace,
        specification: specification(case, options, 0, Scheme::Ed25519),
        wall_ms,
    };
    judge(&case.standard(), run)
        .unwrap_or_else(|event| panic!("its trace is none of a run: {event}"))
}

#[cfg(test)]
mod tests;
