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
use std::path::{Path, PathBuf};

use bcr_protocol::identity::ProcessId;

use crate::cases::case::Case;
use crate::cases::examine::Keeper;
use crate::cases::place::place;
use crate::diagnostic::visible;
use crate::judge::Judged;
use crate::outcome::{OUTCOME_FILE, Outcome};
use crate::runs::Runtime;
use crate::tell::whole::{Aside, Held};
use crate::trace::{Record, TRACE_FILE, Trace, json};

/// The page in a run's folder, where there is one.
pub const REPORT_FILE: &str = "report.html";

/// The folder of a scenario's run below `root`: `<root>/<runtime>/<name>`. Never outside of `root`, and never
/// that of another scenario of the same suite, whatever the name.
#[must_use]
pub fn folder(root: &Path, runtime: &str, name: &str) -> PathBuf {
    root.join(runtime).join(place(name))
}

/// Keeps the runs of a scenario in its folder of logs: the run that stands for it there, others that did
/// not pass in `seed-<n>` below. They lie aside until [`Self::publish`] lets them take the place of what was
/// there, so that a folder never has files of two examinations.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    aside: Option<Aside>,
    /// What went wrong first. Nothing is kept after that.
    kept: io::Result<()>,
}

impl Folder {
    /// The folder of a case below `root`; made once there is a run.
    #[must_use]
    pub fn of(case: &Case, root: &Path, runtime: Runtime) -> Self {
        Self {
            place: folder(root, runtime.as_str(), &case.file.name),
            aside: None,
            kept: Ok(()),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.place
    }

    /// Keeps another file of the run that stands for the scenario.
    pub fn keep_file(&mut self, name: &str, content: &str) {
        self.keep(|aside| fs::write(aside.join(name), content));
    }

    /// Puts everything that was kept in the place of an earlier run's. Where something could not be kept, there
    /// is nothing then, not even of an earlier run.
    ///
    /// # Errors
    /// Why something could not be kept, or put there.
    pub fn publish(mut self) -> io::Result<()> {
        let kept = std::mem::replace(&mut self.kept, Ok(()));
        if kept.is_err() {
            self.aside = None;
        }
        kept.and(self.replace())
    }

    /// Lets what lies aside take the place of what is there.
    fn replace(&self) -> io::Result<()> {
        if self.aside.is_none() && !self.place.exists() {
            return Ok(());
        }
        let _held = Held::soon(&self.place)?;
        clear_folder(&self.place)?;
        match &self.aside {
            Some(aside) => move_files(&aside.path, &self.place),
            None => Ok(()),
        }
    }

    fn keep(&mut self, what: impl FnOnce(&Path) -> io::Result<()>) {
        if self.kept.is_ok() {
            self.kept = self.aside().and_then(what);
        }
    }

    /// Where files lie until they are published.
    fn aside(&mut self) -> io::Result<&Path> {
        let aside = match self.aside.take() {
            Some(aside) => aside,
            None => {
                fs::create_dir_all(&self.place)?;
                Aside::within(&self.place, &Held::soon(&self.place)?)?
            }
        };
        Ok(&self.aside.insert(aside).path)
    }
}

impl Keeper for Folder {
    fn begin(&mut self) {
        self.kept = self.replace();
    }

    fn keep_run(&mut self, run: &Judged) {
        self.keep(|aside| write_folder(aside, &run.trace));
    }

    fn keep_other(&mut self, run: &Judged) {
        self.keep(|aside| {
            let folder = aside.join(format!("seed-{}", run.outcome.seed));
            write_folder(&folder, &run.trace)?;
            write_outcome(&folder, &run.outcome)
        });
    }

    fn keep_outcome(&mut self, run: &Judged) {
        self.keep(|aside| write_outcome(aside, &run.outcome));
    }
}

/// Moves all files from one folder to another, those of `seed-<n>` into the same there. The outcome, without
/// which there is no run, comes last.
fn move_files(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(from)?.collect();
    let mut entries = entries?;
    entries.sort_by_key(|entry| (entry.file_name() == OUTCOME_FILE, entry.file_name()));
    for entry in entries {
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            move_files(&entry.path(), &there)?;
        } else {
            fs::rename(entry.path(), there)?;
        }
    }
    Ok(())
}

fn write_outcome(folder: &Path, outcome: &Outcome) -> io::Result<()> {
    let document = serde_json::to_string(outcome)?;
    let document = format!("{}\n", visible::json(&document));
    fs::write(folder.join(OUTCOME_FILE), document)
}

/// Writes the log of every process and the trace into `folder`, which need not be there yet.
fn write_folder(folder: &Path, trace: &Trace) -> io::Result<()> {
    fs::create_dir_all(folder)?;
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

/// Removes from `folder` what an earlier run left: the files that this module names, the outcome, and the same
/// in folders `seed-<n>`. Touches nothing else.
fn clear_folder(folder: &Path) -> io::Result<()> {
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
