//! A stored run, a log folder with its trace and its outcome, judged again: by today's rules and
//! today's expected file.
//!
//! Source: docs/running.md.

mod error;

use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::cases::case::{Case, InvalidCase, ReadOptions};
use crate::cases::examine::Examination;
use crate::cases::find::{self, ScenarioFile};
use crate::cases::select;
use crate::judge::clauses;
use crate::judge::{EndedRun, judge, parameters};
use crate::limits::{BoundedFile, OUTCOME_BYTES_MAX, TRACE_BYTES_MAX, read_file};
use crate::outcome::{ConfiguredFailure, OUTCOME_FILE, Outcome, ScheduleVerdict};
use crate::trace::json;
use crate::trace::{TRACE_FILE, Trace};

pub(crate) use error::StoredError;

/// A run read from its log folder.
#[derive(Clone, Debug)]
pub(crate) struct StoredRun {
    folder: PathBuf,
    outcome: Outcome,
    trace: Trace,
    /// The line of the outcome that names the scenario's file.
    line: usize,
}

impl StoredRun {
    /// Reads `outcome.json` and `trace.jsonl`.
    ///
    /// # Errors
    /// A file that is not there or is not what it should be.
    pub(crate) fn read(folder: &Path) -> Result<Self, StoredError> {
        let path = folder.join(OUTCOME_FILE);
        let unreadable = |path: &Path, why: String| StoredError::Unreadable {
            file: path.to_owned(),
            why,
        };
        let text = read_file(&path, OUTCOME_BYTES_MAX)
            .map_err(|error| unreadable(&path, error.to_string()))?;
        let text = String::from_utf8(text).map_err(|error| unreadable(&path, error.to_string()))?;
        let line = |key: &str| {
            let before = text.split(key).next().unwrap_or_default();
            before.matches('\n').count() + 1
        };
        let outcome: Outcome = serde_json::from_str(&text).map_err(|error| {
            let file = path.clone();
            match replay_without_run(&text) {
                Some(replay) => StoredError::NotSpecified {
                    file,
                    line: line("\"replay\""),
                    replay,
                },
                None => StoredError::NotAnOutcome {
                    file,
                    line: error.line(),
                    why: error.to_string(),
                },
            }
        })?;
        let path = folder.join(TRACE_FILE);
        let file = BoundedFile::open(&path, TRACE_BYTES_MAX)
            .map_err(|error| unreadable(&path, error.to_string()))?;
        let trace = json::read(BufReader::new(file)).map_err(|what| StoredError::Trace {
            file: path.clone(),
            what,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            line: line("\"file\""),
            outcome,
            trace,
        })
    }

    /// The scenario's files: as the run was given them, else below the folders that the log folder is
    /// in. The expected file is the given one, else that of the run.
    ///
    /// # Errors
    /// A scenario that is gone; an expected file that was named and does not exist.
    pub(crate) fn file(&self, expected: Option<&Path>) -> Result<ScenarioFile, StoredError> {
        let run = &self.outcome.run;
        let named = [&self.outcome.file, &run.scenario].map(PathBuf::from);
        let folder = self.folder.canonicalize().unwrap_or_default();
        let below = folder.ancestors().flat_map(|ancestor| {
            let paths = named.iter().map(move |path| ancestor.join(path));
            paths.filter(|path| find::scenario_name(path) == self.outcome.scenario)
        });
        let Some(path) = named
            .iter()
            .cloned()
            .chain(below)
            .find(|path| path.is_file())
        else {
            return Err(StoredError::ScenarioGone {
                file: self.folder.join(OUTCOME_FILE),
                line: self.line,
                scenario: self.outcome.file.clone().into(),
            });
        };
        let expected = expected.or(run.expected.as_deref().map(Path::new));
        let files = select(&[path], expected).map_err(StoredError::Expected)?;
        Ok(files.into_iter().next().expect("one path is one scenario"))
    }

    /// The scenario as it was run: with the parameters that took the place of the file's.
    ///
    /// # Errors
    /// See [`Case::read`].
    pub(crate) fn case(
        &self,
        file: &ScenarioFile,
        options: ReadOptions,
    ) -> Result<Case, InvalidCase> {
        let mut options = options;
        let of_run = self.outcome.run.overrides.iter().cloned();
        options.overrides.extend(of_run);
        let case = Case::read(file, &options)?;
        let today = parameters(&case.scenario);
        let differing = self
            .outcome
            .parameters
            .iter()
            .filter(|(name, value)| today.get(*name) != Some(value));
        let before = options.overrides.len();
        options.overrides.extend(differing.map(|(name, value)| {
            let text = value.as_str().map(str::to_owned);
            (name.clone(), text.unwrap_or_else(|| value.to_string()))
        }));
        if options.overrides.len() == before {
            return Ok(case);
        }
        Case::read(file, &options)
    }

    /// Judges the run as one of `case`, and tells why where it does not pass.
    ///
    /// # Errors
    /// A scenario that has other requests or failures than the run had; a trace that no run leaves.
    pub(crate) fn examine(self, case: &Case) -> Result<Examination, StoredError> {
        if let Some(what) = self.difference(case) {
            return Err(StoredError::OtherScenario {
                file: self.folder.join(OUTCOME_FILE),
                line: self.line,
                scenario: case.file.path.clone(),
                what,
            });
        }
        let run = EndedRun {
            trace: self.trace,
            specification: self.outcome.run,
            wall_ms: self.outcome.wall_ms,
        };
        let mut judged = judge(&case.standard(), run).map_err(|what| StoredError::Impossible {
            file: self.folder.join(TRACE_FILE),
            what,
        })?;
        judged.outcome.schedules = vec![ScheduleVerdict {
            seed: judged.outcome.seed,
            verdict: judged.outcome.verdict,
        }];
        let points = case
            .expectation
            .as_ref()
            .map(|expectation| clauses::points(expectation, &judged.outcome.clauses));
        Ok(Examination {
            run: judged,
            points: points.unwrap_or_default(),
        })
    }

    /// In what the scenario has changed since the run, of what a trace makes no sense without.
    fn difference(&self, case: &Case) -> Option<String> {
        let scenario = &case.scenario;
        let failures = self.outcome.failures.iter();
        let then = failures.map(|failure| failure.configured.to_string());
        let failures = scenario.failures.iter();
        let now = failures.map(|planned| ConfiguredFailure::from(planned).to_string());
        if then.clone().ne(now.clone()) {
            let gone = then
                .clone()
                .find(|then| !now.clone().any(|now| now == *then));
            let new = now
                .clone()
                .find(|now| !then.clone().any(|then| then == *now));
            let (gone, new) = (
                gone.map(|it| format!("had {it}")),
                new.map(|it| format!("had no {it}")),
            );
            return Some(
                gone.or(new)
                    .unwrap_or_else(|| "had its failures in another order".to_owned()),
            );
        }
        let other = self.outcome.requests.iter().find(|request| {
            let workload = scenario.workloads.get(request.client as usize);
            let number = usize::try_from(request.id).ok();
            let planned = workload.zip(number).and_then(|(of, number)| of.get(number));
            planned != Some(&request.operation)
        })?;
        let (client, id, operation) = (other.client, other.id, &other.operation);
        Some(format!("had {operation} as request {client}:{id}"))
    }
}

/// The command that repeats a run, where its outcome has nothing else to say how it was made: so wrote
/// versions that knew no `run`.
fn replay_without_run(outcome: &str) -> Option<String> {
    let outcome: serde_json::Value = serde_json::from_str(outcome).ok()?;
    let replay = outcome.get("replay")?.as_str()?;
    outcome.get("run").is_none().then(|| replay.to_owned())
}
