//! The clauses of an expected file: the one list of them.
//!
//! A new clause is a row here, an arm where files are read ([`super::read()`]) and one where runs are
//! judged; both are exhaustive.

use std::ops::Range;

use bcr_protocol::message::AnsweredBy;
use bcr_protocol::words;

use super::failure::NamedFailure;
use super::value::{
    Bounds, ByNumber, EventPattern, ExpectedDictionary, Items, OutsidePromise, ResultTest, SetTests,
};
use crate::diagnostic::{Located, Span};
use crate::words::Micros;

/// Writes the names of the clauses, the fields that hold them, and what may stand in each.
macro_rules! clauses {
    ($($(#[$doc:meta])* $variant:ident $key:literal $field:ident: $value:ty,)*) => {
        words! {
            /// The key of a clause, in the order in which clauses are evaluated and documented. All
            /// may stand under `canonical` as well.
            ClauseKey, a "clause" {
                $($(#[$doc])* $variant => $key,)*
            }
        }

        /// Clauses, each absent where the file does not have it. The place of each is that of its key.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Clauses {
            $($(#[$doc])* pub $field: Option<Located<$value>>,)*
        }

        /// What a clause says.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum ClauseValue<'c> {
            $($(#[$doc])* $variant(&'c $value),)*
        }

        impl ClauseValue<'_> {
            /// The key under which it stands.
            #[must_use]
            pub const fn key(&self) -> ClauseKey {
                match self { $(Self::$variant(_) => ClauseKey::$variant,)* }
            }
        }

        impl Clauses {
            /// The clauses that are present, with the places of their keys, in the order of
            /// [`ClauseKey`].
            pub fn present(&self) -> impl Iterator<Item = (Span, ClauseValue<'_>)> {
                [$(self.$field.as_ref().map(|clause| {
                    (clause.span, ClauseValue::$variant(&clause.value))
                }),)*].into_iter().flatten()
            }
        }
    };
}

clauses! {
    /// The dictionary that every correct replica of the last configuration holds at rest.
    Final "final" final_dictionary: ExpectedDictionary,
    /// It holds one of these. Not empty.
    FinalAnyOf "final_any_of" final_any_of: Vec<ExpectedDictionary>,
    /// Only the replay (P11.3) is checked; why.
    FinalUnchecked "final_unchecked" final_unchecked: String,
    /// By client, one for each of its requests in order.
    Results "results" results: ByNumber<u32, Items<ResultTest>>,
    /// The requests, `(client, number)`, that get no answer. May be empty.
    Unanswered "unanswered" unanswered: Items<(u32, u64)>,
    /// How many configurations follow the first.
    Reconfigurations "reconfigurations" reconfigurations: Bounds<u64>,
    /// By configuration, the quorum finally used.
    Quorums "quorums" quorums: SetTests,
    /// By configuration, the replicas that correct processes suspected.
    Suspects "suspects" suspects: SetTests,
    /// By configuration, the replicas that were convicted.
    Convicted "convicted" convicted: SetTests,
    /// By configuration, the slots whose checkpoint proof some correct replica completed.
    Checkpoints "checkpoints" checkpoints: SetTests,
    /// By client and request, who answered.
    AnsweredBy "answered_by" answered_by: ByNumber<u32, ByNumber<u64, AnsweredBy>>,
    /// By client, how long each of its requests takes from its invocation.
    CompletedWithin "completed_within_ms" completed_within: ByNumber<u32, Bounds<Micros>>,
    /// How long it takes from each accepted reconfiguration request to a result.
    RecoveredWithin "recovered_within_ms" recovered_within: Bounds<Micros>,
    /// Events that occur in this order. Not empty.
    Order "order" order: Vec<EventPattern>,
    /// Events that do not occur. Not empty.
    Never "never" never: Vec<EventPattern>,
    /// Failures that end armed or not triggered. Not empty.
    NotApplied "not_applied" not_applied: Vec<NamedFailure>,
    /// Failures that are applied without effect. Not empty.
    NoEffect "no_effect" no_effect: Vec<NamedFailure>,
    /// Failures whose fate depends on the schedule. Not empty.
    MayNotApply "may_not_apply" may_not_apply: Vec<NamedFailure>,
    /// What becomes of the invariants in a run outside the promise.
    OutsidePromise "outside_promise" outside_promise: OutsidePromise,
}

impl ClauseKey {
    /// Whether the clause only excuses what the scenario plans, and says nothing of what a run comes to.
    #[must_use]
    pub const fn is_excuse(self) -> bool {
        match self {
            Self::NotApplied | Self::NoEffect | Self::MayNotApply | Self::OutsidePromise => true,
            Self::Final
            | Self::FinalAnyOf
            | Self::FinalUnchecked
            | Self::Results
            | Self::Unanswered
            | Self::Reconfigurations
            | Self::Quorums
            | Self::Suspects
            | Self::Convicted
            | Self::Checkpoints
            | Self::AnsweredBy
            | Self::CompletedWithin
            | Self::RecoveredWithin
            | Self::Order
            | Self::Never => false,
        }
    }

    /// Whether the clause is about time or order, or about what comes of a timer that expired: a machine that
    /// is too busy breaks it, though the protocol does all that it owes.
    #[must_use]
    pub const fn is_about_time(self) -> bool {
        match self {
            Self::Unanswered
            | Self::Reconfigurations
            | Self::Quorums
            | Self::Suspects
            | Self::Checkpoints
            | Self::AnsweredBy
            | Self::CompletedWithin
            | Self::RecoveredWithin
            | Self::Order => true,
            Self::Final
            | Self::FinalAnyOf
            | Self::FinalUnchecked
            | Self::Results
            | Self::Convicted
            | Self::Never
            | Self::NotApplied
            | Self::NoEffect
            | Self::MayNotApply
            | Self::OutsidePromise => false,
        }
    }
}

impl Clauses {
    /// The clauses that say what the final dictionary is, or that nobody does.
    pub(super) fn finals(&self) -> impl Iterator<Item = (ClauseKey, Span)> {
        let present = self.present().map(|(span, value)| (value.key(), span));
        present.filter(|(key, _)| {
            matches!(
                key,
                ClauseKey::Final | ClauseKey::FinalAnyOf | ClauseKey::FinalUnchecked
            )
        })
    }

    /// The clauses whose values are sets by configuration.
    pub(super) fn sets(&self) -> [(ClauseKey, Option<&Located<SetTests>>); 4] {
        [
            (ClauseKey::Quorums, self.quorums.as_ref()),
            (ClauseKey::Suspects, self.suspects.as_ref()),
            (ClauseKey::Convicted, self.convicted.as_ref()),
            (ClauseKey::Checkpoints, self.checkpoints.as_ref()),
        ]
    }

    /// The failures that a clause names, by clause.
    pub fn named_failures(&self) -> impl Iterator<Item = (ClauseKey, &NamedFailure)> {
        [
            (ClauseKey::NotApplied, &self.not_applied),
            (ClauseKey::NoEffect, &self.no_effect),
            (ClauseKey::MayNotApply, &self.may_not_apply),
        ]
        .into_iter()
        .flat_map(|(key, clause)| {
            let named = clause.iter().flat_map(|clause| &clause.value);
            named.map(move |failure| (key, failure))
        })
    }

    /// Where the key of a clause stands.
    pub(super) fn span_of(&self, key: ClauseKey) -> Option<Range<usize>> {
        let mut present = self.present();
        let (span, _) = present.find(|(_, value)| value.key() == key)?;
        Some(span.into())
    }
}
