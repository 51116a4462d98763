//! How the processes of a run come into being: as tasks of one OS process, or as OS processes.

mod alignment;
pub(super) mod children;
pub(super) mod tasks;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bcr_protocol::identity::ProcessId;
use tokio::sync::mpsc::UnboundedSender;

use super::notice::{Command, Notice, ProcessEnd};

/// Where processes listen: any free port of this host.
pub(super) const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Starts processes and talks to them. Dropping it ends whatever still runs.
pub(super) trait Launcher {
    /// Starts a process. Its notices come through the channel that the launcher was made with.
    ///
    /// # Errors
    /// The operating system refused.
    fn launch(&mut self, process: ProcessId) -> io::Result<()>;

    /// Tells a process something; one that has ended does not hear it.
    fn tell(&mut self, process: ProcessId, command: Command);

    /// Waits for the end of a process that has [`Heard::Gone`].
    ///
    /// # Errors
    /// It did not end as `ending` says it would, or said nothing.
    fn confirm_end(
        &mut self,
        process: ProcessId,
        ending: Option<&ProcessEnd>,
    ) -> Result<(), String>;
}

/// What the runner hears.
#[derive(Debug)]
pub(super) enum Heard {
    /// A process's notice.
    Notice(Notice),
    /// A process's last notice has been heard: it has ended or is about to.
    Gone,
}

/// Where what the runner hears comes from.
pub(super) type Hearing = UnboundedSender<(ProcessId, Heard)>;
