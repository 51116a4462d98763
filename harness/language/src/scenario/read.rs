//! From a file's text to a scenario and every remark about it, or to the canonical layout.

use super::model::Scenario;
use super::{format, grammar, lint, lower, overrides};
use crate::diagnostic::{Diagnostic, SourceFile, arrange};

/// What reading a file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The scenario; `None` exactly if there is an error among the diagnostics for which an expected file
    /// cannot account ([`Diagnostic::is_decisive`]).
    pub scenario: Option<Scenario>,
    /// Where there is an error: the scenario as far as it is right, if its clients, replicas and
    /// workloads are. It may lack failures, and is good for comparisons alone.
    pub fragment: Option<Scenario>,
    /// In file order, at most about a thousand.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a scenario file. Never panics, whatever the text.
///
/// Each of `overrides` (`t`, `2`) takes the place of that parameter in the file, or joins them; a
/// name that is unknown is an error there.
#[must_use]
pub fn read(source: &SourceFile, overrides: &[(String, String)]) -> Reading {
    if let Some(error) = source.encoding_error() {
        return Reading {
            scenario: None,
            fragment: None,
            diagnostics: vec![error],
        };
    }
    let parsed = grammar::parse(source.text());
    let mut file = parsed.file;
    let mut diagnostics = parsed.diagnostics;
    let overridden = overrides::apply(&mut file, source, overrides, &mut diagnostics);
    let lowered = lower::lower(&file, source, &overridden, &mut diagnostics);
    let invalid = diagnostics.iter().any(Diagnostic::is_decisive);
    let scenario = lowered.map(|lowered| {
        let lint = if invalid {
            lint::each_failure
        } else {
            lint::lint
        };
        diagnostics.extend(lint(&lowered.scenario, &lowered.marks));
        lowered.scenario
    });
    overridden.explain(&mut diagnostics);
    let (scenario, fragment) = if invalid {
        (None, scenario)
    } else {
        (scenario, None)
    };
    Reading {
        scenario,
        fragment,
        diagnostics: arrange(diagnostics),
    }
}

/// The file in its canonical layout, quotes mended; see [`format::format`].
///
/// # Errors
/// What does not parse, so that formatting loses no words. What parses but makes no sense (an
/// unknown trigger, say) is formatted all the same.
pub fn reformat(source: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let mut parsed = grammar::parse(source.text());
    parsed.diagnostics.extend(source.encoding_error());
    parsed.diagnostics.retain(Diagnostic::is_error);
    if parsed.diagnostics.is_empty() {
        Ok(format::format(&parsed.file))
    } else {
        Err(arrange(parsed.diagnostics))
    }
}
