//! Cases: scenario files found, read with their expected files and settings, and what came of them.

#![expect(
    clippy::disallowed_methods,
    reason = "asks whether the files that a command names exist"
)]

mod ablation;
pub mod case;
pub mod examine;
pub mod find;
mod near;
pub mod options;
pub(crate) mod place;
pub(crate) mod plan;
mod specify;
pub(crate) mod stored;
pub(crate) mod strays;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cases::find::{DiscoverError, Found, ScenarioFile};
use crate::settings::{Settings, SettingsError, Values};

/// The settings of the suites that scenarios belong to, each `bcr.toml` read once.
#[derive(Debug, Default)]
pub struct Suites(BTreeMap<PathBuf, Result<Settings, SettingsError>>);

impl Suites {
    /// What is set for a scenario.
    ///
    /// # Errors
    /// A `bcr.toml` that is there and cannot be read, or is wrong.
    pub fn values(&mut self, file: &ScenarioFile) -> Result<Values, SettingsError> {
        let Some(folder) = find::suite_folder(&file.path) else {
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
/// See [`find`](mod@find); the first mistake that [`find::find`] meets.
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
        None => Ok(find::find(paths, expected)),
    }
}
