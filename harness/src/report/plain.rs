//! A run in plain text: for a class, or wherever a browser is too much.

use std::fmt::Write as _;

use crate::clause;
use crate::diagnostic::Colour;
use crate::suite::case::{Case, InvalidCase};
use crate::suite::examine::Examination;
use crate::suite::text;

/// What the file is about, the file, the verdict, where the logs are, why it came to it, and the
/// points that its clauses earned.
#[must_use]
pub fn plain(case: &Case, examination: &Examination) -> String {
    let outcome = &examination.outcome;
    let mut to = String::new();
    let mut line = |content: &str| {
        let _infallible = writeln!(to, "{content}");
    };
    line(&format!("scenario: {}", outcome.scenario));
    line(&format!("file: {}", outcome.file));
    line(&format!("verdict: {}", outcome.verdict));
    if let Some(logs) = &examination.logs {
        line(&format!("logs: {}", logs.display()));
    }
    if !case.scenario.description.is_empty() {
        line(&format!("\n{}", case.scenario.description));
    }
    let explanation = text::explanation(examination);
    if !explanation.is_empty() {
        line(&format!("\nwhy:\n{}", explanation.trim_end()));
    }
    if !examination.story.is_empty() && explanation.is_empty() {
        line(&format!("\n{}", examination.story));
    }
    push_points(&mut to, examination);
    for remarks in &case.remarks {
        let _infallible = write!(
            to,
            "\n{}:\n{}",
            remarks.source.name(),
            remarks.source.text()
        );
    }
    to
}

fn push_points(to: &mut String, examination: &Examination) {
    let points = &examination.points;
    if points.is_empty() {
        return;
    }
    let (earned, of) = clause::total(points);
    let _infallible = writeln!(to, "\npoints: {earned} of {of}");
    for points in points {
        let _infallible = writeln!(
            to,
            "  {:<24} {} of {}",
            points.clause, points.earned, points.of
        );
    }
}

/// The same for a scenario that cannot be run.
#[must_use]
pub fn plain_invalid(case: &InvalidCase) -> String {
    format!(
        "scenario: {}\nfile: {}\nverdict: invalid\n\n{}",
        case.file.name,
        case.file.path.display(),
        text::invalid(case, Colour::None)
    )
}
