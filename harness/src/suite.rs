//! `cargo test`: every scenario file as a trial of its own.
//!
//! Listing looks at paths alone: under nextest every trial is a process that lists again.

#![expect(
    clippy::disallowed_methods,
    reason = "reads what the environment asks for and writes pages beside logs"
)]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::cases::Suites;
use crate::cases::examine::examine;
use crate::cases::find::{self, ScenarioFile};
use crate::cases::options::Options;
use crate::cases::plan::{Plan, PlannedRun, Request, forced_scheme};
use crate::diagnostic::{Colour, visible};
use crate::outcome::Verdict;
use crate::pictures;
use crate::runs::Runtime;
use crate::runs::machines::ChainReplication;
use crate::runs::net::child;
use crate::runs::verbosity::Verbosity;
use crate::tell::result::{Account, Stories};
use crate::tell::{log, text};

/// The folder of the scenarios that are tried in every runtime without being asked to.
const SMOKE: &str = "smoke/";

/// How many trials go on at a time for each core, unless `--test-threads` says: those in real time wait
/// for most of theirs, and the others have the core meanwhile.
const TRIALS_PER_CORE: usize = 2;

/// Runs the scenarios below `scenarios`, with expected files below `expected`, as the trials of a test
/// target with `harness = false`. Paths are relative to the package's folder, in which Cargo runs tests.
///
/// A trial is `simulated::<name>`, and below `smoke/` also `tcp::<name>` and `process::<name>`.
///
/// Environment: `BCR_RUNTIMES=all` makes trials of every scenario in every runtime, `BCR_RUNTIMES=tcp` (or
/// several, separated by commas) in those alone; `BCR_SIGNATURES=ed25519` forces that scheme on every
/// schedule; `BCR_LOG` says how much runs say of what they do.
#[must_use]
pub fn main(scenarios: &str, expected: &str) -> ExitCode {
    if let Some(status) = child::main(&ChainReplication) {
        return status;
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(|| {
        TRIALS_PER_CORE * available_parallelism().map_or(1, NonZeroUsize::get)
    });
    let trials = match trials(scenarios, expected) {
        Ok(trials) => trials,
        // A suite without scenarios is a broken suite, and says so as a failed trial.
        Err(message) => vec![Trial::test("scenarios", || Err(Failed::from(message)))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The trials of a suite, scenario by scenario.
fn trials(scenarios: &str, expected: &str) -> Result<Vec<Trial>, String> {
    let verbosity = Verbosity::of_environment().map_err(|mistake| mistake.to_string())?;
    verbosity.map(Verbosity::listen).unwrap_or_default();
    let asked = asked_runtimes()?;
    let files = find::discover(&[PathBuf::from(scenarios)], Some(Path::new(expected)));
    let mut files = files.map_err(|error| error.to_string())?;
    if let Some(mistake) = find::take_namesakes(&mut files).first() {
        return Err(mistake.to_string());
    }
    let trials = files.into_iter().flat_map(|file| {
        let is_smoke = file.name.starts_with(SMOKE);
        let runtimes = Runtime::ALL.iter().copied().filter(|runtime| match &asked {
            Some(asked) => asked.contains(runtime),
            None => is_smoke || *runtime == Runtime::Simulated,
        });
        let trials = runtimes.map(|runtime| {
            let file = file.clone();
            Trial::ignorable_test(
                format!("{runtime}::{}", visible::line(&file.name)),
                move || try_scenario(&file, runtime),
            )
        });
        trials.collect::<Vec<_>>()
    });
    Ok(trials.collect())
}

/// What `BCR_RUNTIMES` asks for; `None` where it does not.
fn asked_runtimes() -> Result<Option<Vec<Runtime>>, String> {
    let asked = match std::env::var("BCR_RUNTIMES") {
        Err(_) => return Ok(None),
        Ok(asked) if asked.is_empty() => return Ok(None),
        Ok(asked) => asked,
    };
    if asked == "all" {
        return Ok(Some(Runtime::ALL.to_vec()));
    }
    let runtimes = asked.split(',').map(|name| name.trim().parse::<Runtime>());
    let runtimes: Result<Vec<_>, _> = runtimes.collect();
    runtimes
        .map(Some)
        .map_err(|error| format!("BCR_RUNTIMES is neither `all` nor a list of runtimes: {error}"))
}

/// One trial: one scenario in one runtime with all its schedules.
fn try_scenario(file: &ScenarioFile, runtime: Runtime) -> Result<Completion, Failed> {
    let request = Request {
        options: Options {
            runtime,
            scheme: forced_scheme()?,
            ..Options::default()
        },
        ..Request::default()
    };
    let planned = match request.plan(file, Suites::default().values(file)) {
        Plan::Run(planned) => planned,
        Plan::Ignore(reason) => {
            return Ok(Completion::ignored_with(visible::line(&reason)));
        }
        Plan::Refuse(invalid) => return Err(Failed::from(text::invalid(&invalid, Colour::None))),
    };
    let PlannedRun {
        case,
        options,
        logs,
    } = *planned;
    if !case.has_expected_file {
        let (expected, path) = (file.expected.display(), file.path.display());
        let message = format!(
            "{path} has no expected file `{expected}`; `cargo bcr bless {}` writes one",
            file.name
        );
        return Err(Failed::from(visible::line(&message)));
    }
    let mut folder = log::Folder::of(&case, &logs, runtime);
    let path = folder.path().to_owned();
    let examination = examine(&case, &ChainReplication, &options, &mut folder);
    let has_passed = examination.run.outcome.verdict == Verdict::Pass;
    if !has_passed {
        folder.keep_file(log::REPORT_FILE, &pictures::page(&case, &examination.run));
    }
    folder.publish()?;
    if has_passed {
        return Ok(Completion::Completed);
    }
    let report = Some(path.join(log::REPORT_FILE));
    let mut account = Account::new(&case, &examination, Some(path), Stories::Failing);
    account.report = report;
    let (name, verdict) = (visible::line(&case.file.name), account.outcome.verdict);
    let explanation = text::explanation(&account);
    Err(Failed::from(format!("{name}: {verdict}\n{explanation}")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_failing_scenario_has_its_page_beside_its_logs_and_a_passing_one_has_none() {
        let folder = std::env::temp_dir().join(format!("bcr-trial-pages-{}", std::process::id()));
        let path = folder.join("scenarios/calm.conf");
        let expected = folder.join("expected/calm.yaml");
        let logs = folder.join("logs");
        for file in [&path, &expected] {
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        }
        let settings = format!("logs = '{}'\n", logs.display());
        fs::write(folder.join("bcr.toml"), settings).expect("a file");
        let text = "t = 0\nnum_client = 1\nworkload[0] = put('k','v')\nclient_timeout = 3000\n\
                    head_timeout = 3000\nnonhead_timeout = 3000\ncheckpt_interval = 9\n";
        fs::write(&path, text).expect("a file");
        let files = find::discover(&[path], None).expect("it is there");
        let page = logs.join("simulated/calm/report.html");

        fs::write(&expected, "final: {k: w}\n").expect("a file");
        let failed = try_scenario(&files[0], Runtime::Simulated).err();
        let failed = failed.expect("it fails");
        let message = failed.message().unwrap_or_default();
        let told = format!("report: {}", page.display());
        assert!(message.contains(&told), "{message}");
        let html = fs::read_to_string(&page).expect("a page");
        assert!(html.starts_with("<!doctype html>"));

        fs::write(&expected, "final: {k: v}\n").expect("a file");
        try_scenario(&files[0], Runtime::Simulated).expect("it passes");
        assert!(!page.exists(), "the page of an earlier run is gone");
        fs::remove_dir_all(&folder).expect("it was made here");
    }

    #[test]
    fn a_scenario_without_an_expected_file_fails_with_the_command_that_writes_one() {
        let folder = std::env::temp_dir().join(format!("bcr-trials-{}", std::process::id()));
        let path = folder.join("scenarios/calm.conf");
        fs::create_dir_all(folder.join("scenarios")).expect("a folder of its own");
        let text = "t = 1\nnum_client = 1\nworkload[0] = get('x')\n";
        fs::write(&path, text).expect("a file of its own");
        let file = ScenarioFile {
            name: find::scenario_name(&path),
            expected: find::expected_path(&path),
            path,
        };
        let tried = try_scenario(&file, Runtime::Simulated);
        drop(fs::remove_dir_all(&folder));
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
