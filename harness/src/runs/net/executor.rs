//! What drives the tasks of a real run.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// A tokio runtime of one thread.
///
/// # Errors
/// The operating system refused.
pub(super) fn single_thread() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
