//! `bcr run`: documents, exit statuses, flags.

use serde_json::Value;

use crate::{CALM, CALM_EXPECTED, Folder};

/// One replica lies about an operation: a suspicion, a conviction, a reconfiguration, a budget.
fn liar() -> String {
    format!("{CALM}failures[0,1] = shuttle(0,0), change_operation()\n")
}

const LIAR_EXPECTED: &str = "final: {k: v}\nconvicted: {0: [1]}\n";

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_u64() => "count",
        Value::Number(_) => "ms",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let map = value.as_object().expect("an object");
    map.keys().map(String::as_str).collect()
}

#[track_caller]
fn assert_shape(document: &Value, pointer: &str, fields: &[(&str, &str)]) {
    let value = document.pointer(pointer);
    let value = value.unwrap_or_else(|| panic!("{pointer} is not in {document:#}"));
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let mut found = keys(value);
    names.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, names, "{pointer}");
    for (name, expected) in fields {
        let found = kind(&value[*name]);
        assert!(
            expected.split('|').any(|one| one == found),
            "{pointer}/{name} is a {found}, not {expected}"
        );
    }
}

#[test]
fn a_document_has_every_field_of_its_contract_and_nothing_else_is_printed() {
    let folder = Folder::with_calm("document");
    folder.scenario("liar", &liar(), Some(LIAR_EXPECTED));
    let documents = folder.documents(&["scenarios"]);
    let names: Vec<_> = documents.iter().map(|found| &found["scenario"]).collect();
    assert_eq!(names, ["calm", "liar"]);
    let liar = &documents[1];
    assert_eq!(liar["verdict"], "pass", "{liar:#}");
    assert_eq!(liar["file"], "scenarios/liar.conf");
    assert_eq!(liar["runtime"], "simulated");

    let places: &[(&str, &[(&str, &str)])] = &[
        (
            "",
            &[
                ("scenario", "text"),
                ("file", "text"),
                ("runtime", "text"),
                ("seed", "count"),
                ("verdict", "text"),
                ("schedules", "list"),
                ("replay", "text"),
                ("parameters", "map"),
                ("run", "map"),
                ("virtual_ms", "ms"),
                ("wall_ms", "ms"),
                ("messages", "count"),
                ("clauses", "list"),
                ("invariants", "list"),
                ("budget", "list"),
                ("configurations", "list"),
                ("requests", "list"),
                ("failures", "list"),
                ("suspicions", "list"),
                ("convictions", "list"),
                ("final", "map"),
                ("replicas", "list"),
            ],
        ),
        (
            "/run",
            &[
                ("scenario", "text"),
                ("runtime", "text"),
                ("seed", "count"),
                ("scheme", "text"),
            ],
        ),
        ("/schedules/0", &[("seed", "count"), ("verdict", "text")]),
        (
            "/parameters",
            &[
                ("t", "count"),
                ("num_client", "count"),
                ("client_timeout", "count"),
                ("head_timeout", "count"),
                ("nonhead_timeout", "count"),
                ("olympus_timeout", "count"),
                ("quorum_grace", "count"),
                ("checkpt_interval", "count"),
                ("test_case_name", "text"),
            ],
        ),
        (
            "/clauses/0",
            &[("clause", "text"), ("status", "text"), ("detail", "text")],
        ),
        (
            "/invariants/0",
            &[("name", "text"), ("held", "bool"), ("detail", "text")],
        ),
        (
            "/budget/0",
            &[
                ("configuration", "count"),
                ("faulty", "list"),
                ("t", "count"),
            ],
        ),
        (
            "/configurations/0",
            &[
                ("number", "count"),
                ("first_slot", "count"),
                ("started_ms", "ms"),
                ("reconfiguration", "map"),
                ("wedged", "list"),
                ("ruled_out", "list"),
                ("set_aside", "list"),
                ("quorum", "list"),
                ("state_from", "count"),
                ("checkpoints", "list"),
            ],
        ),
        (
            "/configurations/0/reconfiguration",
            &[
                ("requested_by", "map"),
                ("reason", "text"),
                ("slot", "count"),
                ("suspect", "count"),
                ("at_ms", "ms"),
            ],
        ),
        (
            "/configurations/0/reconfiguration/requested_by",
            &[("kind", "text"), ("number", "count")],
        ),
        (
            "/requests/0",
            &[
                ("client", "count"),
                ("id", "count"),
                ("operation", "map"),
                ("invoked_ms", "ms"),
                ("completed_ms", "ms"),
                ("result", "text"),
                ("slot", "count"),
                ("configuration", "count"),
                ("answered_by", "text"),
                ("attempts", "count"),
            ],
        ),
        (
            "/requests/0/operation",
            &[("name", "text"), ("key", "text"), ("value", "text")],
        ),
        (
            "/requests/1/operation",
            &[("name", "text"), ("key", "text")],
        ),
        (
            "/failures/0",
            &[
                ("configuration", "count"),
                ("replica", "count"),
                ("trigger", "text"),
                ("failure", "text"),
                ("line", "count"),
                ("status", "text"),
                ("effect", "bool"),
                ("at_ms", "ms"),
                ("event", "count"),
                ("note", "text"),
            ],
        ),
        (
            "/suspicions/0",
            &[
                ("configuration", "count"),
                ("replica", "count"),
                ("by", "map"),
                ("reason", "text"),
                ("slot", "count"),
                ("at_ms", "ms"),
                ("event", "count"),
            ],
        ),
        (
            "/convictions/0",
            &[
                ("configuration", "count"),
                ("replica", "count"),
                ("evidence", "text"),
                ("event", "count"),
            ],
        ),
        (
            "/replicas/0",
            &[
                ("configuration", "count"),
                ("replica", "count"),
                ("mode", "text"),
                ("correct", "bool"),
                ("next_slot", "count"),
                ("dictionary", "map"),
                ("state_hash", "text"),
            ],
        ),
    ];
    for (pointer, fields) in places {
        assert_shape(liar, pointer, fields);
    }
    assert_eq!(liar["failures"][0]["line"], 8);
    assert_eq!(liar["failures"][0]["trigger"], "shuttle(0,0)");
    assert_eq!(liar["invariants"].as_array().map(Vec::len), Some(9));
    let last = &liar["configurations"][1];
    assert!(last["reconfiguration"].is_null() && last["quorum"] == Value::Array(Vec::new()));
}

#[test]
fn the_exit_status_is_the_highest_that_applies() {
    let folder = Folder::with_calm("status");
    folder.scenario("wrong", CALM, Some("final: {k: other}\n"));
    let never = format!("{CALM}failures[0,1] = wedge_request(0), crash()\n");
    folder.scenario("vacuous", &never, Some("final: {k: v}\n"));
    let two = "failures[0,1] = shuttle(0,0), crash()\nfailures[0,2] = shuttle(0,0), crash()\n";
    let two = format!("{CALM}{two}");
    folder.scenario("outside", &two, None);
    folder.scenario("malformed", "t = x\n", None);
    for (names, status, said) in [
        (&["calm"][..], 0, "1 scenario: 1 pass"),
        (&["wrong"], 1, "clause final broke"),
        (&["vacuous"], 1, "not triggered"),
        (&["outside"], 1, "nothing is promised"),
        (&["malformed"], 2, "malformed.conf:1"),
        (&["calm", "wrong"], 1, "1 pass, 1 fail"),
        (
            &["malformed", "wrong", "calm"],
            2,
            "1 pass, 1 fail, 1 invalid",
        ),
        (&["nowhere"], 2, "`scenarios/nowhere.conf` does not exist"),
    ] {
        let files = names.iter().map(|name| format!("scenarios/{name}.conf"));
        let files: Vec<String> = files.collect();
        let mut arguments = vec!["run", "--seed", "0"];
        arguments.extend(files.iter().map(String::as_str));
        let call = folder.bcr(&arguments);
        call.says(said);
        assert_eq!(call.status, status, "{names:?}");
    }
    for usage in [
        &["run"][..],
        &["run", "scenarios", "--seed", "1", "--schedules", "2"],
        &["run", "scenarios", "--set", "t"],
        &["run", "scenarios", "--format", "xml"],
        &["dance"],
    ] {
        assert_eq!(folder.bcr(usage).status, 2, "{usage:?}");
    }
}

fn seeds(document: &Value) -> Vec<u64> {
    let schedules = document["schedules"].as_array().expect("a list");
    let seeds = schedules.iter().map(|found| found["seed"].as_u64());
    seeds.collect::<Option<_>>().expect("seeds are counts")
}

#[test]
fn flags_and_the_expected_file_choose_the_schedules() {
    let folder = Folder::with_calm("schedules");
    folder.scenario("few", CALM, Some("final: {k: v}\nschedules: 2\n"));
    folder.scenario("unexpected", CALM, None);
    for (name, flags, expected) in [
        ("calm", &[][..], (0..=8).collect()),
        ("few", &[], vec![0, 1, 2]),
        ("unexpected", &[], vec![0]),
        ("few", &["--seed", "5"], vec![5]),
        ("calm", &["--schedules", "1"], vec![0, 1]),
        ("unexpected", &["--schedules", "3"], vec![0, 1, 2, 3]),
    ] {
        let file = format!("scenarios/{name}.conf");
        let mut arguments = vec![file.as_str()];
        arguments.extend(flags);
        let document = folder.documents(&arguments).remove(0);
        assert_eq!(seeds(&document), expected, "{name} {flags:?}");
        assert_eq!(document["seed"], expected[0], "{name} {flags:?}");
        assert_eq!(document["verdict"], "pass", "{name} {flags:?}");
    }
}

#[test]
fn set_lets_a_parameter_have_another_value_and_the_replay_says_so() {
    let folder = Folder::with_calm("set");
    let file = "scenarios/calm.conf";
    let document = folder
        .documents(&[file, "--set", "t=2", "--set", "client_timeout = 900"])
        .remove(0);
    assert_eq!(document["parameters"]["t"], 2);
    assert_eq!(document["parameters"]["client_timeout"], 900);
    assert_eq!(document["replicas"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        document["replay"],
        "cargo bcr run scenarios/calm.conf --seed 0 --set t=2 --set client_timeout=900"
    );
    assert_eq!(folder.bcr(&["run", file, "--set", "t=x"]).status, 2);
}

#[test]
fn filter_and_fail_fast_run_less() {
    let folder = Folder::with_calm("less");
    folder.scenario("b/wrong", CALM, Some("final: {k: other}\n"));
    folder.scenario("c/calm", CALM, Some(CALM_EXPECTED));
    for (flags, names) in [
        (&[][..], &["b/wrong", "c/calm", "calm"][..]),
        (&["--filter", "calm"], &["c/calm", "calm"]),
        (&["--filter", "c/"], &["c/calm"]),
        (&["--fail-fast"], &["b/wrong"]),
    ] {
        let mut arguments = vec!["scenarios", "--seed", "0"];
        arguments.extend(flags);
        let documents = folder.documents(&arguments);
        let found: Vec<_> = documents.iter().map(|found| &found["scenario"]).collect();
        assert_eq!(found, names, "{flags:?}");
    }
}

#[test]
fn a_run_that_cannot_progress_ends_at_the_deadline_and_says_who_waits_for_what() {
    let folder = Folder::new("deadline");
    let text = format!(
        "{CALM}failures[0,1] = shuttle(0,1), crash()\nfailures[0,2] = wedge_request(0), crash()\n"
    );
    folder.scenario("stuck", &text, None);
    for (flags, least_ms, most_ms) in [
        (&[][..], 60_000.0, 70_000.0),
        (&["--deadline", "7000"], 7000.0, 17_000.0),
    ] {
        let mut arguments = vec!["run", "scenarios/stuck.conf"];
        arguments.extend(flags);
        let call = folder.bcr(&arguments);
        assert_eq!(call.status, 1, "{flags:?}");
        for said in [
            "configuration 0 has 2 faulty replicas (1, 2) and tolerates 1",
            "client 0 waits for the result of request 0:1 get('k'), invoked at ",
            "olympus waits for 2 equal reports of configuration 0",
            "replica 0 of configuration 0 is immutable, executed last slot 1",
            "replica 1 of configuration 0 crashed at ",
            "replica 2 of configuration 0 crashed at ",
        ] {
            call.says(said);
        }
        let document = folder.documents(&arguments[1..]).remove(0);
        assert_eq!(document["verdict"], "outside");
        let ms = document["virtual_ms"].as_f64().expect("a time");
        assert!((least_ms..most_ms).contains(&ms), "{flags:?}: {ms}");
        assert!(document["requests"][1]["result"].is_null());
        let trace = folder.read("target/scenario-logs/simulated/stuck/trace.jsonl");
        let last = trace.lines().last().unwrap_or_default();
        assert!(last.contains("\"end\":\"deadline\""), "{last}");
    }
}

#[test]
fn olympus_in_its_grace_waits_for_nobody_but_the_late() {
    let folder = Folder::new("grace");
    let text = format!("{CALM}quorum_grace = 500000\nfailures[0,1] = shuttle(0,1), crash()\n");
    folder.scenario("late", &text, None);
    let call = folder.bcr(&["run", "scenarios/late.conf", "--deadline", "7000"]);
    assert_eq!(call.status, 1, "{}{}", call.stdout, call.stderr);
    call.says(
        "olympus has a quorum of equal reports of configuration 0 and gives the other replicas",
    );
}
