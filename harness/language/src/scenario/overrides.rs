//! `--set t=2`: parameters from elsewhere take the place of those in the file.

use std::ops::Range;

use super::ast::{Assignment, File, Line};
use super::grammar;
use super::mistake::ScenarioMistake;
use super::parameter::Parameter;
use crate::diagnostic::{Diagnostic, SourceFile, nearest};

/// Where overrides were put, and what they say.
pub(super) struct Overridden(Vec<(Range<usize>, String)>);

impl Overridden {
    /// Whether what has this place comes from an override, not from the file's text.
    pub(super) fn covers(&self, span: &Range<usize>) -> bool {
        self.0.iter().any(|(place, _)| place == span)
    }

    /// Names the override in the diagnostics about what it put there.
    pub(super) fn explain(&self, diagnostics: &mut [Diagnostic]) {
        if self.0.is_empty() {
            return;
        }
        for diagnostic in diagnostics {
            if let Some((_, text)) = self.0.iter().find(|(place, _)| *place == diagnostic.span) {
                diagnostic.message = format!("`--set {text}`: {}", diagnostic.message);
                // It would be applied to the file, which is not where the mistake is.
                diagnostic.fix = None;
            }
        }
    }
}

/// Replaces or adds each parameter; what cannot be read becomes an error.
pub(super) fn apply(
    file: &mut File,
    source: &SourceFile,
    overrides: &[(String, String)],
    diagnostics: &mut Vec<Diagnostic>,
) -> Overridden {
    let mut places = Vec::new();
    for (index, (name, value)) in overrides.iter().enumerate() {
        let text = format!("{name}={value}");
        let parsed = grammar::parse(&text);
        let [Line::Assignment(assignment)] = &parsed.file.lines[..] else {
            let span = past_the_end(source, index);
            places.push((span.clone(), text));
            diagnostics.push(
                Diagnostic::error(ScenarioMistake::MalformedName, span, "this is no parameter")
                    .with_help("write `--set name=value`"),
            );
            continue;
        };
        let mut assignment = assignment.clone();
        let present = file.lines.iter_mut().find_map(|line| match line {
            Line::Assignment(present) if is_same(present, &assignment) => Some(present),
            Line::Assignment(_) | Line::Blank | Line::Comment(_) | Line::Ignored(_) => None,
        });
        let span = match &present {
            Some(present) => present.target.span.clone(),
            None => past_the_end(source, index),
        };
        assignment.relocate(&span);
        places.push((span.clone(), text));
        // An empty list is how to take something away.
        let wrong = |diagnostic: &Diagnostic| diagnostic.code != ScenarioMistake::EmptyList;
        for mut diagnostic in parsed.diagnostics.into_iter().filter(wrong) {
            diagnostic.span = span.clone();
            diagnostics.push(diagnostic);
        }
        diagnostics.extend(check_name(&assignment));
        match present {
            Some(present) => *present = assignment,
            None => file.lines.push(Line::Assignment(assignment)),
        }
    }
    Overridden(places)
}

/// A place of its own for what stands nowhere in the file; shown as its end.
fn past_the_end(source: &SourceFile, index: usize) -> Range<usize> {
    let at = source.text().len() + 1 + index;
    at..at
}

/// Whether two assignments are of the same parameter and indices.
fn is_same(one: &Assignment, other: &Assignment) -> bool {
    let known = |assignment: &Assignment| Parameter::called(&assignment.name.value);
    known(one).is_some() && known(one) == known(other) && one.indices == other.indices
}

fn check_name(assignment: &Assignment) -> Option<Diagnostic> {
    let name = &assignment.name;
    if Parameter::called(&name.value).is_some() {
        return None;
    }
    let message = format!("unknown parameter `{}`", name.value);
    let error = Diagnostic::error(
        ScenarioMistake::UnknownParameter,
        name.span.clone(),
        message,
    );
    Some(match nearest(&name.value, Parameter::names()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error,
    })
}
