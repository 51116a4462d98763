//! Values that are no lists of invocations: numbers, hosts, the dictionary of an older dialect.

use std::collections::BTreeMap;

use nom::branch::alt;
use nom::bytes::complete::take_till;
use nom::character::complete::{char as character, multispace0};
use nom::combinator::{all_consuming, opt};
use nom::multi::separated_list0;
use nom::sequence::{delimited, separated_pair};
use nom::{IResult, Parser};

use super::super::ast::{Setting, Spanned, Value};
use super::super::grammar::trailing_comment;
use super::super::parameter::{Limits, Parameter};
use super::super::plan::read::digits;
use super::super::{Hosts, Kind};
use super::{Lowering, SECONDS_TIMEOUT};
use crate::diagnostic::Diagnostic;

impl Lowering<'_> {
    /// A numeric parameter, its default where it is not given; `None` where it is wrong.
    pub(super) fn number(&mut self, parameter: Parameter) -> Option<u64> {
        let limits = parameter.limits();
        let name = parameter.name();
        let Some(setting) = self.setting(parameter) else {
            let span = self.end();
            match limits.default {
                None => self.diagnostics.push(
                    Diagnostic::error(
                        Kind::MissingParameter,
                        span,
                        format!("the parameter `{name}` is missing"),
                    )
                    .with_help(format!("add a line `{name} = 1`")),
                ),
                Some(default) if limits.announced => self.diagnostics.push(
                    Diagnostic::warning(
                        Kind::DefaultUsed,
                        span,
                        format!(
                            "`{name}` is not given and taken as {default}{}",
                            limits.unit
                        ),
                    )
                    .with_help(format!("add a line `{name} = {default}`")),
                ),
                Some(_) => {}
            }
            return limits.default;
        };
        let text = self.scalar(setting)?;
        let value = self.in_range(parameter, &limits, &text)?;
        Some(self.duration(parameter, value, &text))
    }

    /// The text of a scalar without what was put behind it by mistake.
    fn scalar(&mut self, setting: &Setting) -> Option<Spanned<String>> {
        let Value::Text(text) = &setting.value else {
            return None;
        };
        let mut text = text.clone();
        if let Some(at) = text.value.find('#') {
            let hash = text.span.start + at;
            let span = if self.overridden.covers(&text.span) {
                text.span.clone()
            } else {
                hash..text.span.end
            };
            self.diagnostics.push(trailing_comment(span));
            self.shorten(&mut text, at);
        }
        if let Some(rest) = text.value.strip_suffix(';') {
            let at = rest.len();
            self.diagnostics.push(Diagnostic::warning(
                Kind::TrailingSeparator,
                text.span.clone(),
                "a value that is no list needs no `;`",
            ));
            self.shorten(&mut text, at);
        }
        Some(text)
    }

    /// Cuts the text off at byte `at`, and what is blank before it.
    fn shorten(&self, text: &mut Spanned<String>, at: usize) {
        text.value.truncate(at);
        let length = text.value.trim_end().len();
        text.value.truncate(length);
        if !self.overridden.covers(&text.span) {
            text.span.end = text.span.start + length;
        }
    }

    fn in_range(
        &mut self,
        parameter: Parameter,
        limits: &Limits,
        text: &Spanned<String>,
    ) -> Option<u64> {
        let (name, unit) = (parameter.name(), limits.unit);
        let found = &text.value;
        let all_digits = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
        let (kind, message) = match digits(found) {
            Some(value) if value < limits.least => (
                Kind::TooSmall,
                format!("`{name}` is at least {}{unit}, found {found}", limits.least),
            ),
            Some(value) if value <= limits.most => return Some(value),
            _ if all_digits => (
                Kind::TooLarge,
                format!("`{name}` is at most {}{unit}, found {found}", limits.most),
            ),
            _ if found.is_empty() => (
                Kind::BadValue,
                format!("`{name}` is a number{}, found nothing", of(unit)),
            ),
            _ => (
                Kind::BadValue,
                format!(
                    "`{name}` is a number{}, found `{}`",
                    of(unit),
                    excerpt(found)
                ),
            ),
        };
        self.diagnostics.push(
            Diagnostic::error(kind, text.span.clone(), message).with_help(format!(
                "write digits alone, {} to {}",
                limits.least, limits.most
            )),
        );
        None
    }

    /// Looks twice at a timeout: 0 is 1 ms, and a small one may be in seconds.
    fn duration(&mut self, parameter: Parameter, value: u64, text: &Spanned<String>) -> u64 {
        if !parameter.is_timeout() {
            return value;
        }
        let name = parameter.name();
        let span = text.span.clone();
        if value == 0 {
            let message = format!("a timeout of 0 is read as 1 ms in `{name}`");
            self.diagnostics
                .push(Diagnostic::warning(Kind::ZeroTimeout, span, message).with_fix("1"));
            return 1;
        }
        if value < SECONDS_TIMEOUT {
            let message = format!("a timeout of {value} ms: `{name}` is in milliseconds");
            self.diagnostics.push(
                Diagnostic::warning(Kind::LooksLikeSeconds, span, message)
                    .with_help(format!("if {value} seconds are meant"))
                    .with_fix((value * 1_000).to_string()),
            );
        }
        value
    }

    /// `hosts`, `client_hosts` and `replica_hosts`.
    pub(super) fn hosts(&mut self) -> Option<Hosts> {
        let given = [Parameter::ClientHosts, Parameter::ReplicaHosts];
        let Some(setting) = self.setting(Parameter::Hosts) else {
            for parameter in given {
                if let Some(setting) = self.setting(parameter) {
                    self.diagnostics.push(Diagnostic::error(
                        Kind::MissingParameter,
                        setting.target.span.clone(),
                        format!(
                            "`{}` gives indices into `hosts`, which is missing",
                            parameter.name()
                        ),
                    ));
                }
            }
            return None;
        };
        let names: Vec<String> = items(setting).map(str::to_owned).collect();
        if names.is_empty() {
            self.diagnostics.push(Diagnostic::error(
                Kind::BadValue,
                setting.target.span.clone(),
                "`hosts` names at least one host, found none",
            ));
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
        let Some(setting) = self.setting(parameter) else {
            return Some(Vec::new());
        };
        let mut indices = Vec::new();
        for item in items(setting) {
            let index = digits(item).and_then(|number| usize::try_from(number).ok());
            match index.filter(|index| *index < hosts) {
                Some(index) => indices.push(index),
                None => {
                    let message = format!(
                        "`{}` holds indices into `hosts`, 0 to {}, found `{}`",
                        parameter.name(),
                        hosts - 1,
                        excerpt(item)
                    );
                    let span = setting.target.span.clone();
                    self.diagnostics
                        .push(Diagnostic::error(Kind::IndexOutOfRange, span, message));
                    return None;
                }
            }
        }
        Some(indices)
    }

    /// `test_workload = {'k': 'v'}`.
    pub(super) fn test_workload(&mut self) -> Option<BTreeMap<String, String>> {
        let setting = self.setting(Parameter::TestWorkload)?;
        let Value::Text(text) = &setting.value else {
            return None;
        };
        let error = |message: String| {
            Diagnostic::error(Kind::BadValue, text.span.clone(), message)
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

/// The items of a list that is kept as text.
fn items(setting: &Setting) -> impl Iterator<Item = &str> {
    let text = match &setting.value {
        Value::Text(text) => text.value.as_str(),
        Value::Operations(_) | Value::Failures(_) => "",
    };
    text.split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty())
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

fn of(unit: &str) -> String {
    if unit.is_empty() {
        String::new()
    } else {
        format!(" of{unit}")
    }
}

/// A text as a message shows it: not all of a very long one.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
