//! From calls to triggers and failures: known names, as many arguments as they take, numbers.

use bcr_protocol::identity::ClientId;

use super::super::Kind;
use super::super::ast::{Argument, Call, Spanned};
use super::{DURATION_MAX, Failure, Trigger};
use crate::diagnostic::{Diagnostic, nearest};

/// Everything that is wrong with a call; not empty.
pub(in crate::scenario) type Mistakes = Vec<Diagnostic>;

/// Reads the first half of a pair.
pub(in crate::scenario) fn trigger(call: &Spanned<Call>) -> Result<Trigger, Mistakes> {
    let name = call.value.name.value.as_str();
    let arguments: &[&str] = match name {
        "client_request" | "forwarded_request" | "shuttle" | "result_shuttle" => {
            &["client", "message"]
        }
        _ if Trigger::NAMES.contains(&name) => &["message"],
        _ => return Err(vec![unknown_trigger(&call.value.name)]),
    };
    let numbers = numbers(call, arguments)?;
    let message = *numbers.last().expect("every trigger takes a message");
    // What does not fit is out of range for every file, and said so where the range is known.
    let client = ClientId(u32::try_from(numbers[0]).unwrap_or(u32::MAX));
    Ok(match name {
        "client_request" => Trigger::ClientRequest { client, message },
        "forwarded_request" => Trigger::ForwardedRequest { client, message },
        "shuttle" => Trigger::Shuttle { client, message },
        "result_shuttle" => Trigger::ResultShuttle { client, message },
        "wedge_request" => Trigger::WedgeRequest { message },
        "new_configuration" => Trigger::NewConfiguration { message },
        "checkpoint" => Trigger::Checkpoint { message },
        "completed_checkpoint" => Trigger::CompletedCheckpoint { message },
        "get_running_state" => Trigger::GetRunningState { message },
        "catch_up" => Trigger::CatchUp { message },
        _ => return Err(vec![unknown_trigger(&call.value.name)]),
    })
}

/// Reads the second half of a pair, with a warning where an argument is left out.
pub(in crate::scenario) fn failure(
    call: &Spanned<Call>,
) -> Result<(Failure, Option<Diagnostic>), Mistakes> {
    let name = call.value.name.value.as_str();
    let without = |failure| numbers(call, &[]).map(|_| (failure, None));
    match name {
        "change_operation" => without(Failure::ChangeOperation),
        "change_result" => without(Failure::ChangeResult),
        "drop_result_stmt" => without(Failure::DropResultStatement),
        "crash" => without(Failure::Crash),
        "drop" => without(Failure::Drop),
        "increment_slot" => without(Failure::IncrementSlot),
        "extra_op" => without(Failure::ExtraOperation),
        "invalid_order_sig" => without(Failure::InvalidOrderSignature),
        "invalid_result_sig" => without(Failure::InvalidResultSignature),
        "drop_checkpt_stmts" => without(Failure::DropCheckpointStatements),
        "omit_send" => without(Failure::OmitSend),
        "truncate_history" if call.value.arguments.is_empty() => {
            let warning = Diagnostic::warning(
                Kind::OmittedArgument,
                call.span.clone(),
                "truncate_history takes 1 argument (entries), found 0; read as 1",
            )
            .with_rule("P10")
            .with_help("say how many entries are left out")
            .with_fix("truncate_history(1)");
            Ok((Failure::TruncateHistory { entries: 1 }, Some(warning)))
        }
        "truncate_history" => {
            let entries = numbers(call, &["entries"])?[0];
            Ok((Failure::TruncateHistory { entries }, None))
        }
        "sleep" => {
            let ms = numbers(call, &["milliseconds"])?[0];
            if ms > DURATION_MAX {
                let span = call.value.arguments[0].span.clone();
                let message = format!("a sleep lasts at most {DURATION_MAX} ms, found {ms}");
                return Err(vec![Diagnostic::error(Kind::TooLarge, span, message)]);
            }
            Ok((Failure::Sleep { ms }, None))
        }
        _ => Err(vec![unknown_failure(&call.value.name)]),
    }
}

/// The arguments of a call, all numbers; `names` says how many and what each stands for.
pub(in crate::scenario) fn numbers(
    call: &Spanned<Call>,
    names: &[&str],
) -> Result<Vec<u64>, Mistakes> {
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
                Err(Box::new(Diagnostic::error(Kind::TooLarge, span, message)))
            }
            _ => {
                let found = &argument.value;
                let message = format!(
                    "{what} in {} is a number from 0, found `{found}`",
                    name.value
                );
                let error = Diagnostic::error(Kind::WrongArgument, span, message);
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
pub(in crate::scenario) fn check_arity(
    call: &Spanned<Call>,
    names: &[&str],
) -> Result<(), Mistakes> {
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
    let error = Diagnostic::error(Kind::WrongArity, call.span.clone(), message);
    Err(vec![match example {
        Some(help) => error.with_rule("P9.1").with_help(help),
        None => error,
    }])
}

/// A number as scenario files write it: digits, no sign; `None` where it does not fit.
pub(in crate::scenario) fn digits(text: &str) -> Option<u64> {
    let only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    only.then(|| text.parse().ok()).flatten()
}

fn unknown_trigger(name: &Spanned<String>) -> Diagnostic {
    let error = Diagnostic::error(
        Kind::UnknownTrigger,
        name.span.clone(),
        format!("unknown trigger `{}`", name.value),
    );
    if Failure::NAMES.contains(&name.value.as_str()) {
        return error
            .with_label("this is a failure")
            .with_help("the trigger comes first: `client_request(0,0), crash()`");
    }
    suggest(error, &name.value, &Trigger::NAMES, "triggers")
}

fn unknown_failure(name: &Spanned<String>) -> Diagnostic {
    let error = Diagnostic::error(
        Kind::UnknownFailure,
        name.span.clone(),
        format!("unknown failure `{}`", name.value),
    );
    if Trigger::NAMES.contains(&name.value.as_str()) {
        return error.with_label("this is a trigger").with_help(
            "a pair is one trigger, one failure; several failures at one message need a pair each",
        );
    }
    suggest(error, &name.value, &Failure::NAMES, "failures")
}

/// Names the nearest of `known`, or all of them.
pub(in crate::scenario) fn suggest(
    error: Diagnostic,
    name: &str,
    known: &[&str],
    what: &str,
) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => error.with_suggestion(near),
        None => error.with_help(format!("{what} are {}", known.join(", "))),
    }
}
