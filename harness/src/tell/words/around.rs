//! What happens around the machines, in words.

use bcr_protocol::message::MessageKind;

use super::brief::printable;
use super::form::{Brief, Topic, Weight, Words};
use super::names::{short_process, the_process};
use super::sign::Sign;
use crate::trace::{HarnessEvent, Record, RunEnd};

/// How an event of the harness is told.
pub(super) fn words(record: &Record, event: &HarnessEvent) -> Words {
    let who = the_process(record.process);
    match event {
        HarnessEvent::Settings { .. } => {
            Words::new(Sign::Other).with_brief(Brief::Whole("settings".to_owned()))
        }
        HarnessEvent::Sent {
            to,
            spoiled,
            content,
        } => {
            let (sign, spoiled) = match spoiled {
                true => (Sign::Spoiled, "spoiled "),
                false => (Sign::Sent, ""),
            };
            let (kind, short) = (content.kind(), short_process(*to));
            let to = the_process(*to);
            Words::new(sign)
                .with_brief(Brief::Lead(format!("{spoiled}{kind} to {short}")))
                .with_sentence(format!("{who} sends a {kind} message to {to}"))
        }
        HarnessEvent::Received { from, content, .. } => {
            let (kind, short) = (content.kind(), short_process(*from));
            let from = the_process(*from);
            Words::new(Sign::Handled)
                .with_brief(Brief::Lead(format!("{kind} from {short}")))
                .with_sentence(format!("{who} handles a {kind} message of {from}"))
        }
        HarnessEvent::FailureArmed { pair, message, .. } => {
            Words::new(Sign::Failure).with_brief(failure("failure_armed", pair, *message, true))
        }
        HarnessEvent::FailureApplied {
            plan,
            pair,
            trigger,
            failure: what,
            message,
            effect,
        } => {
            let weight = match effect {
                true => Weight::Failure,
                false => Weight::Suspicion,
            };
            let how = applied(trigger.trim(), what.trim(), *message, *effect);
            Words::new(Sign::Failure)
                .with_brief(failure("failure_applied", pair, *message, *effect))
                .with_sentence(format!("{who} fails {how}"))
                .told(weight, Topic::Failure(*plan))
        }
        HarnessEvent::Slept { .. } => Words::new(Sign::Failure),
        HarnessEvent::Crashed => Words::new(Sign::Failure).with_sentence(format!("{who} crashes")),
        HarnessEvent::FinalDictionary {
            mode,
            next_slot,
            dictionary,
            ..
        } => {
            let dictionary = serde_json::to_string(dictionary).unwrap_or_default();
            let (shown, dictionary) = (printable(&mode.to_string()), printable(&dictionary));
            Words::new(Sign::Other)
                .with_brief(Brief::Whole(format!(
                    "final_dictionary: {shown}, {dictionary}"
                )))
                .with_sentence(format!("{who} ends {mode} before slot {next_slot}"))
        }
        HarnessEvent::RunEnded { end, reason, .. } => ended(*end, reason.as_deref()),
        HarnessEvent::Diagnostic { .. } | HarnessEvent::Discarded { .. } => Words::new(Sign::Other),
    }
}

/// `at shuttle(0,1): crash()`.
fn applied(trigger: &str, failure: &str, message: MessageKind, has_effect: bool) -> String {
    let is_trigger = trigger.starts_with(&format!("{message}("));
    let at = if is_trigger {
        format!("at {trigger}")
    } else {
        format!("in a {message} message, after {trigger}")
    };
    let effect = in_vain(has_effect);
    format!("{at}: {failure}{effect}")
}

fn failure(event: &str, pair: &str, message: MessageKind, has_effect: bool) -> Brief {
    let (pair, effect) = (printable(pair), in_vain(has_effect));
    Brief::Whole(format!("{event}: {pair}, at a {message} message{effect}"))
}

const fn in_vain(has_effect: bool) -> &'static str {
    if has_effect { "" } else { ", without effect" }
}

fn ended(end: RunEnd, reason: Option<&str>) -> Words {
    let words = Words::new(Sign::Other);
    let broken_off = || words.clone().told(Weight::Reconfiguration, Topic::End);
    match end {
        RunEnd::AtRest => words.with_sentence("the run comes to rest"),
        RunEnd::Stuck => {
            broken_off().with_sentence("nothing more can happen, and some client is not done")
        }
        RunEnd::Deadline => {
            broken_off().with_sentence("the run ends, as nothing got done for too long")
        }
        RunEnd::EventBound => {
            broken_off().with_sentence("the run ends, as too much happened to no avail")
        }
        RunEnd::Error => {
            let why = printable(reason.unwrap_or("nobody knows why"));
            broken_off().with_sentence(format!("the run could not be finished: {why}"))
        }
        RunEnd::TimeBound => {
            broken_off().with_sentence("the run ends, as it took longer than it may")
        }
        RunEnd::ByteBound => {
            broken_off().with_sentence("the run ends, as it recorded more than it may")
        }
    }
}
