//! What broke in a run, as remarks at the places of the files that speak of it: for editors and CI.

use std::ops::Range;
use std::sync::Arc;

use crate::cases::case::{Case, Remarks};
use crate::cases::find::ScenarioFile;
use crate::diagnostic::{Code, Diagnostic, SourceFile};
use crate::outcome::{ClauseStatus, FailureStatus, Outcome, Verdict};
use crate::tell::reason::{clause_broke, invariant_broke};

/// Errors at every clause that broke, at the failures where the run is vacuous, and at the scenario's
/// first line for what has no place of its own. None where the run passed.
#[must_use]
pub(crate) fn annotations(case: &Case, outcome: &Outcome) -> Vec<Remarks> {
    if outcome.verdict == Verdict::Pass {
        return Vec::new();
    }
    let [scenario, expected] = sources(case);
    let replay = format!("replay: {}", outcome.replay);
    let error = |code, span, message: String| {
        Diagnostic::error(Code::new(code), span, message).with_help(replay.as_str())
    };
    if outcome.verdict == Verdict::Error {
        return vec![self::error(
            &case.file,
            outcome.reason.as_deref().unwrap_or_default(),
        )];
    }
    let mut of_scenario = Vec::new();
    let mut of_expected = Vec::new();
    for clause in &outcome.clauses {
        if clause.status != ClauseStatus::Broken {
            continue;
        }
        let expectation = case.expectation.as_ref();
        let span = expectation.and_then(|expectation| expectation.span_of(clause.clause));
        let message = clause_broke(clause);
        match span.filter(|_| expected.is_some() && case.has_expected_file) {
            Some(span) => of_expected.push(error("clause-broke", span, message)),
            None => of_scenario.push(error("clause-broke", 0..0, message)),
        }
    }
    for invariant in outcome.invariants.iter().filter(|of| of.held != Some(true)) {
        let code = match invariant.held {
            Some(_) => "invariant-broke",
            None => "invariant-undecided",
        };
        of_scenario.push(error(code, 0..0, invariant_broke(invariant)));
    }
    if outcome.verdict == Verdict::Vacuous {
        for failure in &outcome.failures {
            let what = match (failure.status, failure.effect) {
                (FailureStatus::Applied, true) => continue,
                (FailureStatus::Applied, false) => "had no effect",
                (FailureStatus::Armed, _) => "was never applied",
                (FailureStatus::NotTriggered, _) => "was not triggered",
            };
            let span = scenario.map_or(0..0, |source| line(source, failure.configured.line));
            let (configured, note) = (&failure.configured, &failure.note);
            let (trigger, failure) = (&configured.trigger_text, &configured.failure_text);
            let message = format!("`{trigger}, {failure}` {what}: {note}");
            of_scenario.push(error("vacuous", span, message));
        }
    }
    if of_scenario.is_empty() && of_expected.is_empty() {
        let message = format!("{}: {}", outcome.scenario, outcome.verdict);
        of_scenario.push(error("not-passed", 0..0, message));
    }
    let remarks = |source: Option<&Arc<SourceFile>>, diagnostics: Vec<Diagnostic>| {
        let source = source.filter(|_| !diagnostics.is_empty())?;
        Some(Remarks {
            source: Arc::clone(source),
            diagnostics,
        })
    };
    let all = [
        remarks(expected, of_expected),
        remarks(scenario, of_scenario),
    ];
    all.into_iter().flatten().collect()
}

/// An error at the scenario's first line: why nothing but that is known of its run.
#[must_use]
pub(crate) fn error(file: &ScenarioFile, reason: &str) -> Remarks {
    Remarks {
        source: Arc::new(SourceFile::new(file.path.display().to_string(), "")),
        diagnostics: vec![Diagnostic::error(Code::new("run-error"), 0..0, reason)],
    }
}

/// The scenario file and the expected file, as they were read.
fn sources(case: &Case) -> [Option<&Arc<SourceFile>>; 2] {
    [&case.file.path, &case.file.expected].map(|path| {
        let name = path.display().to_string();
        let mut sources = case.remarks.iter().map(|remarks| &remarks.source);
        sources.find(|source| source.name() == name)
    })
}

/// A line, counted from 1, without the blanks around it.
fn line(source: &SourceFile, number: u32) -> Range<usize> {
    let mut start = 0;
    for (line, counted) in source.text().split_inclusive('\n').zip(1_u32..) {
        if counted == number {
            let text = line.trim();
            let start = start + (line.len() - line.trim_start().len());
            return start..start + text.len();
        }
        start += line.len();
    }
    0..0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tell::testing::told;

    fn annotated(failures: &str, expected: &str) -> Vec<String> {
        let (case, account) = told(failures, expected);
        let remarks = annotations(&case, &account.outcome);
        let lines = remarks.iter().flat_map(|remarks| {
            let of = |found: &Diagnostic| {
                let document = found.document(&remarks.source);
                format!(
                    "{}:{}:{}-{} {}",
                    document.file,
                    document.line,
                    document.column,
                    document.end_column,
                    document.message
                )
            };
            remarks.diagnostics.iter().map(of).collect::<Vec<_>>()
        });
        lines.collect()
    }

    #[test]
    fn what_broke_is_remarked_where_it_is_asked_for() {
        assert_eq!(annotated("", "final: {k: vw}\n"), [""; 0]);
        assert_eq!(
            annotated("", "final: {k: vw}\ncanonical:\n  reconfigurations: 1\n"),
            [
                "x.yaml:3:3-19 clause canonical.reconfigurations broke: expected exactly 1 reconfiguration, actual 0"
            ]
        );
        let late = "failures[0,0] = client_request(0,9), crash()";
        let found = annotated(late, "final: {k: vw}\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("x.conf:8:1-45 `client_request(0,9), crash()` was not triggered"),
            "{found:?}"
        );
    }

    #[test]
    fn what_has_no_place_is_remarked_at_the_beginning() {
        let silent =
            "failures[0,0] = shuttle(0,0), crash()\nfailures[0,1] = wedge_request(0), crash()";
        let found = annotated(silent, "");
        assert!(
            found.iter().any(|line| line.starts_with("x.conf:1:1-1 ")),
            "{found:?}"
        );
    }
}
