//! What a call writes of its results besides logs: JUnit XML, a summary, the index of a report.
//!
//! They are written again and again while scenarios run, marked as incomplete: whatever ends the command, an
//! interrupt above all, they have what was done until shortly before.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::command::output::errln;
use crate::pictures;
use crate::tell::result::{Extent, ScenarioResult};
use crate::tell::{ci, whole};

/// Writing takes at most one part of so many of a call's time.
const SHARE: u32 = 20;

/// The files of a call, and what could not be written.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    junit: Option<&'a Path>,
    summary: Option<&'a Path>,
    report: Option<&'a pictures::Folder>,
    /// How many results are in them.
    written: Option<usize>,
    /// Not before this they are written again.
    due: Instant,
    told: BTreeSet<String>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(
        junit: Option<&'a Path>,
        summary: Option<&'a Path>,
        report: Option<&'a pictures::Folder>,
    ) -> Self {
        Self {
            junit,
            summary,
            report,
            written: None,
            due: Instant::now(),
            told: BTreeSet::new(),
        }
    }

    /// Writes the results so far, of so many, where there are new ones and enough time has passed.
    pub(super) fn update(&mut self, results: &[&ScenarioResult], of: usize) {
        let began = Instant::now();
        if self.written == Some(results.len()) || began < self.due {
            return;
        }
        self.write(results, Extent::Begun { of });
        let took: Duration = began.elapsed();
        self.due = Instant::now() + took * SHARE;
    }

    /// Writes the results.
    pub(super) fn write(&mut self, results: &[&ScenarioResult], extent: Extent) {
        self.written = Some(results.len());
        let junit = self.junit.map(|path| (path, ci::junit(results, extent)));
        let summary = self
            .summary
            .map(|path| (path, ci::markdown(results, extent)));
        for (path, content) in [junit, summary].into_iter().flatten() {
            let name = format!("`{}`", path.display());
            self.tell(&name, whole::write(path, content));
        }
        if let Some(report) = self.report {
            self.tell(
                "the index of the report",
                report.keep_index(results, extent),
            );
        }
    }

    /// Says what could not be written, once.
    pub(super) fn tell(&mut self, what: &str, written: io::Result<()>) {
        if let Err(error) = written {
            let message = format!("{what} cannot be written: {error}");
            if self.told.insert(message.clone()) {
                errln!("error: {message}");
            }
        }
    }

    /// Whether everything could be written.
    pub(super) fn is_whole(&self) -> bool {
        self.told.is_empty()
    }
}
