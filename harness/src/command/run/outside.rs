//! What a call writes must not lie where scenarios are looked for: the next call would run it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cases::find;
use crate::cases::place::place;
use crate::command::run::selection::Selected;

/// Why these may not be written, if they may not: the folder of a report, and other files. `paths` are those
/// of the call, `scenarios` what they mean.
///
/// # Errors
/// The first of them, and the folder in which it would be a scenario.
pub(super) fn check(
    paths: &[PathBuf],
    scenarios: &[Selected],
    report: Option<&Path>,
    files: &[Option<&Path>],
) -> Result<(), String> {
    let searched = Searched::of(paths, scenarios);
    let texts = report.into_iter().flat_map(|report| {
        let texts = scenarios.iter();
        texts.map(move |selected| {
            let below = place(&selected.file.name).display().to_string();
            (report, report.join(format!("{below}.txt")))
        })
    });
    let others = files
        .iter()
        .copied()
        .flatten()
        .map(|file| (file, file.to_owned()));
    for (given, file) in texts.chain(others) {
        let there = find::canonical(&file);
        let own = |path: &Path| find::canonical(path) == there;
        let is_own = |selected: &Selected| own(&selected.file.path) || own(&selected.file.expected);
        if given == file && scenarios.iter().any(is_own) {
            return Err(format!(
                "`{}` is a file of a scenario and stays as it is; choose another one",
                given.display()
            ));
        }
        if let Some(folder) = searched.folder_that_means(&there) {
            return Err(format!(
                "`{}` would be a scenario of `{}`; choose a folder outside, or a hidden one",
                file.display(),
                folder.display()
            ));
        }
    }
    Ok(())
}

/// Where scenarios are looked for.
struct Searched {
    /// With everything below.
    deep: BTreeSet<PathBuf>,
    /// By themselves: somebody may name them next.
    flat: BTreeSet<PathBuf>,
}

impl Searched {
    fn of(paths: &[PathBuf], scenarios: &[Selected]) -> Self {
        let folders = paths.iter().filter(|path| path.is_dir());
        let files = || {
            scenarios
                .iter()
                .map(|selected| selected.file.path.as_path())
        };
        let suites = files().filter_map(find::suite_folder);
        let suites: BTreeSet<PathBuf> = suites.map(|suite| suite.join("scenarios")).collect();
        let deep = folders.cloned().chain(suites);
        let flat: BTreeSet<&Path> = files().filter_map(Path::parent).collect();
        Self {
            deep: deep.map(|folder| find::canonical(&folder)).collect(),
            flat: flat.into_iter().map(find::canonical).collect(),
        }
    }

    /// The folder that means this file among its scenarios.
    fn folder_that_means(&self, file: &Path) -> Option<&Path> {
        let extension = file.extension()?.to_str()?;
        if !find::EXTENSIONS.contains(&extension) {
            return None;
        }
        let is_hidden = |below: &Path| {
            let mut parts = below.iter();
            parts.any(|part| part.as_encoded_bytes().starts_with(b"."))
        };
        let means = |folder: &&PathBuf| {
            let below = file.strip_prefix(folder);
            below.is_ok_and(|below| !is_hidden(below))
        };
        let parent = file.parent()?;
        let flat = self.flat.get(parent).filter(means);
        self.deep.iter().find(means).or(flat).map(PathBuf::as_path)
    }
}
