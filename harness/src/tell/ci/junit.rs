//! JUnit XML, the form in which CI systems take test results.
//!
//! A test case for each scenario, in a test suite for each folder. Properties of a test case: seed,
//! runtime, verdict, schedules, each failure applied, log folder, page and replay command.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::{Colour, visible};
use crate::outcome::{FailureStatus, Verdict};
use crate::tell::result::{Account, Ending, Extent, ScenarioResult};
use crate::tell::text::{self, Passage};

/// The whole document. A scenario that does not pass is a failure, one that cannot be run, or not to its end,
/// an error, one that this runtime leaves out is skipped. Where results are missing there is an error that says
/// so.
#[must_use]
pub(crate) fn junit(results: &[impl Borrow<ScenarioResult>], extent: Extent) -> String {
    let mut suites: BTreeMap<&str, Vec<&ScenarioResult>> = BTreeMap::new();
    let all: Vec<&ScenarioResult> = results.iter().map(Borrow::borrow).collect();
    for &result in &all {
        let (folder, _) = split(&result.file.name);
        suites.entry(folder).or_default().push(result);
    }
    let mut to = Xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned());
    let missing = extent.incomplete(all.len());
    to.open(
        "testsuites",
        &attributes("bcr", &all, usize::from(missing.is_some())),
    );
    if let Some(missing) = missing {
        to.open("testsuite", &attributes("incomplete", &[], 1));
        let attributes = [
            ("name", "incomplete".to_owned()),
            ("classname", "bcr".to_owned()),
        ];
        to.open("testcase", &attributes);
        let attributes = [
            ("type", "incomplete".to_owned()),
            ("message", missing.clone()),
        ];
        to.text("error", &attributes, &missing);
        to.close("testcase");
        to.close("testsuite");
    }
    for (folder, results) in &suites {
        to.open("testsuite", &attributes(folder, results, 0));
        for result in results {
            push_case(&mut to, result);
        }
        to.close("testsuite");
    }
    to.close("testsuites");
    to.0
}

/// Folder and name: `crash` and `head_crashes`; `scenarios` where there is no folder.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("scenarios", name))
}

/// Those of a suite with these results and so many other errors.
fn attributes(
    name: &str,
    results: &[&ScenarioResult],
    errors: usize,
) -> Vec<(&'static str, String)> {
    let count = |is: fn(&Ending) -> bool| {
        let all = results.iter().filter(|result| is(&result.ending));
        all.count()
    };
    let failures = count(|ending| element(ending) == Some("failure"));
    let broken_off = count(|ending| element(ending) == Some("error"));
    let ignored = count(|ending| matches!(ending, Ending::Ignored(_)));
    let times = results.iter().map(|result| result.wall_ms);
    // The sum of nothing would be -0.
    let time = times.fold(0.0, |sum: f64, time| sum + time);
    vec![
        ("name", name.to_owned()),
        ("tests", (results.len() + errors).to_string()),
        ("failures", failures.to_string()),
        ("errors", (broken_off + errors).to_string()),
        ("skipped", ignored.to_string()),
        ("time", seconds(time)),
    ]
}

/// The element that says what is wrong with a scenario, where anything is.
fn element(ending: &Ending) -> Option<&'static str> {
    match ending {
        Ending::Examined(examined) => match examined.account.outcome.verdict {
            Verdict::Pass => None,
            Verdict::Error | Verdict::Invalid => Some("error"),
            Verdict::Fail | Verdict::Vacuous | Verdict::Outside | Verdict::Unknown => {
                Some("failure")
            }
        },
        Ending::Invalid(_) | Ending::Error(_) => Some("error"),
        Ending::Ignored(_) => None,
    }
}

fn seconds(ms: f64) -> String {
    format!("{:.3}", ms / 1000.0)
}

fn push_case(to: &mut Xml, result: &ScenarioResult) {
    let (folder, name) = split(&result.file.name);
    let attributes = [
        ("name", name.to_owned()),
        ("classname", folder.to_owned()),
        ("file", result.file.path.display().to_string()),
        ("time", seconds(result.wall_ms)),
    ];
    to.open("testcase", &attributes);
    match &result.ending {
        Ending::Examined(examined) => {
            let account = &examined.account;
            let outcome = &account.outcome;
            push_properties(to, account);
            if let Some(element) = element(&result.ending) {
                let explanation = text::explanation(account);
                let attributes = [
                    ("type", outcome.verdict.to_string()),
                    ("message", message(account)),
                ];
                to.text(element, &attributes, &explanation);
            }
        }
        Ending::Invalid(invalid) => {
            let attributes = [
                ("type", Verdict::Invalid.to_string()),
                ("message", invalid.first_error()),
            ];
            to.text("error", &attributes, &text::invalid(invalid, Colour::None));
        }
        Ending::Error(reason) => {
            let attributes = [
                ("type", Verdict::Error.to_string()),
                ("message", reason.clone()),
            ];
            to.text("error", &attributes, reason);
        }
        Ending::Ignored(reason) => {
            to.empty("skipped", &[("message", reason.clone())]);
        }
    }
    to.close("testcase");
}

/// The first line of the first reason. How many schedules did not pass is none.
fn message(account: &Account) -> String {
    let passages = text::passages(account);
    let mut reasons = passages
        .iter()
        .filter(|passage| !matches!(passage, Passage::Schedules(_)));
    let first = reasons.next().map(Passage::to_string).unwrap_or_default();
    first.lines().next().unwrap_or_default().trim().to_owned()
}

fn push_properties(to: &mut Xml, account: &Account) {
    let outcome = &account.outcome;
    let applied = outcome
        .failures
        .iter()
        .filter(|failure| failure.status == FailureStatus::Applied)
        .map(|failure| failure.configured.to_string());
    let path = |path: &Option<std::path::PathBuf>| {
        let path = path.as_ref().map(|path| path.display().to_string());
        path.into_iter()
    };
    let virtual_ms = outcome.virtual_time.into_iter();
    let properties = [
        ("seed", outcome.seed.to_string()),
        ("runtime", outcome.runtime.to_string()),
        ("verdict", outcome.verdict.to_string()),
        ("schedules", outcome.schedules.len().to_string()),
        ("messages", outcome.messages.to_string()),
        ("replay", outcome.replay.clone()),
    ]
    .into_iter()
    .chain(virtual_ms.map(|time| ("virtual_ms", time.as_ms().to_string())))
    .chain(applied.map(|failure| ("failure_applied", failure)))
    .chain(path(&account.logs).map(|logs| ("logs", logs)))
    .chain(path(&account.report).map(|report| ("report", report)));
    to.open("properties", &[]);
    for (name, value) in properties {
        to.empty("property", &[("name", name.to_owned()), ("value", value)]);
    }
    to.close("properties");
}

/// XML under construction.
struct Xml(String);

impl Xml {
    fn open(&mut self, element: &str, attributes: &[(&str, String)]) {
        self.start(element, attributes);
        self.0.push_str(">\n");
    }

    fn close(&mut self, element: &str) {
        let _infallible = writeln!(self.0, "</{element}>");
    }

    fn empty(&mut self, element: &str, attributes: &[(&str, String)]) {
        self.start(element, attributes);
        self.0.push_str("/>\n");
    }

    fn text(&mut self, element: &str, attributes: &[(&str, String)], text: &str) {
        self.start(element, attributes);
        let _infallible = writeln!(self.0, ">{}</{element}>", escaped(text));
    }

    fn start(&mut self, element: &str, attributes: &[(&str, String)]) {
        let _infallible = write!(self.0, "<{element}");
        for (name, value) in attributes {
            let value = escaped(&visible::line(value));
            let _infallible = write!(self.0, " {name}=\"{value}\"");
        }
    }
}

/// Text that is safe in XML 1.0. What XML has no place for at all, control characters above all, is hidden,
/// and spelt as everywhere else: `\u{1b}`.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in visible::lines(text, Colour::None).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::find::ScenarioFile;
    use crate::tell::result::Examined;
    use crate::tell::testing::told_text;

    fn result(name: &str, ending: Ending) -> ScenarioResult {
        let file = ScenarioFile {
            path: format!("scenarios/{name}.conf").into(),
            name: name.to_owned(),
            expected: format!("expected/{name}.yaml").into(),
        };
        ScenarioResult {
            file,
            ending,
            wall_ms: 1500.0,
        }
    }

    /// Values with everything in them that XML minds.
    fn nasty(expected: &str) -> Ending {
        let text = "t = 1\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
                    nonhead_timeout = 3000\ncheckpt_interval = 2\n\
                    workload[0] = put('k','<&\">\u{1b}]]>\u{fffe}'); get('k')\n\
                    failures[0,2] = shuttle(0,1), change_result()\n";
        let (case, account) = told_text(text, expected);
        Ending::Examined(Box::new(Examined { case, account }))
    }

    fn broken_off(reason: &str) -> Ending {
        let mut ending = nasty("final: {k: w}\n");
        if let Ending::Examined(examined) = &mut ending {
            let outcome = &mut examined.account.outcome;
            (outcome.verdict, outcome.reason) = (Verdict::Error, Some(reason.to_owned()));
        }
        ending
    }

    #[test]
    fn passes_failures_errors_and_what_is_skipped_are_counted_by_folder() {
        let invalid = result("crash/c", Ending::Ignored("not in this runtime".to_owned()));
        let error = Ending::Error("no <disk>".to_owned());
        let results = [
            result("crash/a", nasty("reconfigurations: 1\n")),
            result("crash/b", nasty("final: {k: v}\n")),
            invalid,
            result("lies/d", error),
            result("lies/e", broken_off("replica-0-1: killed")),
        ];
        let found = junit(&results, Extent::Whole);
        let starts = [
            r#"<testsuites name="bcr" tests="5" failures="1" errors="2" skipped="1" time="7.500">"#,
            r#"<testsuite name="crash" tests="3" failures="1" errors="0" skipped="1" time="4.500">"#,
            r#"<testcase name="a" classname="crash" file="scenarios/crash/a.conf" time="1.500">"#,
            r#"<property name="seed" value="0"/>"#,
            r#"<property name="runtime" value="simulated"/>"#,
            r#"<property name="failure_applied" value="failures[0,2] shuttle(0,1), change_result()"/>"#,
            r#"<failure type="fail" message="clause final broke"#,
            r#"<skipped message="not in this runtime"/>"#,
            r#"<testsuite name="lies" tests="2" failures="0" errors="2" skipped="0" time="3.000">"#,
            r#"<error type="error" message="no &lt;disk&gt;">"#,
            r#"<property name="verdict" value="error"/>"#,
            r#"<error type="error" message="replica-0-1: killed">"#,
        ];
        for start in starts {
            assert!(
                found.lines().any(|line| line.starts_with(start)),
                "{start}\n{found}"
            );
        }
    }

    #[test]
    fn results_that_are_not_all_have_an_error_that_says_so() {
        let results = [result("crash/a", nasty("reconfigurations: 1\n"))];
        let found = junit(&results, Extent::Begun { of: 3 });
        for line in [
            r#"<testsuites name="bcr" tests="2" failures="0" errors="1" skipped="0" time="1.500">"#,
            r#"<testsuite name="incomplete" tests="1" failures="0" errors="1" skipped="0" time="0.000">"#,
            r#"<testcase name="a" classname="crash" file="scenarios/crash/a.conf" time="1.500">"#,
        ] {
            assert!(found.lines().any(|found| found == line), "{line}\n{found}");
        }
        assert!(
            found.contains(r#"message="incomplete: 1 of 3 scenarios, as the call did not end">"#)
        );
        assert_eq!(well_formed(&found), Ok(()), "{found}");
    }

    #[test]
    fn the_message_is_a_reason_and_not_how_many_schedules_failed() {
        let Ending::Examined(examined) = nasty("final: {k: v}\n") else {
            panic!("it ran");
        };
        let mut account = examined.account;
        let first = account.outcome.schedules[0].clone();
        account.outcome.schedules.push(first);
        let explanation = text::explanation(&account);
        assert!(
            explanation.starts_with("  2 of 2 schedules did not pass"),
            "{explanation}"
        );
        assert!(message(&account).starts_with("clause final broke"));
    }

    #[test]
    fn values_of_a_scenario_are_text_and_leave_xml_well_formed() {
        let found = junit(&[result("a", nasty("final: {k: v}\n"))], Extent::Whole);
        assert!(
            found.contains(r"&lt;&amp;&quot;&gt;\u{1b}]]&gt;\u{fffe}"),
            "{found}"
        );
        let is_allowed = |c: char| c >= ' ' && c != '\u{fffe}' || c == '\n';
        assert!(found.chars().all(is_allowed), "{found}");
        assert_eq!(well_formed(&found), Ok(()), "{found}");
        assert!(well_formed("<a><b></a></b>").is_err() && well_formed("<a b=\"<\"/>").is_err());
    }

    #[test]
    fn an_attribute_is_one_line_and_a_text_keeps_its_lines() {
        let mut xml = Xml(String::new());
        xml.text("e", &[("a", "a\tb\r\nc".to_owned())], "a\tb\r\nc\0");
        assert_eq!(
            xml.0,
            "<e a=\"a\\u{9}b\\u{d}\\u{a}c\">a\\u{9}b\\u{d}\nc\\u{0}</e>\n"
        );
    }

    /// Whether elements nest, and `<`, `&` and quotes stand where they may; enough for what is written
    /// here, which has neither comments nor sections.
    fn well_formed(xml: &str) -> Result<(), String> {
        let mut open: Vec<&str> = Vec::new();
        for part in xml.split('<').skip(1) {
            let (tag, text) = part.split_once('>').ok_or(format!("no end of <{part}"))?;
            let mut references = part.split('&').skip(1);
            let is_reference = |after: &str| {
                let name = after.split(';').next().unwrap_or_default();
                matches!(name, "amp" | "lt" | "gt" | "quot") || name.starts_with('#')
            };
            if text.contains('>') || !references.all(is_reference) {
                return Err(format!("not escaped: {part}"));
            }
            if tag.matches('"').count() % 2 != 0 {
                return Err(format!("a quote too many: <{tag}>"));
            }
            let name = tag.split([' ', '/', '?']).find(|name| !name.is_empty());
            let name = name.ok_or(format!("no name: <{tag}>"))?;
            if tag.starts_with('/') {
                if open.pop() != Some(name) {
                    return Err(format!("</{name}> closes nothing"));
                }
            } else if !tag.ends_with(['/', '?']) {
                open.push(name);
            }
        }
        if open.is_empty() {
            Ok(())
        } else {
            Err(format!("left open: {open:?}"))
        }
    }
}
