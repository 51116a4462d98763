//! From outcomes to clauses: what is the same in all schedules, and what the canonical one alone shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::author::yaml::{Clause, Yaml};
use crate::outcome::{Outcome, ProcessKind};

/// The clauses that describe these runs: for every schedule, and for the first (canonical) one alone.
///
/// `outcomes` holds one run for each schedule, the canonical one first.
#[must_use]
pub fn record(outcomes: &[Outcome]) -> (Vec<Clause>, Vec<Clause>) {
    let (mut always, mut canonical) = (Vec::new(), Vec::new());
    let Some(first) = outcomes.first() else {
        return (always, canonical);
    };
    for (key, value) in RECORDERS {
        let Some(recorded) = value(first) else {
            continue;
        };
        if outcomes
            .iter()
            .all(|outcome| value(outcome).as_ref() == Some(&recorded))
        {
            always.push(recorded.clause(key));
        } else {
            canonical.push(recorded.clause(key));
        }
    }
    (always, canonical)
}

/// How each clause is read off an outcome; none where there is nothing to say.
type Recorder = fn(&Outcome) -> Option<Yaml>;

const RECORDERS: [(&str, Recorder); 8] = [
    ("final", final_dictionary),
    ("results", results),
    ("reconfigurations", |outcome| {
        Some(Yaml::scalar(outcome.configurations.len().saturating_sub(1)))
    }),
    ("quorums", quorums),
    ("suspects", suspects),
    ("convicted", convicted),
    ("checkpoints", checkpoints),
    ("answered_by", answered_by),
];

fn final_dictionary(outcome: &Outcome) -> Option<Yaml> {
    let dictionary = outcome.final_dictionary.as_ref()?;
    let entry = |(key, value): (&String, &String)| (key.clone(), Yaml::scalar(value));
    Some(Yaml::Map(dictionary.iter().map(entry).collect()))
}

fn results(outcome: &Outcome) -> Option<Yaml> {
    let mut clients: BTreeMap<u32, Vec<Yaml>> = BTreeMap::new();
    for request in &outcome.requests {
        let result = Yaml::scalar(request.result.as_ref()?);
        clients.entry(request.client).or_default().push(result);
    }
    some_map(
        clients
            .into_iter()
            .map(|(client, results)| (client, Yaml::List(results))),
    )
}

fn quorums(outcome: &Outcome) -> Option<Yaml> {
    let closed = outcome
        .configurations
        .iter()
        .filter(|closed| !closed.quorum.is_empty());
    some_map(closed.map(|closed| {
        let is = ("is".to_owned(), Yaml::list(&closed.quorum));
        (closed.number, Yaml::Map(vec![is]))
    }))
}

/// By correct accusers alone: what faulty ones say is worth nothing (P6.3).
fn suspects(outcome: &Outcome) -> Option<Yaml> {
    let is_correct = |configuration, accuser| {
        let mut replicas = outcome.replicas.iter();
        replicas
            .find(|replica| (replica.configuration, replica.replica) == (configuration, accuser))
            .is_some_and(|replica| replica.correct)
    };
    let credible = outcome
        .suspicions
        .iter()
        .filter(|suspicion| match suspicion.by.kind {
            ProcessKind::Replica => is_correct(suspicion.configuration, suspicion.by.number),
            ProcessKind::Client | ProcessKind::Olympus => true,
        });
    sets(credible.map(|suspicion| (suspicion.configuration, suspicion.replica)))
}

fn convicted(outcome: &Outcome) -> Option<Yaml> {
    sets(
        outcome
            .convictions
            .iter()
            .map(|conviction| (conviction.configuration, conviction.replica)),
    )
}

fn checkpoints(outcome: &Outcome) -> Option<Yaml> {
    let taken = outcome
        .configurations
        .iter()
        .filter(|taken| !taken.checkpoints.is_empty());
    some_map(taken.map(|taken| (taken.number, Yaml::list(&taken.checkpoints))))
}

/// Only what did not come from the tail, which is the ordinary case.
fn answered_by(outcome: &Outcome) -> Option<Yaml> {
    let mut clients: BTreeMap<u32, Vec<(String, Yaml)>> = BTreeMap::new();
    for request in &outcome.requests {
        if let Some(by) = request.answered_by
            && by.as_str() != "tail"
        {
            let answer = (request.id.to_string(), Yaml::scalar(by.as_str()));
            clients.entry(request.client).or_default().push(answer);
        }
    }
    some_map(
        clients
            .into_iter()
            .map(|(client, answers)| (client, Yaml::Map(answers))),
    )
}

fn sets(pairs: impl Iterator<Item = (u32, u32)>) -> Option<Yaml> {
    let mut sets: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (configuration, replica) in pairs {
        sets.entry(configuration).or_default().insert(replica);
    }
    some_map(
        sets.into_iter()
            .map(|(configuration, replicas)| (configuration, Yaml::list(replicas))),
    )
}

fn some_map(entries: impl Iterator<Item = (u32, Yaml)>) -> Option<Yaml> {
    let map = Yaml::Map(
        entries
            .map(|(number, value)| (number.to_string(), value))
            .collect(),
    );
    (!map.is_empty()).then_some(map)
}
