//! A scenario with its expected file, read and compared: everything that is known before a run.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::cases::find::ScenarioFile;
use crate::cases::near::near_misses;
use crate::diagnostic::{
    Code, Diagnostic, DiagnosticDocument, Located, Severity, SourceFile, Span, arrange,
};
use crate::expectation::{self, Clauses, Expectation};
use crate::judge::Standard;
use crate::limits::{FILE_BYTES_MAX, read_file};
use crate::outcome::Verdict;
use crate::runs::Runtime;
use crate::scenario::{self, Scenario};
use crate::settings::SettingsError;
use crate::trace::Micros;

/// A scenario that can be run, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its files.
    pub file: ScenarioFile,
    /// What the scenario file says.
    pub scenario: Arc<Scenario>,
    /// What the expected file says; without one, what the scenario file itself expects.
    pub expectation: Option<Expectation>,
    /// How much longer things may take in real time than is expected.
    pub allowance: Micros,
    /// Whether there is an expected file.
    pub has_expected_file: bool,
    /// Warnings and notes about both files.
    pub remarks: Vec<Remarks>,
}

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Parameters that take the place of the scenario file's.
    pub overrides: Vec<(String, String)>,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
    /// The codes of warnings that are not given.
    pub allow: Vec<String>,
    /// How much longer things may take in real time than is expected.
    pub allowance: Micros,
}

/// A scenario that cannot be run, since one of its files is wrong.
#[derive(Clone, Debug)]
pub struct InvalidCase {
    /// Its files.
    pub file: ScenarioFile,
    /// What is wrong, and all other remarks.
    pub remarks: Vec<Remarks>,
}

/// The remarks about one file, in its order.
#[derive(Clone, Debug)]
pub struct Remarks {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The remarks.
    pub diagnostics: Vec<Diagnostic>,
}

impl Case {
    /// Why the scenario does not run in `runtime`, where its expected file leaves that one out.
    #[must_use]
    pub fn exclusion(&self, runtime: Runtime) -> Option<String> {
        let runtimes = &self.expectation.as_ref()?.runtimes.as_ref()?.value;
        if runtimes.only.contains(&runtime) {
            return None;
        }
        if !runtimes.because.is_empty() {
            return Some(runtimes.because.clone());
        }
        let only: Vec<_> = runtimes
            .only
            .iter()
            .map(|runtime| runtime.as_str())
            .collect();
        Some(format!("runs in {} only", only.join(", ")))
    }

    /// What its runs are judged by.
    #[must_use]
    pub fn standard(&self) -> Standard<'_> {
        Standard {
            name: &self.file.name,
            file: self.file.path.display().to_string(),
            scenario: &self.scenario,
            expectation: self.expectation.as_ref(),
            allowance: self.allowance,
        }
    }

    /// What there is to remark about both files, as `bcr check --format json` prints it.
    #[must_use]
    pub fn document(&self) -> FilesDocument {
        FilesDocument::new(&self.file, None, &self.remarks)
    }

    /// Reads and compares both files.
    ///
    /// # Errors
    /// A file that cannot be read, or has mistakes; where warnings are denied also one that has some.
    pub fn read(file: &ScenarioFile, options: &ReadOptions) -> Result<Self, InvalidCase> {
        let mut remarks = Vec::new();
        let read = Self::read_files(file, &options.overrides, &mut remarks);
        for found in remarks.iter_mut().map(|remarks| &mut remarks.diagnostics) {
            found.retain(|found| {
                found.severity != Severity::Warning
                    || options.allow.iter().all(|code| code != found.code.as_str())
            });
            for found in found.iter_mut().filter(|_| options.deny_warnings) {
                found.severity = match found.severity {
                    Severity::Warning => Severity::Error,
                    Severity::Note | Severity::Error => found.severity,
                };
            }
        }
        let mut found = remarks.iter().flat_map(|remarks| &remarks.diagnostics);
        let is_wrong = found.any(Diagnostic::is_error);
        match read {
            Some(case) if !is_wrong => Ok(Self {
                remarks,
                allowance: options.allowance,
                ..case
            }),
            _ => Err(InvalidCase {
                file: file.clone(),
                remarks,
            }),
        }
    }

    fn read_files(
        file: &ScenarioFile,
        overrides: &[(String, String)],
        remarks: &mut Vec<Remarks>,
    ) -> Option<Self> {
        let source = source(&file.path);
        let reading = match &source {
            Ok(source) => scenario::read(source, overrides),
            Err(unreadable) => {
                remarks.push(unreadable.clone());
                return None;
            }
        };
        let source = Arc::new(source.ok()?);
        let expected = match self::source(&file.expected) {
            Ok(expected) => Some(Arc::new(expected)),
            Err(_) if !file.expected.exists() => {
                let misplaced = near_misses(file);
                if let Some(first) = misplaced.first() {
                    remarks.push(misplaced_expected_file(file, first));
                    return None;
                }
                None
            }
            Err(unreadable) => {
                remarks.push(unreadable);
                return None;
            }
        };
        let expected_reading = expected.as_deref().map(expectation::read);
        let expectation = expected_reading
            .as_ref()
            .and_then(|read| read.expectation.clone());
        let fragment = expected_reading
            .as_ref()
            .and_then(|read| read.fragment.clone());
        let mut diagnostics = reading.diagnostics;
        diagnostics.retain(|diagnostic| {
            let scenario = reading.scenario.as_ref().or(reading.fragment.as_ref());
            let expectation = expectation.as_ref().or(fragment.as_ref());
            !is_accounted_for(diagnostic, scenario, expectation)
        });
        remarks.push(Remarks {
            source,
            diagnostics,
        });
        let is_wrong = expected_reading
            .as_ref()
            .is_some_and(|read| read.expectation.is_none());
        let mut diagnostics = expected_reading
            .map(|read| read.diagnostics)
            .unwrap_or_default();
        let right = expectation.as_ref().or(fragment.as_ref());
        if let Some(expectation) = right {
            diagnostics.extend(match (&reading.scenario, &reading.fragment) {
                (Some(scenario), _) => expectation::check_against(expectation, scenario),
                (None, Some(fragment)) => {
                    expectation::check_against_fragment(expectation, fragment)
                }
                (None, None) => Vec::new(),
            });
            diagnostics = arrange(diagnostics);
        }
        let has_expected_file = expected.is_some();
        remarks.extend(expected.map(|source| Remarks {
            source,
            diagnostics,
        }));
        let scenario = reading.scenario?;
        if is_wrong {
            return None;
        }
        let expectation = expectation.or_else(|| own_expectation(&scenario));
        Some(Self {
            file: file.clone(),
            scenario: Arc::new(scenario),
            expectation,
            allowance: Micros(0),
            has_expected_file,
            remarks: Vec::new(),
        })
    }
}

/// The document of files that were read and not run (docs/running.md).
#[derive(Clone, Debug, Serialize)]
pub struct FilesDocument {
    /// The scenario's name.
    pub scenario: String,
    /// The file, as given.
    pub file: String,
    /// `invalid`, or `error` where there is no more to say of a run than why; absent where the files can be
    /// run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Why the verdict is `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Everything that was remarked about both files.
    pub diagnostics: Vec<DiagnosticDocument>,
}

impl FilesDocument {
    fn new(file: &ScenarioFile, verdict: Option<Verdict>, remarks: &[Remarks]) -> Self {
        let documents = |remarks: &Remarks| {
            let document = |found: &Diagnostic| found.document(&remarks.source);
            remarks.diagnostics.iter().map(document).collect::<Vec<_>>()
        };
        Self {
            scenario: file.name.clone(),
            file: file.path.display().to_string(),
            verdict,
            reason: None,
            diagnostics: remarks.iter().flat_map(documents).collect(),
        }
    }
}

impl FilesDocument {
    /// That of a scenario of whose run nothing is known but why it could not be finished.
    #[must_use]
    pub fn of_error(file: &ScenarioFile, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..Self::new(file, Some(Verdict::Error), &[])
        }
    }
}

impl InvalidCase {
    /// A scenario whose suite has settings that cannot be had.
    #[must_use]
    pub fn without_settings(file: &ScenarioFile, mistake: &SettingsError) -> Self {
        let remarks = match mistake {
            SettingsError::Invalid {
                source,
                diagnostics,
            } => Remarks {
                source: Arc::new(source.as_ref().clone()),
                diagnostics: diagnostics.clone(),
            },
            SettingsError::Unreadable { path, .. } => {
                remark(path, Code::new("unreadable"), mistake.to_string())
            }
        };
        Self {
            file: file.clone(),
            remarks: vec![remarks],
        }
    }

    /// The first error, in one line without its place.
    #[must_use]
    pub fn first_error(&self) -> String {
        let mut found = self.remarks.iter().flat_map(|of| &of.diagnostics);
        let first = found.find(|found| found.is_error());
        first.map(Diagnostic::text).unwrap_or_default()
    }

    /// The document that `--format json` prints.
    #[must_use]
    pub fn document(&self) -> FilesDocument {
        FilesDocument::new(&self.file, Some(Verdict::Invalid), &self.remarks)
    }
}

/// Reads a file; one that cannot be read is a diagnostic like any other mistake.
fn source(path: &Path) -> Result<SourceFile, Remarks> {
    let name = path.display().to_string();
    match read_file(path, FILE_BYTES_MAX) {
        Ok(bytes) => Ok(SourceFile::from_bytes(name, &bytes)),
        Err(error) => {
            let message = match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => format!("the file cannot be read: {error}"),
            };
            let mut unreadable = remark(path, Code::new("unreadable"), message);
            if error.kind() == io::ErrorKind::FileTooLarge {
                let help = "a scenario and what is expected of it are a few lines: is this the right file?";
                let found = unreadable.diagnostics.iter_mut();
                found.for_each(|found| found.help = Some(help.to_owned()));
            }
            Err(unreadable)
        }
    }
}

/// An error about a file as a whole.
fn remark(path: &Path, code: Code, message: impl Into<String>) -> Remarks {
    Remarks {
        source: Arc::new(SourceFile::new(path.display().to_string(), "")),
        diagnostics: vec![Diagnostic::error(code, 0..0, message)],
    }
}

/// An error about a scenario without expected file, where some other file may be meant for it: without it
/// the scenario would pass whatever that file expects.
fn misplaced_expected_file(file: &ScenarioFile, misplaced: &Path) -> Remarks {
    let (expected, misplaced) = (file.expected.display(), misplaced.display());
    let message = format!("it has no expected file, and `{misplaced}` is not read as one");
    let help = format!("rename that one to `{expected}`, or remove it");
    let code = Code::new("misplaced-expected-file");
    Remarks {
        source: Arc::new(SourceFile::new(file.path.display().to_string(), "")),
        diagnostics: vec![Diagnostic::error(code, 0..0, message).with_help(help)],
    }
}

/// Whether the expected file says itself what a diagnostic of the scenario is about.
fn is_accounted_for(
    diagnostic: &Diagnostic,
    scenario: Option<&Scenario>,
    expectation: Option<&Expectation>,
) -> bool {
    match (scenario, expectation, diagnostic.about) {
        (Some(scenario), Some(expectation), Some(subject)) => {
            expectation.excuses(scenario, subject)
        }
        _ => false,
    }
}

/// The final dictionary that an older dialect's scenario file expects (docs/scenarios.md).
fn own_expectation(scenario: &Scenario) -> Option<Expectation> {
    let value = scenario.test_workload.clone()?;
    let span = Span { start: 0, end: 0 };
    let clauses = Clauses {
        final_dictionary: Some(Located { span, value }),
        ..Clauses::default()
    };
    Some(Expectation {
        clauses,
        ..Expectation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lint is left out where the expected file names the failure or speaks of what is beyond the
    /// promise; an error is not.
    #[test]
    fn what_the_expected_file_accounts_for_is_left_out() {
        let text = "t = 1\nnum_client = 1\nworkload[0] = get('k')\n\
                    failures[0,1] = shuttle(0,0), increment_slot()\n\
                    failures[0,2] = shuttle(0,0), drop(); result_shuttle(0,0), drop()\n\
                    failures[0,0] = shuttle(0,0), drop()\n";
        let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
        let scenario = reading.scenario.expect("no mistakes");
        let given = |expected: &str| -> Vec<&str> {
            let expected = SourceFile::new("x.yaml", expected);
            let expectation = expectation::read(&expected).expectation;
            let kept = reading.diagnostics.iter().filter(|found| {
                found.about.is_some()
                    && !is_accounted_for(found, Some(&scenario), expectation.as_ref())
            });
            kept.map(|found| found.code.as_str()).collect()
        };
        let all = ["no-effect", "too-many-faulty"];
        let named = "no_effect: [\"failures[0,1] shuttle(0,0), increment_slot()\"]";
        let outside = "outside_promise: {held: [agreement]}";
        assert_eq!(given("reconfigurations: 0"), all);
        assert_eq!(given(named), ["too-many-faulty"]);
        assert_eq!(given(&format!("canonical:\n  {named}\n{outside}")), [""; 0]);
    }
}
