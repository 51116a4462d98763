//! A folder of pages: the index, and for each scenario its page and its text.

#![expect(clippy::disallowed_methods, reason = "reports are written here")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{index, place};
use crate::cases::result::{Ending, ScenarioResult};
use crate::tell::plain;

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

    /// Writes what there is to say of one scenario. Its page is taken out of the result: a suite's
    /// pages together would fill the memory.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep(&self, result: &mut ScenarioResult) -> io::Result<()> {
        let below = |extension: &str| {
            let name = place(&result.file.name);
            self.0.join(format!("{name}.{extension}"))
        };
        let (page, text) = (below("html"), below("txt"));
        if let Some(parent) = text.parent() {
            fs::create_dir_all(parent)?;
        }
        if let Ending::Examined(examined) = &mut result.ending
            && let Some(content) = examined.examination.page.take()
        {
            fs::write(&page, content)?;
            examined.examination.report = Some(page);
        }
        fs::write(text, plain(result))
    }

    /// Writes the index.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(&self, results: &[ScenarioResult]) -> io::Result<()> {
        fs::write(self.0.join("index.html"), index(results))
    }
}
