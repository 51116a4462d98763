//! From the text of an expected file to an [`Expectation`], all mistakes at once.

mod numbers;
mod pattern;
mod values;
mod words;

use std::collections::BTreeMap;

use bcr_protocol::message::AnsweredBy;

use self::values::{CANONICAL, Reader, all, at};
use super::clause_name::ClauseName;
use super::clauses::{ClauseKey, Clauses};
use super::consistency;
use super::failure::NamedFailure;
use super::file::{Expectation, FileKey, Runtimes};
use super::invariant::Invariant;
use super::mistake::ExpectedMistake;
use super::tree::{self, Node, NodeKind};
use super::value::{Items, OutsidePromise, ResultTest};
use crate::diagnostic::{Diagnostic, Located, SourceFile, Span, arrange};
use crate::limits::{CLIENTS_MAX, CONFIGURATION_MAX, POINTS_MAX, REQUESTS_MAX, SCHEDULES_MAX};
use crate::words::Runtime;

/// What reading an expected file came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The file's content; `None` where a diagnostic is an error.
    pub expectation: Option<Expectation>,
    /// Where there is an error: the clauses that are right, for comparisons alone.
    pub fragment: Option<Expectation>,
    /// Every mistake, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads an expected file. One that holds nothing but comments is the empty expectation.
#[must_use]
pub fn read(source: &SourceFile) -> Reading {
    let mut reader = Reader::default();
    reader.diagnostics.extend(source.encoding_error());
    let expectation = match tree::parse(source.text()) {
        Ok(Some(root)) => reader.expectation(&root),
        Ok(None) => Expectation::default(),
        Err(error) => {
            let end = source.text()[error.at..].chars().next();
            let end = error.at + end.filter(|c| *c != '\n').map_or(0, char::len_utf8);
            let found = Diagnostic::error(ExpectedMistake::Syntax, error.at..end, error.message);
            reader.diagnostics.push(match error.help {
                Some(help) => found.with_help(help),
                None => found,
            });
            Expectation::default()
        }
    };
    reader.diagnostics.extend(consistency::check(&expectation));
    let diagnostics = reader.diagnostics;
    let (expectation, fragment) = if diagnostics.iter().any(Diagnostic::is_error) {
        (None, Some(expectation))
    } else {
        (Some(expectation), None)
    };
    Reading {
        expectation,
        fragment,
        diagnostics: arrange(diagnostics),
    }
}

impl Reader {
    fn expectation(&mut self, root: &Node) -> Expectation {
        let mut expectation = Expectation::default();
        let allowed = [ClauseKey::NAMES, FileKey::NAMES].concat();
        for (key, span, value) in self.keys(root, "the expected file", &allowed) {
            if let Ok(clause) = key.parse() {
                self.clause(&mut expectation.clauses, clause, span, value);
            } else if let Ok(key) = key.parse() {
                self.setting(&mut expectation, key, span, value);
            }
        }
        expectation
    }

    /// Reads what is no clause.
    fn setting(&mut self, into: &mut Expectation, key: FileKey, span: Span, value: &Node) {
        match key {
            FileKey::Runtimes => into.runtimes = at(span, self.runtimes(value)),
            FileKey::Weights => into.weights = at(span, self.weights(value)),
            FileKey::Schedules => {
                into.schedules = at(span, self.number(value, "schedules", SCHEDULES_MAX))
            }
            FileKey::Canonical => {
                let mut clauses = Clauses::default();
                for (key, span, value) in self.keys(value, CANONICAL, ClauseKey::NAMES) {
                    if let Ok(clause) = key.parse() {
                        self.clause(&mut clauses, clause, span, value);
                    }
                }
                if value.is_empty_map() {
                    self.empty(span, CANONICAL);
                }
                into.canonical = at(span, Some(clauses));
            }
        }
    }

    /// Reads one clause into its field.
    fn clause(&mut self, into: &mut Clauses, key: ClauseKey, span: Span, value: &Node) {
        match key {
            ClauseKey::Final => {
                into.final_dictionary = at(span, self.dictionary(value, "`final`"));
            }
            ClauseKey::FinalAnyOf => {
                let read = self.list(value, "`final_any_of`", |reader, node| {
                    reader.dictionary(node, "`final_any_of`")
                });
                into.final_any_of = at(span, read);
            }
            ClauseKey::FinalUnchecked => {
                into.final_unchecked =
                    at(span, self.text(value, "why the final state is unchecked"));
            }
            ClauseKey::Results => {
                into.results = at(
                    span,
                    self.numbered(value, "clients", CLIENTS_MAX - 1, Self::results),
                );
            }
            ClauseKey::Unanswered => into.unanswered = at(span, self.unanswered(value)),
            ClauseKey::Reconfigurations => {
                into.reconfigurations = at(
                    span,
                    self.bounds(value, "reconfigurations", CONFIGURATION_MAX),
                );
            }
            ClauseKey::Quorums => into.quorums = at(span, self.sets(value)),
            ClauseKey::Suspects => into.suspects = at(span, self.sets(value)),
            ClauseKey::Convicted => into.convicted = at(span, self.sets(value)),
            ClauseKey::Checkpoints => into.checkpoints = at(span, self.sets(value)),
            ClauseKey::AnsweredBy => {
                let read = self.numbered(value, "clients", CLIENTS_MAX - 1, |reader, node| {
                    reader.numbered(node, "requests", REQUESTS_MAX - 1, Self::answerer)
                });
                into.answered_by = at(span, read);
            }
            ClauseKey::CompletedWithin => {
                into.completed_within = at(
                    span,
                    self.numbered(value, "clients", CLIENTS_MAX - 1, Self::time_limit),
                );
            }
            ClauseKey::RecoveredWithin => into.recovered_within = at(span, self.time_limit(value)),
            ClauseKey::Order => into.order = at(span, self.list(value, "`order`", Self::pattern)),
            ClauseKey::Never => into.never = at(span, self.list(value, "`never`", Self::pattern)),
            ClauseKey::NotApplied => into.not_applied = at(span, self.failures(value, key)),
            ClauseKey::NoEffect => into.no_effect = at(span, self.failures(value, key)),
            ClauseKey::MayNotApply => into.may_not_apply = at(span, self.failures(value, key)),
            ClauseKey::OutsidePromise => {
                into.outside_promise = at(span, self.outside_promise(value));
            }
        }
    }

    fn results(&mut self, node: &Node) -> Option<Items<ResultTest>> {
        // Not `list`: a client without requests has an empty list of results.
        let items = self.items(node, "the results of a client, in request order")?;
        let tests = items.iter().map(|item| {
            let value = match &item.kind {
                NodeKind::Scalar(text) if text == "any" => ResultTest::Any,
                NodeKind::Scalar(text) => ResultTest::OneOf(vec![text.clone()]),
                NodeKind::List(_) => {
                    ResultTest::OneOf(self.list(item, "a result", |reader, node| {
                        reader.text(node, "a result")
                    })?)
                }
                NodeKind::Nothing | NodeKind::Map(_) => {
                    self.wrong_shape(item, "a result, `any`, or a list of results");
                    return None;
                }
            };
            let span = item.span.clone().into();
            Some(Located { span, value })
        });
        all(tests)
    }

    fn unanswered(&mut self, node: &Node) -> Option<Items<(u32, u64)>> {
        let items = self.items(node, "a list of `[client, request]`")?;
        let pairs = items.iter().map(|item| {
            let [client, request] = self.items(item, "`[client, request]`")? else {
                self.wrong_shape(item, "`[client, request]`");
                return None;
            };
            let client = self.number(client, "a client's number", CLIENTS_MAX - 1);
            let request = self.number(request, "a request's number", REQUESTS_MAX - 1);
            let span = item.span.clone().into();
            let value = (client?, request?);
            Some(Located { span, value })
        });
        let pairs = all(pairs)?;
        self.refuse_repeated(pairs.iter().map(|pair| (pair.value, pair.span)));
        Some(pairs)
    }

    fn answerer(&mut self, node: &Node) -> Option<AnsweredBy> {
        const ANSWERERS: &[(&str, AnsweredBy)] = &[
            ("tail", AnsweredBy::Tail),
            ("cache", AnsweredBy::Cache),
            ("olympus", AnsweredBy::Olympus),
        ];
        self.word(node, "who answered", ANSWERERS)
    }

    fn failures(&mut self, node: &Node, clause: ClauseKey) -> Option<Vec<NamedFailure>> {
        let named = self.list(node, &format!("`{clause}`"), |reader, node| {
            let span = node.span.clone().into();
            let text = reader.text(node, "a failure")?;
            NamedFailure::parse(&text, span)
                .map_err(|what| reader.error(ExpectedMistake::BadFailure, span, what))
                .ok()
        })?;
        Some(named)
    }

    fn outside_promise(&mut self, node: &Node) -> Option<OutsidePromise> {
        let invariants: Vec<_> = Invariant::ALL.iter().map(|it| (it.as_str(), *it)).collect();
        let mut outside = OutsidePromise::default();
        for (key, _, value) in self.keys(node, "`outside_promise`", &["broken", "held"]) {
            let names = self.list(value, "invariants", |reader, node| {
                let name = reader.word(node, "an invariant", &invariants)?;
                Some((name, node.span.clone().into()))
            });
            let names = names.unwrap_or_default();
            self.refuse_repeated(names.iter().copied());
            let names = names.into_iter().map(|(name, _)| name).collect();
            match key {
                "broken" => outside.broken = names,
                _ => outside.held = names,
            }
        }
        if node.is_empty_map() {
            self.empty(node.span.clone().into(), "`outside_promise`");
        }
        Some(outside)
    }

    fn runtimes(&mut self, node: &Node) -> Option<Runtimes> {
        if matches!(node.kind, NodeKind::List(_)) {
            let only = self.runtime_list(node)?;
            let because = String::new();
            return Some(Runtimes { only, because });
        }
        let (mut only, mut because) = (None, None);
        let keys = self.keys(node, "`runtimes`", &["only", "because"]);
        let is_there = |name| keys.iter().any(|(key, ..)| *key == name);
        if matches!(node.kind, NodeKind::Map(_)) && !is_there("only") {
            let message = "`runtimes` does not say which: expected `only`";
            self.error(
                ExpectedMistake::MissingKey,
                node.span.clone().into(),
                message,
            );
        }
        for (key, _, value) in keys {
            match key {
                "only" => only = self.runtime_list(value),
                _ => because = self.text(value, "why only these runtimes"),
            }
        }
        Some(Runtimes {
            only: only?,
            because: because.unwrap_or_default(),
        })
    }

    fn runtime_list(&mut self, node: &Node) -> Option<Vec<Runtime>> {
        let runtimes: Vec<_> = Runtime::ALL.iter().map(|r| (r.as_str(), *r)).collect();
        let named = self.list(node, "runtimes", |reader, node| {
            let runtime = reader.word(node, "a runtime", &runtimes)?;
            Some((runtime, node.span.clone().into()))
        })?;
        self.refuse_repeated(named.iter().copied());
        Some(named.into_iter().map(|(runtime, _)| runtime).collect())
    }

    fn weights(&mut self, node: &Node) -> Option<BTreeMap<ClauseName, u32>> {
        let clauses = ClauseKey::ALL.iter().copied();
        let canonical = clauses.clone().map(ClauseName::canonical);
        let names = clauses.map(ClauseName::from).chain(canonical);
        let names: Vec<String> = names.map(String::from).collect();
        let allowed: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut weights = BTreeMap::new();
        for (key, _, value) in self.keys(node, "`weights`", &allowed) {
            if let (Ok(clause), Some(points)) =
                (key.parse(), self.number(value, "points", POINTS_MAX))
            {
                weights.insert(clause, points);
            }
        }
        Some(weights)
    }
}

#[cfg(test)]
mod tests;
