//! The net runtime: real TCP, real time, one code for tasks and for OS processes.
//!
//! A run is a runner and its processes. The runner launches them, tells them where their peers listen,
//! gathers what they record, notices the end and merges the parts into one trace. Whether processes are
//! tasks or children makes a difference to `launch` alone.
//!
//! Source: docs/running.md; docs/protocol.md P1.3, P1.4, P1.6.

mod agenda;
mod alarm;
mod assignment;
pub mod child;
mod clock;
mod error;
mod executor;
mod launch;
pub mod link;
mod merge;
mod node;
mod notice;
mod permit;
mod pipe;
mod rest_detector;
mod runner;
mod sampler;
mod topology;

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::{RunSecret, Scheme};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::LocalSet;
use tracing::error_span;

use self::clock::{Clock, Source};
use self::error::RunError;
use self::launch::Launcher;
use self::launch::children::Children;
use self::launch::tasks::Tasks;
use self::merge::Parts;
use self::permit::Permit;
use self::runner::{Recorded, Runner};
use crate::runs::Runtime;
use crate::runs::deadline::deadline;
use crate::runs::limits::RunLimits;
use crate::runs::machines::Machines;
use crate::runs::setup::Setup;
use crate::runs::verbosity::SPAN;
use crate::scenario::Scenario;
use crate::trace::{HarnessEvent, Lateness, Micros, Record, RunEnd, Trace};

/// What the processes of a run are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// Tasks of this OS process.
    Tasks,
    /// Children: this executable, started again for each. Made of the machines that its `main` gives to
    /// [`child::main`].
    Children,
}

impl Processes {
    /// What they are in a real runtime; none in the simulator.
    #[must_use]
    pub const fn of(runtime: Runtime) -> Option<Self> {
        match runtime {
            Runtime::Simulated => None,
            Runtime::Tcp => Some(Self::Tasks),
            Runtime::Process => Some(Self::Children),
        }
    }
}

/// How to run a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What its processes are.
    pub processes: Processes,
    /// Ends a run that makes no progress for so long; by default max(60 s, 10 × the longest timeout or
    /// sleep).
    pub deadline: Option<Micros>,
    /// How much the run may take.
    pub limits: RunLimits,
}

/// Runs a scenario to its end and gives back everything that happened. `machines` are those of tasks.
/// Waits first while as many real runs go on in this OS process as its cores have room for.
///
/// A run that cannot be finished ends with [`RunEnd::Error`], and what was recorded so far is there.
pub fn run(scenario: &Arc<Scenario>, machines: &dyn Machines, options: Options) -> Trace {
    let _permit = Permit::wait();
    let _span = error_span!(target: SPAN, "run", scenario = %scenario.name).entered();
    run_by(Source::MACHINE, scenario, machines, options)
}

/// The same by these clocks.
fn run_by(
    source: Source,
    scenario: &Arc<Scenario>,
    machines: &dyn Machines,
    options: Options,
) -> Trace {
    let clock = Clock::start(source);
    let recorded = conduct(scenario, machines, options, clock).unwrap_or_else(|error| Recorded {
        parts: Parts::new(),
        ended: Err(error),
        lateness: Lateness::default(),
    });
    conclude(recorded, &clock)
}

/// Starts the processes of a run and conducts it.
fn conduct(
    scenario: &Arc<Scenario>,
    machines: &dyn Machines,
    options: Options,
    clock: Clock,
) -> Result<Recorded, RunError> {
    let deadline = options.deadline.unwrap_or_else(|| deadline(scenario));
    let secret = random_secret()?;
    let setup = Setup::new(Arc::clone(scenario), Scheme::Ed25519, secret.clone());
    let tasks = Rc::new(LocalSet::new());
    let tokio = executor::single_thread().map_err(RunError::System)?;
    let _entered = tokio.enter();
    let (sender, hearing) = unbounded_channel();
    let launcher: Box<dyn Launcher + '_> = match options.processes {
        Processes::Tasks => Box::new(Tasks::new(
            &setup,
            machines,
            clock,
            sender,
            Rc::clone(&tasks),
        )),
        Processes::Children => {
            Box::new(Children::new(&setup, &secret, clock, sender).map_err(RunError::System)?)
        }
    };
    let runner = Runner::new(&setup, launcher, hearing, deadline, options.limits);
    Ok(tasks.block_on(&tokio, runner.run()))
}

/// Merges what the processes recorded, and says how the run ended.
fn conclude(recorded: Recorded, clock: &Clock) -> Trace {
    let (mut trace, incomplete) = merge::merge(recorded.parts, clock);
    let ended = match (recorded.ended, incomplete) {
        // Of a run that broke off it is no wonder that something is missing.
        (Ok(_), Some(incomplete)) => Err(RunError::Incomplete(incomplete)),
        (ended, _) => ended,
    };
    let (end, reason) = match ended {
        Ok(end) => (end, None),
        Err(error) => (RunEnd::Error, Some(error.to_string())),
    };
    let at = trace.records.last().map_or(Micros(0), |last| last.at);
    let at = at.max(clock.now());
    trace.records.push(Record {
        n: trace.records.len() as u64,
        at,
        wall_us: clock.wall_us(at),
        process: ProcessId::Olympus,
        event: HarnessEvent::RunEnded {
            end,
            reason,
            lateness: Some(recorded.lateness),
        }
        .into(),
    });
    trace
}

#[cfg(test)]
mod tests;

/// The secret from which the keys of this run derive, and of no other (docs/protocol.md P1.4).
#[expect(
    clippy::disallowed_methods,
    reason = "the keys of a real run are nobody's to repeat"
)]
fn random_secret() -> Result<RunSecret, RunError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| RunError::System(io::Error::other(error.to_string())))?;
    Ok(RunSecret(secret))
}
