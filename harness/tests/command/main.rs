//! The command `bcr` as its users know it: what it prints, writes and exits with.
//!
//! Each test has a folder of its own, in which it writes scenarios and runs the built command.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "writes scenarios into a folder of its own and reads what the command wrote"
)]

mod author;
mod broken_off;
mod documents;
mod invalid;
mod logs;
mod pauses;
mod real;
mod report;
mod side_by_side;
mod suites;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A run without failures: one client, two requests.
const CALM: &str = "t = 1\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
                    nonhead_timeout = 3000\ncheckpt_interval = 10\n\
                    workload[0] = put('k','v'); get('k')\n";

/// What is expected of [`CALM`].
const CALM_EXPECTED: &str = "final: {k: v}\nresults: {0: [OK, v]}\n";

/// How long a call may take at most: far longer than any does, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A folder that is removed with everything in it when the test ends.
struct Folder(PathBuf);

/// What a call came to.
struct Call {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("bcr-command-{}-{test}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// A folder with the scenario `calm` and its expected file.
    fn with_calm(test: &str) -> Self {
        let folder = Self::new(test);
        folder.scenario("calm", CALM, Some(CALM_EXPECTED));
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let parent = path.parent().expect("a file in a folder");
        fs::create_dir_all(parent).expect("a folder of its own");
        fs::write(path, content).expect("a file of its own");
    }

    /// Makes a file so long, without content where it was shorter.
    fn enlarge(&self, name: &str, bytes: u64) {
        let file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path(name));
        file.and_then(|file| file.set_len(bytes))
            .expect("a file of its own");
    }

    fn scenario(&self, name: &str, text: &str, expected: Option<&str>) {
        self.write(&format!("scenarios/{name}.conf"), text);
        if let Some(expected) = expected {
            self.write(&format!("expected/{name}.yaml"), expected);
        }
    }

    #[track_caller]
    fn read(&self, name: &str) -> String {
        match fs::read_to_string(self.path(name)) {
            Ok(text) => text,
            Err(error) => panic!("{name}: {error}"),
        }
    }

    fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Every file below, as paths from the folder, sorted.
    fn files(&self, below: &str) -> Vec<String> {
        let (mut found, mut folders) = (Vec::new(), vec![self.path(below)]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(self.relative(&path));
                }
            }
        }
        found.sort();
        found
    }

    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.0).expect("a path below");
        relative.display().to_string()
    }

    /// Calls `bcr` in this folder with nothing to read.
    fn bcr(&self, arguments: &[&str]) -> Call {
        self.bcr_told(arguments, "")
    }

    /// Calls `bcr` in this folder with `input` to read.
    fn bcr_told(&self, arguments: &[&str], input: &str) -> Call {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bcr"))
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("BCR_LOG")
            .env_remove("BCR_SIGNATURES")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command was built");
        let mut stdin = child.stdin.take().expect("it is piped");
        // A call that reads nothing may be over already.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        let output = ended(child);
        Call {
            status: output.status.code().expect("no signal ended it"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs scenarios and gives back the documents.
    #[track_caller]
    fn documents(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = vec!["run", "--format", "json"];
        all.extend(arguments);
        self.bcr(&all).documents()
    }
}

/// What a child came to. One that does not end is killed and fails the test, which never waits for ever.
#[track_caller]
fn ended(child: Child) -> Output {
    let id = child.id().to_string();
    let (sender, output) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    match output.recv_timeout(PATIENCE) {
        Ok(output) => output.expect("it was started here"),
        Err(_) => {
            drop(Command::new("kill").args(["-KILL", &id]).status());
            panic!("a child did not end within {PATIENCE:?}");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Call {
    /// Standard output as JSON documents, one a line.
    #[track_caller]
    fn documents(&self) -> Vec<Value> {
        let document = |line: &str| match serde_json::from_str(line) {
            Ok(document @ Value::Object(_)) => document,
            other => panic!("no document but {other:?}: {line}\n{}", self.stderr),
        };
        self.stdout.lines().map(document).collect()
    }

    #[track_caller]
    fn says(&self, text: &str) {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert!(all.contains(text), "`{text}` is not in:\n{all}");
    }
}
