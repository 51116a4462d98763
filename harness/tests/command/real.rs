//! Runs in real time: what they have in common with simulated ones, how they end, what they leave.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::{Folder, PATIENCE, ended};

/// The request is lost, and nobody looks after it for a long time.
pub(super) const HUNG: &str = "t = 1\nnum_client = 1\nclient_timeout = 500000\nhead_timeout = 500000\n\
                    nonhead_timeout = 500000\ncheckpt_interval = 10\n\
                    workload[0] = put('k','v')\nfailures[0,1] = shuttle(0,0), drop()\n";

/// Some of the repository's own scenarios, quick ones of every kind.
const COMPARED: &[&str] = &[
    "checkpoints_before_a_crash",
    "middle_lies_about_a_result",
    "tail_hides_a_result",
    "tail_omits_a_result",
    "three_clients_share_a_key",
    "three_clients_without_failures",
];

#[test]
fn outcomes_agree_in_all_that_does_not_depend_on_timing() {
    let folder = Folder::new("three-runtimes");
    let smoke = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/smoke");
    let paths: Vec<String> = COMPARED
        .iter()
        .map(|name| smoke.join(format!("{name}.conf")).display().to_string())
        .collect();
    let mut arguments = vec!["--logs", "logs", "--runtime"];
    let outcomes = ["simulated", "tcp", "process"].map(|runtime| {
        arguments.truncate(3);
        arguments.push(runtime);
        arguments.extend(paths.iter().map(String::as_str));
        let documents = folder.documents(&arguments);
        assert_eq!(documents.len(), COMPARED.len());
        for document in &documents {
            assert_eq!(document["runtime"], runtime);
        }
        documents.iter().map(timeless).collect::<Vec<_>>()
    });
    let [simulated, tcp, process] = outcomes;
    for (expected, found) in simulated
        .iter()
        .zip(&tcp)
        .chain(simulated.iter().zip(&process))
    {
        assert_eq!(expected, found);
    }
    let failures = simulated.iter().map(|outcome| &outcome["failures"]);
    assert!(
        failures
            .flat_map(Value::as_array)
            .any(|all| !all.is_empty()),
        "something failed in what was compared"
    );
}

/// What of an outcome no clock and no schedule decides.
fn timeless(document: &Value) -> Value {
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    // The order of concurrent requests decides the dictionary where the expected file says so.
    let has_one_final = list("clauses")
        .iter()
        .any(|clause| clause["clause"] == "final");
    let failures = list("failures").into_iter().map(|of| {
        json!([
            of["configuration"],
            of["replica"],
            of["trigger"],
            of["failure"],
            of["status"],
            of["effect"]
        ])
    });
    let convictions = list("convictions");
    let convictions = convictions
        .iter()
        .map(|of| json!([of["configuration"], of["replica"]]));
    let results = list("requests").into_iter().map(|of| {
        let result = has_one_final.then(|| of["result"].clone());
        json!([of["client"], of["id"], of["operation"], result])
    });
    let invariants = list("invariants");
    let invariants: BTreeMap<String, Value> = invariants
        .iter()
        .map(|of| (of["name"].to_string(), of["held"].clone()))
        .collect();
    json!({
        "scenario": document["scenario"],
        "verdict": document["verdict"],
        "parameters": document["parameters"],
        "budget": document["budget"],
        "configurations": list("configurations").len(),
        "final": has_one_final.then(|| document["final"].clone()),
        "failures": failures.collect::<Vec<_>>(),
        "convictions": convictions.collect::<Vec<_>>(),
        "requests": results.collect::<Vec<_>>(),
        "invariants": invariants,
    })
}

#[test]
fn a_hung_run_ends_unknown_with_what_everybody_waits_for() {
    let folder = Folder::new("hung");
    folder.scenario("hung", HUNG, None);
    for runtime in ["tcp", "process"] {
        let call = folder.bcr(&[
            "run",
            "scenarios/hung.conf",
            "--runtime",
            runtime,
            "--deadline",
            "1000",
            "--logs",
            "logs",
        ]);
        assert_eq!(call.status, 1, "{}{}", call.stdout, call.stderr);
        call.says("unknown  hung");
        call.says("client 0 waits for the result of request 0:0");
        call.says(&format!("--runtime {runtime}"));
        let log = folder.read(&format!("logs/{runtime}/hung/client-0.log"));
        assert!(log.contains("event=invoked"), "{log}");
    }
}

/// In a network of its own, in which not even the loopback device is up.
#[cfg(target_os = "linux")]
#[test]
fn a_run_without_a_network_ends_unknown_with_the_reason() {
    let alone = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["-rn"]).args(arguments).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let may = alone(&["true"]).status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!("skipped: nobody here may have a network of their own");
        return;
    }
    let folder = Folder::with_calm("no-network");
    for runtime in ["tcp", "process"] {
        let run = [
            env!("CARGO_BIN_EXE_bcr"),
            "run",
            "scenarios",
            "--runtime",
            runtime,
        ];
        let arguments = [&run[..], &["--deadline", "1000", "--logs", "logs"]].concat();
        let child = alone(&arguments).current_dir(&folder.0).spawn();
        let output = ended(child.expect("there is an unshare"));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("unknown  calm"), "{said}");
        let reason = "connection to replica-0-0 interrupted: network unreachable";
        let reported = said.lines().filter(|line| line.contains(reason));
        assert!(
            reported
                .clone()
                .any(|line| line.contains("invariant liveness broke")),
            "{said}"
        );
        assert!(
            reported
                .clone()
                .any(|line| line.starts_with("  client 0 reported at ")),
            "{said}"
        );
    }
}

#[test]
fn a_stored_real_run_is_judged_again() {
    let folder = Folder::with_calm("judged-again");
    let run = [
        "run",
        "scenarios/calm.conf",
        "--runtime",
        "process",
        "--logs",
        "logs",
    ];
    let call = folder.bcr(&run);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    let call = folder.bcr(&["check-run", "logs/process/calm"]);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    folder.write("expected/calm.yaml", "final: {k: w}\n");
    let call = folder.bcr(&["check-run", "logs/process/calm"]);
    assert_eq!(call.status, 1, "{}{}", call.stdout, call.stderr);
}

#[test]
fn who_asks_hears_what_a_run_and_its_children_do_and_others_nothing() {
    let folder = Folder::new("heard");
    let calm = "t = 1\nnum_client = 1\nworkload[0] = put('k','v')\n";
    folder.scenario("calm", calm, None);
    let run = ["run", "scenarios/calm.conf", "--runtime", "process"];
    let heard = |flags: &[&str]| {
        let call = folder.bcr(&[&run, flags].concat());
        assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
        call.stderr
    };
    assert_eq!(heard(&["--logs", "logs"]), "");
    let most = heard(&["--logs", "logs", "-v"]);
    assert!(
        most.contains("run{scenario=calm}: run: replicas start"),
        "{most}"
    );
    assert!(!most.contains("DEBUG"), "{most}");
    let more = heard(&["--logs", "logs", "-vv"]);
    for said in [
        "launch: launched as a child process=replica-0-2 pid=",
        "process{id=replica-0-0}: link: connected peer=replica-0-1",
        "launch: is gone process=client-0 ",
    ] {
        assert!(more.contains(said), "{said} is not said in {more}");
    }
}

/// However the runner dies, its children, which share its standard error, end too: otherwise nobody would
/// ever read its end. Where interrupts are ignored (`nohup`, `cargo test &`) the runner inherits that, and is
/// not killed by one.
#[cfg(target_os = "linux")]
#[test]
fn a_runner_that_is_killed_leaves_no_process_behind() {
    for signal in ["-KILL", "-INT", "-TERM"] {
        if signal == "-INT" && ignores_interrupts() {
            continue;
        }
        let folder = Folder::new(&format!("killed{signal}"));
        folder.scenario("hung", HUNG, None);
        let mut runner = Command::new(env!("CARGO_BIN_EXE_bcr"))
            .args(["run", "scenarios/hung.conf", "--runtime", "process"])
            .args(["--logs", "logs"])
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command was built");
        let children = children(&mut runner, 5);
        let killed = Command::new("kill")
            .args([signal, &runner.id().to_string()])
            .status();
        assert!(killed.expect("there is a kill").success());
        assert!(!ended(runner).status.success());
        let began = Instant::now();
        for child in children {
            // It closes its files a moment before it is over; reparented and not reaped yet, perhaps.
            while state(&child).is_some_and(|state| !matches!(state, 'Z' | 'X')) {
                assert!(began.elapsed() < PATIENCE, "process {child} lives on");
                std::thread::yield_now();
            }
        }
    }
}

/// The test above, as it runs below a shell that ignores interrupts.
#[cfg(target_os = "linux")]
#[test]
fn the_tests_end_where_interrupts_are_ignored() {
    let tests = std::env::current_exe().expect("this process has a file");
    let child = Command::new("sh")
        .args(["-c", "trap '' INT; exec \"$@\"", "sh"])
        .arg(tests)
        .args([
            "--exact",
            "real::a_runner_that_is_killed_leaves_no_process_behind",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let output = ended(child);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// Whether this process ignores SIGINT, and with it every process that it starts.
#[cfg(target_os = "linux")]
pub(super) fn ignores_interrupts() -> bool {
    const SIGINT: u32 = 2;
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (SIGINT - 1)) != 0)
}

/// The children of a process, once it has so many.
#[cfg(target_os = "linux")]
fn children(of: &mut Child, count: usize) -> Vec<String> {
    let of_thread = |thread: std::fs::DirEntry| {
        let mut text = String::new();
        let file = File::open(thread.path().join("children"));
        let read = file.and_then(|mut file| file.read_to_string(&mut text));
        read.map(|_| text).unwrap_or_default()
    };
    let began = Instant::now();
    loop {
        if began.elapsed() > PATIENCE {
            drop(of.kill());
            panic!("it has no {count} children after {PATIENCE:?}");
        }
        assert_eq!(of.try_wait().expect("it was started"), None, "it has ended");
        let threads = std::fs::read_dir(format!("/proc/{}/task", of.id()));
        let found: Vec<String> = threads
            .into_iter()
            .flatten()
            .flatten()
            .flat_map(|thread| {
                let children = of_thread(thread);
                children
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        if found.len() >= count {
            return found;
        }
        std::thread::yield_now();
    }
}

/// The letter for a process's state; none where there is no such process.
#[cfg(target_os = "linux")]
fn state(process: &str) -> Option<char> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after) = text.rsplit_once(") ")?;
    after.chars().next()
}
