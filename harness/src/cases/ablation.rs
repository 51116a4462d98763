//! Ablation: a run repeated without each of its failures in turn, to tell what each of them did.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bcr_language::words::counted;
use bcr_protocol::message::AnsweredBy;

use crate::cases::case::Case;
use crate::expectation::{ClauseName, Invariant};
use crate::outcome::words::list;
use crate::outcome::{
    Ablation, Cause, ClauseStatus, ConfigurationOutcome, FailureStatus, Outcome, Role, Without,
};
use crate::scenario::Scenario;

/// How many differences are told of a run at most.
const CHANGES_MAX: usize = 8;

/// Compares `outcome`, a run of `case`, with what `run` makes of the case without each failure in turn
/// and without any. The schedule is that of the run.
pub(super) fn ablate(
    case: &Case,
    outcome: &Outcome,
    mut run: impl FnMut(&Case) -> Outcome,
) -> Ablation {
    let mut run_with = |keeps: &dyn Fn(usize) -> bool| run(&keeping(case, keeps));
    let without_any = run_with(&|_| false);
    let ended: Vec<u32> = ended(outcome).collect();
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); ended.len()];
    let mut without = Vec::new();
    for (index, failure) in outcome.failures.iter().enumerate() {
        let is_applied = failure.status == FailureStatus::Applied;
        // What was never applied changes nothing: the run is the same without it.
        let other = is_applied.then(|| run_with(&|kept| kept != index));
        let (changes, breaks) = match &other {
            None => Default::default(),
            Some(other) => (changes(outcome, other, Some(index)), mended(outcome, other)),
        };
        let mut is_needed = false;
        for (needs, &number) in needs.iter_mut().zip(&ended) {
            let lasts = |other: &Outcome| reaches(other, number) && !ends(other, number);
            if other.as_ref().is_some_and(lasts) {
                needs.push(index);
                is_needed = true;
            }
        }
        without.push(Without {
            configured: failure.configured.clone(),
            role: match (is_applied, is_needed) {
                (false, _) => Role::NotApplied,
                (true, true) => Role::Reconfigures,
                (true, false) if changes.is_empty() && breaks.is_empty() => Role::Masked,
                (true, false) => Role::Felt,
            },
            changes,
            breaks,
        });
    }
    let causes = ended
        .iter()
        .zip(needs)
        .map(|(&configuration, needs)| Cause {
            configuration,
            needs,
            needs_none: ends(&without_any, configuration),
        });
    Ablation {
        causes: causes.collect(),
        without,
        without_any: changes(outcome, &without_any, None),
    }
}

/// The case with those of its failures that are to be kept, by their places.
fn keeping(case: &Case, keeps: &dyn Fn(usize) -> bool) -> Case {
    let failures = case.scenario.failures.iter().enumerate();
    let kept = failures.filter(|(index, _)| keeps(*index));
    let scenario = Scenario {
        failures: kept.map(|(_, failure)| failure.clone()).collect(),
        ..case.scenario.as_ref().clone()
    };
    Case {
        scenario: Arc::new(scenario),
        ..case.clone()
    }
}

/// The configurations that ended.
fn ended(outcome: &Outcome) -> impl Iterator<Item = u32> {
    let configurations = outcome.configurations.iter();
    let ended = configurations.filter(|of| of.reconfiguration.is_some());
    ended.map(|of| of.number)
}

fn reaches(outcome: &Outcome, number: u32) -> bool {
    outcome.configurations.iter().any(|of| of.number == number)
}

fn ends(outcome: &Outcome, number: u32) -> bool {
    ended(outcome).any(|ended| ended == number)
}

/// The clauses and invariants that break in `outcome` and hold in `other`.
fn mended(outcome: &Outcome, other: &Outcome) -> Vec<String> {
    let is_mended = |name: ClauseName| {
        let clause = other.clauses.iter().find(|of| of.clause == name);
        clause.is_some_and(|of| of.status == ClauseStatus::Held)
    };
    let clauses = outcome.clauses.iter();
    let clauses = clauses.filter(|of| of.status == ClauseStatus::Broken && is_mended(of.clause));
    let clauses = clauses.map(|of| format!("clause {}", of.clause));
    let holds = |name: Invariant| {
        let invariant = other.invariants.iter().find(|of| of.name == name);
        invariant.is_some_and(|of| of.held == Some(true))
    };
    let invariants = outcome.invariants.iter();
    let invariants = invariants.filter(|of| of.held == Some(false) && holds(of.name));
    clauses
        .chain(invariants.map(|of| format!("invariant {}", of.name)))
        .collect()
}

/// What is different in `other`, a run without the failure at `left_out`, or without any: in words,
/// what tells most first. Times and numbers of messages do not count.
fn changes(outcome: &Outcome, other: &Outcome, left_out: Option<usize>) -> Vec<String> {
    let mut changes = Vec::new();
    push_endings(&mut changes, outcome, other);
    push_answers(&mut changes, outcome, other);
    if outcome.final_dictionary != other.final_dictionary {
        changes.push("the final dictionary is another".to_owned());
    }
    push_blame(&mut changes, outcome, other);
    if let Some(left_out) = left_out {
        push_fates(&mut changes, outcome, other, left_out);
    }
    if changes.len() > CHANGES_MAX {
        let more = changes.len() - CHANGES_MAX;
        changes.truncate(CHANGES_MAX);
        changes.push(format!("and {}", counted(more, "more difference")));
    }
    changes
}

fn push_endings(changes: &mut Vec<String>, outcome: &Outcome, other: &Outcome) {
    let of = |outcome: &Outcome, number: u32| -> Option<ConfigurationOutcome> {
        let mut all = outcome.configurations.iter();
        all.find(|of| of.number == number).cloned()
    };
    let all: BTreeSet<u32> = [outcome, other]
        .into_iter()
        .flat_map(|outcome| outcome.configurations.iter().map(|of| of.number))
        .collect();
    for number in all {
        let (here, there) = match (of(outcome, number), of(other, number)) {
            (Some(here), Some(there)) => (here, there),
            // The one before did not end, which was said.
            (Some(_), None) => break,
            (None, Some(_)) => {
                changes.push(format!("there is a configuration {number}"));
                continue;
            }
            (None, None) => continue,
        };
        match (&here.reconfiguration, &there.reconfiguration) {
            (Some(_), None) => changes.push(format!("configuration {number} does not end")),
            (None, Some(_)) => {
                changes.push(format!("configuration {number} ends, {}", why(&there)));
            }
            (Some(_), Some(_)) if why(&here) != why(&there) => changes.push(format!(
                "configuration {number} ends {}, not {}",
                why(&there),
                why(&here)
            )),
            (Some(_), Some(_)) if here.quorum != there.quorum => changes.push(format!(
                "configuration {number} ends with the quorum {:?}, not {:?}",
                there.quorum, here.quorum
            )),
            (Some(_) | None, Some(_) | None) => {}
        }
    }
}

/// `as replica 1 asked: timeout`, with the suspect.
fn why(configuration: &ConfigurationOutcome) -> String {
    let Some(ending) = &configuration.reconfiguration else {
        return String::new();
    };
    let suspect = ending.suspect.map(|of| format!(" (suspecting {of})"));
    format!(
        "as {} asked for {}{}",
        ending.requested_by,
        ending.reason,
        suspect.unwrap_or_default()
    )
}

fn push_answers(changes: &mut Vec<String>, outcome: &Outcome, other: &Outcome) {
    let mut others: BTreeMap<[&str; 2], Vec<String>> = BTreeMap::new();
    for here in &outcome.requests {
        let mut all = other.requests.iter();
        let there = all.find(|of| (of.client, of.id) == (here.client, here.id));
        let request = format!("{}:{}", here.client, here.id);
        let result = there.and_then(|there| there.result.as_ref());
        match (&here.result, result) {
            (here, there) if here.as_ref() != there => {
                let [here, there] = [here.as_ref(), there].map(|result| match result {
                    Some(result) => format!("`{result}`"),
                    None => "no answer".to_owned(),
                });
                changes.push(format!("request {request} gets {there}, not {here}"));
            }
            _ => {
                let by = there.and_then(|there| there.answered_by);
                if let (Some(now), Some(then)) = (here.answered_by, by)
                    && now != then
                {
                    let key = [then, now].map(answerer);
                    others.entry(key).or_default().push(request);
                }
            }
        }
    }
    for ([then, now], requests) in others {
        let (noun, verb) = match requests.len() {
            1 => ("request", "is"),
            _ => ("requests", "are"),
        };
        let requests = list(requests);
        changes.push(format!(
            "{noun} {requests} {verb} answered by {then}, not {now}"
        ));
    }
}

const fn answerer(by: AnsweredBy) -> &'static str {
    match by {
        AnsweredBy::Tail => "the tail",
        AnsweredBy::Cache => "a cache",
        AnsweredBy::Olympus => "olympus",
    }
}

fn push_blame(changes: &mut Vec<String>, outcome: &Outcome, other: &Outcome) {
    let convicted = |outcome: &Outcome| -> BTreeSet<(u32, u32)> {
        let convictions = outcome.convictions.iter();
        convictions
            .map(|of| (of.configuration, of.replica))
            .collect()
    };
    let suspected = |outcome: &Outcome| -> BTreeSet<(u32, u32)> {
        let suspicions = outcome.suspicions.iter();
        suspicions
            .map(|of| (of.configuration, of.replica))
            .collect()
    };
    for (word, here, there) in [
        ("convicted", convicted(outcome), convicted(other)),
        ("suspected", suspected(outcome), suspected(other)),
    ] {
        // Nobody is blamed in a configuration that is not there.
        let missed = here.difference(&there);
        for (configuration, replica) in missed.filter(|(of, _)| reaches(other, *of)) {
            changes.push(format!(
                "replica {replica} of configuration {configuration} is not {word}"
            ));
        }
        for (configuration, replica) in there.difference(&here) {
            changes.push(format!(
                "replica {replica} of configuration {configuration} is {word}"
            ));
        }
    }
}

/// What becomes of the other failures.
fn push_fates(changes: &mut Vec<String>, outcome: &Outcome, other: &Outcome, left_out: usize) {
    let failures = outcome.failures.iter().enumerate();
    let kept = failures.filter(|(index, _)| *index != left_out);
    for ((_, here), there) in kept.zip(&other.failures) {
        let is_reached = reaches(other, here.configured.reference.configuration.0);
        if !is_reached || (here.status, here.effect) == (there.status, there.effect) {
            continue;
        }
        let fate = match (there.status, there.effect) {
            (FailureStatus::Applied, true) => "is applied",
            (FailureStatus::Applied, false) => "has no effect",
            (FailureStatus::Armed, _) => "is armed and never applied",
            (FailureStatus::NotTriggered, _) => "is not triggered",
        };
        changes.push(format!("{} {fate}", here.configured));
    }
}
