use std::collections::BTreeSet;

use bcr_protocol::event::Event;

use super::*;
use crate::cases::testing::{examined, small};
use crate::trace::samples::{self, CLIENT, HEAD, TAIL};
use crate::trace::{HarnessEvent, Micros, TraceEvent};

/// A folder of a test's own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bcr-log-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).expect("a scratch folder");
        Self(path)
    }

    fn put(&self, name: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, "earlier").expect("a file");
    }

    /// Every file below, by its path in the folder.
    fn files(&self) -> BTreeSet<String> {
        let (mut files, mut folders) = (BTreeSet::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let below = path.strip_prefix(&self.0).expect("below the folder");
                    files.insert(below.display().to_string());
                }
            }
        }
        files
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn line(record: &Record) -> String {
    let mut line = String::new();
    line::push_record(&mut line, record);
    line
}

#[test]
fn lines_look_like_this() {
    let applied = HarnessEvent::FailureApplied {
        plan: 0,
        pair: "client_request(2,1), crash()".to_owned(),
        trigger: "client_request(2,1)".to_owned(),
        failure: "crash()".to_owned(),
        message: bcr_protocol::message::MessageKind::ClientRequest,
        effect: true,
    };
    let settings = HarnessEvent::Settings {
        settings: [("t", "1"), ("workload", "get('a'); get('b')")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    };
    let message = bcr_protocol::message::Message::ClientRequest(samples::request());
    let cases: [(u64, TraceEvent, &str); 5] = [
        (
            0,
            Event::Done.into(),
            "- at_ms=6003.25 process=replica-1-0 event=done n=7",
        ),
        (
            1_795_379_839_000_120,
            Event::Terminated.into(),
            "2026-11-22T20:37:19.000120Z at_ms=6003.25 process=replica-1-0 event=terminated n=7",
        ),
        (
            0,
            applied.into(),
            "- at_ms=6003.25 process=replica-1-0 event=failure_applied n=7 \
             plan=0 pair=\"client_request(2,1), crash()\" trigger=client_request(2,1) failure=crash() message=client_request effect=true",
        ),
        (
            0,
            settings.into(),
            "- at_ms=6003.25 process=replica-1-0 event=settings n=7 settings.t=1 settings.workload=\"get('a'); get('b')\"",
        ),
        (
            0,
            samples::receive(TAIL, Some(3), message).into(),
            "- at_ms=6003.25 process=replica-1-0 event=received n=7 from=replica-1-2 sent=3 message=client_request \
             request_client=2 request=3 content.signer=client-2 content.body.id.client=2 content.body.id.number=3 \
             content.body.operation.name=put content.body.operation.key=movie \
             content.body.operation.value=\"star \\\"wars\\\"\" content.signature=",
        ),
    ];
    for (wall_us, event, expected) in cases {
        let record = Record {
            n: 7,
            at: Micros(6_003_250),
            wall_us,
            process: HEAD,
            event,
        };
        let line = line(&record);
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
}

#[test]
fn the_retransmission_case_and_the_request_are_in_the_line() {
    let trace = samples::trace();
    let retransmitted = trace
        .records
        .iter()
        .map(line)
        .find(|line| line.contains("event=retransmitted"))
        .expect("a sample of every event");
    assert!(
        retransmitted.contains(" case=c message=client_request "),
        "{retransmitted}"
    );
    assert!(
        retransmitted.contains(" request_client=2 request=3"),
        "{retransmitted}"
    );
}

#[test]
fn every_value_of_a_line_is_named() {
    for record in samples::trace().records {
        let line = line(&record);
        let (mut is_quoted, mut is_escaped) = (false, false);
        let outside = line.replace(
            |c: char| {
                let is_text = is_quoted;
                if !is_escaped && c == '"' {
                    is_quoted = !is_quoted;
                }
                is_escaped = is_quoted && !is_escaped && c == '\\';
                is_text && is_quoted
            },
            "",
        );
        for pair in outside.split(' ').skip(1) {
            let name = pair.split_once('=').map(|(name, _)| name);
            assert!(
                name.is_some_and(|name| !name.is_empty()),
                "{pair} in {line}"
            );
        }
    }
}

#[test]
fn a_record_is_one_line_whatever_it_holds() {
    for record in samples::trace().records {
        assert!(!line(&record).contains(['\n', '\r']), "{record:?}");
    }
}

#[test]
fn a_folder_holds_a_log_for_each_process_and_the_trace() {
    let scratch = Scratch::new("folder");
    let trace = samples::trace();
    write_folder(&scratch.0, &trace).expect("written");
    let expected = [
        "client-2.log",
        "olympus.log",
        "replica-1-0.log",
        "replica-1-2.log",
        "trace.jsonl",
    ];
    assert_eq!(scratch.files(), expected.map(str::to_owned).into());
    for process in [CLIENT, HEAD, TAIL, samples::OLYMPUS] {
        let of_process: String = trace
            .records
            .iter()
            .filter(|record| record.process == process)
            .map(|record| line(record) + "\n")
            .collect();
        assert_eq!(scratch.text(&format!("{process}.log")), of_process);
    }
    let stored = json::read(scratch.text(TRACE_FILE).as_bytes());
    assert_eq!(stored, Ok(trace));
}

#[test]
fn an_earlier_run_is_replaced_and_nothing_else() {
    let scratch = Scratch::new("clear");
    let earlier = [
        "olympus.log",
        "client-9.log",
        "replica-3-1.log",
        "trace.jsonl",
        "outcome.json",
        "seed-3/olympus.log",
        "seed-3/trace.jsonl",
    ];
    let others = [
        "notes.log",
        "replica-1.log",
        "outcome.json.bak",
        "seed-3/notes.txt",
        "seed-x/olympus.log",
        "seed-/olympus.log",
        "other/trace.jsonl",
    ];
    earlier
        .iter()
        .chain(&others)
        .for_each(|name| scratch.put(name));
    scratch.put("seed-4/outcome.json");
    clear_folder(&scratch.0).expect("cleared");
    assert_eq!(scratch.files(), others.map(str::to_owned).into());
    assert!(!scratch.0.join("seed-4").exists(), "an empty one goes");
}

#[test]
fn what_a_transport_says_is_a_line_like_others() {
    let text = "connection lost".to_owned();
    let record = Record {
        n: 7,
        at: Micros(250),
        wall_us: 0,
        process: TAIL,
        event: HarnessEvent::Diagnostic { text }.into(),
    };
    let mut written = Vec::new();
    write_log(&mut written, &[&record]).expect("memory");
    assert_eq!(
        String::from_utf8_lossy(&written),
        "- at_ms=0.25 process=replica-1-2 event=diagnostic n=7 text=\"connection lost\"\n"
    );
}

#[test]
fn a_line_that_cannot_be_written_is_reported() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let file = fs::OpenOptions::new().write(true).open(full);
    let record = &samples::trace().records[0];
    let error = write_log(file.expect("/dev/full"), &[record]).expect_err("the device is full");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

#[test]
fn a_run_folder_is_never_outside_of_the_root() {
    let cases = [
        ("crash/head_crashes", "logs/simulated/crash/head_crashes"),
        ("/tmp/x", "logs/simulated/tmp/x"),
        ("../../x", "logs/simulated/x"),
        ("a/../../../b", "logs/simulated/a/b"),
        ("..", "logs/simulated/_"),
        ("t/seed-1", "logs/simulated/t/seed-1_"),
        ("t/trace.jsonl/x", "logs/simulated/t/trace.jsonl_/x"),
    ];
    for (name, expected) in cases {
        assert_eq!(
            folder(Path::new("logs"), "simulated", name),
            Path::new(expected)
        );
    }
}

/// The files of a folder whose outcome has this seed, and nobody else's.
fn assert_of_run(scratch: &Scratch, seed: u64, others: &[u64]) {
    let mut expected = vec!["outcome.json".to_owned(), "olympus.log".to_owned()];
    let processes = ["client-0", "replica-0-0", "replica-0-1", "replica-0-2"];
    expected.extend(processes.map(|process| format!("{process}.log")));
    expected.push("trace.jsonl".to_owned());
    let of_others = others.iter().flat_map(|seed| {
        let files = expected.iter();
        files.map(move |file| format!("seed-{seed}/{file}"))
    });
    let mut all: BTreeSet<String> = of_others.collect();
    all.extend(expected.iter().cloned());
    let place = "simulated/x/";
    let found: BTreeSet<String> = scratch.files();
    let visible = found.iter().filter(|file| !file.contains("/.next-"));
    let below = visible.filter_map(|file| file.strip_prefix(place).map(str::to_owned));
    assert_eq!(below.collect::<BTreeSet<_>>(), all);
    for (folder, seed) in std::iter::once((String::new(), seed))
        .chain(others.iter().map(|seed| (format!("seed-{seed}/"), *seed)))
    {
        let outcome = scratch.text(&format!("{place}{folder}outcome.json"));
        let outcome: Outcome = serde_json::from_str(&outcome).expect("an outcome");
        assert_eq!(outcome.seed, seed, "{folder}");
    }
}

#[test]
fn two_commands_at_once_leave_the_files_of_one_of_them() {
    let scratch = Scratch::new("at-once");
    let (case, mut examination) = examined(&small(""), "final: {k: vw}\n");
    let mut run = |seed| {
        examination.run.outcome.seed = seed;
        examination.run.clone()
    };
    let of = || Folder::of(&case, &scratch.0, Runtime::Simulated);
    let (mut one, mut other) = (of(), of());
    one.keep_run(&run(1));
    other.keep_run(&run(11));
    one.keep_other(&run(2));
    other.keep_other(&run(12));
    other.keep_other(&run(13));
    one.keep_outcome(&run(1));
    one.publish().expect("published");
    assert_of_run(&scratch, 1, &[2]);
    other.keep_outcome(&run(11));
    other.publish().expect("published");
    assert_of_run(&scratch, 11, &[12, 13]);

    // Whoever does not come to its end leaves nothing, and one that begins takes the earlier run along.
    let mut third = of();
    third.keep_run(&run(21));
    drop(third);
    assert_of_run(&scratch, 11, &[12, 13]);
    of().begin();
    assert_eq!(scratch.files(), BTreeSet::new());
}

#[test]
fn a_run_of_which_not_all_could_be_put_in_place_has_no_outcome() {
    let scratch = Scratch::new("half");
    let (case, examination) = examined(&small(""), "final: {k: vw}\n");
    let mut folder = Folder::of(&case, &scratch.0, Runtime::Simulated);
    scratch.put("simulated/x/outcome.json");
    // No file takes the place of a folder.
    scratch.put("simulated/x/trace.jsonl/notes.txt");
    folder.keep_run(&examination.run);
    folder.keep_outcome(&examination.run);
    assert!(folder.publish().is_err());
    let found = scratch.files();
    assert!(found.contains("simulated/x/olympus.log"), "{found:?}");
    assert!(!found.contains("simulated/x/outcome.json"), "{found:?}");
}

#[test]
fn logs_that_cannot_be_written_leave_none_of_an_earlier_run() {
    let scratch = Scratch::new("lost");
    let (case, examination) = examined(&small(""), "final: {k: vw}\n");
    let of = || Folder::of(&case, &scratch.0, Runtime::Simulated);
    let mut first = of();
    first.keep_run(&examination.run);
    first.keep_outcome(&examination.run);
    first.publish().expect("published");
    assert!(scratch.files().len() > 2);
    let mut second = of();
    second.keep_run(&examination.run);
    // There is no folder of this name.
    second.keep_file("missing/page.html", "a page");
    second.keep_outcome(&examination.run);
    let error = second.publish().expect_err("it cannot be written");
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert_eq!(scratch.files(), BTreeSet::new());
}
