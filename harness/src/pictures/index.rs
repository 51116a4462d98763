//! The index of a suite: verdicts, durations, what failed where, and links.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::place::place;
use super::{html, sheet};
use crate::diagnostic::{Colour, visible};
use crate::outcome::{Outcome, Verdict};
use crate::scenario::{Failure, TriggerKind};
use crate::tell::result::{Ending, Extent, ScenarioResult};
use crate::tell::text;
use crate::trace::Micros;

/// The index page. A scenario's own page lies beside it under its name, as `.html` and as `.txt`.
#[must_use]
pub fn index(results: &[impl Borrow<ScenarioResult>], extent: Extent) -> String {
    let results = results.iter().map(Borrow::borrow);
    let scenarios: Vec<Value> = results.clone().map(entry).collect();
    let mut data = json!({
        "scenarios": scenarios,
        "triggers": TriggerKind::NAMES,
        "failures": Failure::NAMES,
    });
    let missing = extent.incomplete(results.len());
    if let Some(missing) = &missing {
        data["incomplete"] = json!(missing);
    }
    let missing = missing.map(|missing| missing + "\n\n");
    let names = results.map(|result| {
        let verdict = result.verdict().map_or("ignored", Verdict::as_str);
        format!("{verdict:<8} {}\n", visible::line(&result.file.name))
    });
    let names: String = missing.into_iter().chain(names).collect();
    sheet::document(&sheet::Sheet {
        title: "Scenarios",
        style: sheet::INDEX_STYLE,
        scripts: sheet::INDEX_SCRIPTS,
        data: &data.to_string(),
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
