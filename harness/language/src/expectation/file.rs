//! An expected file: its clauses, and how its scenario runs.

use std::collections::BTreeMap;
use std::ops::Range;

use bcr_protocol::words;

use super::clause_name::ClauseName;
use super::clauses::Clauses;
use super::value::ResultTest;
use crate::diagnostic::{Located, Subject};
use crate::scenario::Scenario;
use crate::words::Runtime;

words! {
    /// A key of an expected file that is no clause.
    FileKey, a "key of an expected file" {
        /// Where the scenario runs.
        Runtimes => "runtimes",
        /// Points in a class report.
        Weights => "weights",
        /// How many random schedules run.
        Schedules => "schedules",
        /// The clauses that are judged in the canonical schedule alone.
        Canonical => "canonical",
    }
}

/// An expected file. The default is the empty file: no clause, nothing excused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The clauses that must hold in every schedule and every listed runtime.
    pub clauses: Clauses,
    /// The clauses that are judged in seed 0 of the simulator only.
    pub canonical: Option<Located<Clauses>>,
    /// The runtimes in which the scenario runs; all where absent.
    pub runtimes: Option<Located<Runtimes>>,
    /// Points in a class report, by clause (`final`, `canonical.final`); 1 where absent.
    pub weights: Option<Located<BTreeMap<ClauseName, u32>>>,
    /// How many random schedules run besides the canonical one.
    pub schedules: Option<Located<u64>>,
}

impl Expectation {
    /// Whether the file accounts for a remark about the scenario: it names the failure that will not
    /// be applied, states the request's result, or says what holds beyond the promise.
    #[must_use]
    pub fn excuses(&self, scenario: &Scenario, subject: Subject) -> bool {
        let canonical = self.canonical.as_ref().map(|canonical| &canonical.value);
        let mut clauses = std::iter::once(&self.clauses).chain(canonical);
        match subject {
            Subject::Configuration(_) => clauses.any(|clauses| clauses.outside_promise.is_some()),
            Subject::Request { client, request } => clauses.any(|clauses| {
                let results = clauses.results.as_ref();
                let of_client = results.and_then(|results| results.value.get(&client));
                let request = usize::try_from(request).unwrap_or(usize::MAX);
                let result = of_client.and_then(|results| results.value.get(request));
                result.is_some_and(|result| result.value != ResultTest::Any)
            }),
            Subject::Failure(index) => scenario.failures.get(index).is_some_and(|failure| {
                clauses
                    .flat_map(Clauses::named_failures)
                    .any(|(_, named)| failure.is_named_by(&named.reference))
            }),
        }
    }

    /// Where a clause's key stands, in bytes of the source. `None` for a clause that the file does not
    /// have.
    #[must_use]
    pub fn span_of(&self, clause: ClauseName) -> Option<Range<usize>> {
        self.of(clause)?.span_of(clause.key)
    }

    /// The clauses among which this one would stand.
    #[must_use]
    pub fn of(&self, clause: ClauseName) -> Option<&Clauses> {
        if clause.is_canonical {
            self.canonical.as_ref().map(|canonical| &canonical.value)
        } else {
            Some(&self.clauses)
        }
    }
}

/// Where a scenario runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtimes {
    /// In these. Not empty, none twice.
    pub only: Vec<Runtime>,
    /// Why not in the others; empty where nothing was said.
    pub because: String,
}
