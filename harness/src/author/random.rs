//! Scenarios drawn at random: a workload, and failures of at most `t` replicas in each configuration.
//!
//! What is drawn may come to nothing (a failure that cannot happen there, say), so that whoever draws
//! looks at it and draws again. The same seed and attempt always draw the same scenario.

use std::sync::Arc;

use bcr_protocol::identity::{ClientId, Position};

use crate::author::new_scenario::Outline;
use crate::author::objection::Objection;
use crate::cases::case::Case;
use crate::cases::examine::outcomes;
use crate::cases::find::ScenarioFile;
use crate::cases::options::{Options, Seeds};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::dice::Dice;
use crate::runs::machines::ChainReplication;
use crate::scenario::{self, Amount, Failure, Origin, Trigger, TriggerKind};
use crate::trace::Micros;

/// How often a seed draws before it gives up.
const ATTEMPTS: u64 = 1_000;

/// The first scenario that `seed` draws in which every failure happens and changes something, whatever the
/// schedule, and that stays inside the promise; or one that breaks an invariant or a machine, which is a finding.
///
/// `None` where the seed draws nothing of the kind.
#[must_use]
pub(crate) fn find(file: &ScenarioFile, seed: u64) -> Option<Outline> {
    let drawn = (0..ATTEMPTS).map(|attempt| draw(&file.name, seed, attempt));
    drawn.into_iter().find(|outline| {
        let Some(case) = outline.text().ok().and_then(|text| clean_case(file, text)) else {
            return false;
        };
        let is_worth_it =
            |options: &Options| match Objection::of(&outcomes(&case, &ChainReplication, options)) {
                None | Some(Objection::Broken { .. } | Objection::BrokenOff { .. }) => true,
                Some(
                    Objection::Vacuous { .. }
                    | Objection::Outside { .. }
                    | Objection::Undecided { .. },
                ) => false,
            };
        // Most come to nothing in the first schedule already.
        let first = Options {
            seeds: Seeds::Only(0),
            ..Options::default()
        };
        is_worth_it(&first) && is_worth_it(&Options::thorough())
    })
}

/// The scenario of a text that draws no remark of any weight.
fn clean_case(file: &ScenarioFile, text: String) -> Option<Case> {
    let source = SourceFile::new(file.path.display().to_string(), text);
    let reading = scenario::read(&source, &[]);
    let is_note = |found: &Diagnostic| found.severity == Severity::Note;
    let scenario = reading.scenario?;
    reading.diagnostics.iter().all(is_note).then(|| Case {
        file: file.clone(),
        scenario: Arc::new(scenario),
        expectation: None,
        has_expected_file: false,
        allowance: Micros(0),
        remarks: Vec::new(),
    })
}

/// The scenario that `seed` draws at its `attempt`, from 0, under the given name.
#[must_use]
pub(crate) fn draw(name: &str, seed: u64, attempt: u64) -> Outline {
    // Attempts of one seed are no attempts of its neighbours.
    let mut dice = Dice::new(seed.rotate_left(32) ^ attempt);
    let t = if dice.index(4) == 0 { 2 } else { 1 };
    let clients = 1 + dice.index(2);
    let requests: Vec<usize> = (0..clients).map(|_| 3 + dice.index(4)).collect();
    let workloads = requests.iter().map(|requests| {
        let seed = dice.index(1_000);
        format!("pseudorandom({seed},{requests})")
    });
    let workloads = workloads.collect();
    let mut outline = Outline {
        name: name.to_owned(),
        description: format!("Drawn at random: seed {seed}, attempt {attempt}."),
        t: u32::try_from(t).unwrap_or(1),
        clients: u32::try_from(clients).unwrap_or(1),
        checkpoint_interval: 2 + dice.below(5),
        workloads,
        failures: Vec::new(),
    };
    let replicas = 2 * t + 1;
    for configuration in 0..=dice.index(2) {
        // Few replicas, and often one of them more than once.
        let faulty: Vec<usize> = (0..t).map(|_| dice.index(replicas)).collect();
        for _ in 0..=dice.index(t + 1) {
            let replica = dice.pick(&faulty);
            let trigger = trigger(&mut dice, configuration, replica, &requests);
            let failure = failure(&mut dice);
            outline
                .failures
                .push(format!("{configuration},{replica}: {trigger}, {failure}"));
        }
    }
    outline
}

/// A message that the replica may well receive.
fn trigger(dice: &mut Dice, configuration: usize, replica: usize, requests: &[usize]) -> Trigger {
    let client = dice.index(requests.len());
    let message = dice.below(requests[client] as u64);
    let client = ClientId(u32::try_from(client).unwrap_or_default());
    let is_head = replica == Position::HEAD.index();
    loop {
        let kind = dice.pick(TriggerKind::ALL);
        let comes = match kind.origin() {
            Origin::Client | Origin::Forwarding => is_head,
            Origin::Start => configuration > 0,
            Origin::Request | Origin::Checkpoint | Origin::Reconfiguration => true,
        };
        if !comes {
            continue;
        }
        let client = kind.has_client().then_some(client);
        let message = client.map_or(0, |_| message);
        return Trigger::new(kind, client, message).expect("it has a client if it takes one");
    }
}

fn failure(dice: &mut Dice) -> Failure {
    let failure = dice.pick(Failure::ALL);
    match failure.argument() {
        Some((Amount::Milliseconds, _)) => {
            failure.with_argument(dice.pick(&[200, 1_000, 4_000, 7_000]))
        }
        Some((Amount::Entries, _)) => failure.with_argument(1 + dice.below(2)),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_drawn_is_a_scenario_and_follows_from_the_seed() {
        let mut texts = BTreeSet::new();
        for attempt in 0..200 {
            let text = draw("a", 7, attempt).text().expect("well-formed failures");
            let reading = scenario::read(&SourceFile::new("a.conf", text.as_str()), &[]);
            assert!(reading.scenario.is_some(), "{text}\n{reading:?}");
            assert_eq!(draw("a", 7, attempt).text().as_ref(), Ok(&text));
            texts.insert(text);
        }
        assert_eq!(texts.len(), 200);
        assert_ne!(draw("a", 7, 1), draw("a", 8, 1));
    }
}
