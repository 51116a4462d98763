#![expect(clippy::disallowed_methods, reason = "writes and reads `bcr.toml`")]

use super::*;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::words::Runtime;

const EXAMPLE: &str = r#"
schedules = 16
runtimes = ["simulated"]
deadline_ms = 60_000
time_limit_ms = 1_000
trace_limit_mib = 64
real_time_allowance_ms = 2000
logs = "target/logs"
deny_warnings = true
allow = ["looks-like-seconds"]

[[overrides]]
filter = "smoke/"
runtimes = ["simulated", "tcp", "process"]

[[overrides]]
filter = "smoke/slow"
runtimes = ["tcp"]
schedules = 0
deny_warnings = false
"#;

fn parse(text: &str) -> Result<Settings, Vec<Diagnostic>> {
    Settings::parse(&SourceFile::new("bcr.toml", text))
}

#[test]
fn the_first_matching_override_decides_each_key() {
    let settings = parse(EXAMPLE).expect("the example is right");
    let all = Values {
        schedules: Some(16),
        runtimes: Some(vec![Runtime::Simulated]),
        deadline_ms: Some(60_000),
        time_limit_ms: Some(1_000),
        trace_limit_mib: Some(64),
        real_time_allowance_ms: Some(2000),
        logs: Some("target/logs".into()),
        deny_warnings: Some(true),
        allow: Some(vec!["looks-like-seconds".to_owned()]),
    };
    let smoke = Values {
        runtimes: Some(Runtime::ALL.to_vec()),
        ..all.clone()
    };
    let slow = Values {
        schedules: Some(0),
        deny_warnings: Some(false),
        ..smoke.clone()
    };
    let cases = [
        ("crash/x", &all),
        ("smoke", &smoke),
        ("smoke/x", &smoke),
        ("smokeless/x", &all),
        ("a/smoke/x", &all),
        ("smoke/slow", &slow),
        ("smoke/slow/x", &slow),
        ("smoke/slower", &smoke),
    ];
    for (name, expected) in cases {
        assert_eq!(settings.of(name), *expected, "{name}");
    }
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let example: String = include_str!("../settings.rs")
        .lines()
        .skip_while(|line| *line != "//! ```toml")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .map(|line| line.trim_start_matches("//!").to_owned() + "\n")
        .collect();
    let settings = parse(&example).expect("documented");
    assert_eq!(settings.of("crash/x").schedules, Some(16));
    assert_eq!(settings.of("smoke/x").runtimes, Some(Runtime::ALL.to_vec()));
}

#[test]
fn nothing_is_required() {
    for text in ["", "# nothing\n", "\u{feff}overrides = []"] {
        assert_eq!(parse(text), Ok(Settings::default()), "{text}");
    }
}

#[test]
fn mistakes_are_shown_all_at_once() {
    let text = r#"schedule = 3
schedules = -1
runtimes = ["simulated", "simulatd", "simulated", 3]
deadline_ms = 0
logs = 5
deny_warnings = "yes"
colour = true
[[overrides]]
filter = ""
[[overrides]]
overrides = 1
[[overrides]]
filter = "a"
runtimes = []
"#;
    let source = SourceFile::new("bcr.toml", text);
    let diagnostics = Settings::parse(&source).expect_err("full of mistakes");
    let found: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let at = source.location(diagnostic.span.start);
            let help = diagnostic.help.as_deref().unwrap_or("-");
            let (code, text) = (diagnostic.code, diagnostic.text());
            format!("{}:{} {code}: {text} ({help})", at.line, at.column)
        })
        .collect();
    let keys = "`schedules`, `runtimes`, `deadline_ms`, `time_limit_ms`, `trace_limit_mib`, \
                `real_time_allowance_ms`, `logs`, `deny_warnings`, `allow`";
    let expected = [
        format!("1:1 settings-unknown-key: unknown key `schedule`; known here: {keys}, `overrides` (did you mean `schedules`?)"),
        "2:13 settings-wrong-value: `schedules` is a whole number, at least 0 (-)".to_owned(),
        "3:26 settings-wrong-value: a runtime is one of `simulated`, `tcp`, `process` (did you mean `simulated`?)".to_owned(),
        "3:38 settings-wrong-value: `simulated` is in the list already (-)".to_owned(),
        "3:51 settings-wrong-value: a runtime is one of `simulated`, `tcp`, `process` (-)".to_owned(),
        "4:15 settings-wrong-value: `deadline_ms` is a whole number, at least 1 (-)".to_owned(),
        "5:8 settings-wrong-value: `logs` is a folder, in quotes (-)".to_owned(),
        "6:17 settings-wrong-value: `deny_warnings` is `true` or `false` (-)".to_owned(),
        format!("7:1 settings-unknown-key: unknown key `colour`; known here: {keys}, `overrides` (-)"),
        "9:10 settings-wrong-value: `filter` is a folder below `scenarios` or a scenario's name, in quotes (-)".to_owned(),
        "10:1 settings-missing-filter: this override has no `filter` (name a folder below `scenarios`, as in `filter = \"smoke/\"`)".to_owned(),
        format!("11:1 settings-unknown-key: unknown key `overrides`; known here: {keys}, `filter` (-)"),
        "14:12 settings-wrong-value: `runtimes` is a list with some of `simulated`, `tcp`, `process` (-)".to_owned(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn other_shapes_are_refused_with_their_place() {
    let cases = [
        ("schedules = \n", SettingsMistake::Syntax, 1, 13),
        (
            "schedules = 1\nschedules = 2\n",
            SettingsMistake::Syntax,
            2,
            1,
        ),
        ("x = 'a\n", SettingsMistake::Syntax, 1, 7),
        ("# a\u{2028}b", SettingsMistake::Syntax, 1, 4),
        ("# a\u{85}b", SettingsMistake::Syntax, 1, 4),
        ("# a\rb", SettingsMistake::Syntax, 1, 5),
        ("overrides = 3", SettingsMistake::WrongValue, 1, 13),
        ("overrides = [3]", SettingsMistake::WrongValue, 1, 14),
        ("[schedules]\n", SettingsMistake::WrongValue, 1, 1),
        ("schedules = 4294967296", SettingsMistake::WrongValue, 1, 13),
        (
            "deadline_ms = 9_000_000_000_000",
            SettingsMistake::WrongValue,
            1,
            15,
        ),
        ("schedules = 1.5", SettingsMistake::WrongValue, 1, 13),
        (
            "schedules = 99999999999999999999",
            SettingsMistake::WrongValue,
            1,
            13,
        ),
    ];
    for (text, mistake, line, column) in cases {
        let source = SourceFile::new("bcr.toml", text);
        let diagnostics = Settings::parse(&source).expect_err(text);
        let at = source.location(diagnostics[0].span.start);
        let found = (diagnostics[0].code, at.line, at.column);
        assert_eq!(found, (mistake.into(), line, column), "{text}");
    }
}

#[test]
fn a_folder_without_the_file_sets_nothing() {
    let folder = std::env::temp_dir().join(format!("bcr-settings-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    assert_eq!(Settings::load(&folder), Ok(Settings::default()));

    std::fs::write(folder.join(SETTINGS_FILE), EXAMPLE).expect("a file");
    let settings = Settings::load(&folder).expect("the example is right");
    assert_eq!(settings.defaults.logs, Some(folder.join("target/logs")));

    std::fs::write(folder.join(SETTINGS_FILE), "a = 1\nb = 2\n").expect("a file");
    let error = Settings::load(&folder)
        .expect_err("unknown keys")
        .to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 2, "{error}");
    assert!(
        lines[1].contains("bcr.toml:2:1: unknown key `b`"),
        "{error}"
    );

    std::fs::write(folder.join(SETTINGS_FILE), b"logs = '\xff'").expect("a file");
    assert!(Settings::load(&folder).is_err());
    drop(std::fs::remove_dir_all(&folder));
}
