//! Runs of many scenarios: in parallel, in parts, past mistakes, and what a CI takes of them.

use std::process::{Command, Stdio};

use crate::{CALM, CALM_EXPECTED, Folder, ended};

/// A suite of five scenarios in two folders; `b/odd` expects what does not come.
fn suite(test: &str) -> Folder {
    let folder = Folder::new(test);
    for name in ["a/one", "a/two", "b/one", "b/three"] {
        folder.scenario(name, CALM, Some(CALM_EXPECTED));
    }
    let expected = "final: {k: w}\nweights: {final: 3}\n";
    folder.scenario("b/odd", CALM, Some(expected));
    folder
}

fn names(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let call = [&["run", "scenarios", "--format", "json"], arguments].concat();
    let name = |document: &serde_json::Value| {
        let name = document["scenario"].as_str();
        name.expect("a name").to_owned()
    };
    folder.bcr(&call).documents().iter().map(name).collect()
}

#[test]
fn results_come_in_order_whatever_the_number_of_jobs() {
    let folder = suite("jobs");
    let all = ["a/one", "a/two", "b/odd", "b/one", "b/three"];
    for jobs in ["1", "2", "8"] {
        assert_eq!(names(&folder, &["-j", jobs]), all);
        assert_eq!(names(&folder, &["-j", jobs, "--fail-fast"]), all[..3]);
    }
    let call = folder.bcr(&["run", "scenarios", "-j", "0"]);
    assert_eq!(call.status, 2);
}

#[test]
fn shards_share_the_scenarios_out() {
    let folder = suite("shards");
    assert_eq!(
        names(&folder, &["--shard", "1/2"]),
        ["a/one", "b/odd", "b/three"]
    );
    assert_eq!(names(&folder, &["--shard", "2/2"]), ["a/two", "b/one"]);
    let call = folder.bcr(&["run", "scenarios", "--shard", "6/6"]);
    assert_eq!((call.status, call.stdout.lines().count()), (0, 1));
    let said = "part 6/6 has no scenario in it";
    assert!(call.stderr.contains(said), "{}", call.stderr);
    assert_eq!(
        folder.bcr(&["run", "scenarios", "--shard", "3/2"]).status,
        2
    );
}

#[test]
fn a_mistake_in_the_call_or_in_the_settings_stops_no_other_scenario() {
    let folder = suite("mistakes");
    folder.write("other/bcr.toml", "schedule = 4\n");
    folder.write("other/scenarios/x/one.conf", CALM);
    folder.write("other/scenarios/x/two.conf", CALM);
    let paths = ["run", "nowhere", "other/scenarios", "scenarios/a"];
    let call = folder.bcr(&paths);
    assert_eq!(call.status, 2);
    assert!(
        call.stderr.contains("error: `nowhere` does not exist"),
        "{}",
        call.stderr
    );
    call.says("pass     a/one");
    call.says("pass     a/two");
    call.says("invalid  x/one");
    call.says("invalid  x/two");
    let told = call.stdout.matches("error[settings-unknown-key]").count();
    assert_eq!(told, 1, "{}", call.stdout);

    let call = folder.bcr(&[&paths[..], &["--format", "json"]].concat());
    let documents = call.documents();
    assert_eq!((call.status, documents.len()), (2, 4));
    assert_eq!(documents[1]["diagnostics"][0]["file"], "other/bcr.toml");

    let call = folder.bcr(&["check", "nowhere", "other/scenarios", "scenarios/a"]);
    assert_eq!(call.status, 2);
    call.says("4 scenarios checked, 2 invalid");
}

#[test]
fn two_scenarios_of_one_name_do_not_overwrite_each_other() {
    let folder = suite("namesakes");
    folder.write("other/scenarios/a/one.conf", CALM);
    let call = folder.bcr(&["run", "scenarios/a", "other/scenarios"]);
    assert_eq!(call.status, 2);
    let why = "`other/scenarios/a/one.conf` is left out: it is called `a/one` like `scenarios/a/one.conf`";
    assert!(call.stderr.contains(why), "{}", call.stderr);
    call.says("2 scenarios: 2 pass");
}

#[test]
fn the_end_lists_what_did_not_pass_with_its_replay() {
    let folder = suite("table");
    let call = folder.bcr(&["run", "scenarios"]);
    assert_eq!(call.status, 1);
    call.says(
        "did not pass:\n  fail     b/odd: clause final broke: replica-0-0: different `k`: expected `w`, actual `v` …\n           \
         cargo bcr run scenarios/b/odd.conf --seed 0\n",
    );
    call.says("  a    2 of   2     18 schedules");
    call.says("points: 1 of 4\n");
    call.says("5 scenarios: 4 pass, 1 fail in ");
    assert_eq!(call.stderr, "", "no progress where nobody looks");
}

#[test]
fn a_ci_gets_junit_a_summary_and_annotations() {
    let folder = suite("ci");
    let call = folder.bcr(&[
        "run",
        "scenarios",
        "--format",
        "github",
        "--junit",
        "out/junit.xml",
        "--summary",
        "out/summary.md",
    ]);
    assert_eq!(call.status, 1);
    call.says("::error file=expected/b/odd.yaml,line=1,col=1,endLine=1,endColumn=6,title=clause-broke::clause final broke");
    let junit = folder.read("out/junit.xml");
    assert!(
        junit.contains(r#"<testsuites name="bcr" tests="5" failures="1" errors="0" skipped="0""#),
        "{junit}"
    );
    let logs = r#"<property name="logs" value="target/scenario-logs/simulated/b/odd"/>"#;
    assert!(junit.contains(logs), "{junit}");
    let summary = folder.read("out/summary.md");
    assert!(
        summary.starts_with("## 5 scenarios: 1 did not pass\n"),
        "{summary}"
    );
    let call = folder.bcr(&["run", "scenarios/a", "--junit", "scenarios"]);
    assert_eq!(call.status, 2);
    assert!(
        call.stderr.contains("error: `scenarios` cannot be written"),
        "{}",
        call.stderr
    );
}

#[test]
fn a_reader_that_goes_away_ends_a_command_without_a_panic() {
    let folder = suite("pipe");
    for arguments in [
        &["run", "scenarios"][..],
        &["run", "scenarios", "--format", "json"],
        &["check", "scenarios"],
        &["check", "scenarios", "--format", "json"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let child = Command::new(env!("CARGO_BIN_EXE_bcr"))
            .args(arguments)
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the built command");
        let output = ended(child);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), stderr.as_ref()),
            (Some(1), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_workflow_calls_the_command_with_flags_that_it_has() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../.github/workflows/scenarios.yml"
    );
    let workflow = std::fs::read_to_string(path).expect("the workflow of the repository");
    let call = workflow
        .split("target/debug/bcr run")
        .nth(1)
        .expect("a call");
    let call = call.split("- name:").next().unwrap_or_default();
    let flags: Vec<&str> = call
        .split_whitespace()
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(flags.len() >= 5, "{flags:?}");
    let help = Folder::new("workflow").bcr(&["run", "--help"]).stdout;
    for flag in flags {
        assert!(help.contains(flag), "{flag} is not in: {help}");
    }
}

#[test]
fn causes_says_what_each_failure_did() {
    let folder = Folder::new("causes");
    let text = format!("{CALM}failures[0,0] = client_request(0,1), crash()\n");
    folder.scenario("crash", &text, None);
    let call = folder.bcr(&["run", "scenarios", "--causes"]);
    assert_eq!(call.status, 0);
    call.says("failures[0,0] client_request(0,1), crash() (line 8) caused a reconfiguration");
    call.says("configuration 0 ended because of failures[0,0] client_request(0,1), crash()\n");
    // By its older name as well.
    let explained = &folder.documents(&["scenarios", "--explain"])[0];
    assert_eq!(explained["ablation"]["without"][0]["role"], "reconfigures");
    assert_eq!(
        explained["ablation"]["causes"][0]["needs"],
        serde_json::json!([0])
    );
    let plain = &folder.documents(&["scenarios"])[0];
    assert!(plain.get("ablation").is_none());
}

#[test]
fn a_selection_of_nothing_is_a_mistake_of_the_call() {
    let folder = suite("nothing");
    for arguments in [
        &["run", "scenarios", "--filter", "nothing"][..],
        &["bless", "nothing", "--yes"],
    ] {
        let call = folder.bcr(arguments);
        assert_eq!(call.status, 2, "{arguments:?}");
        let said = "no scenario's name contains `nothing`";
        assert!(call.stderr.contains(said), "{}", call.stderr);
    }
}

#[test]
fn more_schedules_than_anybody_can_run_are_a_mistake_of_the_call() {
    let folder = suite("schedules-max");
    let call = folder.bcr(&["run", "scenarios", "--schedules", "4294967296"]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    assert!(call.stderr.contains("0..=1000000"), "{}", call.stderr);
}

#[test]
fn a_pass_without_an_expected_file_says_so_and_is_counted() {
    let folder = suite("unexpecting");
    folder.scenario("c/free", CALM, None);
    let call = folder.bcr(&["run", "scenarios/a", "scenarios/c"]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    call.says("pass     c/free  (no expected file, ");
    call.says("3 scenarios: 3 pass; 1 without an expected file");
}

#[test]
fn a_file_that_may_be_meant_for_the_expected_one_is_named_and_nothing_runs() {
    for near in [
        "expected/a/x.yml",
        "expected/a/X.yaml",
        "expected/x.yaml",
        "expected/b/x.yaml",
        "Expected/a/x.yaml",
        "scenarios/a/x.yaml",
    ] {
        let folder = Folder::new(&format!("near-{}", near.replace('/', "-")));
        folder.scenario("a/x", CALM, None);
        folder.write(near, CALM_EXPECTED);
        for command in ["run", "check"] {
            let call = folder.bcr(&[command, "scenarios"]);
            assert_eq!(call.status, 2, "{near}: {}", call.stdout);
            call.says("error[misplaced-expected-file]");
            call.says(&format!("`{near}`"));
        }
    }
    let folder = Folder::new("near-owned");
    folder.scenario("a/x", CALM, None);
    folder.scenario("b/x", CALM, Some(CALM_EXPECTED));
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn no_text_of_a_file_is_a_command_to_a_terminal_or_to_github() {
    let folder = Folder::new("hidden");
    let text = CALM.replace("'k','v'", "'k','\u{1b}[2K\u{9b}v'");
    folder.scenario("a\r\x1b[2K\n::error::pass", &text, Some("final: {k: w}\n"));
    for format in ["human", "github"] {
        let call = folder.bcr(&["run", "scenarios", "--format", format]);
        assert_ne!(call.status, 0);
        let is_hidden = |c: char| c.is_control() && c != '\n';
        let said = call.stdout + &call.stderr;
        assert!(!said.contains(is_hidden), "{said:?}");
        assert!(
            said.contains("a\\u{d}\\u{1b}[2K\\u{a}::error::pass"),
            "{said}"
        );
        let forged = said
            .lines()
            .find(|line| line.trim_start().starts_with("::error::"));
        assert_eq!(forged, None, "{said}");
    }
    let call = folder.bcr(&["run", "scenarios", "--format", "json"]);
    let odd = call.stdout.trim_end().contains(char::is_control);
    assert!(!odd && call.stdout.contains("\\u009bv"), "{}", call.stdout);
    let document = &call.documents()[0];
    assert_eq!(document["final"]["k"], "\u{1b}[2K\u{9b}v");
}

#[test]
fn a_runtime_that_the_suite_leaves_out_runs_where_somebody_names_it() {
    let folder = suite("insistent");
    folder.write("bcr.toml", "runtimes = [\"process\"]\n");
    let call = folder.bcr(&["run", "scenarios/a"]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    call.says("ignored  a/one: bcr.toml has it run in process only");
    call.says("0 scenarios; 2 ignored");
    let call = folder.bcr(&["run", "scenarios/a", "--runtime", "simulated"]);
    call.says("2 scenarios: 2 pass");
}
