//! Every process as an OS process: the running executable, started again.

#![expect(
    clippy::disallowed_methods,
    reason = "the launcher of child processes; a thread hears each of them"
)]

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::RunSecret;
use tracing::debug;

use super::alignment::Alignment;
use super::{Heard, Hearing, Launcher};
use crate::runs::net::assignment::Assignment;
use crate::runs::net::child;
use crate::runs::net::clock::Clock;
use crate::runs::net::notice::{Command, ProcessEnd};
use crate::runs::net::pipe;
use crate::runs::process::Halt;
use crate::runs::setup::Setup;
use crate::runs::verbosity::{self, LAUNCH};

/// Starts children.
pub(in crate::runs::net) struct Children<'a> {
    executable: PathBuf,
    setup: &'a Setup,
    secret: &'a RunSecret,
    clock: Clock,
    hearing: Hearing,
    running: BTreeMap<ProcessId, Running>,
}

struct Running {
    child: Child,
    /// Where the child hears us. Closed, it ends.
    input: ChildStdin,
}

impl<'a> Children<'a> {
    /// Nothing runs yet.
    ///
    /// # Errors
    /// The running executable cannot be found, or would not know that it is a child.
    pub(in crate::runs::net) fn new(
        setup: &'a Setup,
        secret: &'a RunSecret,
        clock: Clock,
        hearing: Hearing,
    ) -> io::Result<Self> {
        if !child::are_recognised() {
            // Started again it would run all its tests, and those start it again.
            return Err(io::Error::other(
                "this executable's `main` does not begin with `runs::net::child::main`",
            ));
        }
        Ok(Self {
            executable: std::env::current_exe()?,
            setup,
            secret,
            clock,
            hearing,
            running: BTreeMap::new(),
        })
    }
}

impl Launcher for Children<'_> {
    fn launch(&mut self, process: ProcessId) -> io::Result<()> {
        let mut child = std::process::Command::new(&self.executable)
            .env(child::VARIABLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .envs(verbosity::heard().map(|heard| (verbosity::VARIABLE, heard)))
            .spawn()?;
        debug!(target: LAUNCH, %process, pid = child.id(), "launched as a child");
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (mut input, output) = pipes.expect("both were asked for");
        let assignment = Assignment::of(self.setup, self.secret, process);
        let written = pipe::write(&mut input, &assignment);
        self.running.insert(process, Running { child, input });
        written?;
        let (hearing, clock) = (self.hearing.clone(), self.clock);
        std::thread::spawn(move || hear(process, output, &hearing, &clock));
        Ok(())
    }

    fn tell(&mut self, process: ProcessId, command: Command) {
        if let Some(running) = self.running.get_mut(&process) {
            // One that has ended does not read, and its end is noticed by itself.
            drop(pipe::write(&mut running.input, &command));
        }
    }

    fn confirm_end(
        &mut self,
        process: ProcessId,
        ending: Option<&ProcessEnd>,
    ) -> Result<(), String> {
        let Some(mut running) = self.running.remove(&process) else {
            return Ok(());
        };
        drop(running.input);
        if ending.is_none() {
            // It said no last word: it has ended already, or never will by itself.
            drop(running.child.kill());
        }
        let status = running.child.wait().map_err(|error| error.to_string())?;
        debug!(target: LAUNCH, %process, pid = running.child.id(), %status, "is gone");
        let expected = match ending {
            Some(ProcessEnd::Halted {
                how: Halt::Crashed, ..
            }) => Some(i32::from(child::CRASHED)),
            Some(
                ProcessEnd::Halted {
                    how: Halt::Terminated,
                    ..
                }
                | ProcessEnd::Finished,
            ) => Some(0),
            Some(ProcessEnd::Failed(_)) => return Ok(()),
            None => None,
        };
        if expected.is_some() && status.code() == expected {
            Ok(())
        } else {
            Err(format!("it ended unexpectedly, {status}"))
        }
    }
}

impl Drop for Children<'_> {
    fn drop(&mut self) {
        for running in self.running.values_mut() {
            // One that has ended already cannot be killed, which is as well.
            drop(running.child.kill());
        }
        for running in self.running.values_mut() {
            drop(running.child.wait());
        }
    }
}

/// Passes a child's notices on, to the last. A child that says nonsense is heard no more, and is taken
/// for one that ended without a word.
fn hear(process: ProcessId, output: ChildStdout, hearing: &Hearing, clock: &Clock) {
    let mut output = BufReader::with_capacity(1 << 16, output);
    let mut alignment = Alignment::default();
    while let Ok(Some((theirs, mut notice))) = pipe::read(&mut output) {
        alignment.align(&mut notice, theirs, clock.now());
        if hearing.send((process, Heard::Notice(notice))).is_err() {
            return;
        }
    }
    drop(hearing.send((process, Heard::Gone)));
}
