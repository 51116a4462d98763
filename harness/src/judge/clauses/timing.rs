//! `completed_within_ms`, `recovered_within_ms`: how long clients wait.

use std::collections::BTreeSet;

use bcr_protocol::event::{Event, RequestRef};
use bcr_protocol::identity::ConfigurationId;
use bcr_protocol::message::AnsweredBy;

use super::mismatch::Mismatch;
use super::run::{Run, Terms};
use crate::expectation::{Bounds, ByNumber};
use crate::judge::finding::Finding;
use crate::trace::{Micros, Record};

/// From the invocation of each request of a client to the acceptance of its result.
pub(super) fn completed(expected: &ByNumber<u32, Bounds<Micros>>, run: &Run<'_>) -> Finding {
    let mut mismatches = Vec::new();
    for (client, limit) in expected {
        let limit = allowing(&limit.value, run);
        let mut requests = run
            .outcome
            .requests
            .iter()
            .filter(|r| r.client == *client)
            .peekable();
        if requests.peek().is_none() {
            mismatches.push(Mismatch::new(
                format!("client {client} invoked no request"),
                None,
            ));
        }
        for request in requests {
            let id = request.id;
            let Some(completed) = request.completed else {
                let detail = format!(
                    "request {client}:{id}: expected {}, never answered",
                    words(&limit)
                );
                mismatches.push(Mismatch::new(detail, run.invoked(*client, id)));
                continue;
            };
            let took = Micros(completed.0.saturating_sub(request.invoked.0));
            if !limit.contain(&took) {
                let detail = format!(
                    "request {client}:{id}: expected {}, took {} ms",
                    words(&limit),
                    took.as_ms()
                );
                mismatches.push(Mismatch::new(detail, run.accepted(*client, id)));
            }
        }
    }
    Finding::of_mismatches(mismatches)
}

/// From each reconfiguration request that Olympus accepts to the first result accepted after it, from
/// Olympus or a later configuration. Where there is none and nobody waits for one, to the start of the
/// next configuration. A run without reconfigurations has nothing to recover from.
pub(super) fn recovered(expected: &Bounds<Micros>, run: &Run<'_>) -> Finding {
    let expected = allowing(expected, run);
    let mut mismatches = Vec::new();
    let mut recovered_by = None;
    for (requested, event) in run.events() {
        let Event::ReconfigurationRequested { configuration, .. } = event else {
            continue;
        };
        let Some(recovery) = recovery(run, requested, *configuration) else {
            let detail = format!("configuration {configuration} was never recovered from");
            mismatches.push(Mismatch::new(detail, Some(requested.n)));
            continue;
        };
        let took = Micros(recovery.at.0.saturating_sub(requested.at.0));
        if expected.contain(&took) {
            recovered_by = recovered_by.or(Some(recovery.n));
        } else {
            let detail = format!(
                "configuration {configuration}: expected {}, recovered after {} ms",
                words(&expected),
                took.as_ms()
            );
            mismatches.push(Mismatch::new(detail, Some(recovery.n)));
        }
    }
    if !mismatches.is_empty() {
        return Finding::of_mismatches(mismatches);
    }
    match recovered_by {
        Some(event) => Finding::held().at(Some(event)),
        None => Finding::held().because("there was no reconfiguration"),
    }
}

fn recovery<'r>(
    run: &'r Run<'_>,
    requested: &Record,
    ended: ConfigurationId,
) -> Option<&'r Record> {
    let mut outstanding: BTreeSet<RequestRef> = BTreeSet::new();
    let mut started = None;
    for (record, event) in run.events() {
        match event {
            Event::Invoked { request, .. } => {
                outstanding.insert(*request);
            }
            Event::Accepted {
                request,
                configuration,
                by,
                ..
            } => {
                outstanding.remove(request);
                let is_new =
                    *configuration > ended || *by == AnsweredBy::Olympus && *configuration == ended;
                if record.n > requested.n && is_new {
                    return Some(record);
                }
            }
            Event::ConfigurationStarted { configuration, .. } if *configuration == ended.next() => {
                started = Some(record);
            }
            _ => {}
        }
    }
    started.filter(|_| outstanding.is_empty())
}

/// The limit on a run's own terms: in real time a launch, a busy core and a slow disk take their time,
/// of which the scenario knows nothing.
fn allowing(limit: &Bounds<Micros>, run: &Run<'_>) -> Bounds<Micros> {
    let allowance = match run.terms {
        Terms::Canonical | Terms::Drawn => Micros(0),
        Terms::Real { allowance } => allowance,
    };
    let more = |Micros(most)| Micros(most.saturating_add(allowance.0));
    Bounds {
        at_least: limit.at_least,
        at_most: limit.at_most.map(more),
    }
}

fn words(limit: &Bounds<Micros>) -> String {
    let ms = |micros: Micros| micros.as_ms();
    match (limit.at_least, limit.at_most) {
        (Some(least), Some(most)) => format!("{} to {} ms", ms(least), ms(most)),
        (Some(least), None) => format!("at least {} ms", ms(least)),
        (None, Some(most)) => format!("at most {} ms", ms(most)),
        (None, None) => "any time".to_owned(),
    }
}
