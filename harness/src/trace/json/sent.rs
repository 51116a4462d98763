//! What was sent, for lines that name the event and leave the message out.

use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::Message;

use crate::trace::{HarnessEvent, Record, TraceEvent};

/// The message that event `sent` sent from `from` to `to`, if it did.
pub(super) fn find_sent(
    records: &[Record],
    sent: Option<u64>,
    from: ProcessId,
    to: ProcessId,
) -> Option<&Message> {
    let record = records.get(usize::try_from(sent?).ok()?)?;
    match &record.event {
        TraceEvent::Harness(HarnessEvent::Sent {
            to: receiver,
            content,
            ..
        }) if record.process == from && *receiver == to => Some(content),
        _ => None,
    }
}
