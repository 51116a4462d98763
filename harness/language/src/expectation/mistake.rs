//! The kinds of mistakes in an expected file.

use crate::diagnostic::Code;

/// Writes the enum and the one table of its codes.
macro_rules! mistakes {
    ($($(#[$doc:meta])* $variant:ident => $code:literal,)*) => {
        /// A kind of mistake in an expected file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ExpectedMistake {
            $($(#[$doc])* $variant,)*
        }

        impl ExpectedMistake {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code that diagnostics carry.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$variant => Code::new($code),)* }
            }
        }
    };
}

mistakes! {
    /// The file is no YAML document.
    Syntax => "expected-syntax",
    /// A key that means nothing here.
    UnknownKey => "expected-unknown-key",
    /// A key that stands twice in one map.
    RepeatedKey => "expected-repeated-key",
    /// A key without which the map says nothing.
    MissingKey => "expected-missing-key",
    /// A list where a map should be, and the like.
    WrongShape => "expected-wrong-shape",
    /// A scalar that is none of those that are allowed.
    UnknownWord => "expected-unknown-word",
    /// A scalar that is no number, or none that can be meant.
    BadNumber => "expected-bad-number",
    /// A list or map that is empty and so says nothing.
    Empty => "expected-empty",
    /// A list in which something stands twice.
    RepeatedItem => "expected-repeated-item",
    /// An event that no process ever reports.
    UnknownEvent => "expected-unknown-event",
    /// A field that the event never has.
    UnknownField => "expected-unknown-field",
    /// A failure that is not spelt as in a scenario file.
    BadFailure => "expected-bad-failure",
    /// Clauses that cannot all hold.
    Contradiction => "expected-contradiction",
    /// A weight of a clause that the file does not have.
    IdleWeight => "expected-idle-weight",
    /// A client, request or replica that the scenario does not have.
    OutOfRange => "expected-out-of-range",
    /// A list of results that has not one entry for each request of the client.
    WrongCount => "expected-wrong-count",
    /// A failure that the scenario does not plan.
    UnknownFailure => "expected-unknown-failure",
}

impl From<ExpectedMistake> for Code {
    fn from(kind: ExpectedMistake) -> Self {
        kind.code()
    }
}
