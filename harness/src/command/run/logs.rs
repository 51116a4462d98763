//! Logs that may be lost: a scenario whose logs cannot be written is examined and judged all the same.

use std::io;
use std::path::PathBuf;

use crate::cases::examine::Keeper;
use crate::judge::Judged;
use crate::tell::log::Folder;

/// A folder of logs, up to the first that cannot be written.
#[derive(Debug)]
pub(super) struct Logs {
    folder: Folder,
    kept: io::Result<()>,
}

impl Logs {
    pub(super) fn new(folder: Folder) -> Self {
        Self {
            folder,
            kept: Ok(()),
        }
    }

    /// Puts the logs where they belong, and says where. Where one could not be written, there are none, not
    /// even those of an earlier run.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) fn publish(self) -> io::Result<PathBuf> {
        let path = self.folder.path().to_owned();
        match self.kept {
            Ok(()) => self.folder.publish()?,
            Err(error) => {
                self.folder.discard()?;
                return Err(error);
            }
        }
        Ok(path)
    }

    fn keep(&mut self, what: impl FnOnce(&mut Folder) -> io::Result<()>) -> io::Result<()> {
        if self.kept.is_ok() {
            self.kept = what(&mut self.folder);
        }
        Ok(())
    }
}

impl Keeper for Logs {
    fn keep_run(&mut self, run: &Judged) -> io::Result<()> {
        self.keep(|folder| folder.keep_run(run))
    }

    fn keep_other(&mut self, run: &Judged) -> io::Result<()> {
        self.keep(|folder| folder.keep_other(run))
    }

    fn keep_outcome(&mut self, run: &Judged) -> io::Result<()> {
        self.keep(|folder| folder.keep_outcome(run))
    }
}
