//! What a run leaves behind: logs, traces, and the command that repeats it.

use serde_json::Value;

use crate::{CALM, CALM_EXPECTED, Folder};

/// The head sleeps on the first request, so that everybody gets it again; the tail crashes later.
fn eventful() -> String {
    format!(
        "{CALM}failures[0,0] = client_request( 0,0 ),  sleep( 4000 )\n\
         failures[0,2] = shuttle(0,1),crash()\n"
    )
}

const WHERE: &str = "logs/simulated/eventful";

fn run_eventful(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.scenario("eventful", &eventful(), None);
    let call = folder.bcr(&["run", "scenarios", "--logs", "logs"]);
    assert_eq!(call.status, 0, "{}", call.stdout);
    folder
}

/// The value of the first `name=` in a line.
fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let mut words = line.split(' ');
    words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

/// `2026-11-22T20:37:19.000120Z`.
fn is_timestamp(word: &str) -> bool {
    let shape = word.replace(|c: char| c.is_ascii_digit(), "0");
    shape == "0000-00-00T00:00:00.000000Z"
}

/// A hundred requests, and an expected file that is wrong in every schedule.
fn busy(test: &str) -> Folder {
    let folder = Folder::new(test);
    let many = CALM.replace("put('k','v'); get('k')", "pseudorandom(1,100)");
    assert_ne!(many, CALM);
    folder.scenario("busy", &many, Some("final: {}\n"));
    folder
}

#[test]
fn a_run_that_takes_more_than_it_may_is_cut_short_and_says_so() {
    let folder = busy("limits");
    for (flag, most, end) in [
        ("--time-limit", "1", "time_bound"),
        ("--trace-limit", "1", "byte_bound"),
    ] {
        let call = [
            "run",
            "scenarios",
            "--logs",
            "logs",
            "--seed",
            "0",
            "--set",
            "workload[0]=pseudorandom(1,4000)",
            flag,
            most,
        ];
        let call = folder.bcr(&call);
        assert_eq!(call.status, 1, "{}", call.stdout);
        call.says("unknown");
        call.says(flag);
        let trace = folder.read("logs/simulated/busy/trace.jsonl");
        let last = trace.lines().last().unwrap_or_default();
        assert!(last.contains(end), "{last}");
        assert!(trace.len() < 20_000_000, "{}", trace.len());
    }
    folder.write("bcr.toml", "trace_limit_mib = 1\n");
    let call = [
        "run",
        "scenarios",
        "--seed",
        "0",
        "--set",
        "workload[0]=pseudorandom(1,4000)",
    ];
    folder.bcr(&call).says("--trace-limit");
}

#[test]
fn failing_runs_together_leave_logs_of_no_more_than_one_run_may_record() {
    let folder = busy("enough");
    let seeds = |limit: &str| {
        let call = [
            "run",
            "scenarios",
            "--logs",
            "logs",
            "--schedules",
            "8",
            "--trace-limit",
            limit,
        ];
        let call = folder.bcr(&call);
        assert_eq!(call.status, 1, "{}", call.stdout);
        let files = folder.files("logs");
        files
            .iter()
            .filter(|file| file.contains("seed-") && file.ends_with("trace.jsonl"))
            .count()
    };
    assert_eq!(seeds("100"), 8);
    let some = seeds("1");
    assert!((1..8).contains(&some), "{some}");
}

#[test]
fn every_process_has_a_log_of_its_own_and_the_run_a_trace_and_an_outcome() {
    let folder = run_eventful("files");
    let mut expected = vec!["client-0.log", "olympus.log", "outcome.json"];
    expected.extend(["replica-0-0.log", "replica-0-1.log", "replica-0-2.log"]);
    expected.extend(["replica-1-0.log", "replica-1-1.log", "replica-1-2.log"]);
    expected.push("trace.jsonl");
    let expected = expected.iter().map(|name| format!("{WHERE}/{name}"));
    assert_eq!(folder.files("logs"), expected.collect::<Vec<_>>());
    assert!(!folder.exists("target"), "nowhere else");
    let outcome = folder.read(&format!("{WHERE}/outcome.json"));
    let outcome: Value = serde_json::from_str(&outcome).expect("a document");
    assert_eq!(outcome["scenario"], "eventful");
    for (n, line) in folder
        .read(&format!("{WHERE}/trace.jsonl"))
        .lines()
        .enumerate()
    {
        assert!(
            line.starts_with(&format!("{{\"n\":{n},\"at_ms\":")),
            "{line}"
        );
        assert!(
            !line.contains("wall") && !line.contains("bcr-command"),
            "{line}"
        );
    }
}

#[test]
fn a_log_line_has_the_time_and_the_process_and_settings_come_first_and_dictionaries_last() {
    let folder = run_eventful("lines");
    for file in folder.files(WHERE) {
        let Some(name) = file.strip_suffix(".log") else {
            continue;
        };
        let process = name.rsplit('/').next().unwrap_or_default();
        let text = folder.read(&file);
        for line in text.lines() {
            let mut words = line.split(' ');
            let time = words.next().unwrap_or_default();
            assert!(is_timestamp(time), "{process}: {line}");
            assert_eq!(value(line, "process"), Some(process), "{line}");
            assert!(value(line, "at_ms").is_some(), "{process}: {line}");
            assert!(value(line, "event").is_some(), "{process}: {line}");
        }
        let events: Vec<_> = text
            .lines()
            .filter_map(|line| value(line, "event"))
            .collect();
        assert_eq!(events[0], "settings", "{process}");
        let settings = events.iter().filter(|event| **event == "settings");
        assert_eq!(settings.count(), 1, "{process}");
        if process == "replica-0-2" {
            let after = events.iter().skip_while(|event| **event != "crashed");
            let after: Vec<_> = after.skip(1).collect();
            assert!(events.contains(&"crashed"), "flushed all the same");
            assert!(
                after.iter().all(|event| **event == "discarded"),
                "{after:?}"
            );
        } else if process.starts_with("replica-1") {
            assert_eq!(events.last(), Some(&"final_dictionary"), "{process}");
        } else if process.starts_with("replica") {
            let last = &events[events.len() - 2..];
            let has_dictionary = last.contains(&"final_dictionary");
            assert!(has_dictionary, "{process}: {last:?}");
        }
    }
    let first = folder.read(&format!("{WHERE}/replica-0-1.log"));
    let settings = first.lines().next().unwrap_or_default();
    for expected in ["t=1", "client_timeout=3000", "test_case_name=eventful"] {
        assert!(settings.contains(expected), "{expected}: {settings}");
    }
}

#[test]
fn a_failure_is_logged_as_the_file_spells_it_and_a_retransmission_with_its_case() {
    let folder = run_eventful("verbatim");
    let head = folder.read(&format!("{WHERE}/replica-0-0.log"));
    let applied = head
        .lines()
        .find(|line| value(line, "event") == Some("failure_applied"));
    let applied = applied.expect("it was applied");
    assert!(
        applied.contains("pair=\"client_request( 0,0 ),  sleep( 4000 )\""),
        "{applied}"
    );
    let middle = folder.read(&format!("{WHERE}/replica-0-1.log"));
    let again = middle
        .lines()
        .find(|line| value(line, "event") == Some("retransmitted"));
    let again = again.expect("the client sent it to all");
    assert!(value(again, "case").is_some(), "{again}");
    assert!(
        again.contains("meaning=") && again.contains("request"),
        "{again}"
    );
    assert_eq!(value(again, "from"), Some("client-0"));
    assert_eq!(value(again, "request_client"), Some("0"), "{again}");
    assert_eq!(value(again, "request"), Some("0"), "{again}");
}

#[test]
fn other_schedules_that_fail_are_logged_below_and_a_later_run_clears_them() {
    let folder = Folder::new("seeds");
    folder.scenario("wrong", CALM, Some("final: {k: other}\nschedules: 2\n"));
    let run = || folder.bcr(&["run", "scenarios", "--logs", "logs"]);
    assert_eq!(run().status, 1);
    let place = "logs/simulated/wrong";
    folder.write(&format!("{place}/notes.txt"), "a user's own");
    for seed in ["", "seed-1/", "seed-2/"] {
        for file in ["olympus.log", "trace.jsonl", "outcome.json"] {
            assert!(
                folder.exists(&format!("{place}/{seed}{file}")),
                "{seed}{file}"
            );
        }
    }
    folder.write("expected/wrong.yaml", CALM_EXPECTED);
    assert_eq!(run().status, 0);
    assert!(folder.exists(&format!("{place}/trace.jsonl")));
    assert!(!folder.exists(&format!("{place}/seed-1")));
    assert!(
        folder.exists(&format!("{place}/notes.txt")),
        "not the run's"
    );
}

#[test]
fn the_settings_of_a_suite_say_where_logs_go_from_the_folder_they_are_in() {
    let folder = Folder::new("settings");
    folder.write("suite/scenarios/calm.conf", CALM);
    folder.write("suite/bcr.toml", "logs = \"kept\"\n");
    let call = folder.bcr(&["run", "suite/scenarios"]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    assert!(folder.exists("suite/kept/simulated/calm/trace.jsonl"));
    let call = folder.bcr(&["run", "suite/scenarios", "--logs", "mine"]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    assert!(
        folder.exists("mine/simulated/calm/trace.jsonl"),
        "flags win"
    );
}

#[test]
fn the_replay_command_repeats_the_run_byte_for_byte() {
    let folder = Folder::new("replay");
    folder.scenario("it's eventful", &eventful(), None);
    let stuck = format!(
        "{CALM}failures[0,1] = shuttle(0,1), crash()\nfailures[0,2] = wedge_request(0), crash()\n"
    );
    folder.scenario("stuck", &stuck, None);
    folder.write("mine/it's eventful.yaml", "reconfigurations: 7\n");
    for (name, flags) in [
        ("it's eventful", &[][..]),
        ("it's eventful", &["--seed", "7"]),
        (
            "it's eventful",
            &["--set", "t=2", "--set", "client_timeout=500"],
        ),
        ("stuck", &["--deadline", "7000", "--seed", "2"]),
        ("it's eventful", &["--expected", "mine", "--seed", "0"]),
    ] {
        let file = format!("scenarios/{name}.conf");
        let mut arguments = vec![file.as_str(), "--logs", "first"];
        arguments.extend(flags);
        let first = folder.documents(&arguments).remove(0);
        let replay = first["replay"].as_str().expect("a command");
        let words = words(replay);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(words[..3], ["cargo", "bcr", "run"], "{replay}");
        let mut arguments = words[3..].to_vec();
        arguments.extend(["--logs", "second"]);
        let mut second = folder.documents(&arguments).remove(0);
        for file in ["trace.jsonl", "olympus.log"] {
            assert!(folder.exists(&format!("second/simulated/{name}/{file}")));
        }
        let trace = |root: &str| folder.read(&format!("{root}/simulated/{name}/trace.jsonl"));
        assert!(trace("first") == trace("second"), "{replay}");
        second["wall_ms"] = first["wall_ms"].clone();
        assert_eq!(first, second, "{replay}");
    }
}

/// The words of a command as a shell reads them: quotes, and `\'` between them.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut is_quoted) = (vec![String::new()], false);
    let mut characters = command.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => {
                let c = if c == '\\' && !is_quoted {
                    characters.next().unwrap_or(c)
                } else {
                    c
                };
                words.last_mut().expect("there is one").push(c);
            }
        }
    }
    words
}

#[test]
fn trace_shows_a_stored_run_in_columns() {
    let folder = run_eventful("trace");
    let logs = WHERE;
    let call = folder.bcr(&["trace", logs]);
    assert_eq!((call.status, call.stderr.as_str()), (0, ""));
    call.says("\n  n        ms  O 0 0 1 2");
    let events = folder.read(&format!("{logs}/trace.jsonl")).lines().count();
    let head = call
        .stdout
        .lines()
        .take_while(|line| !line.starts_with("  n "))
        .count()
        + 1;
    assert_eq!(call.stdout.lines().count(), head + events);
    let call = folder.bcr(&[
        "trace",
        &format!("{logs}/trace.jsonl"),
        "--process",
        "client",
        "--event",
        "accepted",
    ]);
    assert_eq!(call.status, 0);
    call.says("accepted from ");
    call.says(" other events are left out\n");
}

#[test]
fn trace_says_what_it_cannot_show() {
    let folder = run_eventful("trace-wrong");
    let logs = WHERE;
    folder.write("broken/trace.jsonl", "{\"n\":0}\n");
    for (arguments, why) in [
        (&["nowhere"][..], "`nowhere` cannot be read"),
        (&["broken"], "broken/trace.jsonl: line 1"),
        (
            &[logs, "--process", "replica-7"],
            "no process of the trace is called `replica-7`",
        ),
        (&[logs, "--event", "acepted"], "did you mean `accepted`?"),
        (&[logs, "--request", "1"], "expected `client:number`"),
    ] {
        let call = folder.bcr(&[&["trace"], arguments].concat());
        assert_eq!(call.status, 2, "{arguments:?}");
        assert!(call.stderr.contains(why), "{}", call.stderr);
    }
}
