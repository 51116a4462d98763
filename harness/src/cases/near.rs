//! Files that may be meant for an expected file, and do not stand where one is looked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cases::find::{self, ScenarioFile};

/// Files of which one may have been meant for the expected file of a scenario that has none: its name with
/// the extension `yml`, in another case, beside the scenario or in another folder of expected files. Those
/// that are another scenario's own are not among them.
pub(super) fn near_misses(file: &ScenarioFile) -> Vec<PathBuf> {
    let Some(stem) = file.expected.file_stem() else {
        return Vec::new();
    };
    let beside = [&file.expected, &file.path]
        .into_iter()
        .filter_map(|path| path.parent());
    let beside = beside.flat_map(|folder| entries(folder).0);
    let suite = find::suite_folder(&file.path);
    let places = suite.iter().flat_map(|suite| entries(suite).1);
    let places = places.filter(|place| {
        let name = place.file_name().unwrap_or_default();
        name.eq_ignore_ascii_case("expected")
    });
    let below = places.flat_map(|place| yaml_files(&place));
    let is_alike = |path: &PathBuf| {
        is_yaml(path)
            && path
                .file_stem()
                .is_some_and(|other| other.eq_ignore_ascii_case(stem))
            && !has_scenario(path, suite.as_deref())
    };
    let found: BTreeSet<PathBuf> = beside.chain(below).filter(is_alike).collect();
    found.into_iter().collect()
}

/// Whether a file is where some scenario has its expected file.
fn has_scenario(expected: &Path, suite: Option<&Path>) -> bool {
    if expected
        .extension()
        .is_none_or(|extension| extension != "yaml")
    {
        return false;
    }
    let in_suite = suite.and_then(|suite| {
        let below = expected.strip_prefix(suite.join("expected")).ok()?;
        Some(suite.join("scenarios").join(below))
    });
    let scenario = in_suite.unwrap_or_else(|| expected.to_owned());
    ["conf", "txt"].iter().any(|extension| {
        let scenario = scenario.with_extension(extension);
        scenario.is_file() && find::expected_path(&scenario) == expected
    })
}

/// Whether a file is YAML by its name.
fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["yaml", "yml"]
        .iter()
        .any(|yaml| extension.eq_ignore_ascii_case(yaml))
}

/// The files and the folders in a folder; none where it cannot be read.
fn entries(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_folder = |path: &PathBuf| path.is_dir();
    let paths = entries.map(|entry| {
        let path = entry.path();
        path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
    });
    let (folders, files) = paths.partition(is_folder);
    (files, folders)
}

/// The `*.yaml` and `*.yml` in a folder and below, sorted; what cannot be read is passed over.
pub(super) fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_hidden => folders.push(path),
                Ok(kind) if !kind.is_dir() && is_yaml(&path) => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}
