//! Dictionaries that are not what they should be, key by key.

use std::collections::{BTreeMap, BTreeSet};

use bcr_language::words::counted;
use bcr_protocol::identity::Position;

use crate::diagnostic::visible;
use crate::expectation::{ClauseKey, Expectation, ExpectedDictionary};
use crate::outcome::{ClauseStatus, LastMode, Outcome, ReplicaOutcome};
use crate::tell::words::replicas;

/// How many keys are told at most.
const KEYS_MAX: usize = 20;

/// Expected and actual values where `final` broke; else the values in which the correct replicas of
/// the last configuration differ. Empty where there is nothing of both.
#[must_use]
pub(crate) fn difference(outcome: &Outcome, expectation: Option<&Expectation>) -> String {
    let groups = groups(outcome);
    let lines = match broken_final(outcome, expectation) {
        Some(expected) => groups
            .iter()
            .flat_map(|(actual, of)| from_expected(expected, actual, of))
            .collect(),
        None if groups.len() > 1 => among(&groups),
        None => Vec::new(),
    };
    let told = lines.iter().take(KEYS_MAX);
    let told = told.map(|line| visible::line(line).into_owned());
    let mut text: Vec<String> = told.collect();
    if lines.len() > KEYS_MAX {
        text.push(format!(
            "and {}",
            counted(lines.len() - KEYS_MAX, "more difference")
        ));
    }
    text.join("\n")
}

/// The dictionaries of the correct, active replicas of the last configuration, and who holds each.
type Groups<'a> = BTreeMap<&'a BTreeMap<String, String>, Vec<Position>>;

fn groups(outcome: &Outcome) -> Groups<'_> {
    let last = outcome.configurations.iter().map(|of| of.number).max();
    let counts = |replica: &&ReplicaOutcome| {
        Some(replica.configuration) == last && replica.correct && replica.mode == LastMode::Active
    };
    let mut groups = Groups::new();
    for replica in outcome.replicas.iter().filter(counts) {
        if let Some(dictionary) = &replica.dictionary {
            let holders = groups.entry(dictionary).or_default();
            holders.push(Position(replica.replica));
        }
    }
    groups
}

/// What `final` asks for, if it broke.
fn broken_final<'e>(
    outcome: &Outcome,
    expectation: Option<&'e Expectation>,
) -> Option<&'e ExpectedDictionary> {
    let expectation = expectation?;
    let clause = outcome.clauses.iter().find(|clause| {
        clause.status == ClauseStatus::Broken && clause.clause.key == ClauseKey::Final
    })?;
    expectation
        .of(clause.clause)?
        .final_dictionary
        .as_ref()
        .map(|of| &of.value)
}

fn from_expected(
    expected: &ExpectedDictionary,
    actual: &BTreeMap<String, String>,
    of: &[Position],
) -> Vec<String> {
    let keys: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    let differing = keys
        .into_iter()
        .filter(|key| expected.get(*key) != actual.get(*key));
    let line = |key: &String| {
        let (wanted, found) = (value(expected.get(key)), value(actual.get(key)));
        format!(
            "`{key}`: expected {wanted}, actual {found} at {}",
            replicas(of)
        )
    };
    differing.map(line).collect()
}

/// The keys in which replicas differ, and who has what.
fn among(groups: &Groups<'_>) -> Vec<String> {
    let keys: BTreeSet<&String> = groups.keys().flat_map(|held| held.keys()).collect();
    let mut lines = Vec::new();
    for key in keys {
        let mut values: BTreeMap<Option<&String>, Vec<Position>> = BTreeMap::new();
        for (dictionary, of) in groups {
            values.entry(dictionary.get(key)).or_default().extend(of);
        }
        if values.len() > 1 {
            let held = values.iter().map(|(held, of)| {
                let mut of = of.clone();
                of.sort_unstable();
                format!("{} at {}", value(*held), replicas(&of))
            });
            let held: Vec<String> = held.collect();
            lines.push(format!("`{key}` differs: {}", held.join(", ")));
        }
    }
    lines
}

fn value(value: Option<&String>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"))
}
