//! From calls to triggers and failures: known names, as many arguments as they take, numbers.

use bcr_protocol::identity::ClientId;

use super::ast::{Argument, Call, Spanned};
use super::failure::Failure;
use super::mistake::ScenarioMistake;
use super::trigger::{Trigger, TriggerKind};
use crate::diagnostic::{Diagnostic, nearest};

/// Everything that is wrong with a call; not empty.
pub(super) type Mistakes = Vec<Diagnostic>;

/// Reads the first half of a pair.
pub(super) fn trigger(call: &Spanned<Call>) -> Result<Trigger, Mistakes> {
    let Some(kind) = TriggerKind::called(&call.value.name.value) else {
        return Err(vec![unknown_trigger(&call.value.name)]);
    };
    let numbers = numbers(call, kind.arguments())?;
    let message = *numbers.last().expect("every trigger takes a message");
    // What does not fit is out of range for every file, and said so where the range is known.
    let client = || ClientId(u32::try_from(numbers[0]).unwrap_or(u32::MAX));
    let client = kind.has_client().then(client);
    Ok(Trigger::new(kind, client, message).expect("it has a client if it takes one"))
}

/// Reads the second half of a pair, with a warning where an argument is left out.
pub(super) fn failure(call: &Spanned<Call>) -> Result<(Failure, Option<Diagnostic>), Mistakes> {
    let Some(failure) = Failure::called(&call.value.name.value) else {
        return Err(vec![unknown_failure(&call.value.name)]);
    };
    let Some((argument, _)) = failure.argument() else {
        return numbers(call, &[]).map(|_| (failure, None));
    };
    if let (Some(default), true) = (argument.default(), call.value.arguments.is_empty()) {
        let failure = failure.with_argument(default);
        let message = format!(
            "{} takes 1 argument ({}), found 0; read as {default}",
            failure.name(),
            argument.as_str()
        );
        let warning =
            Diagnostic::warning(ScenarioMistake::OmittedArgument, call.span.clone(), message)
                .with_rule("P10")
                .with_help(format!("say how many {} are left out", argument.as_str()))
                .with_fix(failure.to_string());
        return Ok((failure, Some(warning)));
    }
    let value = numbers(call, &[argument.as_str()])?[0];
    let most = argument.most();
    if value > most {
        let span = call.value.arguments[0].span.clone();
        let message = format!(
            "a {} lasts at most {most} ms, found {value}",
            failure.name()
        );
        return Err(vec![Diagnostic::error(
            ScenarioMistake::TooLarge,
            span,
            message,
        )]);
    }
    Ok((failure.with_argument(value), None))
}

/// The arguments of a call, all numbers; `names` says how many and what each stands for.
pub(super) fn numbers(call: &Spanned<Call>, names: &[&str]) -> Result<Vec<u64>, Mistakes> {
    let Call { name, arguments } = &call.value;
    check_arity(call, names)?;
    let number = |(argument, what): (&Spanned<Argument>, &&str)| {
        let span = argument.span.clone();
        let (word, fix) = match &argument.value {
            Argument::Word(word) => (word, None),
            Argument::Text(text) => (text, digits(text)),
        };
        match digits(word) {
            Some(number) if fix.is_none() => Ok(number),
            None if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) => {
                let message = format!("{what} is at most {}, found {word}", u64::MAX);
                Err(Box::new(Diagnostic::error(
                    ScenarioMistake::TooLarge,
                    span,
                    message,
                )))
            }
            _ => {
                let found = &argument.value;
                let message = format!(
                    "{what} in {} is a number from 0, found `{found}`",
                    name.value
                );
                let error = Diagnostic::error(ScenarioMistake::WrongArgument, span, message);
                Err(Box::new(match fix {
                    Some(number) => error
                        .with_help("write the number without quotes")
                        .with_fix(number.to_string()),
                    None => error.with_label("not a number"),
                }))
            }
        }
    };
    let mut values = Vec::new();
    let mut mistakes = Mistakes::new();
    for result in arguments.iter().zip(names).map(number) {
        match result {
            Ok(value) => values.push(value),
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    if mistakes.is_empty() {
        Ok(values)
    } else {
        Err(mistakes)
    }
}

/// Refuses too few and too many arguments.
pub(super) fn check_arity(call: &Spanned<Call>, names: &[&str]) -> Result<(), Mistakes> {
    let Call { name, arguments } = &call.value;
    if arguments.len() == names.len() {
        return Ok(());
    }
    let takes = match names {
        [] => "no arguments".to_owned(),
        [one] => format!("1 argument ({one})"),
        more => format!("{} arguments ({})", more.len(), more.join(", ")),
    };
    let message = format!("{} takes {takes}, found {}", name.value, arguments.len());
    let example = match names {
        ["client", "message"] => Some("both count from 0: the client, then which of its messages"),
        ["message"] => Some("these messages are not counted per client, but from 0 for all"),
        _ => None,
    };
    let error = Diagnostic::error(ScenarioMistake::WrongArity, call.span.clone(), message);
    Err(vec![match example {
        Some(help) => error.with_rule("P9.1").with_help(help),
        None => error,
    }])
}

/// A number as scenario files write it: digits, no sign; `None` where it does not fit.
pub(super) fn digits(text: &str) -> Option<u64> {
    let only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    only.then(|| text.parse().ok()).flatten()
}

fn unknown_trigger(name: &Spanned<String>) -> Diagnostic {
    let error = Diagnostic::error(
        ScenarioMistake::UnknownTrigger,
        name.span.clone(),
        format!("unknown trigger `{}`", name.value),
    );
    if Failure::called(&name.value).is_some() {
        return error
            .with_label("this is a failure")
            .with_help("the trigger comes first: `client_request(0,0), crash()`");
    }
    suggest(error, &name.value, TriggerKind::NAMES, "triggers")
}

fn unknown_failure(name: &Spanned<String>) -> Diagnostic {
    let error = Diagnostic::error(
        ScenarioMistake::UnknownFailure,
        name.span.clone(),
        format!("unknown failure `{}`", name.value),
    );
    if TriggerKind::called(&name.value).is_some() {
        return error.with_label("this is a trigger").with_help(
            "a pair is one trigger, one failure; several failures at one message need a pair each",
        );
    }
    suggest(error, &name.value, Failure::NAMES, "failures")
}

/// Names the nearest of `known`, or all of them.
pub(super) fn suggest(error: Diagnostic, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => error.with_suggestion(near),
        None => error.with_help(format!("{what} are {}", known.join(", "))),
    }
}
