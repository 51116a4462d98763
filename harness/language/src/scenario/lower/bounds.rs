//! The bounds of a slice: whether there is a value on which they are valid.
//!
//! Source: docs/protocol.md P2.

use crate::diagnostic::Diagnostic;
use crate::scenario::ast::{Argument, Call, Spanned};
use crate::scenario::mistake::ScenarioMistake;

/// The error for bounds that are valid on no value, so that the request can only fail.
pub(super) fn never_valid(call: &Spanned<Call>, bounds: &str) -> Option<Diagnostic> {
    let what = wrong(bounds)?;
    let span = call.value.arguments.last()?.span.clone();
    let message = format!("this slice is valid on no value: {what}");
    let error = Diagnostic::error(ScenarioMistake::InvalidSlice, span, message).with_rule("P2");
    let meant = bounds
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .replace(MINUS, "-")
        .replace(',', ":");
    Some(if wrong(&meant).is_none() {
        let written = Argument::Text(meant).to_string();
        error.with_suggestion(&written)
    } else {
        error.with_help(
            "write `start:stop`, `start:stop:step` or one index; if it is meant to fail, say so in the \
             expected file's `results`",
        )
    })
}

/// Signs that look like a minus.
const MINUS: [char; 4] = ['\u{2212}', '\u{2010}', '\u{2011}', '\u{2013}'];

/// Why no value has such a slice; `None` where one may have.
fn wrong(bounds: &str) -> Option<&'static str> {
    let parts: Vec<&str> = bounds.split(':').map(str::trim).collect();
    let is_number = |part: &&str| {
        let digits = part.strip_prefix(['-', '+']).unwrap_or(part);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 3 {
        return Some("it has more than two `:`");
    }
    if !parts
        .iter()
        .all(|part| is_number(part) || (part.is_empty() && parts.len() > 1))
    {
        return Some("its bounds are whole numbers");
    }
    // What does not fit is far out of range, which is for the run to say.
    let number = |part: &str| part.parse::<i64>().ok();
    if parts
        .get(2)
        .is_some_and(|step| number(step).is_some_and(|step| step < 1) || step.starts_with('-'))
    {
        return Some("its step is at least 1");
    }
    if parts
        .get(2)
        .is_some_and(|step| !step.is_empty() && number(step).is_none())
    {
        return Some("its step is larger than any value");
    }
    match parts[..] {
        [start, stop, ..] => match (number(start), number(stop)) {
            (Some(start), Some(stop)) if start > stop && (start < 0) == (stop < 0) => {
                Some("it ends before it begins")
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::dictionary::{Dictionary, FAIL, Operation};

    use super::*;

    #[test]
    fn bounds_are_wrong_exactly_where_no_value_has_them() {
        let never = [
            "",
            "a:b",
            "[1:3]",
            "1,3",
            "::0",
            "::-1",
            "::99999999999999999999",
            "1:2:3:4",
            "\u{2212}1:",
            "1.5:2",
            "--1",
            "3:1",
            "-1:-3",
        ];
        for bounds in never {
            assert!(wrong(bounds).is_some(), "{bounds}");
        }
        let perhaps = [
            ":",
            "0",
            "-1",
            " 1 : 3 ",
            "::2",
            "0:99999999999999999999",
            "-1:0",
            "3:-3",
            "9:12",
            "+1:",
        ];
        for bounds in perhaps {
            assert_eq!(wrong(bounds), None, "{bounds}");
        }
    }

    #[test]
    fn every_short_text_is_wrong_exactly_where_no_value_has_it() {
        let numbers = [
            "", "-4", "-3", "-1", "-0", "0", "+0", "1", "3", "4", " 2 ", "+", "x", "1.0",
        ];
        let steps = [
            None,
            Some(""),
            Some("-1"),
            Some("0"),
            Some("1"),
            Some("3"),
            Some("y"),
        ];
        let mut texts: Vec<String> = numbers.map(str::to_owned).into();
        for start in numbers {
            for stop in numbers {
                texts.extend(steps.iter().map(|step| match step {
                    None => format!("{start}:{stop}"),
                    Some(step) => format!("{start}:{stop}:{step}"),
                }));
            }
        }
        for bounds in texts {
            let is_valid = |length: usize| {
                let mut dictionary = Dictionary::default();
                let key = || "k".to_owned();
                let value = "x".repeat(length);
                dictionary.apply(&Operation::Put { key: key(), value });
                let slice = bounds.clone();
                dictionary.apply(&Operation::Slice { key: key(), slice }) != FAIL
            };
            // No bound is above 4, so that no longer value makes a difference.
            assert_eq!(wrong(&bounds).is_none(), (0..12).any(is_valid), "{bounds}");
        }
    }
}
