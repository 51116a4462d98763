//! The index of a suite: verdicts, durations, what failed where, and links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{html, sheet};
use crate::outcome::Outcome;

/// A scenario of the index.
#[derive(Clone, Debug)]
pub enum Entry {
    /// It ran.
    Ran {
        /// What came of it.
        outcome: Box<Outcome>,
        /// Points earned, and how many there were; none where nothing is weighed.
        points: Option<(u32, u32)>,
    },
    /// Its files are wrong.
    Invalid {
        /// Its name.
        name: String,
        /// The mistakes, in words.
        why: String,
    },
    /// It was left out.
    Ignored {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
}

/// The index page. A scenario's own page is `<name>.html` beside it, and `<name>.txt` the same in words.
#[must_use]
pub fn index(entries: &[Entry]) -> String {
    let scenarios: Vec<Value> = entries.iter().map(entry).collect();
    let data = json!({"scenarios": scenarios}).to_string();
    let names = entries.iter().map(|entry| match entry {
        Entry::Ran { outcome, .. } => format!("{:<8} {}", outcome.verdict, outcome.scenario),
        Entry::Invalid { name, .. } => format!("invalid  {name}"),
        Entry::Ignored { name, .. } => format!("ignored  {name}"),
    });
    let names: Vec<String> = names.collect();
    sheet::document(&sheet::Sheet {
        title: "Scenarios",
        style: sheet::INDEX_STYLE,
        scripts: sheet::INDEX_SCRIPTS,
        data: &data,
        without_script: &format!("<pre>{}</pre>", html::escape(&names.join("\n"))),
    })
}

fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Ran { outcome, points } => ran(outcome, *points),
        Entry::Invalid { name, why } => json!({"name": name, "verdict": "invalid", "why": why}),
        Entry::Ignored { name, why } => json!({"name": name, "verdict": "ignored", "why": why}),
    }
}

fn ran(outcome: &Outcome, points: Option<(u32, u32)>) -> Value {
    let failures = outcome.failures.iter().map(|failure| {
        let name = |text: &str| text.split('(').next().unwrap_or_default().trim().to_owned();
        json!({
            "trigger": name(&failure.trigger),
            "failure": name(&failure.failure),
            "status": failure.status,
            "effect": failure.effect,
        })
    });
    let failures: Vec<Value> = failures.collect();
    let convicted: BTreeSet<(u32, u32)> = outcome
        .convictions
        .iter()
        .map(|conviction| (conviction.configuration, conviction.replica))
        .collect();
    let passed = outcome.schedules.iter();
    let passed = passed.filter(|of| of.verdict == crate::outcome::Verdict::Pass);
    json!({
        "name": outcome.scenario,
        "verdict": outcome.verdict,
        "runtime": outcome.runtime,
        "schedules": outcome.schedules.len(),
        "passed": passed.count(),
        "virtual_ms": outcome.virtual_ms,
        "wall_ms": outcome.wall_ms,
        "messages": outcome.messages,
        "requests": outcome.requests.len(),
        "reconfigurations": outcome.configurations.len().saturating_sub(1),
        "convicted": convicted.len(),
        "failures": failures,
        "points": points,
    })
}
