//! The assignments of a file by parameter and indices: names are known, none is given twice.

use std::collections::btree_map::Entry;
use std::ops::Range;

use bcr_protocol::identity::{ConfigurationId, Position};

use super::lowering::{Lowering, ReplicaFailures};
use super::number::excerpt;
use crate::diagnostic::{Diagnostic, SourceFile, nearest};
use crate::limits::CONFIGURATION_MAX;
use crate::scenario::ast::{Assignment, File, Line, Value};
use crate::scenario::call::digits;
use crate::scenario::format;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::Parameter;

impl<'a> Lowering<'a> {
    /// Sorts the assignments by parameter. Returns the failures in file order.
    pub(super) fn collect(&mut self, file: &'a File) -> Vec<ReplicaFailures<'a>> {
        let mut replicas = Vec::new();
        for line in &file.lines {
            let assignment = match line {
                Line::Assignment(assignment) => assignment,
                Line::Ignored(text) => {
                    let word = text
                        .value
                        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    self.looks_like(word.into_iter().next().unwrap_or_default(), &text.span);
                    continue;
                }
                Line::Blank | Line::Comment(_) => continue,
            };
            let Some(parameter) = Parameter::called(&assignment.name.value) else {
                self.unknown_parameter(assignment);
                continue;
            };
            let Some(indices) = self.indices(parameter, assignment) else {
                continue;
            };
            if let (Value::Failures(pairs), &[configuration, position]) =
                (&assignment.value, &indices[..])
            {
                replicas.push(ReplicaFailures {
                    configuration: ConfigurationId(configuration),
                    position: Position(position),
                    assignment,
                    pairs,
                });
            }
            match self.assignments.entry((parameter, indices)) {
                Entry::Vacant(place) => {
                    place.insert(assignment);
                }
                Entry::Occupied(first) => {
                    let duplicate = duplicate(self.source, first.get(), assignment);
                    self.diagnostics.push(duplicate);
                }
            }
        }
        replicas
    }

    fn unknown_parameter(&mut self, assignment: &Assignment) {
        let name = &assignment.name;
        if self.overridden.covers(&name.span) {
            return;
        }
        let was_called = Parameter::was_called(&name.value);
        // A list under a wrong name would be a failure, or a client's requests, that nobody misses.
        let is_lost = !was_called
            && (!assignment.indices.is_empty()
                || Parameter::meant_with_indices(&name.value).is_some());
        let span = name.span.clone();
        let remark = if is_lost {
            let message = format!("unknown parameter `{}`", name.value);
            Diagnostic::error(ScenarioMistake::UnknownParameter, span, message)
        } else {
            let message = format!("unknown parameter `{}` is ignored", name.value);
            Diagnostic::warning(ScenarioMistake::UnknownParameter, span, message)
        };
        let remark = if was_called {
            remark.with_help("a name of an older dialect, without meaning here")
        } else if let Some(near) =
            nearest(&name.value, Parameter::names_with(assignment.indices.len()))
        {
            self.lookalikes
                .entry(near)
                .or_insert_with(|| name.span.clone());
            remark.with_suggestion(near)
        } else {
            let names = Parameter::names_with(assignment.indices.len()).collect::<Vec<_>>();
            remark.with_help(match assignment.indices.len() {
                0 => format!("the parameters are {}", names.join(", ")),
                _ => "the parameters with indices are `workload[c]` and `failures[c,r]`".to_owned(),
            })
        };
        self.diagnostics.push(remark);
    }

    /// Remembers a line for which nothing was read and that begins with `word`.
    fn looks_like(&mut self, word: &str, span: &Range<usize>) {
        if let Some(near) = nearest(word, Parameter::names()) {
            self.lookalikes.entry(near).or_insert_with(|| span.clone());
        }
    }

    /// Whether the file has no parameter at all, which is said in place of everything that it lacks.
    pub(super) fn says_nothing(&mut self, file: &File) -> bool {
        let is_silent = file.lines.iter().all(|line| match line {
            Line::Blank | Line::Comment(_) => true,
            Line::Assignment(_) | Line::Ignored(_) => false,
        });
        if is_silent {
            let span = self.end();
            self.diagnostics.push(
                Diagnostic::error(
                    ScenarioMistake::MissingParameter,
                    span,
                    "the file says nothing: `t`, `num_client` and `workload[0]` are required",
                )
                .with_help("`bcr new NAME` writes a scenario to begin with"),
            );
        }
        is_silent
    }

    /// The indices as numbers, if they are as many as the parameter takes.
    fn indices(&mut self, parameter: Parameter, assignment: &Assignment) -> Option<Vec<u32>> {
        let wanted = parameter.indices();
        if assignment.indices.len() != wanted.len() {
            let form = match wanted {
                [] => parameter.name().to_owned(),
                names => format!("{}[{}]", parameter.name(), names.join(",")),
            };
            let message = format!(
                "expected `{form}`, found {}",
                match assignment.indices.len() {
                    0 => "no index".to_owned(),
                    1 => "1 index".to_owned(),
                    more => format!("{more} indices"),
                }
            );
            let span = assignment.target.span.clone();
            let error = Diagnostic::error(ScenarioMistake::WrongIndex, span, message);
            self.diagnostics.push(match parameter {
                Parameter::Failures => error.with_help(
                    "`failures[0,2]` is the replica at position 2 of configuration 0, both from 0",
                ),
                Parameter::Workload => {
                    error.with_help("`workload[0]` is what client 0 asks for; clients count from 0")
                }
                _ => error.with_help(format!("there is one `{form}` for all")),
            });
            return None;
        }
        let mut numbers = Vec::new();
        for (index, what) in assignment.indices.iter().zip(wanted) {
            let most = match *what {
                "configuration" => CONFIGURATION_MAX,
                _ => u32::MAX.into(),
            };
            let number = digits(&index.value).filter(|number| *number <= most);
            if let Some(number) = number {
                numbers.push(u32::try_from(number).expect("it is at most the most"));
                continue;
            }
            let message = format!(
                "the {what} of `{}` is a number from 0 to {most}, found `{}`",
                parameter.name(),
                excerpt(&index.value)
            );
            self.diagnostics.push(Diagnostic::error(
                ScenarioMistake::WrongIndex,
                index.span.clone(),
                message,
            ));
        }
        (numbers.len() == wanted.len()).then_some(numbers)
    }
}

fn duplicate(source: &SourceFile, first: &Assignment, second: &Assignment) -> Diagnostic {
    let line = |assignment: &Assignment| source.location(assignment.target.span.start).line;
    let text = format::target(second);
    let error = Diagnostic::error(
        ScenarioMistake::DuplicateParameter,
        second.target.span.clone(),
        format!(
            "`{text}` is given twice, in line {} and in line {}",
            line(first),
            line(second)
        ),
    )
    .with_label("again here")
    .with_secondary(first.target.span.clone(), "first here");
    error.with_help(match &second.value {
        Value::Failures(_) => {
            "put all failures of a replica into one list, separated by `;`".to_owned()
        }
        Value::Operations(_) => {
            "put all requests of a client into one list, separated by `;`".to_owned()
        }
        Value::Text(_) => "remove one of them".to_owned(),
    })
}
