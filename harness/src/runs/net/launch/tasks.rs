//! All processes as tasks of one OS process.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use bcr_protocol::identity::ProcessId;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, LocalSet};
use tracing::{Instrument as _, debug, error_span};

use super::{ADDRESS, Heard, Hearing, Launcher};
use crate::runs::machines::Machines;
use crate::runs::net::clock::Clock;
use crate::runs::net::link::{self, Limits};
use crate::runs::net::node::{Node, NodeParts, Notices};
use crate::runs::net::notice::{Command, Notice, ProcessEnd};
use crate::runs::setup::Setup;
use crate::runs::verbosity::{LAUNCH, SPAN};

/// Starts tasks.
pub(in crate::runs::net) struct Tasks<'a> {
    setup: &'a Setup,
    machines: &'a dyn Machines,
    clock: Clock,
    hearing: Hearing,
    /// Where they run.
    tasks: Rc<LocalSet>,
    running: BTreeMap<ProcessId, Running>,
}

struct Running {
    commands: UnboundedSender<Command>,
    task: AbortHandle,
}

impl<'a> Tasks<'a> {
    /// Nothing runs yet. What is launched runs whenever `tasks` does.
    pub(in crate::runs::net) fn new(
        setup: &'a Setup,
        machines: &'a dyn Machines,
        clock: Clock,
        hearing: Hearing,
        tasks: Rc<LocalSet>,
    ) -> Self {
        Self {
            setup,
            machines,
            clock,
            hearing,
            tasks,
            running: BTreeMap::new(),
        }
    }
}

impl Launcher for Tasks<'_> {
    fn launch(&mut self, process: ProcessId) -> io::Result<()> {
        let span = error_span!(target: SPAN, "process", id = %process);
        // What its links do belongs to it as well.
        let _entered = span.enter();
        let signer = self.setup.signer(process);
        let (links, inbox) = link::bind(signer, ADDRESS, Limits::default())?;
        let (commands, receiver) = unbounded_channel();
        let to_runner = RunnerChannel {
            process,
            hearing: self.hearing.clone(),
        };
        let node = Node::new(NodeParts {
            process: self.machines.process(self.setup, process),
            settings: self.setup.settings(process),
            links,
            inbox,
            commands: receiver,
            notices: to_runner,
            clock: self.clock,
        });
        let life = async move {
            node.run().await;
        };
        let task = self.tasks.spawn_local(life.instrument(span.clone()));
        debug!(target: LAUNCH, "launched as a task");
        let task = task.abort_handle();
        self.running.insert(process, Running { commands, task });
        Ok(())
    }

    fn tell(&mut self, process: ProcessId, command: Command) {
        if let Some(running) = self.running.get(&process) {
            // A task that has ended has no ears, and no harm is done.
            drop(running.commands.send(command));
        }
    }

    fn confirm_end(
        &mut self,
        process: ProcessId,
        ending: Option<&ProcessEnd>,
    ) -> Result<(), String> {
        self.running.remove(&process);
        match ending {
            Some(_) => Ok(()),
            None => Err("its task panicked".to_owned()),
        }
    }
}

impl Drop for Tasks<'_> {
    fn drop(&mut self) {
        for running in self.running.values() {
            running.task.abort();
        }
    }
}

/// Hands notices over; dropped with the task, it says so.
struct RunnerChannel {
    process: ProcessId,
    hearing: Hearing,
}

impl Notices for RunnerChannel {
    fn give(&mut self, notice: Notice) {
        // Where the runner is gone the task is about to be aborted.
        drop(self.hearing.send((self.process, Heard::Notice(notice))));
    }
}

impl Drop for RunnerChannel {
    fn drop(&mut self) {
        drop(self.hearing.send((self.process, Heard::Gone)));
    }
}
