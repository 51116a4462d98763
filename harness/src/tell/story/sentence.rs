//! One event in one sentence.

use bcr_protocol::event::{Event, Misbehaviour, RequestRef};
use bcr_protocol::identity::{Position, ProcessId, RequestId, Slot};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::AnsweredBy;

use crate::outcome::words::list;
use crate::trace::{HarnessEvent, Record, RunEnd, TraceEvent};

/// Who did what, without when.
pub(super) fn sentence(record: &Record) -> String {
    match &record.event {
        TraceEvent::Harness(event) => of_harness(record, event),
        TraceEvent::Protocol(event) => match record.process {
            ProcessId::Olympus => of_olympus(record, event),
            ProcessId::Client(_) => of_client(record, event),
            ProcessId::Replica(_) => of_replica(record, event),
        },
    }
}

/// `replica 1 (configuration 0)`, `client 0`, `olympus`.
pub(super) fn the_process(process: ProcessId) -> String {
    match process {
        ProcessId::Olympus => "olympus".to_owned(),
        ProcessId::Client(client) => format!("client {client}"),
        ProcessId::Replica(replica) => format!(
            "replica {} (configuration {})",
            replica.position, replica.configuration
        ),
    }
}

/// `replica 1`, `replicas 0 and 2`.
pub(super) fn replicas(positions: &[Position]) -> String {
    let plural = if positions.len() == 1 { "" } else { "s" };
    format!("replica{plural} {}", list(positions))
}

fn of_harness(record: &Record, event: &HarnessEvent) -> String {
    let who = the_process(record.process);
    match event {
        HarnessEvent::FailureApplied {
            trigger,
            failure,
            message,
            effect,
            ..
        } => {
            let (trigger, failure) = (trigger.trim(), failure.trim());
            let is_trigger = trigger.starts_with(&format!("{message}("));
            let at = if is_trigger {
                format!("at {trigger}")
            } else {
                format!("in a {message} message, after {trigger}")
            };
            let effect = if *effect { "" } else { ", without effect" };
            format!("{who} fails {at}: {failure}{effect}")
        }
        HarnessEvent::Sent { to, content, .. } => {
            format!(
                "{who} sends a {} message to {}",
                content.kind(),
                the_process(*to)
            )
        }
        HarnessEvent::Received { from, content, .. } => {
            let from = the_process(*from);
            format!("{who} handles a {} message of {from}", content.kind())
        }
        HarnessEvent::Crashed => format!("{who} crashes"),
        HarnessEvent::FinalDictionary {
            mode, next_slot, ..
        } => format!("{who} ends {mode} before slot {next_slot}"),
        HarnessEvent::RunEnded { end } => match end {
            RunEnd::AtRest => "the run comes to rest".to_owned(),
            RunEnd::Stuck => "nothing more can happen, and some client is not done".to_owned(),
            RunEnd::Deadline => "the run ends, as nothing got done for too long".to_owned(),
            RunEnd::EventBound => "the run ends, as too much happened to no avail".to_owned(),
        },
        HarnessEvent::Settings { .. }
        | HarnessEvent::Diagnostic { .. }
        | HarnessEvent::Discarded { .. }
        | HarnessEvent::FailureArmed { .. }
        | HarnessEvent::Slept { .. } => other(record),
    }
}

fn of_client(record: &Record, event: &Event) -> String {
    let who = the_process(record.process);
    match event {
        Event::Accepted {
            request,
            result,
            by,
            from,
            ..
        } => {
            let (id, from) = (RequestId::from(*request), the_process(*from));
            let cached = match by {
                AnsweredBy::Cache => "the cache of ",
                AnsweredBy::Tail | AnsweredBy::Olympus => "",
            };
            format!("{who} accepts `{result}` for request {id} from {cached}{from}")
        }
        Event::TimerExpired {
            timer: Timer::Request(request),
        } => format!("{who} has waited in vain for the result of request {request}"),
        Event::Refused { .. } => refused(record, event),
        Event::Suspected { .. } => suspected(record, event),
        _ => other(record),
    }
}

fn of_replica(record: &Record, event: &Event) -> String {
    let who = the_process(record.process);
    match event {
        Event::Refused { .. } => refused(record, event),
        Event::Divergence { slot, suspect } => format!(
            "{who} finds the state of replica {suspect} different at the checkpoint of slot {slot}"
        ),
        Event::Suspected { .. } => suspected(record, event),
        Event::Executed {
            slot,
            request,
            operation,
            result,
            ..
        } => {
            let id = RequestId::from(*request);
            format!("{who} executes {operation} of request {id} in slot {slot}: `{result}`")
        }
        _ => other(record),
    }
}

fn of_olympus(record: &Record, event: &Event) -> String {
    match event {
        Event::ReconfigurationRequested {
            configuration,
            from,
            reason,
            suspect,
            slot,
            ..
        } => {
            let suspect = suspect.map(|suspect| format!(", suspecting replica {suspect}"));
            format!(
                "olympus ends configuration {configuration}, as {} asked: {reason}{}{}",
                the_process(*from),
                about(*slot, None),
                suspect.unwrap_or_default()
            )
        }
        Event::HistoryRefused {
            replica, reason, ..
        } => format!("olympus refuses the history of replica {replica}: {reason}"),
        Event::Convicted { replica, proof, .. } => {
            format!("olympus convicts replica {replica}: {}", evidence(proof))
        }
        Event::RuledOut {
            replica, reason, ..
        } => format!("olympus rules replica {replica} out: {reason}"),
        Event::SetAside { replica, .. } => {
            format!("olympus sets replica {replica} aside, as it keeps silent")
        }
        Event::QuorumFormed {
            configuration,
            quorum,
            ..
        } => format!(
            "olympus takes {} for the quorum of configuration {configuration}",
            replicas(quorum)
        ),
        Event::ConfigurationStarted {
            configuration,
            slot,
            ..
        } => format!("olympus starts configuration {configuration} at slot {slot}"),
        Event::Refused { .. } => refused(record, event),
        _ => other(record),
    }
}

fn suspected(record: &Record, event: &Event) -> String {
    let Event::Suspected {
        suspect,
        reason,
        slot,
        request,
    } = event
    else {
        return other(record);
    };
    let who = the_process(record.process);
    let suspects = match suspect {
        Some(suspect) => format!("suspects replica {suspect}"),
        None => "asks for a reconfiguration".to_owned(),
    };
    format!("{who} {suspects}: {reason}{}", about(*slot, *request))
}

fn refused(record: &Record, event: &Event) -> String {
    let Event::Refused {
        message,
        from,
        reason,
        slot,
        request,
    } = event
    else {
        return other(record);
    };
    let (who, from) = (the_process(record.process), the_process(*from));
    let about = about(*slot, *request);
    format!("{who} refuses a {message} message of {from}: {reason}{about}")
}

/// What something is about: a slot, else a request.
fn about(slot: Option<Slot>, request: Option<RequestRef>) -> String {
    match (slot, request) {
        (Some(slot), _) => format!(" in slot {slot}"),
        (None, Some(request)) => format!(" of request {}", RequestId::from(request)),
        (None, None) => String::new(),
    }
}

const fn evidence(proof: &Misbehaviour) -> &'static str {
    match proof {
        Misbehaviour::TwoOrders { .. } => "it signed two orders for one slot",
        Misbehaviour::WrongOperation { .. } => "it ordered what the client did not ask for",
        Misbehaviour::TwoResults { .. } => "it signed two results for one slot",
        Misbehaviour::ContradictedResult { .. } => "its result contradicts that of t + 1 others",
        Misbehaviour::ContradictedCheckpoint { .. } => {
            "its checkpoint contradicts that of t + 1 others"
        }
        Misbehaviour::OrderWithheld { .. } => "its history lacks what it had ordered",
    }
}

/// What has no words of its own: the event's name.
fn other(record: &Record) -> String {
    let fields = record.fields();
    let name = fields.get("event").and_then(|name| name.as_str());
    format!("{}: {}", the_process(record.process), name.unwrap_or("?"))
}
