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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cases::testing::{examined, small};
    use crate::runs::Runtime;

    #[test]
    fn logs_that_cannot_be_written_leave_none_of_an_earlier_run() {
        let root = std::env::temp_dir().join(format!("bcr-lost-logs-{}", std::process::id()));
        let (case, examination) = examined(&small(""), "final: {k: vw}\n");
        let logs = || Logs::new(Folder::of(&case, &root, Runtime::Simulated));
        let count = || {
            fs::read_dir(root.join("simulated/x"))
                .expect("a folder")
                .count()
        };
        let mut first = logs();
        first.keep_run(&examination.run).expect("it goes on");
        first.keep_outcome(&examination.run).expect("it goes on");
        first.publish().expect("published");
        assert!(count() > 2);
        let mut second = logs();
        second.keep_run(&examination.run).expect("it goes on");
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        second.keep(|_| Err(full())).expect("it goes on");
        second.keep_outcome(&examination.run).expect("it goes on");
        let error = second.publish().expect_err("the disk is full");
        assert_eq!((error.kind(), count()), (full().kind(), 0));
        fs::remove_dir_all(&root).expect("it was made here");
    }
}
