//! Files that are read up to a limit.

#![expect(clippy::disallowed_methods, reason = "opens what is to be read")]

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Everything that a file holds, which is at most `most` bytes.
///
/// # Errors
/// Those of reading; of kind [`io::ErrorKind::FileTooLarge`] where the file is longer.
pub fn read_file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    BoundedFile::open(path, most)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file that is read up to a limit and is an error beyond it.
#[derive(Debug)]
pub struct BoundedFile {
    file: File,
    left: u64,
    most: u64,
}

impl BoundedFile {
    /// Opens a file of at most `most` bytes.
    ///
    /// # Errors
    /// Those of opening; of kind [`io::ErrorKind::FileTooLarge`] where the file is longer. What has no
    /// length, as a device has none, meets the limit when so much was read.
    pub fn open(path: &Path, most: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() > most {
            return Err(too_long(most));
        }
        let left = most;
        Ok(Self { file, left, most })
    }
}

impl Read for BoundedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte more shows that there is more.
        let length = usize::try_from(self.left + 1).unwrap_or(usize::MAX);
        let length = length.min(buffer.len());
        let read = self.file.read(&mut buffer[..length])?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(too_long(self.most)),
        }
    }
}

fn too_long(most: u64) -> io::Error {
    let message = format!("it is longer than {most} bytes");
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_a_byte_beyond() {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let whole = std::fs::read(path).expect("the manifest");
        let length = whole.len() as u64;
        assert_eq!(read_file(path, length).expect("as long as may be"), whole);
        let error = read_file(path, length - 1).expect_err("a byte too long");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_length_is_read_up_to_the_limit() {
        let error = read_file(Path::new("/dev/zero"), 100_000).expect_err("it never ends");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
