//! The index of a suite: verdicts, durations, what failed where, and links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::place::place;
use super::{html, sheet};
use crate::diagnostic::Colour;
use crate::outcome::{Outcome, Verdict};
use crate::scenario::{Failure, TriggerKind};
use crate::tell::result::{Ending, ScenarioResult};
use crate::tell::text;
use crate::trace::Micros;

/// The index page. A scenario's own page lies beside it under its name, as `.html` and as `.txt`.
#[must_use]
pub fn index(results: &[ScenarioResult]) -> String {
    let scenarios: Vec<Value> = results.iter().map(entry).collect();
    let data = json!({
        "scenarios": scenarios,
        "triggers": TriggerKind::NAMES,
        "failures": Failure::NAMES,
    })
    .to_string();
    let names = results.iter().map(|result| {
        let verdict = result.verdict().map_or("ignored", Verdict::as_str);
        format!("{verdict:<8} {}\n", result.file.name)
    });
    let names: String = names.collect();
    sheet::document(&sheet::Sheet {
        title: "Scenarios",
        style: sheet::INDEX_STYLE,
        scripts: sheet::INDEX_SCRIPTS,
        data: &data,
        without_script: &format!("<pre>{}</pre>", html::escape(&names)),
    })
}

fn entry(result: &ScenarioResult) -> Value {
    let name = &result.file.name;
    let mut fields = match &result.ending {
        Ending::Examined(examined) => ran(&examined.account.outcome),
        Ending::Invalid(invalid) => {
            json!({"verdict": "invalid", "why": text::invalid(invalid, Colour::None)})
        }
        Ending::Error(reason) => json!({"verdict": "error", "why": reason}),
        Ending::Ignored(why) => json!({"verdict": "ignored", "why": why}),
    };
    fields["name"] = json!(name);
    fields["took_ms"] = json!(result.wall_ms);
    fields["place"] = json!(place(name));
    if let Some((earned, of)) = result.points() {
        fields["points"] = json!([earned, of]);
    }
    fields
}

fn ran(outcome: &Outcome) -> Value {
    let convicted: BTreeSet<(u32, u32)> = outcome
        .convictions
        .iter()
        .map(|conviction| (conviction.configuration, conviction.replica))
        .collect();
    let passed = outcome.schedules.iter();
    let passed = passed.filter(|schedule| schedule.verdict == Verdict::Pass);
    json!({
        "verdict": outcome.verdict,
        "schedules": outcome.schedules.len(),
        "passed": passed.count(),
        "virtual_ms": outcome.virtual_time.map(Micros::as_ms),
        "messages": outcome.messages,
        "requests": outcome.requests.len(),
        "reconfigurations": outcome.configurations.len().saturating_sub(1),
        "convicted": convicted.len(),
        "failures": failures(outcome),
    })
}

/// The names of triggers and failures, and what became of them: what the coverage grid counts.
fn failures(outcome: &Outcome) -> Vec<Value> {
    let failures = outcome.failures.iter().map(|failure| {
        json!({
            "trigger": failure.configured.reference.trigger.name(),
            "failure": failure.configured.reference.failure.name(),
            "status": failure.status,
            "effect": failure.effect,
        })
    });
    failures.collect()
}
