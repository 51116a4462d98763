//! Expected files: what a scenario should come to, as clauses that are checked one by one.
//!
//! An expected file is YAML (docs/expectations.md). [`read()`] turns it into an [`Expectation`] and reports all
//! its mistakes with their places, [`check_against`] compares it with the scenario that it belongs
//! to. Whether a run keeps the clauses is for `clause` to say.
//!
//! Scalars in `final` and `results` are the text as written: `0123`, `on` and `~` are strings.

mod against;
mod consistency;
mod event_names;
mod failure;
mod kind;
mod read;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use bcr_protocol::message::AnsweredBy;

use crate::diagnostic::Subject;
use crate::scenario::Scenario;
use crate::words::Micros;
use crate::words::Runtime;

pub use against::{check_against, check_against_fragment};
pub use event_names::{EVENTS, fields_of};
pub use failure::NamedFailure;
pub use kind::Kind;
pub use read::{Reading, read};

/// The keys of an expected file that are clauses, in the order in which they are evaluated and
/// documented. All may stand under `canonical` as well.
pub const CLAUSES: &[&str] = &[
    "final",
    "final_any_of",
    "final_unchecked",
    "results",
    "unanswered",
    "reconfigurations",
    "quorums",
    "suspects",
    "convicted",
    "checkpoints",
    "answered_by",
    "completed_within_ms",
    "recovered_within_ms",
    "order",
    "never",
    "not_applied",
    "no_effect",
    "may_not_apply",
    "outside_promise",
];

/// The keys of an expected file that are no clauses.
pub const SETTINGS: &[&str] = &["runtimes", "weights", "schedules", "canonical"];

/// The invariants of P11, as `outside_promise` and `outcome.json` spell them.
pub const INVARIANTS: &[&str] = &[
    "agreement",
    "validity",
    "linearizability",
    "durability",
    "no_holes",
    "wedge",
    "accountability",
    "liveness",
    "state",
];

/// An expected file. The default is the empty file: no clause, nothing excused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The clauses that must hold in every schedule and every listed runtime.
    pub clauses: Clauses,
    /// The clauses that are checked in seed 0 of the simulator only.
    pub canonical: Option<Located<Clauses>>,
    /// The runtimes in which the scenario runs; all where absent.
    pub runtimes: Option<Located<Runtimes>>,
    /// Points in a class report, by clause (`final`, `canonical.final`); 1 where absent.
    pub weights: Option<Located<BTreeMap<String, u32>>>,
    /// How many random schedules run besides the canonical one.
    pub schedules: Option<Located<u64>>,
}

impl Expectation {
    /// Whether the file accounts for a warning about the scenario: it names the failure that will not
    /// be applied, or says what holds beyond the promise.
    #[must_use]
    pub fn excuses(&self, scenario: &Scenario, subject: Subject) -> bool {
        let canonical = self.canonical.as_ref().map(|canonical| &canonical.value);
        let mut clauses = std::iter::once(&self.clauses).chain(canonical);
        match subject {
            Subject::Configuration(_) => clauses.any(|clauses| clauses.outside_promise.is_some()),
            Subject::Failure(index) => scenario.failures.get(index).is_some_and(|failure| {
                clauses
                    .flat_map(Clauses::named_failures)
                    .any(|(_, named)| failure.is_named_by(&named.reference))
            }),
        }
    }

    /// Where a clause's key stands, in bytes of the source; `clause` as in `outcome.json`: `final`,
    /// `canonical.final`. `None` for a clause that the file does not have.
    #[must_use]
    pub fn span_of(&self, clause: &str) -> Option<Range<usize>> {
        match clause.strip_prefix("canonical.") {
            Some(key) => self.canonical.as_ref()?.value.span_of(key),
            None => self.clauses.span_of(clause),
        }
    }
}

/// A value, and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Located<T> {
    /// In bytes of the source: the key, for the value of a key; else the value itself.
    pub span: Span,
    /// The value.
    pub value: T,
}

/// A place in a file's text, from the first byte to the one after the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

/// Clauses, each absent where the file does not have it. The place of each is that of its key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clauses {
    /// The dictionary that every correct replica of the last configuration holds at rest.
    pub final_dictionary: Option<Located<Dictionary>>,
    /// It holds one of these. Not empty.
    pub final_any_of: Option<Located<Vec<Dictionary>>>,
    /// Only the replay (P11.3) is checked; why.
    pub final_unchecked: Option<Located<String>>,
    /// By client, one for each of its requests in order.
    pub results: Option<Located<ByNumber<u32, Items<ResultTest>>>>,
    /// The requests, `(client, number)`, that get no answer. May be empty.
    pub unanswered: Option<Located<Items<(u32, u64)>>>,
    /// How many configurations follow the first.
    pub reconfigurations: Option<Located<Bounds<u64>>>,
    /// By configuration, the quorum finally used.
    pub quorums: Option<Located<SetTests>>,
    /// By configuration, the replicas that correct processes suspected.
    pub suspects: Option<Located<SetTests>>,
    /// By configuration, the replicas that were convicted.
    pub convicted: Option<Located<SetTests>>,
    /// By configuration, the slots whose checkpoint proof some correct replica completed.
    pub checkpoints: Option<Located<SetTests>>,
    /// By client and request, who answered.
    pub answered_by: Option<Located<ByNumber<u32, ByNumber<u64, AnsweredBy>>>>,
    /// By client, how long each of its requests takes from its invocation.
    pub completed_within: Option<Located<ByNumber<u32, Bounds<Micros>>>>,
    /// How long it takes from each accepted reconfiguration request to a result.
    pub recovered_within: Option<Located<Bounds<Micros>>>,
    /// Events that occur in this order. Not empty.
    pub order: Option<Located<Vec<EventPattern>>>,
    /// Events that do not occur. Not empty.
    pub never: Option<Located<Vec<EventPattern>>>,
    /// Failures that end armed or not triggered. Not empty.
    pub not_applied: Option<Located<Vec<NamedFailure>>>,
    /// Failures that are applied without effect. Not empty.
    pub no_effect: Option<Located<Vec<NamedFailure>>>,
    /// Failures whose fate depends on the schedule. Not empty.
    pub may_not_apply: Option<Located<Vec<NamedFailure>>>,
    /// What becomes of the invariants in a run outside the promise.
    pub outside_promise: Option<Located<OutsidePromise>>,
}

impl Clauses {
    /// The clauses that are present, with the places of their keys, in the order of [`CLAUSES`].
    #[must_use]
    pub fn present(&self) -> Vec<(&'static str, Span)> {
        let spans = [
            self.final_dictionary.as_ref().map(|c| c.span),
            self.final_any_of.as_ref().map(|c| c.span),
            self.final_unchecked.as_ref().map(|c| c.span),
            self.results.as_ref().map(|c| c.span),
            self.unanswered.as_ref().map(|c| c.span),
            self.reconfigurations.as_ref().map(|c| c.span),
            self.quorums.as_ref().map(|c| c.span),
            self.suspects.as_ref().map(|c| c.span),
            self.convicted.as_ref().map(|c| c.span),
            self.checkpoints.as_ref().map(|c| c.span),
            self.answered_by.as_ref().map(|c| c.span),
            self.completed_within.as_ref().map(|c| c.span),
            self.recovered_within.as_ref().map(|c| c.span),
            self.order.as_ref().map(|c| c.span),
            self.never.as_ref().map(|c| c.span),
            self.not_applied.as_ref().map(|c| c.span),
            self.no_effect.as_ref().map(|c| c.span),
            self.may_not_apply.as_ref().map(|c| c.span),
            self.outside_promise.as_ref().map(|c| c.span),
        ];
        CLAUSES
            .iter()
            .zip(spans)
            .filter_map(|(key, span)| Some((*key, span?)))
            .collect()
    }

    /// The clauses of one word whose values are sets by configuration.
    pub fn sets(&self) -> [(&'static str, Option<&Located<SetTests>>); 4] {
        [
            ("quorums", self.quorums.as_ref()),
            ("suspects", self.suspects.as_ref()),
            ("convicted", self.convicted.as_ref()),
            ("checkpoints", self.checkpoints.as_ref()),
        ]
    }

    /// The failures that a clause names, by clause.
    pub fn named_failures(&self) -> impl Iterator<Item = (&'static str, &NamedFailure)> {
        [
            ("not_applied", &self.not_applied),
            ("no_effect", &self.no_effect),
            ("may_not_apply", &self.may_not_apply),
        ]
        .into_iter()
        .flat_map(|(key, clause)| {
            let named = clause.iter().flat_map(|clause| &clause.value);
            named.map(move |failure| (key, failure))
        })
    }

    fn span_of(&self, key: &str) -> Option<Range<usize>> {
        let present = self.present();
        let (_, span) = present.iter().find(|(name, _)| *name == key)?;
        Some((*span).into())
    }
}

/// What a map by client, request or configuration says; the place of each value is its number's.
pub type ByNumber<N, T> = BTreeMap<N, Located<T>>;

/// What a list says; the place of each item is its own.
pub type Items<T> = Vec<Located<T>>;

/// What sets should be, by configuration.
pub type SetTests = ByNumber<u32, SetTest>;

/// A dictionary, exactly.
pub type Dictionary = BTreeMap<String, String>;

/// What a request's result should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultTest {
    /// `any`: whatever it is, or none.
    Any,
    /// One of these texts. Not empty.
    OneOf(Vec<String>),
}

/// What a number should be, both bounds included. At least one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds<T> {
    /// No less than this.
    pub at_least: Option<T>,
    /// No more than this.
    pub at_most: Option<T>,
}

impl<T: PartialOrd> Bounds<T> {
    /// Whether `value` lies within.
    #[must_use]
    pub fn contain(&self, value: &T) -> bool {
        self.at_least.as_ref().is_none_or(|least| value >= least)
            && self.at_most.as_ref().is_none_or(|most| value <= most)
    }
}

/// What a set should be: everything that is given must hold. Something is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetTest {
    /// Exactly these; nothing else is given then.
    pub is: Option<BTreeSet<u64>>,
    /// All of these.
    pub includes: Option<BTreeSet<u64>>,
    /// At least one of these.
    pub includes_any: Option<BTreeSet<u64>>,
    /// None of these.
    pub excludes: Option<BTreeSet<u64>>,
}

impl SetTest {
    /// Whether `set` is as it should be.
    #[must_use]
    pub fn holds(&self, set: &BTreeSet<u64>) -> bool {
        self.is.as_ref().is_none_or(|is| is == set)
            && self.includes.as_ref().is_none_or(|all| all.is_subset(set))
            && self
                .includes_any
                .as_ref()
                .is_none_or(|any| !any.is_disjoint(set))
            && self
                .excludes
                .as_ref()
                .is_none_or(|none| none.is_disjoint(set))
    }

    /// The words that are given, with their numbers.
    pub fn words(&self) -> impl Iterator<Item = (&'static str, &BTreeSet<u64>)> {
        [
            ("is", &self.is),
            ("includes", &self.includes),
            ("includes_any", &self.includes_any),
            ("excludes", &self.excludes),
        ]
        .into_iter()
        .filter_map(|(word, set)| Some((word, set.as_ref()?)))
    }
}

/// Which events are meant: those that have all these fields.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPattern {
    /// The whole of it.
    pub span: Span,
    /// The event's name; known to [`EVENTS`].
    pub event: String,
    /// The other fields, in the order of the file; each known for this event.
    pub fields: Vec<(String, FieldTest)>,
}

/// What a field of an event should be.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldTest {
    /// This text; a number by its value (`6003` is `6003.0`).
    Text(String),
    /// A number within these bounds.
    Bounds(Bounds<f64>),
    /// A list of as many elements, each as its test says.
    List(Vec<Self>),
    /// A map that has these fields, perhaps others.
    Map(Vec<(String, Self)>),
}

/// What becomes of the invariants in a run outside the promise. Names something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutsidePromise {
    /// Invariants that break, of [`INVARIANTS`].
    pub broken: Vec<String>,
    /// Invariants that hold all the same.
    pub held: Vec<String>,
}

/// Where a scenario runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtimes {
    /// In these. Not empty, none twice.
    pub only: Vec<Runtime>,
    /// Why not in the others; empty where nothing was said.
    pub because: String,
}

#[cfg(test)]
mod schema_tests;
