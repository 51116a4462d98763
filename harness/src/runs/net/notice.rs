//! What the runner and the processes of a run tell each other.
//!
//! The same values whether a process is a task, and they are handed over, or an OS process, and they
//! travel through its standard input and output.

use std::net::SocketAddr;

use bcr_protocol::identity::{ConfigurationId, ProcessId};
use borsh::{BorshDeserialize, BorshSerialize};

use crate::runs::process::Halt;
use crate::trace::{Lateness, Micros, TraceEvent};

/// What the runner tells a process.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Command {
    /// Where a peer listens.
    Learn(PeerAddress),
    /// Answer when the connections to those who are near are made.
    Gather,
    /// Handle what happens from now on, first the start.
    Start,
    /// A peer has ended.
    Forget(ProcessId),
    /// Answer with the same number, once everything handled so far is reported.
    Sweep(u64),
    /// Record the last state and end.
    Finish,
}

/// A process that can be connected to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct PeerAddress {
    pub(super) process: ProcessId,
    pub(super) address: SocketAddr,
    /// Its Ed25519 public key.
    pub(super) key: [u8; 32],
    /// Whether it is worth a connection before there is a message.
    pub(super) is_near: bool,
}

/// What a process tells the runner.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub(super) enum Notice {
    /// It can be connected to.
    Listening(SocketAddr),
    /// The answer to [`Command::Gather`].
    Gathered,
    /// What it has done since the last chunk. Comes before any of the messages in it goes out.
    Chunk(Chunk),
    /// Olympus asks for the replicas of a configuration.
    StartReplicas(ConfigurationId),
    /// The answer to [`Command::Sweep`].
    Swept(u64),
    /// How late it was with what it had to do. Comes once, last but one.
    Late(Lateness),
    /// It ends now; nothing follows.
    Ended(ProcessEnd),
}

/// Why a process ends.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum ProcessEnd {
    /// By itself.
    Halted {
        how: Halt,
        /// Whether its peers have all that it sent.
        is_flushed: bool,
    },
    /// Because it was told to.
    Finished,
    /// By a failure that is not part of the scenario.
    Failed(String),
}

/// What a process has done.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub(super) struct Chunk {
    /// What it recorded, in order.
    pub(super) entries: Vec<Entry>,
    /// How many messages arrived from whom, handled or not.
    pub(super) arrived: Vec<(ProcessId, u64)>,
    /// How many timers run now.
    pub(super) timers: u64,
    /// Whether it sleeps now (P10).
    pub(super) is_asleep: bool,
}

/// One recorded event of a process. Entries are numbered from 0 through all its chunks.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub(super) struct Entry {
    pub(super) at: Micros,
    pub(super) what: What,
}

/// An event, without what another process has recorded already.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub(super) enum What {
    /// A message was received that another process sent: its content is there.
    Received {
        from: ProcessId,
        /// The number of the sender's entry.
        sent: u64,
    },
    /// Anything else.
    Event(TraceEvent),
}

impl Chunk {
    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.arrived.is_empty()
    }
}
