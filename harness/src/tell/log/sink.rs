//! The file behind a log, shared by the log and its subscriber.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// A buffered file that keeps its first error: a subscriber has nobody to report it to.
#[derive(Clone, Debug)]
pub(super) struct Sink(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    file: BufWriter<File>,
    error: Option<io::Error>,
}

impl Sink {
    pub(super) fn new(file: File) -> Self {
        let state = State {
            file: BufWriter::with_capacity(1 << 16, file),
            error: None,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        let mut state = self.lock();
        state.error.take().map_or(Ok(()), Err)?;
        state.file.flush()
    }

    /// A panic while a line is written leaves at worst half a line.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Writer<'a>;

    fn make_writer(&'a self) -> Writer<'a> {
        Writer(self.lock())
    }
}

pub(super) struct Writer<'a>(MutexGuard<'a, State>);

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.0.file.write_all(bytes) {
            self.0.error.get_or_insert(error);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
