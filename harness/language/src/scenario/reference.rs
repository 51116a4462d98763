//! Failures and operations as expected files name them, read.

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ConfigurationId, Position};

use super::ast::{Pair, Spanned};
use super::call::{Mistakes, digits, failure, trigger};
use super::lower::operation;
use super::plan::FailureReference;
use super::token::{Cursor, call, excerpt, pair, target};

/// Reads `failures[1,0] new_configuration(1), crash()`, as expected files name a failure.
///
/// # Errors
/// What was expected and found, where the text is not of this form or names no trigger or failure.
pub fn parse_failure_reference(text: &str) -> Result<FailureReference, String> {
    let (indices, pair) = halves(text)?;
    let index = |at: usize| -> Result<u32, String> {
        let word: &Spanned<String> = indices.get(at).ok_or("expected `failures[c,r]`")?;
        digits(&word.value)
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| format!("expected a number as index, found `{}`", word.value))
    };
    if indices.len() > 2 {
        return Err("expected `failures[c,r]`, found a third index".to_owned());
    }
    Ok(FailureReference {
        configuration: ConfigurationId(index(0)?),
        replica: Position(index(1)?),
        trigger: trigger(&pair.trigger).map_err(in_words)?,
        failure: failure(&pair.failure).map_err(in_words)?.0,
    })
}

/// Reads `put('k','v')`, as expected files name an operation: to the letter as outcomes do, but for blanks.
///
/// # Errors
/// What was expected and found, where the text is no operation or is spelt otherwise.
pub(crate) fn parse_operation(text: &str) -> Result<Operation, String> {
    let cursor = Cursor::new(text, text.len());
    let (rest, call) = call(cursor).map_err(|fault| fault.describe())?;
    if !rest.skip_blanks().rest.is_empty() {
        return Err(format!(
            "unexpected {} after the operation",
            excerpt(rest.skip_blanks().rest)
        ));
    }
    let operation = operation(&call).map_err(in_words)?;
    let spelt = operation.to_string();
    let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
    if without_blanks(text) != without_blanks(&spelt) {
        return Err(format!("write it as `{spelt}`"));
    }
    Ok(operation)
}

/// The indices and the pair.
fn halves(text: &str) -> Result<(Vec<Spanned<String>>, Pair), String> {
    let cursor = Cursor::new(text, text.len());
    let (rest, (name, indices)) = target(cursor).map_err(|fault| fault.describe())?;
    if name.value != "failures" {
        return Err(format!("expected `failures[c,r]`, found `{}`", name.value));
    }
    let (rest, pair) = pair(rest).map_err(|fault| fault.describe())?;
    match rest.skip_blanks().rest {
        "" => Ok((indices, pair)),
        more => Err(format!("unexpected {} after the pair", excerpt(more))),
    }
}

/// Mistakes where there is no place to show each at: what, and what to do about it.
fn in_words(mistakes: Mistakes) -> String {
    let words = mistakes.into_iter().map(|mistake| match mistake.help {
        Some(help) => format!("{}; {help}", mistake.message),
        None => mistake.message,
    });
    words.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::failure::Failure;
    use crate::scenario::trigger::TriggerKind;

    #[test]
    fn a_reference_prints_as_it_is_written() {
        for kind in TriggerKind::ALL {
            let (name, of_client) = (kind.name(), kind.has_client());
            let trigger = format!("{name}({}4)", if of_client { "3," } else { "" });
            for failure in Failure::ALL {
                let failure = failure.with_argument(7);
                let text = format!("failures[1,2] {trigger}, {failure}");
                let reference = parse_failure_reference(&text).expect("it is well formed");
                assert_eq!(reference.to_string(), text);
                assert_eq!(reference.trigger.message(), 4);
                assert_eq!(reference.failure, failure);
            }
        }
    }

    #[test]
    fn references_compare_as_parsed() {
        let one = parse_failure_reference(" failures [ 1,0 ]  new_configuration( 01 ),crash( )");
        let other = parse_failure_reference("failures[1,0] new_configuration(1), crash()");
        assert!(one.is_ok());
        assert_eq!(one, other);
    }

    #[test]
    fn what_is_no_reference_says_why() {
        let cases = [
            ("", "expected a parameter name, found the end of the line"),
            (
                "failures[0] shuttle(0,0), drop()",
                "expected `failures[c,r]`",
            ),
            (
                "failures[0,x] shuttle(0,0), drop()",
                "expected a number as index, found `x`",
            ),
            (
                "workload[0,0] shuttle(0,0), drop()",
                "expected `failures[c,r]`, found `workload`",
            ),
            (
                "failures[0,0] shuttle(0), drop()",
                "shuttle takes 2 arguments (client, message), found 1; both count from 0: the client, \
                 then which of its messages",
            ),
            (
                "failures[0,0] shuttle(0,0), dorp()",
                "unknown failure `dorp`; did you mean `drop`?",
            ),
            (
                "failures[0,0] shuttle(0,0), drop(); x",
                "unexpected `;` after the pair",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(
                parse_failure_reference(text),
                Err(message.to_owned()),
                "{text}"
            );
        }
    }
}
