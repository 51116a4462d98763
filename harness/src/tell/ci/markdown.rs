//! The result of a suite in Markdown, for the page of a CI job.

use std::borrow::Borrow;
use std::fmt::Write as _;

use bcr_language::words::counted;

use crate::diagnostic::{Colour, visible};
use crate::outcome::Verdict;
use crate::tell::reason::first_reason;
use crate::tell::result::{Ending, Extent, FolderTally, ScenarioResult};
use crate::tell::text;

/// How many scenarios that did not pass are explained in full; a job page has a limit of its own.
const EXPLAINED_MAX: usize = 20;

/// What did not pass, why and how to see it again, then the folders.
#[must_use]
pub(crate) fn markdown(results: &[impl Borrow<ScenarioResult>], extent: Extent) -> String {
    let results: Vec<&ScenarioResult> = results.iter().map(Borrow::borrow).collect();
    let failed: Vec<&ScenarioResult> = results.iter().copied().filter(|of| !of.is_fine()).collect();
    let judged = results.iter().filter(|of| of.verdict().is_some()).count();
    let mut to = String::new();
    let mut line = |content: &str| {
        let _infallible = writeln!(to, "{content}");
    };
    let scenarios = counted(judged, "scenario");
    match failed.len() {
        0 if extent == Extent::Whole => line(&format!("## {scenarios}: all passed\n")),
        count => line(&format!("## {scenarios}: {count} did not pass\n")),
    }
    if let Some(missing) = extent.incomplete(results.len()) {
        line(&format!("**{missing}**\n"));
    }
    if !failed.is_empty() {
        line("| verdict | scenario | why | replay |");
        line("| --- | --- | --- | --- |");
        for result in &failed {
            line(&row(result));
        }
        line("");
    }
    for result in failed.iter().take(EXPLAINED_MAX) {
        let (name, explanation) = (escaped(&result.file.name), explanation(result));
        let fence = fence(&explanation);
        line(&format!("<details><summary>{name}</summary>\n"));
        line(&format!(
            "{fence}text\n{}\n{fence}\n",
            explanation.trim_end()
        ));
        line("</details>\n");
    }
    if failed.len() > EXPLAINED_MAX {
        let more = failed.len() - EXPLAINED_MAX;
        line(&format!(
            "{more} more are explained in the logs of the job.\n"
        ));
    }
    push_folders(&mut to, &results);
    to
}

fn row(result: &ScenarioResult) -> String {
    let verdict = result.verdict().unwrap_or(Verdict::Invalid);
    let name = escaped(&result.file.name);
    let (why, replay) = match &result.ending {
        Ending::Examined(examined) => {
            let outcome = &examined.account.outcome;
            (first_reason(outcome), outcome.replay.clone())
        }
        Ending::Invalid(invalid) => (invalid.first_error(), String::new()),
        Ending::Error(reason) | Ending::Ignored(reason) => (reason.clone(), String::new()),
    };
    format!(
        "| **{verdict}** | {name} | {} | {} |",
        escaped(&why),
        code(&replay)
    )
}

fn explanation(result: &ScenarioResult) -> String {
    match &result.ending {
        Ending::Examined(examined) => text::explanation(&examined.account),
        Ending::Invalid(invalid) => text::invalid(invalid, Colour::None),
        Ending::Error(reason) | Ending::Ignored(reason) => visible::line(reason).into_owned(),
    }
}

fn push_folders(to: &mut String, results: &[&ScenarioResult]) {
    let folders = FolderTally::by_folder(results.iter().copied());
    let has_points = folders.values().any(|folder| folder.points.is_some());
    let (head, rule) = if has_points {
        (" points |", " ---: |")
    } else {
        ("", "")
    };
    let _infallible = writeln!(
        to,
        "| folder | passed | ignored | schedules | seconds |{head}"
    );
    let _infallible = writeln!(to, "| --- | ---: | ---: | ---: | ---: |{rule}");
    for (name, folder) in folders {
        let name = if name.is_empty() { "–" } else { name };
        let points = match folder.points {
            Some((earned, of)) => format!(" {earned} of {of} |"),
            None if has_points => " – |".to_owned(),
            None => String::new(),
        };
        let _infallible = writeln!(
            to,
            "| {} | {} of {} | {} | {} | {:.2} |{points}",
            escaped(name),
            folder.passed,
            folder.judged,
            folder.ignored,
            folder.schedules,
            folder.wall_ms / 1000.0
        );
    }
}

/// Text that Markdown and the HTML in it take for nothing else, on one line of a table.
fn escaped(text: &str) -> String {
    let text = visible::line(text);
    let mut safe = String::with_capacity(text.len());
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    for (at, c) in text.char_indices() {
        let (before, after) = (
            text[..at].chars().last(),
            text[at + c.len_utf8()..].chars().next(),
        );
        match c {
            '_' if is_word(before) && is_word(after) => safe.push(c),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | '@' => {
                // As a reference it is text, whatever stands around it; `@name` would call people.
                let _infallible = write!(safe, "&#{};", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// Text as code in a table: HTML, as no number of backquotes is safe there.
fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("<code>{}</code>", escaped(text))
    }
}

/// A fence longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::find::ScenarioFile;
    use crate::tell::result::Examined;
    use crate::tell::testing::told;

    fn result(name: &str, failures: &str, expected: &str) -> ScenarioResult {
        let (case, account) = told(failures, expected);
        ScenarioResult {
            file: ScenarioFile {
                path: format!("scenarios/{name}.conf").into(),
                name: name.to_owned(),
                expected: format!("expected/{name}.yaml").into(),
            },
            ending: Ending::Examined(Box::new(Examined { case, account })),
            wall_ms: 250.0,
        }
    }

    #[test]
    fn what_failed_comes_first_with_its_reason_and_its_replay() {
        let results = [
            result("a/calm", "", "final: {k: vw}\n"),
            result(
                "b/odd",
                "",
                "reconfigurations: 1\nweights: {reconfigurations: 4}\n",
            ),
        ];
        let found = markdown(&results, Extent::Whole);
        let lines: Vec<&str> = found.lines().collect();
        assert_eq!(lines[0], "## 2 scenarios: 1 did not pass");
        assert_eq!(
            lines[4],
            "| **fail** | b/odd | clause reconfigurations broke: expected exactly 1 reconfiguration, actual 0 | \
             <code>cargo bcr run x.conf --seed 0</code> |"
        );
        assert_eq!(
            lines[lines.len() - 4..],
            [
                "| folder | passed | ignored | schedules | seconds | points |",
                "| --- | ---: | ---: | ---: | ---: | ---: |",
                "| a | 1 of 1 | 0 | 1 | 0.25 | – |",
                "| b | 0 of 1 | 0 | 1 | 0.25 | 1 of 5 |",
            ]
        );
        let one = markdown(&results[..1], Extent::Whole);
        assert!(one.starts_with("## 1 scenario: all passed\n"));
        let begun = markdown(&results[..1], Extent::Begun { of: 3 });
        let missing = "\n**incomplete: 1 of 3 scenarios, as the call did not end**\n";
        assert!(begun.contains(missing), "{begun}");
    }

    #[test]
    fn text_of_scenarios_stays_text() {
        assert_eq!(
            escaped("<b>|`@me`\n\x1b a_b _c"),
            "&lt;b&gt;&#124;&#96;&#64;me&#96;&#92;u{a}&#92;u{1b} a_b &#95;c"
        );
        assert_eq!(fence("a ```` b ``"), "`````");
        assert_eq!(fence("plain"), "```");
    }
}
