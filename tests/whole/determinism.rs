//! A seed is a run: over every scenario of the repository, what is repeated is the same.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use bcr_harness::cases::case::{Case, ReadOptions};
use bcr_harness::cases::find;
use bcr_harness::judge::{EndedRun, judge};
use bcr_harness::outcome::{Outcome, RunSpecification};
use bcr_harness::runs::machines::ChainReplication;
use bcr_harness::runs::simulated::{Options, run};
use bcr_harness::trace::{HarnessEvent, Record, Trace, TraceEvent, json};
use bcr_protocol::signature::Scheme;

/// What is dear, or follows from the rest, is done with one scenario of so many.
const COMPARED_EVERY: usize = 6;

/// A trace is written and read back of one scenario of so many.
const READ_BACK_EVERY: usize = 3;

/// Chains that tolerate more than this have many times the statements of others in every message.
const LONG: u32 = 6;

fn is_long(case: &Case) -> bool {
    case.scenario.parameters.t > LONG
}

/// Traces with more bytes than this are written and not read back.
const READ_BACK_MAX: usize = 1 << 24;

/// Every scenario of the repository.
fn cases() -> Vec<Case> {
    let folders = [PathBuf::from("../scenarios")];
    let files = find::discover(&folders, Some(Path::new("../expected")));
    let files = files.expect("the repository has scenarios");
    let case = |file| match Case::read(&file, &ReadOptions::default()) {
        Ok(case) => case,
        Err(invalid) => panic!("{} is invalid", invalid.file.name),
    };
    files.into_iter().map(case).collect()
}

fn trace(case: &Case, seed: u64, scheme: Scheme) -> Trace {
    let options = Options {
        scheme,
        ..Options::seed(seed)
    };
    run(&case.scenario, &ChainReplication, options)
}

fn bytes(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    json::write(trace, &mut bytes).expect("memory takes everything");
    bytes
}

/// What the trace comes to.
fn judged(case: &Case, trace: &Trace, seed: u64, scheme: Scheme) -> Outcome {
    let file = case.file.path.display().to_string();
    let run = EndedRun {
        trace: trace.clone(),
        specification: RunSpecification::simulated(file, seed, scheme),
        wall_ms: 0.0,
    };
    let judged = judge(&case.standard(), run).expect("the trace is one of a run");
    judged.outcome
}

/// Two runs of one seed must be one: what is written and what is judged are functions of the trace.
fn repeated(case: &Case, seed: u64, scheme: Scheme) -> Trace {
    let [one, other] = [(); 2].map(|()| trace(case, seed, scheme));
    assert!(one == other, "{}: seed {seed} is two runs", case.file.name);
    one
}

#[test]
fn seed_0_of_every_scenario_is_one_run() {
    for (index, case) in cases().iter().enumerate() {
        let is_compared = index % COMPARED_EVERY == 0 && !is_long(case);
        let scheme = if is_compared {
            Scheme::Ed25519
        } else {
            Scheme::KeyedHash
        };
        repeated(case, 0, scheme);
    }
}

#[test]
fn seed_3_of_every_scenario_is_one_run_and_every_third_reads_back_the_same() {
    let (seed, scheme) = (3, Scheme::KeyedHash);
    for (index, case) in cases().iter().enumerate() {
        let name = &case.file.name;
        let original = repeated(case, seed, scheme);
        if index % READ_BACK_EVERY != 0 {
            continue;
        }
        let stored = bytes(&original);
        if stored.len() > READ_BACK_MAX {
            continue;
        }
        let back = match json::read(BufReader::new(stored.as_slice())) {
            Ok(back) => back,
            Err(error) => panic!("{name}: line {}: {:?}", error.line, error.what),
        };
        assert!(back == original, "{name}: the trace reads back otherwise");
        if index % COMPARED_EVERY == 0 && !is_long(case) {
            assert!(bytes(&back) == stored, "{name}: it is written otherwise");
            let [one, other] = [&original, &back].map(|trace| judged(case, trace, seed, scheme));
            assert_eq!(one, other, "{name}");
        }
    }
}

#[test]
fn another_seed_is_another_run() {
    let cases = cases();
    let short = cases.iter().filter(|case| !is_long(case));
    for case in short.step_by(COMPARED_EVERY) {
        let [three, four] = [3, 4].map(|seed| trace(case, seed, Scheme::KeyedHash));
        assert!(three != four, "{}", case.file.name);
    }
}

/// What must not depend on how processes sign.
fn skeleton(trace: &Trace) -> Vec<String> {
    let event = |record: &Record| {
        let event = words(record);
        format!("{} {} {event}", record.at.0, record.process)
    };
    trace.records.iter().map(event).collect()
}

/// The event's name and the kind of its message.
fn words(record: &Record) -> String {
    match &record.event {
        TraceEvent::Harness(HarnessEvent::Sent {
            to,
            content,
            spoiled,
        }) => {
            format!("sent {} to {to}, spoiled: {spoiled}", content.kind())
        }
        TraceEvent::Harness(HarnessEvent::Received {
            from,
            content,
            sent,
        }) => {
            format!("received {} from {from}, {sent:?}", content.kind())
        }
        TraceEvent::Harness(event) => name_of(&format!("{event:?}")),
        TraceEvent::Protocol(event) => name_of(&format!("{event:?}")),
    }
}

/// The variant's name.
fn name_of(debug: &str) -> String {
    let end = debug.find(|c: char| !c.is_ascii_alphanumeric());
    debug[..end.unwrap_or(debug.len())].to_owned()
}

#[test]
fn runs_differ_in_nothing_but_signatures_between_the_schemes() {
    let cases = cases();
    let short = cases.iter().filter(|case| !is_long(case));
    for (index, case) in short.step_by(COMPARED_EVERY).enumerate() {
        let name = &case.file.name;
        let seed = [0, 3][index % 2];
        let schemes = [Scheme::Ed25519, Scheme::KeyedHash];
        let traces = schemes.map(|scheme| trace(case, seed, scheme));
        let [one, other] = traces.each_ref().map(skeleton);
        let difference = one.iter().zip(&other).position(|(a, b)| a != b);
        assert_eq!(
            difference, None,
            "{name}, seed {seed}: the first event that differs"
        );
        assert_eq!(one.len(), other.len(), "{name}, seed {seed}");
        let [mut one, mut other] =
            [0, 1].map(|which: usize| judged(case, &traces[which], seed, schemes[which]));
        // It tells how processes signed.
        other.run = one.run.clone();
        // Evidence and details may quote digests.
        for outcome in [&mut one, &mut other] {
            for conviction in &mut outcome.convictions {
                conviction.evidence.clear();
            }
        }
        assert_eq!(one, other, "{name}, seed {seed}");
    }
}
