//! The messages that a pending replica keeps.
//!
//! Source: docs/protocol.md P1.8.

use std::collections::BTreeMap;

use crate::bounds::{KEPT_BYTES_MAX, KEPT_MESSAGES_MAX, bytes_of};
use crate::identity::ProcessId;
use crate::message::Message;

/// Messages in the order of their arrival, of each sender as many as the bound allows: a faulty one takes
/// no room from the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Kept {
    messages: Vec<(ProcessId, Message)>,
    /// How many there are of each sender, and how many bytes they have.
    of: BTreeMap<ProcessId, (usize, usize)>,
}

impl Kept {
    /// Takes a message that there is room for; gives it back otherwise.
    pub(super) fn take(&mut self, from: ProcessId, message: Message) -> Result<(), Message> {
        let (messages, bytes) = self.of.entry(from).or_default();
        let with = bytes.saturating_add(bytes_of(&message));
        if *messages >= KEPT_MESSAGES_MAX || with > KEPT_BYTES_MAX {
            return Err(message);
        }
        *messages += 1;
        *bytes = with;
        self.messages.push((from, message));
        Ok(())
    }

    /// Hands all of them back, in order.
    pub(super) fn empty(&mut self) -> Vec<(ProcessId, Message)> {
        std::mem::take(self).messages
    }
}
