//! What a page shows, as JSON.

use serde_json::{Value, json};

use super::{events, html};
use crate::cases::case::Case;
use crate::diagnostic::{Colour, SourceFile, visible};
use crate::outcome::Outcome;
use crate::tell::story;
use crate::trace::Trace;

/// A run: its outcome, its story, its files and its events.
pub(super) fn run(case: &Case, outcome: &Outcome, trace: &Trace, waiting: &[String]) -> String {
    let told = story::tell(outcome, trace);
    let lines = told.lines.iter();
    let lines: Vec<Value> = lines
        .map(|line| json!({"n": line.n, "text": line.text}))
        .collect();
    let sources: Vec<Value> = case
        .remarks
        .iter()
        .map(|remarks| file(&remarks.source))
        .collect();
    let parts = events::encode(trace);
    let head = json!({
        "description": case.scenario.description,
        "outcome": outcome,
        "story": {"title": told.title, "lines": lines, "left_out": told.left_out},
        "clients": story::clients(outcome),
        "difference": story::difference(outcome, case.expectation.as_ref()),
        "log_lines": story::log_lines(outcome, trace),
        "waiting": waiting,
        "files": sources,
    })
    .to_string();
    let head = head.strip_suffix('}').unwrap_or(&head);
    format!(
        "{head},\n\"processes\":{},\n\"events\":{},\n\"pool\":{}}}",
        parts.processes, parts.events, parts.pool
    )
}

fn file(source: &SourceFile) -> Value {
    json!({"name": source.name(), "text": source.text()})
}

/// The same in a few lines of markup, for a browser that runs no scripts.
pub(super) fn in_words(case: &Case, outcome: &Outcome, trace: &Trace) -> String {
    let story = story::story(outcome, trace);
    let (scenario, verdict) = (visible::line(&outcome.scenario), outcome.verdict);
    let description = visible::lines(&case.scenario.description, Colour::None);
    let replay = visible::line(&outcome.replay);
    let text = format!("{scenario}: {verdict}\n\n{description}\n\n{story}\n\nreplay: {replay}");
    format!("<pre>{}</pre>", html::escape(&text))
}
