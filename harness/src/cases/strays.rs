//! Expected files without a scenario, and scenarios without an expected file: a suite whose two folders do not
//! agree tests less than it seems to.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::cases::case::Remarks;
use crate::cases::find::{self, ScenarioFile};
use crate::cases::near::yaml_files;
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

/// A warning about a file as a whole.
fn remark(path: &Path, code: &'static str, message: String, help: String) -> Remarks {
    Remarks {
        source: Arc::new(SourceFile::new(path.display().to_string(), "")),
        diagnostics: vec![Diagnostic::warning(Code::new(code), 0..0, message).with_help(help)],
    }
}
