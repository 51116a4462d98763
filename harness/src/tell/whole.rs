//! Files written in one step, and folders that have one writer at a time: two commands at once leave what one
//! of them wrote, never parts of both.

#![expect(
    clippy::disallowed_methods,
    reason = "logs and reports are written here, and other commands may be at them"
)]

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How often a folder that somebody else holds is asked for again. Whoever waits gives up after this many
/// times [`AGAIN`]: 10 s, where moving the files of a run takes milliseconds.
const ASKED_MAX: u32 = 1_000;

/// The time between two of these.
const AGAIN: Duration = Duration::from_millis(10);

/// Writes a file that others see as it was or as it is now, into a folder that need not be there yet.
///
/// # Errors
/// Those of the file system; then the file is as it was.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    // A device or a pipe is written to, and a link leads to the file that is meant.
    let path = match path.canonicalize() {
        Ok(there) if !there.is_file() => return fs::write(there, content),
        Ok(there) => there,
        Err(_) => path.to_owned(),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", unique()));
    let written = fs::write(&beside, content).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written
}

/// Part of a name that no other has, of this process or another one that lives.
pub(super) fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}", std::process::id())
}

/// A folder that nobody else holds as long as this value lives, whatever ends the process.
#[derive(Debug)]
pub(crate) struct Held {
    /// Closed with this value, and the hold with it.
    _folder: Option<File>,
}

impl Held {
    /// Holds a folder that is there; `None` where somebody else does.
    ///
    /// # Errors
    /// Those of the file system. One that knows no locks refuses nobody.
    pub(crate) fn at_once(folder: &Path) -> io::Result<Option<Self>> {
        let folder = File::open(folder)?;
        let _folder = match folder.try_lock() {
            Ok(()) => Some(folder),
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => None,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        Ok(Some(Self { _folder }))
    }

    /// The same, but waits a while for somebody else.
    ///
    /// # Errors
    /// See [`Self::at_once`]; somebody else that does not come to an end.
    pub(super) fn soon(folder: &Path) -> io::Result<Self> {
        for _ in 0..ASKED_MAX {
            if let Some(held) = Self::at_once(folder)? {
                return Ok(held);
            }
            thread::sleep(AGAIN);
        }
        let why = format!("another command holds `{}`", folder.display());
        Err(io::Error::new(io::ErrorKind::WouldBlock, why))
    }
}

/// A folder of one writer's own within another, hidden there, in which files lie until all are written. It
/// goes with this value.
#[derive(Debug)]
pub(super) struct Aside {
    pub(super) path: PathBuf,
    _held: Held,
}

impl Aside {
    const START: &'static str = ".next-";

    /// Makes one, and removes those that dead writers left. Needs the folder held.
    pub(super) fn within(folder: &Path, _: &Held) -> io::Result<Self> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let is_one = entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(Self::START.as_bytes());
            // Whoever lives holds its own.
            if is_one && entry.file_type()?.is_dir() && Held::at_once(&entry.path())?.is_some() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let path = folder.join(format!("{}{}", Self::START, unique()));
        fs::create_dir(&path)?;
        let held = Held::at_once(&path)?;
        let held = held.ok_or_else(|| io::Error::other("somebody holds a folder just made"))?;
        Ok(Self { path, _held: held })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_stays_as_it_was_with_nothing_beside_it() {
        let folder = std::env::temp_dir().join(format!("bcr-whole-{}", unique()));
        write(&folder.join("a/file"), "one").expect("written");
        write(&folder.join("a/file"), "two").expect("written");
        fs::create_dir(folder.join("a/folder")).expect("a folder");
        assert!(write(&folder.join("a/folder"), "three").is_err());
        assert!(write(&folder.join("a/file/below"), "three").is_err());
        assert_eq!(
            fs::read_to_string(folder.join("a/file")).ok().as_deref(),
            Some("two")
        );
        let entries = fs::read_dir(folder.join("a")).expect("a folder");
        assert_eq!(entries.count(), 2);
        fs::remove_dir_all(&folder).expect("it was made here");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_file_that_is_written_and_a_device_is_written_to() {
        let folder = std::env::temp_dir().join(format!("bcr-linked-{}", unique()));
        write(&folder.join("file"), "one").expect("written");
        std::os::unix::fs::symlink("file", folder.join("link")).expect("a link");
        write(&folder.join("link"), "two").expect("written");
        assert_eq!(
            fs::read_to_string(folder.join("file")).ok().as_deref(),
            Some("two")
        );
        assert!(folder.join("link").is_symlink());
        write(Path::new("/dev/null"), "gone").expect("it takes everything");
        assert!(!Path::new("/dev/null").is_file());
        fs::remove_dir_all(&folder).expect("it was made here");
    }

    #[test]
    fn a_folder_has_one_holder_and_what_the_dead_left_goes() {
        let folder = std::env::temp_dir().join(format!("bcr-held-{}", unique()));
        fs::create_dir_all(folder.join(".next-0-0")).expect("a folder");
        let held = Held::at_once(&folder)
            .expect("it is there")
            .expect("nobody holds it");
        assert!(Held::at_once(&folder).expect("it is there").is_none());
        let one = Aside::within(&folder, &held).expect("made");
        assert!(!folder.join(".next-0-0").exists());
        let other = Aside::within(&folder, &held).expect("made");
        assert!(one.path.exists() && other.path.exists());
        drop((one, other, held));
        assert!(Held::at_once(&folder).expect("it is there").is_some());
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0);
        fs::remove_dir_all(&folder).expect("it was made here");
    }
}
