use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bcr_protocol::signature::Scheme;
use serde_json::Value;

use super::*;
use crate::cases::case::{Case, ReadOptions};
use crate::cases::examine::examine;
use crate::cases::options::{Options, Seeds};
use crate::cases::select;
use crate::cases::stored::StoredError;
use crate::outcome::{OUTCOME_FILE, Outcome, Verdict};
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::tell::log;
use crate::trace::TRACE_FILE;

const SCENARIO: &str = "t = 1\nnum_client = 1\nclient_timeout = 300\nhead_timeout = 300\n\
    nonhead_timeout = 300\ncheckpt_interval = 10\n\
    workload[0] = put('k','v'); append('k','w'); get('k')\n\
    failures[0,0] = client_request(0,1), crash()\n";
const EXPECTED: &str = "final: {k: vw}\nreconfigurations: 1\n";

/// A suite of one scenario in a folder of a test's own, removed at its end.
struct Suite(PathBuf);

impl Suite {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("bcr-stored-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        for below in ["scenarios", "expected"] {
            fs::create_dir_all(folder.join(below)).expect("a folder");
        }
        let suite = Self(folder);
        suite.put("scenarios/x.conf", SCENARIO);
        suite.put("expected/x.yaml", EXPECTED);
        suite
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("a file");
    }

    /// Runs the scenario and gives back its folder of logs.
    fn run(&self, seed: u64, overrides: &[(&str, &str)], scheme: Option<Scheme>) -> PathBuf {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let overrides: Vec<_> = overrides.iter().map(owned).collect();
        let files = select(&[self.0.join("scenarios/x.conf")], None).expect("a scenario");
        let read_options = ReadOptions {
            overrides: overrides.clone(),
            ..ReadOptions::default()
        };
        let case = Case::read(&files[0], &read_options).expect("no mistakes");
        let options = Options {
            seeds: Seeds::Only(seed),
            overrides,
            scheme,
            ..Options::default()
        };
        let mut folder = log::Folder::of(&case, &self.0.join("logs"), Runtime::Simulated);
        let path = folder.path().to_owned();
        examine(&case, &ChainReplication, &options, &mut folder);
        folder.publish().expect("written");
        path
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn judge_again(folder: &Path) -> Result<Outcome, StoredError> {
    let stored = StoredRun::read(folder)?;
    let file = stored.file(None)?;
    let case = stored.case(&file, ReadOptions::default());
    Ok(stored.examine(&case.expect("no mistakes"))?.run.outcome)
}

fn first_outcome(folder: &Path) -> Outcome {
    let text = fs::read_to_string(folder.join(OUTCOME_FILE)).expect("an outcome");
    serde_json::from_str(&text).expect("an outcome")
}

/// Replaces the first text that is there.
fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).expect("a file");
}

fn cut_in_the_middle(folder: &Path) {
    let path = folder.join(TRACE_FILE);
    let bytes = fs::read(&path).expect("a file");
    fs::write(path, &bytes[..bytes.len() / 2]).expect("a file");
}

#[test]
fn a_trace_cut_between_two_events_does_not_pass() {
    let suite = Suite::new("cut");
    let folder = suite.run(0, &[], None);
    let text = fs::read_to_string(folder.join(TRACE_FILE)).expect("a file");
    let lines = text.lines().count();
    for kept in [0, 1, lines / 2, lines - 1] {
        let shorter: String = text.split_inclusive('\n').take(kept).collect();
        fs::write(folder.join(TRACE_FILE), shorter).expect("a file");
        let verdict = judge_again(&folder).map(|outcome| outcome.verdict);
        assert!(
            verdict.is_ok_and(|verdict| verdict != Verdict::Pass),
            "{kept} of {lines} lines"
        );
    }
}

/// The places of all numbers in a document, of a list those of its first item.
fn numbers(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Number(_) => places.push(at.to_owned()),
        Value::Object(fields) => {
            for (name, field) in fields {
                numbers(field, &format!("{at}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for item in items.iter().take(1) {
                numbers(item, &format!("{at}/0"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The document with each of its numbers in turn replaced by the largest there is.
fn enlarged(text: &str) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let mut places = Vec::new();
    numbers(&document, "", &mut places);
    let each = places.into_iter().flat_map(|place| {
        [u64::from(u32::MAX), u64::MAX].map(|number| {
            let mut changed = document.clone();
            *changed.pointer_mut(&place).expect("it is there") = number.into();
            (place.clone(), changed.to_string())
        })
    });
    each.collect()
}

/// Whatever number is read back, nothing is counted up to it, and nothing as long as it says is made.
#[test]
fn every_number_of_a_stored_run_may_be_the_largest() {
    let suite = Suite::new("every-number");
    let folder = suite.run(0, &[], None);
    let read = |name| fs::read_to_string(folder.join(name)).expect("a file");
    let write = |name, text: &str| fs::write(folder.join(name), text).expect("a file");
    let (outcome, trace) = (read(OUTCOME_FILE), read(TRACE_FILE));
    let lines: Vec<&str> = trace.lines().collect();
    let mut seen = BTreeSet::new();
    for (n, line) in lines.iter().enumerate() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        for (place, changed) in enlarged(line) {
            let kind = (event["event"].to_string(), event["message"].to_string());
            if seen.insert((kind, place, changed.contains(&u64::MAX.to_string()))) {
                let mut lines = lines.clone();
                lines[n] = &changed;
                write(TRACE_FILE, &(lines.join("\n") + "\n"));
                drop(judge_again(&folder));
            }
        }
    }
    assert!(seen.len() > 200, "{}", seen.len());
    write(TRACE_FILE, &trace);
    for (_, changed) in enlarged(&outcome) {
        write(OUTCOME_FILE, &changed);
        let read = StoredRun::read(&folder);
        drop(read.and_then(|stored| {
            let file = stored.file(None)?;
            drop(stored.case(&file, ReadOptions::default()));
            Ok(())
        }));
    }
}

/// A number from a file is as large as it likes; nothing that is counted on from it may overflow.
#[test]
fn the_largest_numbers_do_not_pass_either() {
    let cases = [
        (
            "\"event\":\"configuration_started\",\"configuration\":1",
            "\"event\":\"configuration_started\",\"configuration\":4294967295",
        ),
        (
            "\"event\":\"executed\",\"configuration\":0,\"replica\":2,\"slot\":0",
            "\"event\":\"executed\",\"configuration\":0,\"replica\":2,\"slot\":18446744073709551615",
        ),
    ];
    let suite = Suite::new("largest");
    for (from, to) in cases {
        let folder = suite.run(0, &[], None);
        edit(&folder, TRACE_FILE, from, to);
        let verdict = judge_again(&folder).map(|outcome| outcome.verdict);
        assert!(
            !verdict.is_ok_and(|verdict| verdict == Verdict::Pass),
            "{from}"
        );
    }
}

#[test]
fn the_same_run_is_judged_alike() {
    type Case<'a> = (u64, &'a [(&'a str, &'a str)], Option<Scheme>, Verdict);
    let cases: &[Case<'_>] = &[
        (0, &[], None, Verdict::Pass),
        (3, &[], None, Verdict::Pass),
        (3, &[], Some(Scheme::Ed25519), Verdict::Pass),
        (
            0,
            &[("t", "2"), ("client_timeout", "500")],
            None,
            Verdict::Pass,
        ),
        (0, &[("failures[0,0]", "")], None, Verdict::Fail),
        (
            0,
            &[("workload[0]", "put('k','it is')")],
            None,
            Verdict::Fail,
        ),
    ];
    let suite = Suite::new("alike");
    for (seed, overrides, scheme, verdict) in cases {
        let folder = suite.run(*seed, overrides, *scheme);
        let first = first_outcome(&folder);
        assert_eq!(first.verdict, *verdict, "{overrides:?}");
        assert_eq!(judge_again(&folder), Ok(first), "{seed} {overrides:?}");
    }
}

#[test]
fn every_kind_of_verdict_is_given_again() {
    type Overrides<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, Overrides<'_>, Verdict)] = &[
        ("final: {k: vw}\n", &[], Verdict::Pass),
        ("final: {k: v}\n", &[], Verdict::Fail),
        (
            "final: {k: vw}\n",
            &[("failures[0,0]", "client_request(0,9), crash()")],
            Verdict::Vacuous,
        ),
        (
            "final_unchecked: nothing is promised\n",
            &[("failures[0,1]", "shuttle(0,0), drop()")],
            Verdict::Outside,
        ),
    ];
    let suite = Suite::new("kinds");
    for (expected, overrides, verdict) in cases {
        suite.put("expected/x.yaml", expected);
        let folder = suite.run(0, overrides, None);
        let first = first_outcome(&folder);
        assert_eq!(first.verdict, *verdict, "{overrides:?}");
        assert_eq!(judge_again(&folder), Ok(first), "{overrides:?}");
    }
}

#[test]
fn todays_expected_file_counts() {
    let suite = Suite::new("today");
    let folder = suite.run(0, &[], None);
    suite.put("expected/x.yaml", "final: {k: v}\n");
    let again = judge_again(&folder).map(|outcome| outcome.verdict);
    assert_eq!(again, Ok(Verdict::Fail));
}

#[test]
fn a_tampered_trace_does_not_pass() {
    let cases = [
        (
            "\"event\":\"accepted\",\"client\":0,\"request_client\":0,\"request\":0,\"result\":\"OK\"",
            "\"event\":\"accepted\",\"client\":0,\"request_client\":0,\"request\":0,\"result\":\"no\"",
        ),
        ("\"effect\":true", "\"effect\":false"),
        (
            "\"event\":\"run_ended\",\"end\":\"at_rest\"",
            "\"event\":\"run_ended\",\"end\":\"stuck\"",
        ),
    ];
    let suite = Suite::new("tampered");
    for (from, to) in cases {
        let folder = suite.run(0, &[], None);
        edit(&folder, TRACE_FILE, from, to);
        let verdict = judge_again(&folder).map(|outcome| outcome.verdict);
        assert!(
            !verdict.is_ok_and(|verdict| verdict == Verdict::Pass),
            "{from}"
        );
    }
}

#[test]
fn what_cannot_be_judged_is_named_with_its_line() {
    type Spoil = fn(&Suite, &Path);
    let cases: &[(Spoil, &str)] = &[
        (
            |_, run| edit(run, OUTCOME_FILE, "\"scenario\"", "\n\"name\""),
            "outcome.json` line 2: no outcome: ",
        ),
        (
            |_, run| edit(run, OUTCOME_FILE, "\"run\":", "\"ran\":"),
            "outcome.json` line 1: an older version wrote this outcome, which does not say how its run \
             was made (`run`); repeat the run: cargo bcr run ",
        ),
        (
            |_, run| edit(run, OUTCOME_FILE, "\"simulated\"", "\"future\""),
            "outcome.json` line 1: no outcome: unknown variant `future`",
        ),
        (
            |_, run| {
                edit(
                    run,
                    OUTCOME_FILE,
                    "\"mode\":\"active\"",
                    "\n\"mode\":\"dead\"",
                )
            },
            "outcome.json` line 2: no outcome: unknown variant `dead`",
        ),
        (
            |_, run| {
                edit(
                    run,
                    OUTCOME_FILE,
                    "\"reason\":\"timeout\"",
                    "\"reason\":\"mood\"",
                )
            },
            "outcome.json` line 1: no outcome: unknown variant `mood`",
        ),
        (
            |_, run| {
                edit(
                    run,
                    OUTCOME_FILE,
                    "\"failure\":\"crash()\"",
                    "\"failure\":\"crush()\"",
                )
            },
            "outcome.json` line 1: no outcome: `failures[0,0] client_request(0,1), crush()` is no \
             failure: unknown failure `crush`",
        ),
        (
            |_, run| {
                edit(
                    run,
                    OUTCOME_FILE,
                    "\"started_ms\":0.0",
                    "\"started_ms\":-1.0",
                )
            },
            "outcome.json` line 1: no outcome: `-1` is no time of a run",
        ),
        (
            |_, run| edit(run, TRACE_FILE, "\"n\":1,", "\"n\":,"),
            "trace.jsonl` line 2: column 6: ",
        ),
        (
            |_, run| edit(run, TRACE_FILE, "\"mode\":\"active\"", "\"mode\":\"dead\""),
            "unknown variant `dead`, expected one of `pending`, `active`, `immutable`",
        ),
        (
            |_, run| {
                edit(
                    run,
                    TRACE_FILE,
                    "\"n\":1,\"at_ms\":0.0",
                    "\"n\":1,\"at_ms\":5.0",
                )
            },
            "trace.jsonl` line 3: no run leaves this trace: event 2 cannot be: the event before it \
             happened at 5 ms",
        ),
        (|_, run| cut_in_the_middle(run), "trace.jsonl` line "),
        (
            |_, run| fs::write(run.join(TRACE_FILE), [0xff, 0xfe, 0, b'\n']).expect("a file"),
            "trace.jsonl` line 1: ",
        ),
        (
            |_, run| fs::remove_file(run.join(TRACE_FILE)).expect("removed"),
            "trace.jsonl` cannot be read: ",
        ),
        (
            |_, run| fs::remove_file(run.join(OUTCOME_FILE)).expect("removed"),
            "outcome.json` cannot be read: ",
        ),
        (
            |suite, _| edit(&suite.0, "scenarios/x.conf", "crash()", "drop()"),
            "has changed since the run, which had failures[0,0] client_request(0,1), crash()",
        ),
        (
            |suite, _| edit(&suite.0, "scenarios/x.conf", "get('k')", "get('l')"),
            "has changed since the run, which had ",
        ),
        (
            |suite, _| fs::remove_file(suite.0.join("scenarios/x.conf")).expect("removed"),
            "outcome.json` line 1: the scenario `",
        ),
    ];
    for (spoil, message) in cases {
        let suite = Suite::new("spoiled");
        let folder = suite.run(0, &[], None);
        spoil(&suite, &folder);
        let error = judge_again(&folder)
            .map(|_| ())
            .expect_err(message)
            .to_string();
        assert!(error.contains(message), "{error}");
    }
}
