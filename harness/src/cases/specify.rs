//! How a run is specified, so that it can be repeated.

use std::path::Path;

use bcr_protocol::signature::Scheme;

use crate::cases::case::Case;
use crate::cases::find;
use crate::cases::options::Options;
use crate::outcome::RunSpecification;

/// How a run of a case is made. Files are named from the root of the workspace that they are in, or from
/// the working directory.
pub(super) fn specification(
    case: &Case,
    options: &Options,
    seed: u64,
    scheme: Scheme,
) -> RunSpecification {
    RunSpecification {
        scenario: path_from_workspace(&case.file.path),
        runtime: options.runtime,
        seed,
        scheme,
        scheme_forced: options.scheme.is_some(),
        overrides: options.overrides.clone(),
        expected: unusual_expected(case),
        deadline: options.deadline.filter(|_| options.repeats_deadline),
        pauses: options.pauses,
    }
}

/// The expected file, where it is not that which belongs to the scenario's path.
fn unusual_expected(case: &Case) -> Option<String> {
    let usual = path_from_workspace(&find::expected_path(&case.file.path));
    let expected = path_from_workspace(&case.file.expected);
    (case.has_expected_file && expected != usual).then_some(expected)
}

fn path_from_workspace(path: &Path) -> String {
    let below = || {
        let here = std::env::current_dir().ok()?;
        let workspace = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").exists())?;
        let path = path.canonicalize().ok()?;
        Some(
            path.strip_prefix(workspace.canonicalize().ok()?)
                .ok()?
                .to_owned(),
        )
    };
    below().as_deref().unwrap_or(path).display().to_string()
}
