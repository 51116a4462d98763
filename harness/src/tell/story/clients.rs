//! What each client saw.

use std::collections::BTreeMap;

use bcr_protocol::message::AnsweredBy;

use bcr_language::words::counted;

use crate::diagnostic::visible;
use crate::outcome::{Outcome, RequestOutcome};

/// How many clients are told of at most.
const CLIENTS_MAX: usize = 5;
/// How many results of each.
const RESULTS_MAX: usize = 8;

/// A line for each client: its results in the order of its requests, where they came from if not from
/// the tail, how often it had to ask. Empty where there were no requests.
#[must_use]
pub(crate) fn clients(outcome: &Outcome) -> String {
    let mut clients: BTreeMap<u32, Vec<&RequestOutcome>> = BTreeMap::new();
    for request in &outcome.requests {
        clients.entry(request.client).or_default().push(request);
    }
    let count = clients.len();
    let told = clients.into_iter().take(CLIENTS_MAX);
    let lines = told.map(|(client, seen)| visible::line(&line(client, &seen)).into_owned());
    let mut lines: Vec<String> = lines.collect();
    if count > CLIENTS_MAX {
        lines.push(format!(
            "and {}",
            counted(count - CLIENTS_MAX, "more client")
        ));
    }
    lines.join("\n")
}

fn line(client: u32, requests: &[&RequestOutcome]) -> String {
    let told = requests.iter().take(RESULTS_MAX);
    let mut results: Vec<String> = told.map(|request| result(request)).collect();
    if requests.len() > RESULTS_MAX {
        results.push(format!("and {} more", requests.len() - RESULTS_MAX));
    }
    format!("client {client} saw {}", results.join(", "))
}

fn result(request: &RequestOutcome) -> String {
    let result = match &request.result {
        Some(result) => format!("`{result}`"),
        None => "no answer".to_owned(),
    };
    let from = match request.answered_by {
        Some(AnsweredBy::Cache) => " from a cache",
        Some(AnsweredBy::Olympus) => " from olympus",
        Some(AnsweredBy::Tail) | None => "",
    };
    let asked = match request.attempts {
        0 | 1 => String::new(),
        times => format!(" (asked {times} times)"),
    };
    format!("{result}{from}{asked}")
}
