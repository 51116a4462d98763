//! What older dialects have and no run follows: hosts, and the final dictionary.

use std::collections::BTreeMap;
use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::take_till;
use nom::character::complete::{char as character, multispace0};
use nom::combinator::{all_consuming, opt};
use nom::multi::separated_list0;
use nom::sequence::{delimited, separated_pair};
use nom::{IResult, Parser};

use super::lowering::Lowering;
use super::number::excerpt;
use crate::diagnostic::Diagnostic;
use crate::scenario::ast::{Assignment, Value};
use crate::scenario::call::digits;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::model::Hosts;
use crate::scenario::parameter::Parameter;

impl Lowering<'_> {
    /// `hosts`, `client_hosts` and `replica_hosts`.
    pub(super) fn hosts(&mut self) -> Option<Hosts> {
        let given = [Parameter::ClientHosts, Parameter::ReplicaHosts];
        let Some(assignment) = self.assignment(Parameter::Hosts) else {
            for parameter in given {
                if let Some(assignment) = self.assignment(parameter) {
                    self.diagnostics.push(
                        Diagnostic::error(
                            ScenarioMistake::MissingParameter,
                            assignment.target.span.clone(),
                            format!(
                                "`{}` gives indices into `hosts`, which is missing",
                                parameter.name()
                            ),
                        )
                        .with_help("name the hosts, separated by `;`: `hosts = alpha; beta`"),
                    );
                }
            }
            return None;
        };
        let names: Vec<String> = items(assignment).map(|(name, _)| name.to_owned()).collect();
        if names.is_empty() {
            self.diagnostics.push(
                Diagnostic::error(
                    ScenarioMistake::BadValue,
                    assignment.target.span.clone(),
                    "`hosts` names at least one host, found none",
                )
                .with_help("write host names, separated by `;`: `hosts = alpha; beta`"),
            );
            return None;
        }
        let [clients, replicas] = given.map(|parameter| self.host_indices(parameter, names.len()));
        Some(Hosts {
            names,
            clients: clients?,
            replicas: replicas?,
        })
    }

    fn host_indices(&mut self, parameter: Parameter, hosts: usize) -> Option<Vec<usize>> {
        let Some(assignment) = self.assignment(parameter) else {
            return Some(Vec::new());
        };
        let (whose, example) = match parameter {
            Parameter::ClientHosts => ("client", "client 1"),
            _ => ("position", "the replicas at position 1"),
        };
        let mut indices = Vec::new();
        let before = self.diagnostics.len();
        for (item, place) in items(assignment) {
            let index = digits(item).and_then(|number| usize::try_from(number).ok());
            if let Some(index) = index.filter(|index| *index < hosts) {
                indices.push(index);
                continue;
            }
            let message = format!(
                "`{}` gives for each {whose} the number of its host, 0 to {}; found `{}`",
                parameter.name(),
                hosts - 1,
                excerpt(item)
            );
            let span = match &assignment.value {
                Value::Text(text) if !self.overridden.covers(&text.span) => {
                    text.span.start + place.start..text.span.start + place.end
                }
                _ => assignment.target.span.clone(),
            };
            self.diagnostics.push(
                Diagnostic::error(ScenarioMistake::IndexOutOfRange, span, message).with_help(
                    format!(
                        "the first one in `hosts` is 0; `0;1` puts {example} on the second one"
                    ),
                ),
            );
        }
        (self.diagnostics.len() == before).then_some(indices)
    }

    /// `test_workload = {'k': 'v'}`.
    pub(super) fn test_workload(&mut self) -> Option<BTreeMap<String, String>> {
        let assignment = self.assignment(Parameter::TestWorkload)?;
        let Value::Text(text) = &assignment.value else {
            return None;
        };
        let error = |message: String| {
            Diagnostic::error(ScenarioMistake::BadValue, text.span.clone(), message)
                .with_help("write the final dictionary as `{'k': 'v', 'l': 'w'}`")
        };
        let Ok((_, pairs)) = all_consuming(dictionary).parse(text.value.as_str()) else {
            let found = excerpt(&text.value);
            let message = format!("`test_workload` is a dictionary, found `{found}`");
            self.diagnostics.push(error(message));
            return None;
        };
        let mut dictionary = BTreeMap::new();
        for (key, value) in pairs {
            if dictionary
                .insert(key.to_owned(), value.to_owned())
                .is_some()
            {
                let message = format!("`test_workload` has the key `{}` twice", excerpt(key));
                self.diagnostics.push(error(message));
            }
        }
        Some(dictionary)
    }
}

/// The items of a list that is kept as text, with their places in bytes of that text.
fn items(assignment: &Assignment) -> impl Iterator<Item = (&str, Range<usize>)> {
    let text = match &assignment.value {
        Value::Text(text) => text.value.as_str(),
        Value::Operations(_) | Value::Failures(_) => "",
    };
    let mut next = 0;
    text.split(';').filter_map(move |item| {
        let start = next + (item.len() - item.trim_start().len());
        next += item.len() + 1;
        let item = item.trim();
        (!item.is_empty()).then(|| (item, start..start + item.len()))
    })
}

fn dictionary(input: &str) -> IResult<&str, Vec<(&str, &str)>> {
    let pair = separated_pair(quoted, blanks(character(':')), quoted);
    let comma = blanks(character(','));
    delimited(
        blanks(character('{')),
        separated_list0(comma, pair),
        (opt(blanks(character(','))), blanks(character('}'))),
    )
    .parse(input)
}

fn blanks<'a, O>(
    parser: impl Parser<&'a str, Output = O, Error = nom::error::Error<&'a str>>,
) -> impl Parser<&'a str, Output = O, Error = nom::error::Error<&'a str>> {
    delimited(multispace0, parser, multispace0)
}

fn quoted(input: &str) -> IResult<&str, &str> {
    let within = |quote: char| {
        delimited(
            character(quote),
            take_till(move |c| c == quote),
            character(quote),
        )
    };
    alt((within('\''), within('"'))).parse(input)
}
