//! `final`, `final_any_of`: what every correct, active replica of the last configuration holds.

use std::collections::BTreeMap;

use bcr_protocol::identity::{ConfigurationId, Position, ProcessId};

use super::mismatch::Mismatch;
use super::run::Run;
use crate::expectation::ExpectedDictionary;
use crate::judge::finding::Finding;
use crate::outcome::{LastMode, ReplicaOutcome};

pub(super) fn exactly(expected: &ExpectedDictionary, run: &Run<'_>) -> Finding {
    one_of(std::slice::from_ref(expected), run)
}

/// Held where one of the dictionaries is that of all; else broken, with the differences from the one
/// that comes nearest.
pub(super) fn one_of(expected: &[ExpectedDictionary], run: &Run<'_>) -> Finding {
    let holders = match holders(run) {
        Ok(holders) => holders,
        Err(why) => return Finding::broken(why),
    };
    let mismatches = expected
        .iter()
        .map(|expected| mismatches(expected, &holders, run));
    let nearest = mismatches.min_by_key(|(count, _)| *count);
    let (_, mismatches) = nearest.unwrap_or_default();
    let mut finding = Finding::of_mismatches(mismatches);
    if expected.len() > 1 && !finding.detail.is_empty() {
        finding.detail = format!(
            "none of {}; the nearest: {}",
            expected.len(),
            finding.detail
        );
    }
    finding
}

/// The replicas that count. At least one.
fn holders<'a>(run: &Run<'a>) -> Result<Vec<&'a ReplicaOutcome>, String> {
    let last = run.last_configuration().ok_or("no configuration started")?;
    let replicas = run.outcome.replicas.iter();
    let holders: Vec<_> = replicas
        .filter(|replica| {
            replica.configuration == last && replica.correct && replica.mode == LastMode::Active
        })
        .collect();
    if holders.is_empty() {
        return Err(format!(
            "no correct replica of configuration {last}, the last one, is active"
        ));
    }
    Ok(holders)
}

/// In how many keys the replicas differ from `expected`, and how.
fn mismatches(
    expected: &ExpectedDictionary,
    holders: &[&ReplicaOutcome],
    run: &Run<'_>,
) -> (usize, Vec<Mismatch>) {
    let mut count = 0;
    let mut mismatches = Vec::new();
    for replica in holders {
        let id = ProcessId::replica(
            ConfigurationId(replica.configuration),
            Position(replica.replica),
        );
        let differences = match &replica.dictionary {
            Some(actual) => differences(expected, actual),
            None => vec!["its dictionary is not known".to_owned()],
        };
        count += differences.len();
        if !differences.is_empty() {
            let detail = format!("{id}: {}", differences.join(", "));
            mismatches.push(Mismatch::new(detail, run.last_event_of(id)));
        }
    }
    (count, mismatches)
}

fn differences(expected: &ExpectedDictionary, actual: &BTreeMap<String, String>) -> Vec<String> {
    let mut differences = Vec::new();
    for (key, value) in expected {
        match actual.get(key) {
            None => differences.push(format!("missing `{key}`: expected `{value}`")),
            Some(other) if other != value => {
                differences.push(format!(
                    "different `{key}`: expected `{value}`, actual `{other}`"
                ));
            }
            Some(_) => {}
        }
    }
    for (key, value) in actual {
        if !expected.contains_key(key) {
            differences.push(format!("extra `{key}`: actual `{value}`"));
        }
    }
    differences
}
