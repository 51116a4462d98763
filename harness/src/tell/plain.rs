//! A scenario's result in plain text: for a class, or wherever a browser is too much.

use std::fmt::Write as _;

use crate::diagnostic::{Colour, visible};
use crate::tell::result::{Ending, Examined, ScenarioResult};
use crate::tell::text;

/// What the file is about, the file, the verdict, where the logs are, why it came to it, and the
/// points that its clauses earned.
#[must_use]
pub fn plain(result: &ScenarioResult) -> String {
    let path = result.file.path.display().to_string();
    let (name, path) = (visible::line(&result.file.name), visible::line(&path));
    let mut to = format!("scenario: {name}\nfile: {path}\n");
    match &result.ending {
        Ending::Examined(examined) => {
            push_examined(&mut to, examined);
            push_points(&mut to, result);
            push_files(&mut to, examined);
        }
        Ending::Invalid(invalid) => {
            let why = text::invalid(invalid, Colour::None);
            push(&mut to, &format!("verdict: invalid\n\n{why}"));
        }
        Ending::Error(reason) => {
            push(
                &mut to,
                &format!("verdict: error\n\n{}", visible::line(reason)),
            );
        }
        Ending::Ignored(why) => push(&mut to, &format!("ignored: {}", visible::line(why))),
    }
    to
}

fn push(to: &mut String, content: &str) {
    to.push_str(content.trim_end());
    to.push('\n');
}

fn push_examined(to: &mut String, examined: &Examined) {
    let Examined { case, account } = examined;
    push(to, &format!("verdict: {}", account.outcome.verdict));
    if let Some(logs) = &account.logs {
        let logs = logs.display().to_string();
        push(to, &format!("logs: {}", visible::line(&logs)));
    }
    push(to, &format!("\n{}", quoted(&case.scenario.description)));
    let explanation = text::explanation(account);
    if explanation.is_empty() {
        push(to, &format!("\n{}", text::story(account)));
    } else {
        push(to, &format!("\nwhy:\n{explanation}"));
    }
    let ablation = text::ablation(account);
    if !ablation.is_empty() {
        push(to, &format!("\n{ablation}"));
    }
}

fn push_files(to: &mut String, examined: &Examined) {
    for remarks in &examined.case.remarks {
        let (name, text) = (remarks.source.name(), remarks.source.text());
        push(
            to,
            &format!("\n{}:\n\n{}", visible::line(name), quoted(text)),
        );
    }
}

/// A text of a file, indented: no line of it begins like one of a report.
fn quoted(text: &str) -> String {
    let indented = |line: &str| match visible::line(line) {
        line if line.is_empty() => "\n".to_owned(),
        line => format!("  {line}\n"),
    };
    text.lines().map(indented).collect()
}

fn push_points(to: &mut String, result: &ScenarioResult) {
    let (Some((earned, of)), Some(account)) = (result.points(), result.account()) else {
        return;
    };
    let _infallible = writeln!(to, "\npoints: {earned} of {of}");
    for points in &account.points {
        let (clause, earned, of) = (points.clause.to_string(), points.earned, points.of);
        let _infallible = writeln!(to, "  {clause:<24} {earned} of {of}");
    }
}
