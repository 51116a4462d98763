//! A folder of pages: the index, and for each scenario its page and its text.

#![expect(clippy::disallowed_methods, reason = "reports are written here")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::index::index;
use super::page::page;
use super::place::place;
use crate::cases::case::Case;
use crate::judge::Judged;
use crate::tell::plain;
use crate::tell::result::ScenarioResult;

/// Where a suite's report is written.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder, made where it does not exist.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes the page of the run that stands for a scenario, and gives back where it is.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_page(&self, case: &Case, run: &Judged) -> io::Result<PathBuf> {
        let file = self.below(&case.file.name, "html")?;
        fs::write(&file, page(case, run))?;
        Ok(file)
    }

    /// Writes what there is to say of one scenario as text.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_text(&self, result: &ScenarioResult) -> io::Result<()> {
        let text = self.below(&result.file.name, "txt")?;
        fs::write(text, plain(result))
    }

    fn below(&self, name: &str, extension: &str) -> io::Result<PathBuf> {
        let file = self.0.join(format!("{}.{extension}", place(name)));
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(file)
    }

    /// Writes the index.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(&self, results: &[ScenarioResult]) -> io::Result<()> {
        fs::write(self.0.join("index.html"), index(results))
    }
}
