//! What is written is whole: past other commands, full disks, and whatever ends a command.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::{CALM, CALM_EXPECTED, Folder, PATIENCE, ended};

/// The request is lost, and nobody looks after it for a long time.
const HUNG: &str = "t = 1\nnum_client = 1\nclient_timeout = 500000\nhead_timeout = 500000\n\
                    nonhead_timeout = 500000\ncheckpt_interval = 10\n\
                    workload[0] = put('k','v')\nfailures[0,1] = shuttle(0,0), drop()\n";

fn suite(test: &str) -> Folder {
    let folder = Folder::new(test);
    for name in ["a/one", "a/two"] {
        folder.scenario(name, CALM, Some(CALM_EXPECTED));
    }
    folder
}

#[test]
fn a_report_among_scenarios_is_refused_before_anything_is_written() {
    let folder = suite("among");
    folder.write("loose/x.conf", CALM);
    let before = folder.files(".");
    for (arguments, why) in [
        (
            &["scenarios", "--report", "scenarios"][..],
            "would be a scenario of",
        ),
        (
            &["scenarios", "--report", "scenarios/pages"],
            "would be a scenario of",
        ),
        (
            &["scenarios/a", "--report", "scenarios/b"],
            "would be a scenario of",
        ),
        (
            &["scenarios/a", "--report", "scenarios/a/../../scenarios"],
            "would be a scenario of",
        ),
        (&[".", "--report", "pages"], "would be a scenario of"),
        (&["loose", "--report", "loose"], "would be a scenario of"),
        (&["loose/x.conf", "--report", "."], "would be a scenario of"),
        (
            &["scenarios", "--summary", "scenarios/summary.txt"],
            "would be a scenario of",
        ),
        (
            &["scenarios", "--junit", "scenarios/a/one.conf"],
            "is a file of a scenario",
        ),
        (
            &["scenarios", "--summary", "expected/a/one.yaml"],
            "is a file of a scenario",
        ),
    ] {
        let call = folder.bcr(&[&["run"], arguments].concat());
        assert_eq!(call.status, 2, "{arguments:?}: {}", call.stdout);
        assert!(call.stderr.contains(why), "{arguments:?}: {}", call.stderr);
        assert_eq!(folder.files("."), before, "{arguments:?}");
    }
    for arguments in [
        &["scenarios", "--report", "pages"][..],
        &["scenarios", "--report", "scenarios/.pages"],
        &["loose/x.conf", "--report", "loose/pages"],
        &["scenarios", "--junit", "scenarios/junit.xml"],
    ] {
        let call = folder.bcr(&[&["run"], arguments].concat());
        assert_eq!(
            call.status, 0,
            "{arguments:?}: {}{}",
            call.stdout, call.stderr
        );
    }
    folder
        .bcr(&["run", "scenarios"])
        .says("2 scenarios: 2 pass");
}

#[test]
fn a_run_and_a_scenario_called_like_its_folder_share_none() {
    let folder = Folder::new("seed-folder");
    folder.scenario("t", CALM, Some("final: {k: other}\nschedules: 1\n"));
    folder.scenario("t/seed-1", CALM, Some(CALM_EXPECTED));
    let call = folder.bcr(&["run", "scenarios", "--logs", "logs"]);
    assert_eq!(call.status, 1, "{}{}", call.stdout, call.stderr);
    for (place, name) in [("t", "t"), ("t/seed-1", "t"), ("t/seed-1_", "t/seed-1")] {
        let outcome = folder.read(&format!("logs/simulated/{place}/outcome.json"));
        assert!(
            outcome.contains(&format!("\"scenario\":\"{name}\"")),
            "{outcome}"
        );
    }
}

#[test]
fn what_cannot_be_written_of_one_scenario_is_told_and_the_others_go_on() {
    let folder = suite("unwritable");
    folder.scenario("b/odd", CALM, Some("final: {k: w}\n"));
    // Folders and files are where the other is to be.
    folder.write("logs/simulated/a/one", "a file");
    folder.write("pages/a/two.html/file", "in a folder");
    folder.write("pages/b/odd.txt/file", "in a folder");
    let call = folder.bcr(&[
        "run",
        "scenarios",
        "--logs",
        "logs",
        "--report",
        "pages",
        "--junit",
        "out",
        "--summary",
        "summary.md",
    ]);
    assert_eq!(call.status, 2, "{}{}", call.stdout, call.stderr);
    for why in [
        "the logs of `a/one`",
        "the page of `a/two`",
        "the text of `b/odd`",
    ] {
        let why = format!("error: {why} cannot be written: ");
        assert_eq!(
            call.stderr.matches(&why).count(),
            1,
            "{why}: {}",
            call.stderr
        );
    }
    for said in [
        "pass     a/one",
        "pass     a/two",
        "fail     b/odd",
        "1 fail in ",
    ] {
        call.says(said);
    }
    for written in [
        "pages/a/one.html",
        "pages/b/odd.html",
        "pages/a/two.txt",
        "pages/index.html",
    ] {
        assert!(folder.exists(written), "{written}");
    }
    assert!(
        folder
            .read("out")
            .contains("tests=\"3\" failures=\"1\" errors=\"0\"")
    );
    assert!(
        folder
            .read("summary.md")
            .starts_with("## 3 scenarios: 1 did not pass\n")
    );
}

#[test]
fn files_that_cannot_be_written_lose_no_verdict() {
    let folder = suite("lost");
    folder.write("pages/index.html/file", "in a folder");
    folder.write("taken", "a file");
    for (flag, path) in [
        ("--junit", "scenarios"),
        ("--junit", "/dev/full"),
        ("--summary", "taken/summary.md"),
        ("--report", "pages"),
    ] {
        if path == "/dev/full" && !fs::exists(path).unwrap_or(false) {
            continue;
        }
        let mut arguments = vec!["run", "scenarios", flag, path];
        if flag != "--junit" {
            arguments.extend(["--junit", "other.xml"]);
        }
        let call = folder.bcr(&arguments);
        assert_eq!(call.status, 2, "{flag} {path}: {}", call.stdout);
        assert_eq!(
            call.stderr.matches("cannot be written").count(),
            1,
            "{}",
            call.stderr
        );
        call.says("2 scenarios: 2 pass");
    }
    assert!(folder.read("other.xml").contains("tests=\"2\""));
}

/// A run of two scenarios that end and of one before them that does not, as far as its index has the two.
#[cfg(target_os = "linux")]
fn hung(folder: &Folder) -> Child {
    folder.scenario("0/hung", HUNG, Some("final: {k: v}\n"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_bcr"))
        .args([
            "run",
            "scenarios",
            "--runtime",
            "tcp",
            "-j",
            "2",
            "--logs",
            "logs",
        ])
        .args([
            "--junit",
            "junit.xml",
            "--summary",
            "summary.md",
            "--report",
            "pages",
        ])
        .current_dir(&folder.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command was built");
    let began = Instant::now();
    // The index is written last.
    let page = folder.path("pages/index.html");
    let has_both = || {
        let page = fs::read_to_string(&page).unwrap_or_default();
        page.contains("incomplete: 2 of 3 scenarios, as the call did not end")
    };
    while !has_both() {
        assert_eq!(
            child.try_wait().expect("it was started"),
            None,
            "it has ended"
        );
        if began.elapsed() > PATIENCE {
            drop(child.kill());
            panic!("the index does not have two scenarios after {PATIENCE:?}");
        }
        std::thread::yield_now();
    }
    child
}

#[cfg(target_os = "linux")]
#[test]
fn whatever_ends_a_command_what_was_done_is_written_and_marked_as_incomplete() {
    for signal in ["-INT", "-TERM", "-KILL"] {
        if signal == "-INT" && crate::real::ignores_interrupts() {
            continue;
        }
        let folder = suite(&format!("ended{signal}"));
        let child = hung(&folder);
        let killed = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(killed.expect("there is a kill").success());
        assert!(!ended(child).status.success());
        let missing = "incomplete: 2 of 3 scenarios, as the call did not end";
        let junit = folder.read("junit.xml");
        assert!(
            junit.contains("tests=\"3\" failures=\"0\" errors=\"1\""),
            "{junit}"
        );
        assert!(
            junit.contains(missing) && junit.ends_with("</testsuites>\n"),
            "{junit}"
        );
        let summary = folder.read("summary.md");
        assert!(summary.contains(&format!("**{missing}**")), "{summary}");
        assert!(folder.read("pages/index.html").contains(missing));
        // And nothing of an earlier run stands for one that did not end.
        assert!(folder.exists("pages/a/one.html") && !folder.exists("pages/0/hung.html"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_has_one_writer_at_a_time() {
    let folder = suite("one-writer");
    let mut child = hung(&folder);
    let call = folder.bcr(&["run", "scenarios/a", "--report", "pages", "--logs", "logs"]);
    drop(child.kill());
    ended(child);
    assert_eq!(call.status, 2, "{}{}", call.stdout, call.stderr);
    assert!(
        call.stderr.contains("give this one a folder of its own"),
        "{}",
        call.stderr
    );
    let call = folder.bcr(&["run", "scenarios/a", "--report", "pages", "--logs", "logs"]);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
}
