//! `cargo test`: every scenario file as a trial of its own.
//!
//! Listing looks at paths alone: under nextest every trial is a process that lists again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bcr_protocol::signature::Scheme;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::diagnostic::Colour;
use crate::machines::ChainReplication;
use crate::outcome::Verdict;
use crate::runtime::Runtime;
use crate::suite::case::{Case, ReadOptions};
use crate::suite::examine::{Examination, Options, Pages, examine};
use crate::suite::names::{self, ScenarioFile};
use crate::suite::{Suites, logs_root, text};
use crate::trace::Micros;

/// Runs the scenarios below `scenarios`, with expected files below `expected`, as the trials of a test
/// target with `harness = false`. Paths are relative to the package's folder, in which Cargo runs tests.
///
/// Environment: `BCR_SIGNATURES=ed25519` forces that scheme on every schedule.
#[must_use]
pub fn main(scenarios: &str, expected: &str) -> ExitCode {
    let arguments = Arguments::from_args();
    let files = match names::discover(&[PathBuf::from(scenarios)], Some(Path::new(expected))) {
        Ok(files) => files,
        Err(error) => {
            // A suite without scenarios is a broken suite, and says so as a failed trial.
            let message = error.to_string();
            let trial = Trial::test("scenarios", move || Err(Failed::from(message)));
            return libtest_mimic::run(&arguments, vec![trial]).exit_code();
        }
    };
    let trials = files
        .into_iter()
        .map(|file| {
            Trial::ignorable_test(format!("simulated::{}", file.name), move || {
                try_scenario(&file)
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One trial: one scenario in one runtime with all its schedules.
fn try_scenario(file: &ScenarioFile) -> Result<Completion, Failed> {
    let settings = Suites::default().values(file)?;
    let read_options = ReadOptions {
        deny_warnings: settings.deny_warnings.unwrap_or(false),
        allow: settings.allow.unwrap_or_default(),
        ..ReadOptions::default()
    };
    let case = match Case::read(file, &read_options) {
        Ok(case) => case,
        Err(invalid) => return Err(Failed::from(text::invalid(&invalid, Colour::None))),
    };
    if !case.has_expected_file {
        let (expected, path) = (file.expected.display(), file.path.display());
        let message = format!(
            "{path} has no expected file {expected}; `cargo bcr bless {}` writes one",
            file.name
        );
        return Err(Failed::from(message));
    }
    let options = Options {
        schedules: settings.schedules,
        deadline: settings.deadline_ms.map(Micros::from_ms),
        logs: Some(settings.logs.unwrap_or_else(logs_root)),
        scheme: forced_scheme()?,
        pages: Pages::Failing,
        ..Options::default()
    };
    if let Some(reason) = case.exclusion(Runtime::Simulated) {
        return Ok(Completion::ignored_with(reason));
    }
    let examination = examine(&case, &ChainReplication, &options)?;
    verdict(&case, &examination)
}

fn verdict(case: &Case, examination: &Examination) -> Result<Completion, Failed> {
    let verdict = examination.outcome.verdict;
    if verdict == Verdict::Pass {
        return Ok(Completion::Completed);
    }
    let (name, explanation) = (&case.file.name, text::explanation(examination));
    Err(Failed::from(format!("{name}: {verdict}\n{explanation}")))
}

/// What `BCR_SIGNATURES` asks for.
pub(crate) fn forced_scheme() -> Result<Option<Scheme>, String> {
    match std::env::var("BCR_SIGNATURES").as_deref() {
        Err(_) | Ok("") => Ok(None),
        Ok("ed25519") => Ok(Some(Scheme::Ed25519)),
        Ok(other) => Err(format!(
            "BCR_SIGNATURES is `{other}`: only `ed25519` can be forced"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_without_an_expected_file_fails_with_the_command_that_writes_one() {
        let folder = std::env::temp_dir().join(format!("bcr-trials-{}", std::process::id()));
        let path = folder.join("scenarios/calm.conf");
        std::fs::create_dir_all(folder.join("scenarios")).expect("a folder of its own");
        let text = "t = 1\nnum_client = 1\nworkload[0] = get('x')\n";
        std::fs::write(&path, text).expect("a file of its own");
        let file = ScenarioFile {
            name: names::scenario_name(&path),
            expected: names::expected_path(&path),
            path,
        };
        let tried = try_scenario(&file);
        drop(std::fs::remove_dir_all(&folder));
        let message = match tried {
            Ok(_) => panic!("it passed"),
            Err(failed) => failed.message().unwrap_or_default().to_owned(),
        };
        assert!(message.contains("has no expected file"), "{message}");
        assert!(
            message.contains("`cargo bcr bless calm` writes one"),
            "{message}"
        );
    }
}
