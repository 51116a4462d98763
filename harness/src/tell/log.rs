//! Log files: one for each process, written from the trace's events, after a run or as it goes.
//!
//! A line: real time, time of the run, process, event, then every value under its name, nested ones
//! with dotted names; a message's whole content where it is sent and where it is received.
//!
//! ```text
//! 2026-11-22T20:37:19.000120Z at_ms=12.0 process=replica-0-1 event=failure_applied pair="client_request(2,1), crash()" n=40 …
//! ```
//!
//! `tracing` carries the lines, so that what a transport has to say about a process ends up in that
//! process's file too (`event=diagnostic`).
//!
//! Source: docs/running.md.

#![expect(clippy::disallowed_methods, reason = "log files are written here")]

mod flatten;
mod format;
mod line;
mod sink;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use bcr_protocol::identity::ProcessId;
use tracing::Dispatch;

use self::format::{Lines, RECORD};
use self::sink::Sink;
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
///
/// # Errors
/// Those of the file system.
pub fn write_folder(folder: &Path, trace: &Trace) -> io::Result<()> {
    clear_folder(folder)?;
    let mut processes: BTreeMap<ProcessId, Vec<&Record>> = BTreeMap::new();
    for record in &trace.records {
        processes.entry(record.process).or_default().push(record);
    }
    // One file after the other: a long run has more processes than a process may have open files.
    for (process, records) in processes {
        let mut log = ProcessLog::create(folder, process)?;
        for record in records {
            log.write(record);
        }
        log.flush()?;
    }
    write_trace(folder, trace)
}

/// Writes the trace alone into `folder`: for a run whose processes have written their logs.
///
/// # Errors
/// Those of the file system.
pub fn write_trace(folder: &Path, trace: &Trace) -> io::Result<()> {
    json::write(trace, fs::File::create(folder.join(TRACE_FILE))?)
}

/// The record's line in its log file, without the real time and the line end.
pub(crate) fn line(record: &Record) -> String {
    let mut text = String::new();
    line::push_event(&mut text, record);
    text
}

/// Creates `folder`, or removes from it what an earlier run left: the files that this module names,
/// the outcome, and the same in folders `seed-<n>`. Touches nothing else. Call before a run that logs
/// as it goes.
///
/// # Errors
/// Those of the file system.
pub fn clear_folder(folder: &Path) -> io::Result<()> {
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

/// The log file of one process: `olympus.log`, `client-0.log`, `replica-0-2.log` (configuration,
/// position).
///
/// Lines are buffered; [`Self::flush`] writes them out, as does dropping the log.
#[derive(Debug)]
pub struct ProcessLog {
    dispatch: Dispatch,
    sink: Sink,
    line: String,
}

impl ProcessLog {
    /// An empty log file in `folder`, which must exist.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(folder: &Path, process: ProcessId) -> io::Result<Self> {
        let sink = Sink::new(fs::File::create(folder.join(format!("{process}.log")))?);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(sink.clone())
            .event_format(Lines { process })
            .finish();
        Ok(Self {
            dispatch: Dispatch::new(subscriber),
            sink,
            line: String::new(),
        })
    }

    /// Appends the record's line.
    pub fn write(&mut self, record: &Record) {
        self.line.clear();
        line::push_record(&mut self.line, record);
        let text = self.line.as_str();
        tracing::dispatcher::with_default(&self.dispatch, || {
            tracing::info!(target: RECORD, text);
        });
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// The first error since the last flush: a line that could not be written is reported here.
    pub fn flush(&self) -> io::Result<()> {
        self.sink.flush()
    }

    /// Where diagnostics of the transport go to reach this file: for `with_default` or
    /// `with_subscriber`.
    #[must_use]
    pub const fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }
}

impl Drop for ProcessLog {
    /// An error has nowhere to go here; who wants to know calls [`ProcessLog::flush`] first.
    fn drop(&mut self) {
        drop(self.flush());
    }
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
                .strip_suffix(".log")
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
