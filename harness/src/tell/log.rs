//! Log files: one for each process, written from the trace's events once a run is over.
//!
//! A line: real time, time of the run, process, event, then every value under its name, nested ones
//! with dotted names; a message's whole content where it is sent and where it is received.
//!
//! ```text
//! 2026-11-22T20:37:19.000120Z at_ms=12.0 process=replica-0-1 event=failure_applied pair="client_request(2,1), crash()" n=40 …
//! ```
//!
//! What a transport has to say about a process is an event of that process (`event=diagnostic`), and so
//! in its file too.
//!
//! Source: docs/running.md.

#![expect(clippy::disallowed_methods, reason = "log files are written here")]

mod flatten;
mod line;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use bcr_protocol::identity::ProcessId;

use crate::cases::case::Case;
use crate::cases::examine::Keeper;
use crate::judge::Judged;
use crate::outcome::{OUTCOME_FILE, Outcome};
use crate::runs::Runtime;
use crate::trace::{Record, TRACE_FILE, Trace, json};

/// The page in a run's folder, where there is one.
pub const REPORT_FILE: &str = "report.html";

/// The folder of a scenario's run below `root`: `<root>/<runtime>/<name>`. Never outside of `root`,
/// whatever the name.
#[must_use]
pub fn folder(root: &Path, runtime: &str, name: &str) -> PathBuf {
    let below = Path::new(name)
        .components()
        .filter(|component| matches!(component, Component::Normal(_)));
    root.join(runtime).join(below.collect::<PathBuf>())
}

/// Keeps the runs of a scenario in its folder of logs: the run that stands for it there, others that did
/// not pass in `seed-<n>` below.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a case below `root`; made once there is a run.
    #[must_use]
    pub fn of(case: &Case, root: &Path, runtime: Runtime) -> Self {
        Self(folder(root, runtime.as_str(), &case.file.name))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Keeper for Folder {
    fn begin(&mut self) -> io::Result<()> {
        clear_folder(&self.0)
    }

    fn keep_run(&mut self, run: &Judged) -> io::Result<()> {
        write_folder(&self.0, &run.trace)
    }

    fn keep_other(&mut self, run: &Judged) -> io::Result<()> {
        let folder = self.0.join(format!("seed-{}", run.outcome.seed));
        write_folder(&folder, &run.trace)?;
        write_outcome(&folder, &run.outcome)
    }

    fn keep_outcome(&mut self, run: &Judged) -> io::Result<()> {
        write_outcome(&self.0, &run.outcome)
    }
}

fn write_outcome(folder: &Path, outcome: &Outcome) -> io::Result<()> {
    let document = serde_json::to_string(outcome)?;
    fs::write(folder.join(OUTCOME_FILE), document + "\n")
}

/// Writes the log of every process and the trace into `folder`, in place of an earlier run's.
fn write_folder(folder: &Path, trace: &Trace) -> io::Result<()> {
    clear_folder(folder)?;
    let mut processes: BTreeMap<ProcessId, Vec<&Record>> = BTreeMap::new();
    for record in &trace.records {
        processes.entry(record.process).or_default().push(record);
    }
    // One file after the other: a long run has more processes than a process may have open files.
    for (process, records) in processes {
        let file = fs::File::create(folder.join(file_name(process)))?;
        write_log(file, &records)?;
    }
    json::write(trace, fs::File::create(folder.join(TRACE_FILE))?)
}

/// The log file of a process: `olympus.log`, `client-0.log`, `replica-0-2.log` (configuration,
/// position).
fn file_name(process: ProcessId) -> String {
    format!("{process}{EXTENSION}")
}

const EXTENSION: &str = ".log";

/// Writes the lines of one process.
fn write_log(to: impl Write, records: &[&Record]) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    let mut line = String::new();
    for record in records {
        line.clear();
        line::push_record(&mut line, record);
        line.push('\n');
        to.write_all(line.as_bytes())?;
    }
    to.flush()
}

/// The record's line in its log file, without the real time and the line end.
pub(crate) fn line(record: &Record) -> String {
    let mut text = String::new();
    line::push_event(&mut text, record);
    text
}

/// Creates `folder`, or removes from it what an earlier run left: the files that this module names,
/// the outcome, and the same in folders `seed-<n>`. Touches nothing else.
fn clear_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        let name = entry.file_name();
        if is_folder && is_seed_folder(&name) {
            clear_folder(&entry.path())?;
            remove_if_empty(&entry.path())?;
        } else if !is_folder && is_run_file(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_seed_folder(name: &OsStr) -> bool {
    name.to_str()
        .and_then(|name| name.strip_prefix("seed-"))
        .is_some_and(|seed| !seed.is_empty() && seed.bytes().all(|b| b.is_ascii_digit()))
}

fn is_run_file(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        matches!(name, TRACE_FILE | OUTCOME_FILE | REPORT_FILE)
            || name
                .strip_suffix(EXTENSION)
                .is_some_and(|process| process.parse::<ProcessId>().is_ok())
    })
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests;
