//! Scenario files: who does what, who fails how at which message.
//!
//! [`read()`] is the way in: from a file's text to a [`Scenario`] and every [`Diagnostic`](crate::diagnostic::Diagnostic) about it.
//! Below it: [`grammar`] makes an [`ast`] of the text, `lower` checks names, numbers and indices and
//! resolves the workloads, `lint` says which failures cannot happen; [`reformat`] prints a file in the
//! canonical layout. Failures, triggers and parameters have a table each. What a run then makes of a scenario is not known here.
//!
//! ```
//! use bcr_language::diagnostic::SourceFile;
//! use bcr_language::scenario;
//!
//! let source = SourceFile::new(
//!     "head_crashes.conf",
//!     "t = 1\n\
//!      num_client = 1\n\
//!      client_timeout = 3000\n\
//!      head_timeout = 3000\n\
//!      nonhead_timeout = 3000\n\
//!      checkpt_interval = 10\n\
//!      workload[0] = put('movie','star'); get('movie')\n\
//!      failures[0,0] = client_request(0,1), crash()\n",
//! );
//! let reading = scenario::read(&source, &[]);
//! assert_eq!(reading.diagnostics, []);
//! let scenario = reading.scenario.expect("it has no error");
//! assert_eq!(scenario.failures[0].trigger.to_string(), "client_request(0,1)");
//! ```

pub mod ast;
mod call;
mod failure;
pub mod format;
pub mod grammar;
mod lint;
mod lower;
mod mend;
mod mistake;
mod model;
mod overrides;
mod parameter;
mod plan;
mod read;
mod reference;
mod remedy;
mod token;
mod trigger;
pub mod workload;

pub use failure::{Amount, Awaited, Deed, Failure, When};
pub use mistake::ScenarioMistake;
pub use model::{Hosts, Scenario};
pub use parameter::{Form, Limits, Otherwise, Parameter, Unit};
pub use plan::{FailureReference, PlannedFailure};
pub use read::{Reading, read, reformat};
pub use reference::parse_failure_reference;
pub(crate) use reference::parse_operation;
pub use trigger::{Origin, Trigger, TriggerKind};

#[cfg(test)]
mod tests;
