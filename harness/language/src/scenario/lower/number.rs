//! Numbers: within their limits, in the right unit, defaults said.

use super::lowering::Lowering;
use crate::diagnostic::Diagnostic;
use crate::limits::DURATION_MS_MAX;
use crate::scenario::ast::{Assignment, Spanned, Value};
use crate::scenario::call::digits;
use crate::scenario::grammar::trailing_comment;
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::{Limits, Parameter, SECONDS_TIMEOUT, Unit};
use crate::words::counted;

impl Lowering<'_> {
    /// A numeric parameter as the file gives it; `None` where it is wrong.
    pub(super) fn number(
        &mut self,
        parameter: Parameter,
        limits: &Limits,
        assignment: &Assignment,
    ) -> Option<u64> {
        let text = self.scalar(assignment)?;
        let value = self.in_range(parameter, limits, &text)?;
        Some(match limits.unit {
            Unit::Timeout => self.duration(parameter, value, &text),
            Unit::Things | Unit::Slots | Unit::Milliseconds => value,
        })
    }

    /// Says that a required parameter is missing, and which line may have been meant to be it.
    pub(super) fn missing(&mut self, parameter: Parameter) {
        let name = parameter.name();
        let error = Diagnostic::error(
            ScenarioMistake::MissingParameter,
            self.end(),
            format!("the parameter `{name}` is missing"),
        )
        .with_help(format!("add a line `{name} = 1`"));
        self.diagnostics.push(match self.lookalike(parameter) {
            Some(span) => error.with_secondary(span, "is this meant to be it?"),
            None => error,
        });
    }

    /// Says which parameters were left to their defaults, all in one remark.
    pub(super) fn announce_defaults(&mut self) {
        let lines: Vec<String> = std::mem::take(&mut self.defaulted)
            .into_iter()
            .map(|(parameter, default)| format!("{} = {default}", parameter.name()))
            .collect();
        if lines.is_empty() {
            return;
        }
        let shown: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
        let message = format!("not given, and taken as {}", shown.join(", "));
        let span = self.end();
        let begins_line = span.start == 0;
        let warning = Diagnostic::warning(ScenarioMistake::DefaultUsed, span, message);
        let fix = lines.join("\n");
        self.diagnostics.push(
            warning
                .with_help("say so in the file")
                .with_fix(if begins_line { fix } else { format!("\n{fix}") }),
        );
    }

    /// The text of a scalar without what was put behind it by mistake.
    fn scalar(&mut self, assignment: &Assignment) -> Option<Spanned<String>> {
        let Value::Text(text) = &assignment.value else {
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
                ScenarioMistake::TrailingSeparator,
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
        let (name, unit) = (parameter.name(), limits.unit.suffix());
        let found = &text.value;
        let all_digits = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
        let (kind, message) = match digits(found) {
            Some(value) if value < limits.least => (
                ScenarioMistake::TooSmall,
                format!("`{name}` is at least {}, found {found}", limits.least),
            ),
            Some(value) if value <= limits.most => return Some(value),
            _ if all_digits => (
                ScenarioMistake::TooLarge,
                format!("`{name}` is at most {}{unit}, found {found}", limits.most),
            ),
            _ if found.is_empty() => (
                ScenarioMistake::BadValue,
                format!("`{name}` is a number{}, found nothing", of(unit)),
            ),
            _ => (
                ScenarioMistake::BadValue,
                format!(
                    "`{name}` is a number{}, found `{}`",
                    of(unit),
                    excerpt(found)
                ),
            ),
        };
        let error = Diagnostic::error(kind, text.span.clone(), message);
        self.diagnostics
            .push(match in_other_units(found, limits.unit) {
                Some((help, fix)) => error.with_help(help).with_fix(fix),
                None => error.with_help(format!(
                    "write digits alone, {} to {}",
                    limits.least, limits.most
                )),
            });
        None
    }

    /// Looks twice at a timeout: 0 is 1 ms, and a small one may be in seconds.
    fn duration(&mut self, parameter: Parameter, value: u64, text: &Spanned<String>) -> u64 {
        let name = parameter.name();
        let span = text.span.clone();
        if value == 0 {
            let message = format!("a timeout of 0 is read as 1 ms in `{name}`");
            self.diagnostics.push(
                Diagnostic::warning(ScenarioMistake::ZeroTimeout, span, message).with_fix("1"),
            );
            return 1;
        }
        if value < SECONDS_TIMEOUT {
            let message = format!("a timeout of {value} ms: `{name}` is in milliseconds");
            self.diagnostics.push(
                Diagnostic::warning(ScenarioMistake::LooksLikeSeconds, span, message)
                    .with_help(seconds_meant(value))
                    .with_fix((value * 1_000).to_string()),
            );
        }
        value
    }
}

/// What a duration was meant to be that was written with its unit or in seconds: how to say it, and
/// the milliseconds.
fn in_other_units(found: &str, unit: Unit) -> Option<(String, String)> {
    match unit {
        Unit::Milliseconds | Unit::Timeout => {}
        Unit::Things | Unit::Slots => return None,
    }
    if let Some(number) = found.strip_suffix("ms") {
        let ms = digits(number.trim_end())?;
        return Some(("the unit is ms in any case".to_owned(), ms.to_string()));
    }
    let seconds = found.strip_suffix('s').unwrap_or(found).trim_end();
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_fraction = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = digits(whole).filter(|whole| is_fraction && *whole <= DURATION_MS_MAX / 1_000)?;
    let ms = whole * 1_000 + digits(&format!("{part:0<3}"))?;
    let help = match seconds {
        "1" => seconds_meant(1),
        seconds => format!("if {seconds} seconds are meant"),
    };
    Some((help, ms.to_string()))
}

/// What a small number of milliseconds may be meant to be.
pub(super) fn seconds_meant(seconds: u64) -> String {
    let verb = if seconds == 1 { "is" } else { "are" };
    format!("if {} {verb} meant", counted(seconds, "second"))
}

fn of(unit: &str) -> String {
    if unit.is_empty() {
        String::new()
    } else {
        format!(" of{unit}")
    }
}

/// A text as a message shows it: not all of a very long one.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
