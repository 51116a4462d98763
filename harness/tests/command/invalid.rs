//! Wrong files: told with file, line and reason, while the other scenarios still run.

use std::fs;

use crate::{CALM, CALM_EXPECTED, Folder};

const FIELDS: [&str; 11] = [
    "severity",
    "code",
    "message",
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "column_utf16",
    "end_column_utf16",
    "help",
];

/// What is wrong, the scenario, its expected file, and the file and line that are to blame.
const WRONG: &[(&str, &str, &str, &str, u64)] = &[
    (
        "malformed",
        "t = 1\nnum_client = x\n",
        "",
        "scenarios/malformed.conf",
        2,
    ),
    ("incomplete", "t = 1\n", "", "scenarios/incomplete.conf", 1),
    (
        "unknown_failure",
        "t = 1\nnum_client = 1\nworkload[0] = get('x')\nfailures[0,0] = shuttle(0,0), explode()\n",
        "",
        "scenarios/unknown_failure.conf",
        4,
    ),
    ("bad_yaml", CALM, "final: ]\n", "expected/bad_yaml.yaml", 1),
    (
        "unknown_key",
        CALM,
        "final: {k: v}\nfinale: {}\n",
        "expected/unknown_key.yaml",
        2,
    ),
    (
        "contradictory",
        CALM,
        "final: {k: v}\nfinal_unchecked: why\n",
        "expected/contradictory.yaml",
        2,
    ),
    (
        "no_such_failure",
        CALM,
        "final: {k: v}\nnot_applied: [\"failures[0,0] shuttle(0,0), crash()\"]\n",
        "expected/no_such_failure.yaml",
        2,
    ),
];

#[test]
fn a_wrong_file_is_told_with_its_place_and_the_others_still_run() {
    let folder = Folder::with_calm("wrong");
    for (name, scenario, expected, _, _) in WRONG {
        let expected = (!expected.is_empty()).then_some(*expected);
        folder.scenario(name, scenario, expected);
    }
    let call = folder.bcr(&["run", "scenarios", "--format", "json", "--seed", "0"]);
    assert_eq!(call.status, 2);
    let documents = call.documents();
    assert_eq!(documents.len(), WRONG.len() + 1);
    let human = folder.bcr(&["run", "scenarios", "--seed", "0"]);
    let github = folder.bcr(&["run", "scenarios", "--seed", "0", "--format", "github"]);
    for (name, _, _, file, line) in WRONG {
        let mut documents = documents.iter();
        let document = documents.find(|found| found["scenario"] == *name);
        let document = document.unwrap_or_else(|| panic!("{name} is not told"));
        let keys = document.as_object().expect("an object").keys();
        let mut keys: Vec<_> = keys.collect();
        keys.sort();
        assert_eq!(
            keys,
            ["diagnostics", "file", "scenario", "verdict"],
            "{name}"
        );
        assert_eq!(document["verdict"], "invalid", "{name}");
        assert_eq!(document["file"], format!("scenarios/{name}.conf"));
        let diagnostics = document["diagnostics"].as_array().expect("a list");
        let errors = diagnostics
            .iter()
            .filter(|found| found["severity"] == "error");
        let errors: Vec<_> = errors.collect();
        let place = |found: &serde_json::Value| found["file"] == *file && found["line"] == *line;
        assert!(
            errors.iter().any(|found| place(found)),
            "{name}: {errors:#?}"
        );
        for found in diagnostics {
            for field in FIELDS {
                let value = found.get(field);
                let is_fine = match field {
                    "severity" | "code" | "message" | "file" => {
                        value.is_some_and(|value| value.as_str().is_some_and(|v| !v.is_empty()))
                    }
                    "help" => value.is_some_and(|value| value.is_null() || value.is_string()),
                    _ => value.is_some_and(|value| value.as_u64().is_some_and(|v| v >= 1)),
                };
                assert!(is_fine, "{name}: {field} of {found:#}");
            }
        }
        human.says(&format!("{file}:{line}:"));
        github.says(&format!("::error file={file},line={line},"));
    }
    let calm = documents.iter().find(|found| found["scenario"] == "calm");
    assert_eq!(calm.expect("it ran")["verdict"], "pass");
    human.says("1 pass");
    github.says("1 pass");
}

#[test]
fn a_file_that_cannot_be_read_is_wrong_like_any_other() {
    let folder = Folder::with_calm("unreadable");
    // A folder in the place of the expected file, and bytes that are no text.
    folder.scenario("blocked", CALM, None);
    fs::create_dir_all(folder.path("expected/blocked.yaml")).expect("a folder of its own");
    let mut bytes = CALM.as_bytes().to_vec();
    bytes.extend(b"# \xff\n");
    folder.write("scenarios/binary.conf", bytes);
    let call = folder.bcr(&["run", "scenarios", "--format", "json", "--seed", "0"]);
    assert_eq!(call.status, 2);
    let documents = call.documents();
    let told: Vec<_> = documents
        .iter()
        .map(|found| (&found["scenario"], &found["verdict"]))
        .collect();
    assert_eq!(told.len(), 3);
    for (document, (name, verdict, file)) in documents.iter().zip([
        ("binary", "invalid", "scenarios/binary.conf"),
        ("blocked", "invalid", "expected/blocked.yaml"),
        ("calm", "pass", ""),
    ]) {
        assert_eq!(document["scenario"], name);
        assert_eq!(document["verdict"], verdict, "{name}");
        if verdict == "invalid" {
            assert_eq!(document["diagnostics"][0]["file"], file, "{name}");
        }
    }
}

#[test]
fn denied_warnings_make_a_scenario_invalid() {
    let folder = Folder::new("denied");
    let text = CALM.replace("checkpt_interval = 10\n", "");
    folder.scenario("short", &text, Some("final: {k: v}\n"));
    for (flags, status) in [(&[][..], 0), (&["--deny-warnings"], 2)] {
        for command in ["run", "check"] {
            let mut arguments = vec![command, "scenarios"];
            arguments.extend(flags);
            let call = folder.bcr(&arguments);
            assert_eq!(call.status, status, "{command} {flags:?}: {}", call.stdout);
        }
    }
}

#[test]
fn check_reports_what_run_would_and_runs_nothing() {
    let folder = Folder::with_calm("check");
    for (name, scenario, expected, _, _) in WRONG {
        let expected = (!expected.is_empty()).then_some(*expected);
        folder.scenario(name, scenario, expected);
    }
    let call = folder.bcr(&["check", "scenarios"]);
    assert_eq!(call.status, 2);
    call.says(&format!(
        "{} scenarios checked, {} invalid",
        WRONG.len() + 1,
        WRONG.len()
    ));
    let json = folder.bcr(&["check", "scenarios", "--format", "json"]);
    assert_eq!(json.status, 2);
    let documents = json.documents();
    assert_eq!(documents.len(), WRONG.len() + 1, "one for each scenario");
    for document in documents {
        let is_calm = document["scenario"] == "calm";
        assert_eq!(document.get("verdict").is_none(), is_calm, "{document:#}");
        let records = document["diagnostics"].as_array().expect("a list");
        assert_eq!(records.is_empty(), is_calm, "{document:#}");
        for record in records {
            for field in FIELDS {
                assert!(record.get(field).is_some(), "{field} of {record:#}");
            }
        }
    }
    let calm = folder.bcr(&["check", "scenarios/calm.conf", "--format", "json"]);
    let document = r#"{"scenario":"calm","file":"scenarios/calm.conf","diagnostics":[]}"#;
    assert_eq!((calm.status, calm.stdout.trim_end()), (0, document));
    assert!(!folder.exists("target"), "nothing ran");
}

/// They have no content, so that they take no room; one that is read to its end would take minutes.
#[test]
fn files_of_five_gigabytes_are_refused_unread() {
    let folder = Folder::new("gigabytes");
    folder.scenario("calm", CALM, Some(CALM_EXPECTED));
    assert_eq!(
        folder.bcr(&["run", "scenarios", "--logs", "logs"]).status,
        0
    );
    let stored = "logs/simulated/calm";
    let calls: [(&str, &[&str]); 7] = [
        ("logs/simulated/calm/trace.jsonl", &["trace", stored]),
        ("logs/simulated/calm/trace.jsonl", &["check-run", stored]),
        ("logs/simulated/calm/outcome.json", &["check-run", stored]),
        ("bcr.toml", &["run", "scenarios"]),
        ("expected/calm.yaml", &["check", "scenarios"]),
        ("scenarios/calm.conf", &["check", "scenarios"]),
        ("scenarios/calm.conf", &["fmt", "scenarios"]),
    ];
    for (name, call) in calls {
        folder.enlarge(name, 5 << 30);
        let call = folder.bcr(call);
        assert_eq!(call.status, 2, "{name}: {}", call.stderr);
        let said = format!("{}{}", call.stdout, call.stderr);
        let file = name.rsplit('/').next().unwrap_or_default();
        assert!(
            said.contains("is longer than") && said.contains(file),
            "{name}: {said}"
        );
        folder.enlarge("bcr.toml", 0);
    }
}

#[test]
fn every_number_of_a_flag_has_a_limit() {
    let folder = Folder::new("flags");
    folder.scenario("calm", CALM, Some(CALM_EXPECTED));
    let run = ["run", "scenarios", "--logs", "logs"];
    let flags = [
        ("--schedules", "1000001"),
        ("--deadline", "0"),
        ("--deadline", "1000000001"),
        ("--time-limit", "0"),
        ("--time-limit", "1000000001"),
        ("--trace-limit", "0"),
        ("--trace-limit", "1048577"),
        ("--pauses", "60001"),
        ("--seed", "18446744073709551616"),
        ("--shard", "1/18446744073709551616"),
        ("-j", "18446744073709551616"),
    ];
    for (flag, number) in flags {
        let call = folder.bcr(&[&run[..], &[flag, number]].concat());
        assert_eq!(call.status, 2, "{flag} {number}: {}", call.stdout);
        assert!(call.stderr.contains(number), "{flag}: {}", call.stderr);
    }
    for (flag, number) in [("--t", "101"), ("--clients", "10001"), ("--clients", "0")] {
        let call = folder.bcr(&["new", "many", flag, number]);
        assert_eq!(call.status, 2, "{flag} {number}: {}", call.stdout);
        assert!(!folder.exists("scenarios/many.conf"), "{flag} {number}");
    }
}
