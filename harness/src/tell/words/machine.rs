//! What happens inside the machines, in words.

use bcr_protocol::event::{Event, Misbehaviour, RequestRef};
use bcr_protocol::identity::{ConfigurationId, ProcessId, RequestId, Slot};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::AnsweredBy;

use super::form::{Topic, Weight, Words};
use super::names::{replicas, the_process};
use super::sign::Sign;
use crate::trace::Record;

/// How an event of a machine is told: a table, an arm for every event.
pub(super) fn words(record: &Record, event: &Event) -> Words {
    let who = the_process(record.process);
    let (at, by) = (record.at, record.process);
    match event {
        // Any process.
        Event::Refused {
            message,
            from,
            reason: why,
            slot,
            request,
        } => {
            let (reason, from) = (*why, *from);
            let (sender, about) = (the_process(from), about(*slot, *request));
            Words::new(Sign::Blame)
                .with_sentence(format!(
                    "{who} refuses a {message} message of {sender}: {reason}{about}"
                ))
                .told(
                    Weight::Symptom,
                    Topic::Refusal {
                        at,
                        by,
                        reason,
                        from,
                    },
                )
        }
        Event::Ignored { .. } => Words::new(Sign::Other),
        Event::TimerSet { .. } | Event::TimerCancelled { .. } => Words::new(Sign::Timer),
        Event::TimerExpired { timer } => expired(&who, *timer),

        // Clients.
        Event::Invoked { .. } => Words::new(Sign::Step),
        Event::Accepted {
            request,
            result,
            by,
            from,
            ..
        } => accepted(record.process, *request, result, (*by, *from)),
        Event::ClientError { .. } | Event::Done => Words::new(Sign::Other),

        // Replicas.
        Event::Queued { .. } | Event::Retransmitted { .. } | Event::Terminated => {
            Words::new(Sign::Other)
        }
        Event::Activated { .. }
        | Event::Ordered { .. }
        | Event::Cached { .. }
        | Event::CheckpointStarted { .. }
        | Event::CheckpointCompleted { .. } => Words::new(Sign::Step),
        Event::Executed {
            slot,
            request,
            operation,
            result,
            ..
        } => {
            let id = RequestId::from(*request);
            Words::new(Sign::Step).with_sentence(format!(
                "{who} executes {operation} of request {id} in slot {slot}: `{result}`"
            ))
        }
        Event::Suspected {
            suspect,
            reason,
            slot,
            request,
        } => {
            let suspects = match suspect {
                Some(suspect) => format!("suspects replica {suspect}"),
                None => "asks for a reconfiguration".to_owned(),
            };
            let about = about(*slot, *request);
            Words::new(Sign::Blame)
                .with_sentence(format!("{who} {suspects}: {reason}{about}"))
                .told(Weight::Suspicion, Topic::Suspected(by, *reason, *suspect))
        }
        Event::Divergence { slot, suspect } => {
            let found = format!("finds the state of replica {suspect} different");
            let suspect = *suspect;
            Words::new(Sign::Blame)
                .with_sentence(format!("{who} {found} at the checkpoint of slot {slot}"))
                .told(Weight::Suspicion, Topic::Divergence { at, by, suspect })
        }
        Event::Wedged { .. } | Event::CaughtUp { .. } => Words::new(Sign::Wedged),

        // Olympus.
        Event::WedgeStarted { .. }
        | Event::HistoryAccepted { .. }
        | Event::CatchUpStarted { .. }
        | Event::ReportAccepted { .. }
        | Event::StateReceived { .. } => Words::new(Sign::Wedged),
        Event::ReconfigurationRequested {
            configuration,
            from,
            reason,
            suspect,
            slot,
            ..
        } => {
            let suspect = suspect.map(|suspect| format!(", suspecting replica {suspect}"));
            let (from, about) = (the_process(*from), about(*slot, None));
            Words::new(Sign::Wedged)
                .with_sentence(format!(
                    "{who} ends configuration {configuration}, as {from} asked: {reason}{about}{}",
                    suspect.unwrap_or_default()
                ))
                .told(Weight::Reconfiguration, Topic::Requested(*configuration))
        }
        Event::HistoryRefused {
            configuration,
            replica,
            reason,
        } => Words::new(Sign::Blame)
            .with_sentence(format!(
                "{who} refuses the history of replica {replica}: {reason}"
            ))
            .told(Weight::Symptom, Topic::Evidence(*configuration, *replica)),
        Event::RuledOut {
            configuration,
            replica,
            reason,
        } => Words::new(Sign::Blame)
            .with_sentence(format!("{who} rules replica {replica} out: {reason}"))
            .told(Weight::Symptom, Topic::Evidence(*configuration, *replica)),
        Event::SetAside {
            configuration,
            replica,
        } => Words::new(Sign::Blame)
            .with_sentence(format!(
                "{who} sets replica {replica} aside, as it keeps silent"
            ))
            .told(Weight::Symptom, Topic::Evidence(*configuration, *replica)),
        Event::Convicted {
            configuration,
            replica,
            proof,
        } => Words::new(Sign::Blame)
            .with_sentence(format!(
                "{who} convicts replica {replica}: {}",
                evidence(proof)
            ))
            .told(
                Weight::Suspicion,
                Topic::Convicted(*configuration, *replica),
            ),
        Event::QuorumFormed {
            configuration,
            quorum,
            ..
        } => {
            let quorum = replicas(quorum);
            Words::new(Sign::Wedged)
                .with_sentence(format!(
                    "{who} takes {quorum} for the quorum of configuration {configuration}"
                ))
                .told(Weight::Reconfiguration, Topic::Quorum(*configuration))
        }
        Event::ConfigurationStarted {
            configuration,
            slot,
            ..
        } => {
            let words = Words::new(Sign::Step).with_sentence(format!(
                "{who} starts configuration {configuration} at slot {slot}"
            ));
            match *configuration {
                ConfigurationId(0) => words,
                later => words.told(Weight::Reconfiguration, Topic::Started(later)),
            }
        }
    }
}

fn expired(who: &str, timer: Timer) -> Words {
    let words = Words::new(Sign::Expired);
    match timer {
        Timer::Request(request) => words
            .with_sentence(format!(
                "{who} has waited in vain for the result of request {request}"
            ))
            .told(Weight::Symptom, Topic::Waited(request)),
        Timer::Result(_) | Timer::Wedge(_) | Timer::Grace(_) | Timer::State(..) => words,
    }
}

/// What the tail answers is as it should be and not told by itself.
fn accepted(
    client: ProcessId,
    request: RequestRef,
    result: &str,
    (by, from): (AnsweredBy, ProcessId),
) -> Words {
    let cached = match by {
        AnsweredBy::Cache => "the cache of ",
        AnsweredBy::Tail | AnsweredBy::Olympus => "",
    };
    let (who, id, from) = (
        the_process(client),
        RequestId::from(request),
        the_process(from),
    );
    let words = Words::new(Sign::Step).with_sentence(format!(
        "{who} accepts `{result}` for request {id} from {cached}{from}"
    ));
    match by {
        AnsweredBy::Tail => words,
        AnsweredBy::Cache | AnsweredBy::Olympus => {
            words.told(Weight::Symptom, Topic::Accepted(client, request.request))
        }
    }
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
