//! The simulated runtime: one thread, virtual time, one queue.
//!
//! The same scenario and seed give the same trace, byte for byte, on every machine. [`run`] runs to the end;
//! a [`Simulation`] goes step by step, under any [`Schedule`](super::schedule::Schedule).
//!
//! Source: docs/running.md.

mod due;
mod options;
mod simulation;

use std::sync::Arc;

use tracing::error_span;

use crate::runs::machines::Machines;
use crate::runs::verbosity::SPAN;
use crate::scenario::Scenario;
use crate::trace::Trace;

pub use self::options::{Options, run_secret};
pub use self::simulation::{Simulation, Step};

/// Runs a scenario to its end and gives back everything that happened.
#[must_use]
pub fn run(scenario: &Arc<Scenario>, machines: &dyn Machines, options: Options) -> Trace {
    let name = &scenario.name;
    let _span = error_span!(target: SPAN, "run", scenario = %name, seed = options.seed).entered();
    Simulation::new(scenario, machines, options).run()
}

#[cfg(test)]
mod tests;
