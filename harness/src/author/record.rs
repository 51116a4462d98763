//! From outcomes to clauses: what is the same in all runs, and what the canonical one alone shows.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::message::AnsweredBy;

use crate::author::yaml::{Clause, Yaml};
use crate::expectation::ClauseKey;
use crate::outcome::{LastMode, Outcome, ProcessOutcome};
use crate::trace::Micros;

/// The clauses that describe these runs: those in which all agree, and what the first (canonical) one
/// alone shows of the rest.
///
/// `outcomes` holds one run for each schedule and runtime that the clauses are to hold in, the canonical
/// schedule of the simulator first.
#[must_use]
pub(crate) fn record(outcomes: &[Outcome]) -> (Vec<Clause>, Vec<Clause>) {
    let (mut always, mut canonical) = (Vec::new(), Vec::new());
    for key in ClauseKey::ALL {
        let Some(recorder) = recorder(*key) else {
            continue;
        };
        match shown(outcomes, *key, recorder) {
            Some(Shown::All(clause)) => always.push(clause),
            Some(Shown::FirstAlone(clause)) => canonical.push(clause),
            None => {}
        }
    }
    (always, canonical)
}

/// What happened, as a clause `order`: the failures that were applied, and what became of them. `None` where
/// nothing happened, or not the same in all runs.
#[must_use]
pub(crate) fn main_events(outcomes: &[Outcome]) -> Option<Clause> {
    // Why a configuration ended may depend on who saw it first.
    let recorders: [Recorder; 2] = [|run| order(run, true), |run| order(run, false)];
    recorders.into_iter().find_map(
        |recorder| match shown(outcomes, ClauseKey::Order, recorder) {
            Some(Shown::All(clause)) => Some(clause),
            Some(Shown::FirstAlone(_)) | None => None,
        },
    )
}

/// A clause, and which runs show it.
enum Shown {
    All(Clause),
    FirstAlone(Clause),
}

fn shown(outcomes: &[Outcome], key: ClauseKey, recorder: Recorder) -> Option<Shown> {
    let (first, others) = outcomes.split_first()?;
    let recorded = recorder(first)?;
    let clause = recorded.clause(key.as_str());
    let is_same = |outcome| recorder(outcome).as_ref() == Some(&recorded);
    Some(if others.iter().all(is_same) {
        Shown::All(clause)
    } else {
        Shown::FirstAlone(clause)
    })
}

/// How each clause is read off an outcome; none where there is nothing to say.
type Recorder = fn(&Outcome) -> Option<Yaml>;

/// How a clause is read off an outcome; `None` for one that only a person can write.
fn recorder(key: ClauseKey) -> Option<Recorder> {
    Some(match key {
        ClauseKey::Final => final_dictionary,
        ClauseKey::Results => results,
        ClauseKey::Unanswered => unanswered,
        ClauseKey::Reconfigurations => reconfigurations,
        ClauseKey::Quorums => quorums,
        ClauseKey::Suspects => suspects,
        ClauseKey::Convicted => convicted,
        ClauseKey::Checkpoints => checkpoints,
        ClauseKey::AnsweredBy => answered_by,
        ClauseKey::FinalAnyOf
        | ClauseKey::FinalUnchecked
        | ClauseKey::CompletedWithin
        | ClauseKey::RecoveredWithin
        | ClauseKey::Order
        | ClauseKey::Never
        | ClauseKey::NotApplied
        | ClauseKey::NoEffect
        | ClauseKey::MayNotApply
        | ClauseKey::OutsidePromise => return None,
    })
}

/// Only where a replica of the last configuration can still answer: the clause asks for one.
fn final_dictionary(outcome: &Outcome) -> Option<Yaml> {
    let last = outcome.configurations.last()?.number;
    let mut replicas = outcome.replicas.iter();
    replicas.find(|r| r.configuration == last && r.correct && r.mode == LastMode::Active)?;
    let dictionary = outcome.final_dictionary.as_ref()?;
    let entry = |(key, value): (&String, &String)| (key.clone(), Yaml::scalar(value));
    Some(Yaml::Map(dictionary.iter().map(entry).collect()))
}

fn results(outcome: &Outcome) -> Option<Yaml> {
    let mut clients: BTreeMap<u32, Vec<Yaml>> = BTreeMap::new();
    for request in &outcome.requests {
        let result = match request.result.as_deref()? {
            // In quotes or not, the word alone means any result.
            "any" => Yaml::list(["any"]),
            result => Yaml::scalar(result),
        };
        clients.entry(request.client).or_default().push(result);
    }
    some_map(
        clients
            .into_iter()
            .map(|(client, results)| (client, Yaml::List(results))),
    )
}

fn unanswered(outcome: &Outcome) -> Option<Yaml> {
    let open = outcome.requests.iter().filter(|r| r.result.is_none());
    let pairs: Vec<_> = open
        .map(|request| Yaml::list([u64::from(request.client), request.id]))
        .collect();
    (!pairs.is_empty()).then_some(Yaml::List(pairs))
}

/// The failures with effect, the reconfigurations (and why, if asked) and the configurations that they led
/// to, by time.
fn order(outcome: &Outcome, says_why: bool) -> Option<Yaml> {
    let pattern = |event: &str, fields: Vec<(&str, String)>| {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name, Yaml::scalar(value)));
        let event = ("event", Yaml::scalar(event));
        let entries = std::iter::once(event).chain(fields);
        Yaml::Map(
            entries
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    };
    let failures = outcome.failures.iter().filter(|failure| failure.effect);
    let failures = failures.filter_map(|failure| {
        let fields = vec![
            (
                "configuration",
                failure.configured.reference.configuration.to_string(),
            ),
            ("replica", failure.configured.reference.replica.to_string()),
            ("failure", failure.configured.failure_text.clone()),
        ];
        Some((failure.at?, 0, pattern("failure_applied", fields)))
    });
    let reconfigurations = outcome.configurations.iter().filter_map(|ended| {
        let reconfiguration = ended.reconfiguration.as_ref()?;
        let mut fields = vec![("configuration", ended.number.to_string())];
        if says_why {
            fields.push(("reason", reconfiguration.reason.to_string()));
            fields.extend(reconfiguration.suspect.map(|s| ("suspect", s.to_string())));
        }
        Some((
            reconfiguration.at,
            1,
            pattern("reconfiguration_requested", fields),
        ))
    });
    let started = outcome.configurations.iter().skip(1).map(|started| {
        let fields = vec![("configuration", started.number.to_string())];
        (started.started, 2, pattern("configuration_started", fields))
    });
    let mut events: Vec<(Micros, u8, Yaml)> =
        failures.chain(reconfigurations).chain(started).collect();
    events.sort_by_key(|&(at, rank, _)| (at, rank));
    let patterns: Vec<_> = events.into_iter().map(|(_, _, pattern)| pattern).collect();
    (!patterns.is_empty()).then_some(Yaml::List(patterns))
}

fn reconfigurations(outcome: &Outcome) -> Option<Yaml> {
    let count = outcome.configurations.len().saturating_sub(1);
    Some(Yaml::scalar(count))
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
        .filter(|suspicion| match suspicion.by {
            ProcessOutcome::Replica(position) => is_correct(suspicion.configuration, position.0),
            ProcessOutcome::Client(_) | ProcessOutcome::Olympus => true,
        });
    sets(
        outcome,
        credible.map(|suspicion| (suspicion.configuration, suspicion.replica)),
    )
}

fn convicted(outcome: &Outcome) -> Option<Yaml> {
    let convictions = outcome.convictions.iter();
    sets(
        outcome,
        convictions.map(|conviction| (conviction.configuration, conviction.replica)),
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
            && by != AnsweredBy::Tail
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

/// A set for each configuration that ended or has a member; that nobody was convicted says much as well.
fn sets(outcome: &Outcome, pairs: impl Iterator<Item = (u32, u32)>) -> Option<Yaml> {
    let ended = outcome
        .configurations
        .iter()
        .filter(|c| c.reconfiguration.is_some());
    let mut sets: BTreeMap<u32, BTreeSet<u32>> =
        ended.map(|ended| (ended.number, BTreeSet::new())).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::expectation::{self, ResultTest};
    use crate::judge::facts::Facts;
    use crate::judge::invariants::testing::{Finished, get, heading, put, scenario};
    use crate::judge::summarize;

    #[test]
    fn a_result_that_is_the_word_any_is_recorded_as_itself() {
        let mut scenario = scenario(Vec::new());
        scenario.workloads = vec![vec![put("k", "any"), get("k")], vec![put("x", "y")]];
        let run = Finished::of(scenario);
        let facts = Facts::read(&run.premises, &run.trace);
        let clause = results(&summarize(&facts, heading(), Vec::new()));
        let clause = clause.expect("all is answered").clause("results");
        let reading = expectation::read(&SourceFile::new("x.yaml", clause.text.as_str()));
        let read = reading.expectation.expect(&clause.text).clauses.results;
        let of_first = &read.expect("it is there").value[&0].value;
        let expected = ["OK", "any"].map(|text| ResultTest::OneOf(vec![text.to_owned()]));
        let found: Vec<_> = of_first.iter().map(|test| test.value.clone()).collect();
        assert_eq!(found, expected, "{}", clause.text);
    }
}
