//! Where the choices of a schedule come from: whatever the protocol leaves open is one of so many.
//!
//! A seed chooses for the runs of every day; a list plays one of them again, for whoever shrinks or steps
//! through a run; an odometer visits all there are in a small world; bytes come from a fuzzer.
//!
//! Source: docs/running.md.

mod bytes;
mod exhaustive;
mod recorded;
mod seeded;

use std::fmt::Debug;

use bcr_protocol::identity::ProcessId;

pub use self::bytes::Bytes;
pub use self::exhaustive::Exhaustive;
pub use self::recorded::{Recorded, Recording};
pub use self::seeded::Seeded;

/// A source of choices.
///
/// A schedule asks in the order in which the run needs to know, and the same answers make the same run: a
/// source that is asked the same questions and answers alike repeats it, byte for byte.
pub trait Choices: Debug {
    /// One of `0 .. among`, which is never empty.
    fn choose(&mut self, question: Question, among: u64) -> u64;
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// How long the next message on a link is under way: the quickest comes first.
    Latency {
        /// Its sender.
        from: ProcessId,
        /// Its receiver.
        to: ProcessId,
    },
    /// Something about the next pause of a process: three questions a pause, two of them about
    /// microseconds, so that no world with pauses is small.
    Pause(ProcessId),
}

impl<C: Choices + ?Sized> Choices for &mut C {
    fn choose(&mut self, question: Question, among: u64) -> u64 {
        (**self).choose(question, among)
    }
}
