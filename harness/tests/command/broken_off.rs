//! Runs that cannot be made or finished, for a reason that says nothing of scenario or protocol: the verdict
//! `error`, and what is left of the run.

use super::{CALM, CALM_EXPECTED, Folder};
#[cfg(target_os = "linux")]
use super::{PATIENCE, ended};

/// What an earlier run left.
fn put_earlier(folder: &Folder, below: &str) {
    folder.write(&format!("{below}/outcome.json"), "{\"verdict\":\"pass\"}\n");
    folder.write(&format!("{below}/replica-7-1.log"), "earlier\n");
}

#[test]
fn logs_that_cannot_be_written_leave_no_old_verdict() {
    let folder = Folder::with_calm("unwritable");
    folder.scenario("well", CALM, Some(CALM_EXPECTED));
    put_earlier(&folder, "logs/simulated/calm");
    // A folder where a file is to be: some logs are written, and then the trace is not.
    folder.write("logs/simulated/calm/trace.jsonl/x", "");
    let call = folder.bcr(&["run", "scenarios", "--logs", "logs"]);
    assert_eq!(call.status, 2, "{}{}", call.stdout, call.stderr);
    call.says("2 scenarios: 2 pass");
    let why = "the logs of `calm` cannot be written: ";
    assert!(call.stderr.contains(why), "{}", call.stderr);
    assert!(!folder.exists("logs/simulated/calm/outcome.json"));
    assert!(!folder.exists("logs/simulated/calm/replica-7-1.log"));
    assert!(folder.exists("logs/simulated/well/outcome.json"));
}

/// The child that is killed has done something, and everybody else waits for a long time.
#[cfg(target_os = "linux")]
#[test]
fn a_child_that_is_killed_makes_an_error_and_what_was_recorded_is_kept() {
    let folder = Folder::new("killed-child");
    folder.scenario("hung", super::real::HUNG, Some("final: {k: v}\n"));
    put_earlier(&folder, "logs/process/hung");
    kill_client(&folder);
    let why = "client-0: it ended unexpectedly, signal: 9 (SIGKILL)";
    let outcome = folder.read("logs/process/hung/outcome.json");
    let outcome: serde_json::Value = serde_json::from_str(&outcome).expect("JSON");
    assert_eq!(outcome["verdict"], "error");
    assert_eq!(outcome["reason"], why);
    let trace = folder.read("logs/process/hung/trace.jsonl");
    assert!(trace.contains("\"event\":\"invoked\""), "{trace}");
    let last = trace.lines().last().unwrap_or_default();
    assert!(last.contains("\"end\":\"error\""), "{last}");
    let log = folder.read("logs/process/hung/client-0.log");
    assert!(log.contains("event=invoked"), "{log}");
    let log = folder.read("logs/process/hung/replica-0-1.log");
    assert!(log.contains("event=final_dictionary"), "{log}");
    assert!(!folder.exists("logs/process/hung/replica-7-1.log"));
    let junit = folder.read("junit.xml");
    assert!(junit.contains("failures=\"0\" errors=\"1\""), "{junit}");
    assert!(
        junit.contains("<error type=\"error\" message=\"client-0: it ended"),
        "{junit}"
    );
    let summary = folder.read("summary.md");
    assert!(
        summary.contains("| **error** | hung | client-0: it ended"),
        "{summary}"
    );
    let index = folder.read("report/index.html");
    assert!(index.contains("\"verdict\":\"error\""), "{index}");

    let again = folder.bcr(&["check-run", "logs/process/hung"]);
    assert_eq!(again.status, 1, "{}{}", again.stdout, again.stderr);
    again.says("error    hung");
    again.says(why);
}

/// Runs the scenario `hung` and kills client 0 once it has reported something.
#[cfg(target_os = "linux")]
fn kill_client(folder: &Folder) {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    use std::sync::mpsc;

    let mut runner = Command::new(env!("CARGO_BIN_EXE_bcr"))
        .args(["run", "scenarios/hung.conf", "--runtime", "process"])
        .args(["--logs", "logs", "--report", "report"])
        .args(["--junit", "junit.xml", "--summary", "summary.md"])
        .current_dir(&folder.0)
        .env("BCR_LOG", "run=trace,launch=debug")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command was built");
    let said = runner.stderr.take().expect("it is piped");
    let (sender, lines) = mpsc::channel();
    // Reads to the end, so that nobody who says something has to wait.
    std::thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            drop(sender.send(line));
        }
    });
    let mut client = None;
    let mut wait_for = |what: &str| loop {
        let line = lines.recv_timeout(PATIENCE).expect("it goes on");
        if let Some((_, pid)) = line.split_once("launched as a child process=client-0 pid=") {
            client = Some(pid.trim().to_owned());
        }
        if line.contains(what) {
            return client.clone();
        }
    };
    let client = wait_for("reports process=client-0").expect("it was launched before");
    let killed = Command::new("kill").args(["-KILL", &client]).status();
    assert!(killed.expect("there is a kill").success());
    let output = ended(runner);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("error    hung"), "{printed}");
}
