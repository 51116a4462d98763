//! Whatever stands in files and file names is text in every form in which results are told.

use std::collections::BTreeMap;
use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use proptest::prelude::*;

use crate::author::difference::difference;
use crate::author::objection::Objection;
use crate::cases::case::{Case, InvalidCase, Remarks};
use crate::cases::examine::{Examination, KeepNothing, examine};
use crate::cases::find::ScenarioFile;
use crate::cases::options::{Options, Seeds};
use crate::cases::testing;
use crate::command::run::table::table;
use crate::diagnostic::visible::is_hidden;
use crate::diagnostic::{Code, Colour, Diagnostic, Severity, SourceFile};
use crate::pictures;
use crate::runs::machines::ChainReplication;
use crate::scenario::Scenario;
use crate::tell::columns::{Filter, Layout, columns};
use crate::tell::result::{Account, Ending, Examined, Extent, ScenarioResult, Stories};
use crate::tell::{ci, plain, text};

const FAILURES: &str = "failures[0,2] = shuttle(0,1), change_result(); shuttle(0,9), drop()";

/// A scenario with `text` in its values and file names, and its run.
fn examined(text: &str) -> (Case, Examination) {
    let (mut case, _) = testing::examined(&testing::small(FAILURES), "final: {k: vx}\n");
    let told = |operation: &Operation| match operation.clone() {
        Operation::Put { key, .. } => Operation::Put {
            key,
            value: text.to_owned(),
        },
        Operation::Append { key, .. } => Operation::Append {
            key,
            value: text.to_owned(),
        },
        other @ (Operation::Get { .. } | Operation::Slice { .. }) => other,
    };
    let workloads = case.scenario.workloads.iter();
    let workloads = workloads.map(|operations| operations.iter().map(told).collect());
    case.scenario = Arc::new(Scenario {
        workloads: workloads.collect(),
        ..case.scenario.as_ref().clone()
    });
    case.file = file(text);
    let names = [&case.file.path, &case.file.expected];
    for (remarks, name) in case.remarks.iter_mut().zip(names) {
        let source = SourceFile::new(name.display().to_string(), remarks.source.text());
        remarks.source = Arc::new(source);
    }
    let options = Options {
        seeds: Seeds::Only(0),
        asks_for_causes: true,
        ..Options::default()
    };
    let mut examination = examine(&case, &ChainReplication, &options, &mut KeepNothing);
    let outcome = &mut examination.run.outcome;
    for clause in &mut outcome.clauses {
        clause.detail.push_str(text);
    }
    for invariant in &mut outcome.invariants {
        invariant.held = None;
        invariant.detail = text.to_owned();
    }
    for failure in &mut outcome.failures {
        failure.note = text.to_owned();
        failure.configured.trigger_text = text.to_owned();
    }
    for without in outcome.ablation.iter_mut().flat_map(|of| &mut of.without) {
        without.changes = vec![text.to_owned()];
        without.breaks = vec![text.to_owned()];
    }
    (case, examination)
}

fn file(text: &str) -> ScenarioFile {
    ScenarioFile {
        path: format!("{text}.conf").into(),
        name: format!("a/{text}"),
        expected: format!("{text}.yaml").into(),
    }
}

/// What is said of a file that is wrong.
fn remarks(text: &str) -> Vec<Remarks> {
    let line = text.replace('\n', " ");
    let source = SourceFile::new(format!("{text}.conf"), format!("{line}\nt = 1\n"));
    let end = line.len();
    let wrong = Diagnostic::error(Code::new("odd"), 0..1, format!("found `{text}`"))
        .with_label(text)
        .with_secondary(end + 1..end + 2, text)
        .with_help(text);
    vec![Remarks {
        source: Arc::new(source),
        diagnostics: vec![wrong],
    }]
}

/// Everything that is told, by form.
fn told(text_of_file: &str) -> BTreeMap<&'static str, String> {
    let (case, examination) = examined(text_of_file);
    let logs = Some(format!("logs/{text_of_file}").into());
    let mut account = Account::new(&case, &examination, logs, Stories::All);
    account.waiting = vec![text_of_file.to_owned()];
    let outcome = account.outcome.clone();
    let (all, layout) = (
        Filter::default(),
        Layout {
            width: 0,
            colour: Colour::None,
        },
    );
    let columns: String = columns(&examination.run.trace, &all, layout).collect();
    let result = |ending| ScenarioResult {
        file: file(text_of_file),
        ending,
        wall_ms: 0.0,
    };
    let remarks = remarks(text_of_file);
    let invalid = InvalidCase {
        file: file(text_of_file),
        remarks: remarks.clone(),
    };
    let annotations = ci::annotations(&case, &outcome);
    let explanation = text::explanation(&account);
    let story = text::story(&account);
    let ablation = text::ablation(&account);
    let results = [
        result(Ending::Examined(Box::new(Examined { case, account }))),
        result(Ending::Invalid(invalid)),
        result(Ending::Ignored(text_of_file.to_owned())),
    ];
    let plain: String = results.iter().map(plain).collect();
    let index = pictures::index(&results, Extent::Begun { of: 9 });
    let without_script = index.split("noscript>").nth(1).unwrap_or_default();
    let objection = Objection::Outside {
        excuse: text_of_file.replace('\n', " "),
    };
    let github = ci::github(&remarks, Severity::Note) + &ci::github(&annotations, Severity::Note);
    BTreeMap::from([
        ("explanation", explanation.clone()),
        ("story", story),
        ("ablation", ablation),
        ("explanation for github", ci::no_commands(&explanation)),
        (
            "remarks",
            text::remarks(&remarks, Severity::Note, Colour::None),
        ),
        ("github", github),
        ("junit", ci::junit(&results, Extent::Begun { of: 9 })),
        ("markdown", ci::markdown(&results, Extent::Begun { of: 9 })),
        ("plain", plain),
        ("table", table(&results, 0.0, Colour::None)),
        ("columns", columns),
        ("index", without_script.to_owned()),
        ("remedy", objection.remedy(text_of_file)),
        (
            "difference",
            difference("a\n", &text_of_file.replace('\n', " "), Colour::None),
        ),
    ])
}

/// Texts of any characters, those that are no text above all.
fn texts() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\n",
        "\r",
        "\r\n",
        "\x1b[2K",
        "\x1b[31m",
        "\u{9b}0m",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\t",
        "\0",
        "\x0b",
        "\x0c",
        "\n::error::x",
        "\n##[error]",
        "\npass     a",
        "]]>",
        "</pre>",
        "```",
        "|",
        "\u{feff}",
        "\u{fffe}",
    ]);
    let any = any::<char>().prop_map(String::from);
    let parts = prop::collection::vec(prop_oneof![odd.prop_map(str::to_owned), any], 1..12);
    // Something to look at at both ends: blanks there may be trimmed.
    parts.prop_map(|parts| format!("x{}x", parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_a_file_adds_a_line_or_hides_one(text in texts()) {
        let plain = told("x");
        for (form, found) in told(&text) {
            let odd = found.chars().find(|&c| is_hidden(c) && c != '\n');
            prop_assert_eq!(odd, None, "{}: {}", form, found);
            let lines = |text: &str| text.lines().count();
            prop_assert_eq!(lines(&found), lines(&plain[form]), "{}: {}", form, found);
            let is_command = |line: &str| line.trim_start().starts_with("::");
            prop_assert!(form != "explanation for github" || !found.lines().any(is_command));
        }
    }
}
