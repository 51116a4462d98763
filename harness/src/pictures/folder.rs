//! A folder of pages: the index, and for each scenario its page and its text.

#![expect(clippy::disallowed_methods, reason = "reports are written here")]

use std::borrow::Borrow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::index::index;
use super::page::page;
use super::place::place;
use crate::cases::case::Case;
use crate::judge::Judged;
use crate::tell::plain;
use crate::tell::result::{Extent, ScenarioResult};
use crate::tell::whole::{self, Held};

/// Where a suite's report is written. It has one writer as long as this value lives; each file is written in
/// one step.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _held: Held,
}

impl Folder {
    /// The folder, made where it does not exist.
    ///
    /// # Errors
    /// Those of the file system; another command that writes a report there.
    pub fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let taken = || {
            let why = "another command writes one there; give this one a folder of its own";
            io::Error::new(io::ErrorKind::ResourceBusy, why)
        };
        Ok(Self {
            path: path.to_owned(),
            _held: Held::at_once(path)?.ok_or_else(taken)?,
        })
    }

    /// Writes the page of the run that stands for a scenario, and gives back where it is.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_page(&self, case: &Case, run: &Judged) -> io::Result<PathBuf> {
        let file = self.below(&case.file.name, "html");
        whole::write(&file, page(case, run))?;
        Ok(file)
    }

    /// Writes what there is to say of one scenario as text.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_text(&self, result: &ScenarioResult) -> io::Result<()> {
        whole::write(&self.below(&result.file.name, "txt"), plain(result))
    }

    fn below(&self, name: &str, extension: &str) -> PathBuf {
        self.path.join(format!("{}.{extension}", place(name)))
    }

    /// Writes the index.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_index(
        &self,
        results: &[impl Borrow<ScenarioResult>],
        extent: Extent,
    ) -> io::Result<()> {
        whole::write(&self.path.join("index.html"), index(results, extent))
    }
}
