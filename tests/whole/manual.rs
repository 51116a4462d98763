//! The manual does what it says: every example in `docs/` is read and run, every table compared with
//! the code.
//!
//! Fenced blocks are examples by their info string:
//! - `conf`: a scenario; `conf base`: the lines that a `conf part` of the same page stands for, where
//!   a line takes the place of the one with the same name;
//! - `yaml`: an expected file of the scenario above it, which passes under all its schedules;
//! - `log`, `jsonl`: lines of the log folder of the run above, `…` for what is left out;
//! - `toml`: a `bcr.toml`, but for `toml cargo`; `rust`: what `tests/scenarios.rs` holds.
//!
//! `codes=a,b` says exactly which diagnostics a file has, none where it is not there; `verdict=fail`
//! says what else than `pass` comes of a run.

mod examples;
mod mistakes;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use bcr_harness::diagnostic::{Code, SourceFile};
use bcr_harness::expectation::{ClauseKey, EVENTS, ExpectedMistake, FileKey, Invariant};
use bcr_harness::outcome::{FailureStatus, Starvation};
use bcr_harness::scenario::{Failure, Otherwise, Parameter, ScenarioMistake, TriggerKind, Unit};
use bcr_harness::settings::{Settings, SettingsMistake};
use bcr_harness::trace::Micros;

use examples::{codes_of, examples, outcomes};
use page::{PAGES, PROTOCOL, bare, called, has_anchor};

#[test]
fn every_example_does_what_the_manual_says() {
    let wrong: Vec<_> = examples()
        .iter()
        .filter_map(|example| Some(format!("{}: {}", example.place, example.mistake.as_ref()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_examples_show_every_trigger_and_every_failure_at_work() {
    let runs = outcomes();
    let applied: BTreeSet<&str> = runs
        .iter()
        .flat_map(|outcome| &outcome.failures)
        .filter(|failure| failure.status == FailureStatus::Applied && failure.effect)
        .map(|failure| &failure.configured.reference)
        .flat_map(|reference| [reference.trigger.name(), reference.failure.name()])
        .collect();
    let names = TriggerKind::NAMES.iter().chain(Failure::NAMES);
    let unseen: Vec<_> = names.filter(|name| !applied.contains(*name)).collect();
    assert!(unseen.is_empty(), "no example runs {unseen:?}");
}

#[test]
fn the_tables_of_scenario_files_are_those_of_the_code() {
    let page = &PAGES[0];
    assert_eq!(called(&page.table("Triggers")), TriggerKind::NAMES);
    assert_eq!(called(&page.table("What a failure does")), Failure::NAMES);
    let codes: Vec<_> = ScenarioMistake::ALL
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    assert_eq!(page.table_with("Diagnostics", "code"), codes);
}

#[test]
fn the_table_of_parameters_is_that_of_the_code() {
    let rows = PAGES[0].rows("Parameters");
    let name = |row: &[&str]| {
        bare(row[0])
            .split('[')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let told: BTreeSet<String> = rows.iter().map(|row| name(row)).collect();
    let known: BTreeSet<String> = Parameter::names().map(str::to_owned).collect();
    assert_eq!(told, known);
    for row in rows {
        let called = |of: &&Parameter| of.name() == name(&row);
        let Some(limits) = Parameter::ALL
            .iter()
            .find(called)
            .and_then(|of| of.limits())
        else {
            continue;
        };
        let default = match limits.otherwise {
            Otherwise::Required => "required".to_owned(),
            Otherwise::Announced(default) => format!("{default}, with a warning"),
            Otherwise::Silent(default) => default.to_string(),
            Otherwise::As(other) => format!("as `{}`", other.name()),
        };
        let most = row[3].replace(',', "");
        let range = format!("{} to {}", limits.least, limits.most);
        assert_eq!((row[2], most), (default.as_str(), range), "{}", row[0]);
        let unit = match limits.unit {
            Unit::Things => "failures clients",
            Unit::Slots => "slots",
            Unit::Milliseconds | Unit::Timeout => "ms",
        };
        assert!(unit.contains(row[1]), "{}", row[0]);
    }
}

#[test]
fn diagnostics_have_the_levels_that_the_manual_gives_them() {
    let levels: BTreeMap<&str, &str> = PAGES[0]
        .rows("Diagnostics")
        .into_iter()
        .filter_map(|row| Some((bare(row.first()?), *row.get(1)?)))
        .collect();
    for (code, level) in examples().iter().flat_map(|example| &example.levels) {
        let allowed = levels
            .get(code.as_str())
            .unwrap_or_else(|| panic!("no `{code}`"));
        assert!(
            allowed.split(", ").any(|allowed| allowed == *level),
            "{code} {level}"
        );
    }
}

#[test]
fn the_tables_of_expected_files_are_those_of_the_code() {
    let page = &PAGES[1];
    assert_eq!(page.table("Invariants"), Invariant::NAMES);
    let keys: Vec<_> = ClauseKey::NAMES
        .iter()
        .chain(FileKey::NAMES)
        .copied()
        .collect();
    assert_eq!(page.table_with("Keys", "key"), keys);
    let codes: Vec<_> = ExpectedMistake::ALL
        .iter()
        .map(|kind| kind.code().as_str())
        .collect();
    assert_eq!(page.table("Mistakes"), codes);
    let rows = page.rows("Events");
    assert_eq!(rows.len(), EVENTS.len(), "events");
    for (row, (event, place, fields)) in rows.iter().zip(EVENTS) {
        let fields: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
        let fields = match &fields[..] {
            [] => "none".to_owned(),
            fields => fields.join(", "),
        };
        let place = format!("{place:?}").to_lowercase();
        assert_eq!(row[..3], [&format!("`{event}`"), &place, &fields]);
    }
}

#[test]
fn every_key_of_an_expected_file_is_in_an_example_that_runs() {
    let text: String = PAGES[1]
        .blocks()
        .into_iter()
        .filter(|block| block.language() == "yaml" && block.codes().is_empty())
        .flat_map(|block| [block.text, "\n".to_owned()])
        .collect();
    let has = |key: &str| {
        text.lines()
            .any(|line| line.trim_start().starts_with(&format!("{key}:")))
    };
    let unseen: Vec<_> = ClauseKey::NAMES
        .iter()
        .chain(FileKey::NAMES)
        .filter(|key| !has(key))
        .collect();
    assert!(unseen.is_empty(), "no example has {unseen:?}");
}

#[test]
fn the_table_of_the_outcome_has_every_field() {
    let mut found = BTreeSet::new();
    let mut outcomes: Vec<_> = outcomes().into_iter().cloned().collect();
    // What no example comes to.
    outcomes[0].reason = Some("client-0: it ended unexpectedly".to_owned());
    outcomes[0].starvation = Some(Starvation {
        max: Micros(1),
        total: Micros(2),
        samples: 3,
        reaches_timeouts: false,
    });
    for outcome in outcomes {
        let document = serde_json::to_value(outcome).expect("an outcome is JSON");
        fields("", &document, &mut found);
    }
    // What is an object in one document and null in another has its fields in the table.
    let found: BTreeSet<_> = found
        .iter()
        .filter(|path| {
            let below = format!("{path}.");
            !found.iter().any(|other| other.starts_with(&below))
        })
        .map(String::as_str)
        .collect();
    let table: BTreeSet<_> = PAGES[2].table("outcome.json").into_iter().collect();
    let different: Vec<_> = table.symmetric_difference(&found).collect();
    assert!(different.is_empty(), "in one of both: {different:?}");
}

#[test]
fn the_settings_table_is_that_of_the_code() {
    let mistakes = [
        SettingsMistake::Syntax,
        SettingsMistake::UnknownKey,
        SettingsMistake::WrongValue,
        SettingsMistake::MissingFilter,
    ];
    let codes = mistakes.map(|mistake| Code::from(mistake).as_str());
    assert_eq!(PAGES[2].table_with("bcr.toml", "code"), codes);
    for key in PAGES[2].table_with("bcr.toml", "key") {
        let source = SourceFile::new("bcr.toml", format!("{key} = {{}}\n"));
        let diagnostics = Settings::parse(&source).expect_err("no key takes a table");
        let is_known = codes_of(&diagnostics) == [codes[2]];
        assert!(is_known || key == "filter", "{key}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in &PAGES {
        for (at, _) in page.text.match_indices("](") {
            let target = page.text[at + 2..].split(')').next().unwrap_or_default();
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let text = match file {
                "" => page.text,
                "protocol.md" => PROTOCOL,
                "mistakes.md" => mistakes::PAGE.text,
                "expected.schema.json" => continue,
                other => match PAGES.iter().find(|page| page.name == other) {
                    Some(page) => page.text,
                    None => "",
                },
            };
            if text.is_empty() || !(anchor.is_empty() || has_anchor(text, anchor)) {
                broken.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The paths of all values of a document: `schedules[].seed`. Maps whose keys are data end a path.
fn fields(path: &str, value: &serde_json::Value, found: &mut BTreeSet<String>) {
    const DATA: [&str; 3] = ["parameters", "final", "replicas[].dictionary"];
    match value {
        serde_json::Value::Object(entries) if !DATA.contains(&path) => {
            for (name, value) in entries {
                let dot = if path.is_empty() { "" } else { "." };
                fields(&format!("{path}{dot}{name}"), value, found);
            }
        }
        serde_json::Value::Array(items) if items.iter().all(serde_json::Value::is_object) => {
            for item in items {
                fields(&format!("{path}[]"), item, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}
