//! A hundred edits of stored traces by hand, each noticed, or with the reason why it need not be.
//!
//! A trace is written, one of its lines is changed, lines and references are numbered anew, and what
//! comes of it is read and judged as `bcr check-run` does, without an expected file: what only a clause
//! could notice counts as told alone.

mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use self::table::EDITS;
use crate::judge::invariants::testing::{Finished, SCHEME, failure, replica, scenario, trigger};
use crate::judge::{EndedRun, Standard, judge};
use crate::outcome::{RunSpecification, Verdict};
use crate::scenario::{Failure, PlannedFailure, Scenario, TriggerKind};
use crate::trace::json;

/// One line changed in one of the runs.
struct Edit {
    name: &'static str,
    run: Run,
    /// The line: the event's name, then fields, as `slot=1`; the first that has them.
    line: &'static str,
    change: Change,
    noticed: Noticed,
}

/// The runs that are changed, all of which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// Two clients and no failure.
    Calm,
    /// A replica crashes, and the configuration is replaced.
    Crashed,
    /// A replica's state is another than the others'.
    Diverged,
    /// The head lies and is convicted.
    Lied,
    /// A replica sleeps, less long than anybody waits.
    Slept,
}

/// What is done to the line.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// It goes.
    Drop,
    /// It stands there twice.
    Double,
    /// It and all that follow go.
    Cut,
    /// It goes behind the first line that is this one, and takes its time.
    Behind(&'static str),
    /// The field at this JSON pointer becomes this JSON.
    Set(&'static str, &'static str),
    /// The field goes.
    Without(&'static str),
}

/// Who notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noticed {
    /// Whoever reads the file.
    Reading,
    /// No run leaves such a trace.
    Impossible,
    /// The first invariant that breaks.
    Breaks(&'static str),
    /// The verdict alone.
    Verdict,
    /// Nobody, and need not be: why.
    Told(&'static str),
}

impl Run {
    fn scenario(self) -> Scenario {
        let planned = |position, kind, message, what| -> Vec<PlannedFailure> {
            vec![failure(replica(0, position), trigger(kind, message), what)]
        };
        scenario(match self {
            Self::Calm => Vec::new(),
            Self::Crashed => planned(1, TriggerKind::ResultShuttle, 0, Failure::Crash),
            Self::Diverged => planned(2, TriggerKind::Shuttle, 0, Failure::ExtraOperation),
            Self::Lied => planned(0, TriggerKind::Shuttle, 1, Failure::ChangeOperation),
            Self::Slept => planned(1, TriggerKind::Shuttle, 1, Failure::Sleep { ms: 20 }),
        })
    }

    /// Its trace file, line by line.
    fn lines(self) -> Vec<Value> {
        let run = Finished::of(self.scenario());
        let mut text = Vec::new();
        json::write(&run.trace, &mut text).expect("memory takes it");
        let lines = text.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let read = |line| serde_json::from_slice(line).expect("a line is JSON");
        lines.map(read).collect()
    }

    /// What comes of a trace file with these lines.
    fn notice(self, lines: &[Value]) -> Noticed {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let Ok(trace) = json::read(text.as_bytes()) else {
            return Noticed::Reading;
        };
        let scenario = Arc::new(self.scenario());
        let standard = Standard {
            name: "edited",
            file: String::new(),
            scenario: &scenario,
            expectation: None,
            allowance: crate::trace::Micros(0),
        };
        let run = EndedRun {
            trace,
            specification: RunSpecification::simulated("edited.conf", 0, SCHEME),
            wall_ms: 0.0,
        };
        let Ok(judged) = judge(&standard, run) else {
            return Noticed::Impossible;
        };
        let mut invariants = judged.outcome.invariants.iter();
        let broken = invariants.find(|invariant| invariant.held == Some(false));
        match (broken, judged.outcome.verdict) {
            (Some(broken), _) => Noticed::Breaks(broken.name.as_str()),
            (None, Verdict::Pass) => Noticed::Told(""),
            (None, _) => Noticed::Verdict,
        }
    }
}

/// The first line that a description is of.
fn find(lines: &[Value], description: &str) -> usize {
    let mut words = description.split_whitespace();
    let event = words.next().expect("a description names an event");
    let fields: Vec<_> = words.filter_map(|word| word.split_once('=')).collect();
    let is_it = |line: &Value| {
        let text = |field: &str| match &line[field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text("event") == event && fields.iter().all(|(field, value)| text(field) == *value)
    };
    let found = lines.iter().position(is_it);
    found.unwrap_or_else(|| panic!("no line is `{description}`"))
}

fn edited(lines: &[Value], edit: &Edit) -> Vec<Value> {
    let mut lines = lines.to_vec();
    let at = find(&lines, edit.line);
    match edit.change {
        Change::Drop => {
            lines.remove(at);
        }
        Change::Double => lines.insert(at, lines[at].clone()),
        Change::Cut => lines.truncate(at),
        Change::Behind(other) => {
            let mut line = lines.remove(at);
            let other = find(&lines, other);
            line["at_ms"] = lines[other]["at_ms"].clone();
            lines.insert(other + 1, line);
        }
        Change::Set(pointer, json) => {
            let value = serde_json::from_str(json).expect("the table has JSON");
            let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
            let parent = lines[at].pointer_mut(parent);
            let parent = parent.unwrap_or_else(|| panic!("{}: no {pointer}", edit.name));
            let before = match parent {
                Value::Array(items) => {
                    let index: usize = field.parse().expect("an index");
                    std::mem::replace(&mut items[index], value)
                }
                parent => std::mem::replace(&mut parent[field], value),
            };
            assert_ne!(Some(&before), lines[at].pointer(pointer), "{}", edit.name);
        }
        Change::Without(field) => {
            let line = lines[at].as_object_mut().expect("a line is an object");
            assert!(line.remove(field).is_some(), "{}: no {field}", edit.name);
        }
    }
    renumbered(lines)
}

/// Numbers lines anew, and what refers to them, as somebody would who wants it to go unnoticed.
fn renumbered(mut lines: Vec<Value>) -> Vec<Value> {
    let mut places = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        if let Some(n) = line["n"].as_u64() {
            places.entry(n).or_insert(place);
        }
    }
    for (place, line) in lines.iter_mut().enumerate() {
        if line["n"].is_u64() {
            line["n"] = place.into();
        }
        if let Some(sent) = line["sent"].as_u64().and_then(|sent| places.get(&sent)) {
            line["sent"] = (*sent).into();
        }
    }
    lines
}

#[test]
fn a_hundred_edits_of_traces_are_noticed_or_need_not_be() {
    assert!(EDITS.len() >= 100, "{} edits", EDITS.len());
    let mut runs = BTreeMap::new();
    let mut wrong = Vec::new();
    for edit in EDITS {
        let lines = runs.entry(edit.run).or_insert_with(|| {
            let lines = edit.run.lines();
            assert_eq!(edit.run.notice(&lines), Noticed::Told(""), "{:?}", edit.run);
            lines
        });
        let noticed = edit.run.notice(&edited(lines, edit));
        let is_right = match (noticed, edit.noticed) {
            (Noticed::Told(_), Noticed::Told(why)) => !why.is_empty(),
            (noticed, expected) => noticed == expected,
        };
        if !is_right {
            wrong.push(format!(
                "{}: {noticed:?}, not {:?}",
                edit.name, edit.noticed
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
