//! What comes out of an inbox: frames, and reports for the log.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use bcr_language::words::counted;
use bcr_protocol::identity::ProcessId;

/// What [`super::Inbox::receive`] returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A frame.
    Frame {
        /// The peer that sent it, proven by its key.
        from: ProcessId,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A report for the log; the run goes on.
    Report(Report),
}

/// What happened to a connection that a log should tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// Somebody connected and was turned away; the connection is closed.
    Rejected {
        /// Where the connection came from.
        address: SocketAddr,
        /// Why.
        why: Rejection,
    },
    /// The connection by which frames go to `peer` broke, or could not be made. It is tried again until
    /// [`super::Links::forget`]; of several failures in a row the first is reported.
    Interrupted {
        /// The peer.
        peer: ProcessId,
        /// Why.
        why: Rejection,
    },
    /// No connection can be accepted at present.
    Deaf {
        /// What the operating system said.
        why: io::ErrorKind,
    },
    /// Reports that found no room ([`super::Limits::reports`]).
    Suppressed {
        /// How many.
        count: u64,
    },
}

/// Why a connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The other end closed it before the handshake was complete.
    Closed,
    /// The handshake was not complete in time.
    Late,
    /// Newer connections took its place: too many had not proven who they are.
    Displaced,
    /// A record's announced length is none that is possible here.
    Record {
        /// What was announced, in bytes.
        length: usize,
        /// What was possible, in bytes.
        expected: usize,
    },
    /// A record is not what the holder of the connection's keys encrypted as the next one.
    Undecryptable,
    /// A record's content has no meaning here.
    Malformed,
    /// The introduction is meant for another process.
    WrongReceiver {
        /// For whom it is meant.
        meant: ProcessId,
    },
    /// The introduction names a process that nobody told of.
    Unknown {
        /// The claimed identity.
        claimed: ProcessId,
    },
    /// The introduction is not signed by the key of the process that it names, or was signed for another
    /// connection.
    WrongKey {
        /// The claimed identity.
        claimed: ProcessId,
    },
    /// A frame longer than the limit was announced.
    FrameTooLong {
        /// The peer.
        from: ProcessId,
        /// What was announced, in bytes.
        length: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The peer acknowledges frames that were not sent, or sends again what it acknowledged.
    WrongCount {
        /// What it says comes next.
        claimed: u64,
        /// The first frame that it has not acknowledged.
        first: u64,
        /// The frame after the last that was sent.
        next: u64,
    },
    /// The peer left written frames unacknowledged for too long.
    Silent,
    /// The operating system reported an error.
    Io(io::ErrorKind),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { address, why } => {
                write!(f, "connection from {address} closed: {why}")
            }
            Self::Interrupted { peer, why } => write!(f, "connection to {peer} interrupted: {why}"),
            Self::Deaf { why } => write!(f, "cannot accept connections: {why}"),
            Self::Suppressed { count } => {
                write!(f, "{} about connections", counted(*count, "more report"))
            }
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the other end closed it during the handshake"),
            Self::Late => f.write_str("the handshake took too long"),
            Self::Displaced => {
                f.write_str("too many unproven connections, and this was the oldest")
            }
            Self::Record { length, expected } => {
                write!(
                    f,
                    "a record of {} where {expected} were possible",
                    counted(*length, "byte")
                )
            }
            Self::Undecryptable => f.write_str("a record that the connection's key does not open"),
            Self::Malformed => f.write_str("a record without meaning"),
            Self::WrongReceiver { meant } => write!(f, "an introduction to {meant}"),
            Self::Unknown { claimed } => write!(f, "{claimed} is no known process"),
            Self::WrongKey { claimed } => write!(f, "not signed by {claimed} for this connection"),
            Self::FrameTooLong {
                from,
                length,
                limit,
            } => write!(
                f,
                "a frame of {length} bytes from {from}, the limit is {limit}"
            ),
            Self::WrongCount {
                claimed,
                first,
                next,
            } => write!(
                f,
                "frame {claimed} expected by the other end, possible are {first} to {next}"
            ),
            Self::Silent => f.write_str("nothing was acknowledged for too long"),
            Self::Io(kind) => kind.fmt(f),
        }
    }
}

impl From<io::Error> for Rejection {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}
