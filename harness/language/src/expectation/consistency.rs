//! Clauses of one file that cannot all hold, and weights of nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use super::clauses::{ClauseKey, Clauses};
use super::file::Expectation;
use super::mistake::ExpectedMistake;
use super::value::ResultTest;
use crate::diagnostic::{Diagnostic, Located, Span};

/// How many pairs of patterns are compared: a courtesy, not worth seconds.
const PAIRS_MAX: usize = 100_000;

/// Every contradiction of the file, and every idle weight.
pub(super) fn check(expectation: &Expectation) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let canonical = expectation
        .canonical
        .as_ref()
        .map(|canonical| &canonical.value);
    for clauses in std::iter::once(&expectation.clauses).chain(canonical) {
        finals(clauses, &mut found);
        unanswered(clauses, &mut found);
        configurations(clauses, &mut found);
        failures(clauses, &mut found);
        outside_promise(clauses, &mut found);
        events(clauses, &mut found);
    }
    idle_weights(expectation, &mut found);
    found
}

fn contradiction(found: &mut Vec<Diagnostic>, span: Span, other: Span, message: String) {
    let diagnostic = Diagnostic::error(ExpectedMistake::Contradiction, Range::from(span), message);
    found.push(diagnostic.with_secondary(other.into(), "because of this"));
}

/// The final dictionary is said once.
fn finals(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    let finals: Vec<_> = clauses.finals().collect();
    if let [(first, first_span), others @ ..] = &finals[..] {
        for (other, span) in others {
            let message = format!("`{other}` beside `{first}`: the final dictionary is said once");
            contradiction(found, *span, *first_span, message);
        }
    }
}

/// A request without an answer has no result, no answerer and no time.
fn unanswered(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    for Located { span, value } in clauses.unanswered.iter().flat_map(|clause| &clause.value) {
        let (client, request) = *value;
        let result = clauses.results.as_ref().and_then(|results| {
            let index = usize::try_from(request).ok()?;
            results.value.get(&client)?.value.get(index)
        });
        if let Some(result) = result.filter(|result| result.value != ResultTest::Any) {
            let message =
                format!("request {client}:{request} is unanswered, yet a result is expected");
            contradiction(found, *span, result.span, message);
        }
        let answerers = clauses.answered_by.as_ref();
        let answerer = answerers.and_then(|clause| clause.value.get(&client)?.value.get(&request));
        if let Some(answerer) = answerer {
            let message =
                format!("request {client}:{request} is unanswered, yet `answered_by` names it");
            contradiction(found, *span, answerer.span, message);
        }
        let limits = clauses.completed_within.as_ref();
        if let Some(limit) = limits.and_then(|clause| clause.value.get(&client)) {
            let message = format!(
                "request {client}:{request} is unanswered, yet client {client} completes in time"
            );
            contradiction(found, *span, limit.span, message);
        }
    }
}

/// No clause is about a configuration that `reconfigurations` rules out.
fn configurations(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    let Some(reconfigurations) = &clauses.reconfigurations else {
        return;
    };
    let Some(last) = reconfigurations.value.at_most else {
        return;
    };
    for (key, sets) in clauses.sets() {
        for (configuration, set) in sets.iter().flat_map(|sets| &sets.value) {
            let number = u64::from(*configuration);
            let message = if number > last {
                format!("`{key}` names configuration {number}, the last one is {last} at most")
            } else if key == ClauseKey::Quorums && number == last {
                format!("configuration {number} is the last one at most and has no quorum")
            } else {
                continue;
            };
            contradiction(found, set.span, reconfigurations.span, message);
        }
    }
}

/// No failure is named twice.
fn failures(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::new();
    for (key, failure) in clauses.named_failures() {
        let Some((other_key, other)) = seen.get(&failure.reference) else {
            seen.insert(&failure.reference, (key, failure));
            continue;
        };
        let message = if key == *other_key {
            format!("`{}` stands in `{key}` twice", failure.text)
        } else {
            format!("`{}` stands in `{key}` and in `{other_key}`", failure.text)
        };
        contradiction(found, failure.span, other.span, message);
    }
}

fn outside_promise(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    let Some(outside) = &clauses.outside_promise else {
        return;
    };
    for name in &outside.value.broken {
        if outside.value.held.contains(name) {
            let message = format!("`{name}` cannot be both broken and held");
            contradiction(found, outside.span, outside.span, message);
        }
    }
}

/// What never happens does not happen in any order.
fn events(clauses: &Clauses, found: &mut Vec<Diagnostic>) {
    let count = |clause: &Option<Located<Vec<_>>>| clause.as_ref().map_or(0, |c| c.value.len());
    if count(&clauses.never).saturating_mul(count(&clauses.order)) > PAIRS_MAX {
        return;
    }
    for never in clauses.never.iter().flat_map(|clause| &clause.value) {
        for step in clauses.order.iter().flat_map(|clause| &clause.value) {
            // A pattern with fewer fields matches whatever one with more matches.
            if never.event == step.event && never.fields.iter().all(|f| step.fields.contains(f)) {
                let message = "this never happens, yet it is part of `order`".to_owned();
                contradiction(found, never.span, step.span, message);
            }
        }
    }
}

/// `unanswered` is checked even where it is absent, so a weight of it is never idle.
fn idle_weights(expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    if let Some(Located { span, value }) = &expectation.weights {
        for &clause in value.keys() {
            let is_implied = clause == ClauseKey::Unanswered.into();
            if !is_implied && expectation.span_of(clause).is_none() {
                let message = format!("a weight of `{clause}`, which the file does not have");
                found.push(Diagnostic::warning(
                    ExpectedMistake::IdleWeight,
                    Range::from(*span),
                    message,
                ));
            }
        }
    }
}
