//! Runs to make pages of.

#![expect(clippy::disallowed_methods, reason = "scenarios and pages are files")]

use std::fs;
use std::path::{Path, PathBuf};

use bcr_harness::cases::case::{Case, ReadOptions};
use bcr_harness::cases::examine::{KeepNothing, examine};
use bcr_harness::cases::find;
use bcr_harness::cases::options::{Options, Seeds};
use bcr_harness::pictures::Folder;
use bcr_harness::runs::machines::ChainReplication;
use bcr_harness::tell::result::{Account, Ending, Examined, ScenarioResult, Stories};

/// A folder of this test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("report")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an earlier run's files can go");
    }
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// One schedule of a scenario, examined, its page in the folder.
pub(crate) fn examined(path: &Path, seed: u64, report: &Folder) -> ScenarioResult {
    let files = find::discover(&[path.to_owned()], None).expect("the scenario is there");
    let file = files.into_iter().next().expect("one path is one scenario");
    let case = match Case::read(&file, &ReadOptions::default()) {
        Ok(case) => case,
        Err(invalid) => {
            let ending = Ending::Invalid(invalid);
            return ScenarioResult {
                file,
                ending,
                wall_ms: 0.0,
            };
        }
    };
    let options = Options {
        seeds: Seeds::Only(seed),
        asks_for_causes: true,
        ..Options::default()
    };
    let examination = examine(&case, &ChainReplication, &options, &mut KeepNothing);
    let examination = examination;
    let mut account = Account::new(&case, &examination, None, Stories::All);
    let page = report.keep_page(&case, &examination.run);
    account.report = Some(page.expect("a page"));
    let ending = Ending::Examined(Box::new(Examined { case, account }));
    ScenarioResult {
        file,
        ending,
        wall_ms: 0.0,
    }
}

/// The scenario of the repository with this name, and its page.
pub(crate) fn of_repository(name: &str) -> (ScenarioResult, PathBuf) {
    let path = PathBuf::from(format!("../scenarios/{name}.conf"));
    kept(&path, 0, &folder(name))
}

/// A scenario with this text and, if there is some, this expected file; and its page.
pub(crate) fn of_text(
    name: &str,
    text: &str,
    expected: &str,
    seed: u64,
) -> (ScenarioResult, PathBuf) {
    let folder = folder(name);
    let path = folder.join("scenarios").join(format!("{name}.conf"));
    for (path, content) in [
        (path.clone(), text),
        (
            folder.join("expected").join(format!("{name}.yaml")),
            expected,
        ),
    ] {
        let parent = path.parent().expect("a folder");
        fs::create_dir_all(parent).expect("a folder");
        if !content.is_empty() {
            fs::write(path, content).expect("a file");
        }
    }
    kept(&path, seed, &folder)
}

fn kept(path: &Path, seed: u64, folder: &Path) -> (ScenarioResult, PathBuf) {
    let report = Folder::create(folder).expect("a folder");
    let result = examined(path, seed, &report);
    let page = folder.join(format!("{}.html", result.file.name));
    assert!(page.exists(), "{} has a page", page.display());
    (result, page)
}
