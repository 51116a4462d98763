//! Suites: scenario files found, examined one by one, and reported, as `cargo test` or by the command.

#![expect(
    clippy::disallowed_methods,
    reason = "a suite reads scenario files and the environment, times runs and writes logs"
)]

mod ablation;
pub mod case;
pub mod examine;
mod judge;
pub mod names;
pub mod remark;
mod replay;
pub mod result;
pub mod stored;
pub mod story;
pub mod strays;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
mod trials;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::settings::{Settings, SettingsError, Values};
use crate::suite::names::{DiscoverError, Found, ScenarioFile};

pub(crate) use trials::forced_scheme;
pub use trials::main;

/// The settings of the suites that scenarios belong to, each `bcr.toml` read once.
#[derive(Debug, Default)]
pub struct Suites(BTreeMap<PathBuf, Result<Settings, SettingsError>>);

impl Suites {
    /// What is set for a scenario.
    ///
    /// # Errors
    /// A `bcr.toml` that is there and cannot be read, or is wrong.
    pub fn values(&mut self, file: &ScenarioFile) -> Result<Values, SettingsError> {
        let Some(folder) = names::suite_folder(&file.path) else {
            return Ok(Values::default());
        };
        let settings = self.0.entry(folder).or_insert_with_key(|folder| {
            // What is wrong is remembered as well, and read no second time.
            Settings::load(folder)
        });
        match settings {
            Ok(settings) => Ok(settings.of(&file.name)),
            Err(mistake) => Err(mistake.clone()),
        }
    }
}

/// The scenarios that a command means, and their expected files, which must exist if they are named.
///
/// # Errors
/// See [`find`]; the first mistake that [`names::find`] meets.
pub fn select(
    paths: &[PathBuf],
    expected: Option<&Path>,
) -> Result<Vec<ScenarioFile>, DiscoverError> {
    let found = find(paths, expected)?;
    match found.mistakes.into_iter().next() {
        Some(mistake) => Err(mistake),
        None => Ok(found.files),
    }
}

/// The same, but a path that means nothing stops no other.
///
/// # Errors
/// An `expected` that does not exist: nothing can be judged without it.
pub fn find(paths: &[PathBuf], expected: Option<&Path>) -> Result<Found, DiscoverError> {
    match expected.filter(|path| !path.exists()) {
        Some(missing) => Err(DiscoverError::Missing(missing.to_owned())),
        None => Ok(names::find(paths, expected)),
    }
}

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
