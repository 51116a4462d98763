//! The one pass over the trace: the machines' own events, each handed to what reads it.
//!
//! What a machine says of itself is a claim. It is kept beside the message that it is about, for the
//! invariants to compare.

mod client;
mod olympus;
mod replica;

use bcr_protocol::event::Event;
use bcr_protocol::machine::Timer;

use crate::judge::facts::observe::Observer;
use crate::trace::Record;

impl<'t> Observer<'t> {
    pub(super) fn on_event(&mut self, record: &'t Record, event: &'t Event) {
        match event {
            Event::TimerSet { timer, .. } => self.on_timer(record, *timer, true),
            Event::TimerCancelled { timer } => self.on_timer(record, *timer, false),
            Event::TimerExpired { timer } => {
                self.on_timer(record, *timer, false);
                self.on_client_timeout(record.process);
            }
            Event::Invoked { .. } => self.on_invoked(record, event),
            Event::Accepted { .. } => self.on_accepted(record, event),
            Event::Done => self.on_done(record),
            Event::Activated { .. } => self.on_activated(record),
            Event::Executed { .. } => self.on_executed(record, event),
            Event::CheckpointCompleted { .. } => self.on_checkpoint_completed(record, event),
            Event::Wedged { .. } => self.on_immutable(record),
            Event::Terminated => self.on_terminated(record),
            Event::Suspected { .. } => self.on_suspected(record, event),
            Event::Divergence { .. } => self.on_divergence(record, event),
            Event::ReconfigurationRequested { .. } => self.on_requested(record, event),
            Event::WedgeStarted { .. } => self.on_wedge_started(record, event),
            Event::HistoryAccepted { .. } => self.on_history_accepted(record, event),
            Event::HistoryRefused { .. } => self.on_history_refused(record, event),
            Event::QuorumFormed { .. } => self.on_quorum_formed(record, event),
            Event::StateReceived { .. } => self.on_state_received(record, event),
            Event::ConfigurationStarted { .. } => self.on_configuration_started(record, event),
            Event::Convicted { .. } => self.on_convicted(record, event),
            Event::RuledOut { .. } => self.on_ruled_out(record, event),
            Event::SetAside { .. } => self.on_set_aside(record, event),
            Event::Refused { .. }
            | Event::Ignored { .. }
            | Event::ClientError { .. }
            | Event::Queued { .. }
            | Event::Ordered { .. }
            | Event::Cached { .. }
            | Event::Retransmitted { .. }
            | Event::CheckpointStarted { .. }
            | Event::CaughtUp { .. }
            | Event::CatchUpStarted { .. }
            | Event::ReportAccepted { .. } => {}
        }
    }

    fn on_timer(&mut self, record: &Record, timer: Timer, runs: bool) {
        let timers = self.observed.timers.entry(record.process).or_default();
        if runs {
            timers.insert(timer);
        } else {
            timers.remove(&timer);
        }
    }
}
