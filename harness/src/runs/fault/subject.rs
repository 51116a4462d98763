//! What the fault layer asks of the replica that it surrounds, and no more.
//!
//! [`ReplicaUnderTest`] is the door by which another replica comes under test. Counting receipts, sleeping,
//! crashing, dropping and spoiling happen around it; it need not be one that can be copied or compared:
//! what a failure comes to may just as well be found on another machine that has seen the same inputs.
//!
//! Source: docs/protocol.md P9.5, P10.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::ReplicaId;
use bcr_protocol::machine::Machine;
use bcr_protocol::message::Message;

use crate::runs::process::Arrival;
use crate::trace::HarnessEvent;

/// A replica under test: a machine that the fault layer drives.
pub trait ReplicaUnderTest: Machine {
    /// Which replica it is.
    fn id(&self) -> ReplicaId;

    /// Whether it would keep this message for later (P1.8).
    fn keeps(&self, message: &Message) -> bool;

    /// Whether handling the message would change it, or make it ask for anything but events. It does not
    /// handle it: this is how a `drop` is known to have had an effect.
    fn would_react(&self, arrival: &Arrival) -> bool;

    /// Makes the replica misbehave from within, and says whether that has an effect. `next` is the message
    /// that it is to handle next, if it is to: the effect shows once that is handled.
    fn pull(&mut self, lever: &Lever, next: Option<&Arrival>) -> bool;

    /// Its state as it is now; none where it does not tell.
    fn final_dictionary(&self) -> Option<HarnessEvent>;
}

/// What no wrapper can do from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lever {
    /// Apply an operation to the running state, outside the order of requests.
    Apply(Operation),
    /// At the head: skip one slot number.
    SkipSlot,
}
