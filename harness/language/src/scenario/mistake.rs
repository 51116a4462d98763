//! The kinds of mistakes in a scenario file.

use crate::diagnostic::Code;

/// Declares the kinds with their codes, and lists them all.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What is wrong with a scenario file. Tests and filters compare kinds, never messages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ScenarioMistake {
            $($(#[$doc])* $name,)*
        }

        impl ScenarioMistake {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its stable name, in kebab case.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A failure that the crash of the same replica comes before. Warning.
    AfterCrash = "after-crash",
    /// Quotes are missing, and more than one way to add them makes sense. Error.
    AmbiguousQuotes = "ambiguous-quotes",
    /// A value of the wrong form. Error.
    BadValue = "bad-value",
    /// A parameter was left to its default. Warning.
    DefaultUsed = "default-used",
    /// The same parameter twice. Error.
    DuplicateParameter = "duplicate-parameter",
    /// A list with nothing in it. Warning.
    EmptyList = "empty-list",
    /// An index, or the client of a trigger, that does not exist. Error.
    IndexOutOfRange = "index-out-of-range",
    /// A slice that is valid on no value. Error, unless the expected file states the result.
    InvalidSlice = "invalid-slice",
    /// A carriage return that ends no line. Error.
    LoneCarriageReturn = "lone-carriage-return",
    /// A duration that was probably meant in seconds. Warning.
    LooksLikeSeconds = "looks-like-seconds",
    /// Text that is no `name(arguments)`. Error.
    MalformedCall = "malformed-call",
    /// The left side of an `=` is no parameter name. Error.
    MalformedName = "malformed-name",
    /// Quotes were missing or typographic, with one reading. Warning.
    MendedQuote = "mended-quote",
    /// A message number beyond what a run without failures produces. Warning or note.
    MessageNumber = "message-number",
    /// A parameter that has no default is not given. Error.
    MissingParameter = "missing-parameter",
    /// A trigger on a message that never comes. Warning.
    NeverReceived = "never-received",
    /// A failure that spoils a message that is never sent. Warning.
    NeverSent = "never-sent",
    /// A failure that changes nothing. Warning.
    NoEffect = "no-effect",
    /// A line without `=`. Warning; error where it was meant to be a list, or the rest of one.
    NoEquals = "no-equals",
    /// No client asks for anything. Error.
    NoRequests = "no-requests",
    /// A character that other programs take for the end of a line. Error.
    OddLineEnd = "odd-line-end",
    /// An argument was left out that has a default. Warning.
    OmittedArgument = "omitted-argument",
    /// A sleep that no timer notices. Note.
    ShortSleep = "short-sleep",
    /// A workload of a client that does not exist. Warning.
    SpareWorkload = "spare-workload",
    /// A value beyond what the harness takes on. Error.
    TooLarge = "too-large",
    /// More diagnostics than are shown.
    TooMany = "too-many",
    /// More than `t` replicas of one configuration fail. Warning.
    TooManyFaulty = "too-many-faulty",
    /// A value below what makes sense. Error.
    TooSmall = "too-small",
    /// A comment behind a value. Warning.
    TrailingComment = "trailing-comment",
    /// A `;` with nothing behind it. Warning.
    TrailingSeparator = "trailing-separator",
    /// No such failure. Error.
    UnknownFailure = "unknown-failure",
    /// No such operation. Error.
    UnknownOperation = "unknown-operation",
    /// No such parameter. Warning; with indices, nearly `failures` or `workload`, or in an override error.
    UnknownParameter = "unknown-parameter",
    /// No such trigger. Error.
    UnknownTrigger = "unknown-trigger",
    /// A configuration that nothing brings about. Warning.
    UnreachedConfiguration = "unreached-configuration",
    /// An argument of the wrong kind. Error.
    WrongArgument = "wrong-argument",
    /// Too few or too many arguments. Error.
    WrongArity = "wrong-arity",
    /// Too few or too many indices, or one that is no number. Error.
    WrongIndex = "wrong-index",
    /// A timeout of 0. Warning.
    ZeroTimeout = "zero-timeout",
}

impl From<ScenarioMistake> for Code {
    fn from(kind: ScenarioMistake) -> Self {
        Self::new(kind.as_str())
    }
}

impl PartialEq<ScenarioMistake> for Code {
    fn eq(&self, kind: &ScenarioMistake) -> bool {
        *self == Self::from(*kind)
    }
}
