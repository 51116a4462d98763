//! What numbers should be: bounds, times, sets.

use std::collections::BTreeSet;

use super::values::{Reader, all};
use crate::diagnostic::Span;
use crate::expectation::mistake::ExpectedMistake;
use crate::expectation::tree::{Node, NodeKind};
use crate::expectation::value::{Bounds, SetTest, SetTests};
use crate::limits::{CONFIGURATION_MAX, DURATION_MS_MAX};
use crate::words::Micros;

impl Reader {
    /// A whole number up to `most`, or `{at_least, at_most}`.
    pub(super) fn bounds(&mut self, node: &Node, what: &str, most: u64) -> Option<Bounds<u64>> {
        self.limits(
            node,
            what,
            |reader, node| reader.number(node, what, most),
            |exactly| Bounds {
                at_least: Some(exactly),
                at_most: Some(exactly),
            },
        )
    }

    /// Milliseconds, no more than which a time should be, or `{at_least, at_most}`.
    pub(super) fn time_limit(&mut self, node: &Node) -> Option<Bounds<Micros>> {
        self.limits(node, "milliseconds", Self::milliseconds, |most| Bounds {
            at_least: None,
            at_most: Some(most),
        })
    }

    /// A value, or `{at_least, at_most}` with one of them or both.
    pub(super) fn limits<T: PartialOrd + Copy>(
        &mut self,
        node: &Node,
        what: &str,
        read: impl Fn(&mut Self, &Node) -> Option<T>,
        alone: impl Fn(T) -> Bounds<T>,
    ) -> Option<Bounds<T>> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return read(self, node).map(alone);
        }
        let place = format!("the bounds of {what}");
        let (mut at_least, mut at_most) = (None, None);
        for (key, _, value) in self.keys(node, &place, &["at_least", "at_most"]) {
            let bound = read(self, value);
            match key {
                "at_least" => at_least = bound,
                _ => at_most = bound,
            }
        }
        match (at_least, at_most) {
            (None, None) => {
                if node.is_empty_map() {
                    self.empty(node.span.clone().into(), &place);
                }
                return None;
            }
            (Some(least), Some(most)) if least > most => {
                let message = format!("{place} leave nothing: `at_least` is above `at_most`");
                self.error(
                    ExpectedMistake::Contradiction,
                    node.span.clone().into(),
                    message,
                );
                return None;
            }
            _ => {}
        }
        Some(Bounds { at_least, at_most })
    }

    /// Milliseconds with at most three decimals.
    fn milliseconds(&mut self, node: &Node) -> Option<Micros> {
        let text = self.text(node, "a time in milliseconds")?;
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let is_decimal =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_time = is_decimal(whole) && is_decimal(part) && part.len() <= 3;
        let micros = format!("{whole}{part:0<3}").parse().ok();
        let micros = micros.filter(|micros| *micros <= DURATION_MS_MAX * 1_000);
        if let Some(micros) = micros.filter(|_| is_time) {
            return Some(Micros(micros));
        }
        let message = if is_time {
            format!("`{text}` is too large: expected milliseconds, at most {DURATION_MS_MAX}")
        } else {
            format!("`{text}` is no time: expected milliseconds, with up to three decimals")
        };
        self.error(
            ExpectedMistake::BadNumber,
            node.span.clone().into(),
            message,
        );
        None
    }

    /// By configuration: a list, which means `is`, or a map with the four words.
    pub(super) fn sets(&mut self, node: &Node) -> Option<SetTests> {
        self.numbered(node, "configurations", CONFIGURATION_MAX, Self::set)
    }

    fn set(&mut self, node: &Node) -> Option<SetTest> {
        let mut test = SetTest::default();
        if matches!(node.kind, NodeKind::List(_)) {
            test.is = Some(self.number_set(node)?);
            return Some(test);
        }
        let words = ["is", "includes", "includes_any", "excludes"];
        for (word, span, value) in self.keys(node, "a set of numbers", &words) {
            let set = self.number_set(value);
            if word != "is" && set.as_ref().is_some_and(BTreeSet::is_empty) {
                self.empty(span, &format!("`{word}`"));
            }
            match word {
                "is" => test.is = set,
                "includes" => test.includes = set,
                "includes_any" => test.includes_any = set,
                _ => test.excludes = set,
            }
        }
        if node.is_empty_map() {
            self.empty(node.span.clone().into(), "the set");
        }
        self.refuse_contradictory_set(&test, node.span.clone().into());
        Some(test)
    }

    fn refuse_contradictory_set(&mut self, test: &SetTest, span: Span) {
        let empty = BTreeSet::new();
        let of = |set: &Option<BTreeSet<u64>>| set.clone().unwrap_or_default();
        let (includes, excludes) = (of(&test.includes), of(&test.excludes));
        if test.is.is_some() && test.words().count() > 1 {
            let message = "`is` says everything: nothing else may stand beside it";
            self.error(ExpectedMistake::Contradiction, span, message);
        }
        if !includes.is_disjoint(&excludes) {
            let message = "`includes` and `excludes` name the same number";
            self.error(ExpectedMistake::Contradiction, span, message);
        }
        let any = test.includes_any.as_ref().unwrap_or(&empty);
        if !any.is_empty() && any.is_subset(&excludes) {
            let message = "`excludes` names every number of `includes_any`";
            self.error(ExpectedMistake::Contradiction, span, message);
        }
    }

    fn number_set(&mut self, node: &Node) -> Option<BTreeSet<u64>> {
        let items = self.items(node, "a list of numbers")?;
        let numbers = items.iter().map(|item| {
            let number: u64 = self.number(item, "a member of the set", u64::MAX)?;
            Some((number, item.span.clone().into()))
        });
        let numbers = all(numbers)?;
        self.refuse_repeated(numbers.iter().copied());
        Some(numbers.into_iter().map(|(number, _)| number).collect())
    }
}
