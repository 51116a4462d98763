//! What clauses say: sets, bounds, dictionaries, patterns of events.

use std::collections::{BTreeMap, BTreeSet};

use super::invariant::Invariant;
use crate::diagnostic::{Located, Span};

/// What a map by client, request or configuration says; the place of each value is its number's.
pub type ByNumber<N, T> = BTreeMap<N, Located<T>>;

/// What a list says; the place of each item is its own.
pub type Items<T> = Vec<Located<T>>;

/// What sets should be, by configuration.
pub type SetTests = ByNumber<u32, SetTest>;

/// A dictionary, exactly.
pub type ExpectedDictionary = BTreeMap<String, String>;

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
    /// The event's name; known to [`EVENTS`](crate::expectation::EVENTS).
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
    /// Invariants that break.
    pub broken: Vec<Invariant>,
    /// Invariants that hold all the same.
    pub held: Vec<Invariant>,
}
