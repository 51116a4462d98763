//! A child: the running executable, started again to be one process of a run.
//!
//! Its standard input brings the assignment and the runner's commands, its standard output takes its
//! notices. It lives no longer than its runner: where the input ends, so does it, whatever it is
//! doing. No argument and no variable tells it anything but that it is a child.

#![expect(
    clippy::disallowed_methods,
    reason = "an entry point: reads the environment, and hears its runner in a thread of its own"
)]

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::LocalSet;
use tracing::error_span;

use super::assignment::Assignment;
use super::clock::{Clock, Source};
use super::executor;
use super::launch::ADDRESS;
use super::link::{self, Limits};
use super::node::{Node, NodeParts, Notices};
use super::notice::{Command, Notice, ProcessEnd};
use super::pipe;
use crate::runs::machines::Machines;
use crate::runs::process::Halt;
use crate::runs::verbosity::{SPAN, Verbosity};

/// The variable that tells a child that it is one.
pub(super) const VARIABLE: &str = "BCR_CHILD";

/// How a process that crashes by a failure ends (docs/protocol.md P10).
pub(super) const CRASHED: u8 = 255;

/// Whether this executable's `main` would recognise a child.
static RECOGNISES_CHILDREN: AtomicBool = AtomicBool::new(false);

/// To be called first in the `main` of every executable that runs scenarios as processes: in a child it
/// does the child's work and gives back its exit status; otherwise it returns at once. `machines` are
/// those that children are made of.
#[must_use]
pub fn main(machines: &dyn Machines) -> Option<ExitCode> {
    RECOGNISES_CHILDREN.store(true, Ordering::Relaxed);
    std::env::var_os(VARIABLE)?;
    Some(match live(machines) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{VARIABLE} is set, and this is no child of a run: {error}");
            ExitCode::FAILURE
        }
    })
}

/// Whether children of this executable would know that they are.
pub(super) fn are_recognised() -> bool {
    RECOGNISES_CHILDREN.load(Ordering::Relaxed)
}

fn live(machines: &dyn Machines) -> io::Result<ExitCode> {
    let clock = Clock::start(Source::MACHINE);
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let assignment: Assignment =
        pipe::read(&mut input)?.ok_or(io::Error::from(io::ErrorKind::UnexpectedEof))?;
    let commands = hear(input);
    let process = assignment.process;
    if let Ok(Some(verbosity)) = Verbosity::of_environment() {
        verbosity.listen();
    }
    let _span = error_span!(target: SPAN, "process", id = %process).entered();
    let setup = assignment
        .setup()
        .ok_or_else(|| io::Error::other("a public key is none"))?;
    let runtime = executor::single_thread()?;
    let _entered = runtime.enter();
    let (links, inbox) = link::bind(setup.signer(process), ADDRESS, Limits::default())?;
    let node = Node::new(NodeParts {
        process: machines.process(&setup, process),
        settings: setup.settings(process),
        links,
        inbox,
        commands,
        notices: RunnerPipe { output, clock },
        clock,
    });
    let ending = LocalSet::new().block_on(&runtime, node.run());
    Ok(status(ending.as_ref()))
}

fn status(ending: Option<&ProcessEnd>) -> ExitCode {
    match ending {
        Some(ProcessEnd::Halted { how, .. }) => match how {
            Halt::Crashed => ExitCode::from(CRASHED),
            Halt::Terminated => ExitCode::SUCCESS,
        },
        Some(ProcessEnd::Finished) => ExitCode::SUCCESS,
        Some(ProcessEnd::Failed(_)) | None => ExitCode::FAILURE,
    }
}

/// Hears the runner, in a thread: the end of the input ends the process even while it is at work.
fn hear(mut input: impl Read + Send + 'static) -> UnboundedReceiver<Command> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        while let Ok(Some(command)) = pipe::read(&mut input) {
            if sender.send(command).is_err() {
                // The process is ending by itself.
                return;
            }
        }
        std::process::exit(1);
    });
    receiver
}

/// Writes notices to the standard output, each with the child's time.
struct RunnerPipe {
    output: File,
    clock: Clock,
}

impl Notices for RunnerPipe {
    /// Waits where the pipe is full; its reader never waits for us.
    fn give(&mut self, notice: Notice) {
        if pipe::write(&mut self.output, &(self.clock.now(), notice)).is_err() {
            // Nobody is left to work for.
            std::process::exit(1);
        }
    }
}
