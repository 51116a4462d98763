//! Suites: scenarios examined one by one, by `cargo test` or by the command.

#![expect(
    clippy::disallowed_methods,
    reason = "a suite reads the environment, times runs and writes logs"
)]

mod ablation;
pub mod examine;
mod replay;
pub mod stored;
#[cfg(test)]
pub(crate) mod testing;
mod trials;

use std::path::{Path, PathBuf};

pub(crate) use trials::forced_scheme;
pub use trials::main;

/// Where logs go unless somebody says otherwise: `target/scenario-logs` of the workspace that the
/// working directory is in, or of the working directory itself.
#[must_use]
pub fn logs_root() -> PathBuf {
    let below = Path::new("target").join("scenario-logs");
    let here = std::env::current_dir().unwrap_or_default();
    let workspace = here
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists());
    match workspace {
        Some(folder) if folder != here => folder.join(below),
        _ => below,
    }
}
