//! Expected files without a scenario, and scenarios without an expected file: a suite whose two folders do not
//! agree tests less than it seems to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cases::case::Remarks;
use crate::cases::find::{self, ScenarioFile};
use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// What `folder` has in one of both places alone: warnings, one for each file, in the order of their paths.
///
/// `files` are its scenarios. Nothing is said where no folder of expected files belongs to it.
#[must_use]
pub(crate) fn strays(
    folder: &Path,
    files: &[ScenarioFile],
    expected: Option<&Path>,
) -> Vec<Remarks> {
    let expected = match expected {
        Some(expected) => expected.to_owned(),
        None => match find::suite_folder(&folder.join("any")) {
            Some(_) => find::expected_path(&folder.join("any"))
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
            None => return Vec::new(),
        },
    };
    if !folder.is_dir() || !expected.is_dir() {
        return Vec::new();
    }
    let wanted: BTreeSet<&Path> = files.iter().map(|file| file.expected.as_path()).collect();
    let unpaired = files
        .iter()
        .filter(|file| file.path.starts_with(folder) && !file.expected.exists());
    let scenarios = unpaired.map(|file| {
        let message = format!("it has no expected file `{}`", file.expected.display());
        let help = format!("`cargo bcr bless {}` writes one", file.name);
        remark(&file.path, "no-expected-file", message, help)
    });
    let expected_files = yaml_files(&expected)
        .into_iter()
        .filter(|path| !wanted.contains(path.as_path()));
    let expected_files = expected_files.map(|path| {
        let message = "no scenario has this expected file, so that nothing checks it".to_owned();
        let help = "remove it, or give it the path of its scenario".to_owned();
        remark(&path, "stray-expected-file", message, help)
    });
    scenarios.chain(expected_files).collect()
}

/// Files of which one may have been meant for the expected file of a scenario that has none: its name with
/// the extension `yml`, in another case, beside the scenario or in another folder of expected files. Those
/// that are another scenario's own are not among them.
pub(crate) fn near_misses(file: &ScenarioFile) -> Vec<PathBuf> {
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

/// A warning about a file as a whole.
fn remark(path: &Path, code: &'static str, message: String, help: String) -> Remarks {
    Remarks {
        source: Arc::new(SourceFile::new(path.display().to_string(), "")),
        diagnostics: vec![Diagnostic::warning(Code::new(code), 0..0, message).with_help(help)],
    }
}

/// The `*.yaml` and `*.yml` in a folder and below, sorted; what cannot be read is passed over.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
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
