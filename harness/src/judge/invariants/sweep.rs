//! Many runs with at most `t` faulty replicas in each configuration: no check may cry wolf.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::ClientId;
use bcr_protocol::parameters::Parameters;
use bcr_protocol::signature::Scheme;

use crate::dice::Dice;
use crate::judge::facts::Facts;
use crate::judge::invariants::judge;
use crate::judge::invariants::testing::{
    append, failure, get, is_within_promise, put, replica, scenario,
};
use crate::judge::premises::Premises;
use crate::outcome::InvariantOutcome;
use crate::runs::machines::ChainReplication;
use crate::runs::simulated::{Options, run, run_secret};
use crate::scenario::{Amount, Failure, Origin, PlannedFailure, Scenario, Trigger, TriggerKind};

/// How many runs: some 100 ms. Sixty thousand held when this was written.
const RUNS: u64 = 200;

fn drawn_trigger(dice: &mut Dice) -> Trigger {
    let kind = dice.pick(TriggerKind::ALL);
    let client = ClientId(u32::try_from(dice.below(2)).expect("small"));
    let message = match kind.origin() {
        Origin::Start | Origin::Reconfiguration => 0,
        Origin::Client | Origin::Forwarding | Origin::Request | Origin::Checkpoint => dice.below(3),
    };
    let client = kind.has_client().then_some(client);
    Trigger::new(kind, client, message).expect("it has a client if it takes one")
}

fn drawn_failure(dice: &mut Dice) -> Failure {
    let failure = dice.pick(Failure::ALL);
    match failure.argument() {
        Some((Amount::Entries, _)) => failure.with_argument(1 + dice.below(3)),
        Some((Amount::Milliseconds, _)) => failure.with_argument(dice.below(300)),
        None => failure,
    }
}

/// Failures of `t` replicas of each of the first configurations, several for each.
fn failures(dice: &mut Dice, t: u32) -> Vec<PlannedFailure> {
    let mut failures = Vec::new();
    for configuration in 0..3 {
        for member in 0..t {
            let first = u32::try_from(dice.below(u64::from(2 * t + 1))).expect("small");
            let position = (first + member) % (2 * t + 1);
            for _ in 0..1 + dice.below(3) {
                let (trigger, what) = (drawn_trigger(dice), drawn_failure(dice));
                let of = replica(configuration, position);
                failures.push(failure(of, trigger, what));
            }
        }
    }
    let mut faulty: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    failures.retain(|planned| {
        let members = faulty.entry(planned.configuration).or_default();
        members.contains(&planned.replica)
            || members.len() < t as usize && members.insert(planned.replica)
    });
    failures
}

fn workload(dice: &mut Dice) -> Vec<Operation> {
    let requests = 3 + dice.below(6);
    let operation = |dice: &mut Dice| match dice.below(4) {
        0 => put(dice.pick(&["k", "l"]), "v"),
        1 => get("k"),
        2 => Operation::Slice {
            key: "k".to_owned(),
            slice: "0:1".to_owned(),
        },
        _ => append("k", "!?"),
    };
    (0..requests).map(|_| operation(dice)).collect()
}

/// A scenario within the promise.
fn random(seed: u64) -> Scenario {
    let mut dice = Dice::spread(seed);
    let t = 1 + u32::try_from(dice.below(2)).expect("small");
    let failures = failures(&mut dice, t);
    let workloads = (0..2).map(|_| workload(&mut dice)).collect();
    let others = scenario(failures);
    Scenario {
        parameters: Parameters {
            t,
            checkpoint_interval: 1 + dice.below(4),
            ..others.parameters
        },
        workloads,
        ..others
    }
}

fn verdicts(seed: u64) -> Vec<InvariantOutcome> {
    let scenario = Arc::new(random(seed));
    let options = Options {
        scheme: Scheme::KeyedHash,
        ..Options::seed(seed)
    };
    let trace = run(&scenario, &ChainReplication, options);
    let premises = Premises::from(&*scenario);
    let facts = Facts::read(&premises, &trace);
    assert!(is_within_promise(&facts), "seed {seed}");
    let secret = run_secret(seed);
    judge(&facts, &|process| {
        Some(secret.key(options.scheme, process).public())
    })
}

#[test]
fn within_the_promise_every_invariant_holds() {
    for seed in 0..RUNS {
        for invariant in verdicts(seed) {
            assert_eq!(
                invariant.held,
                Some(true),
                "seed {seed}: {invariant:?} in {:#?}",
                random(seed)
            );
        }
    }
}
