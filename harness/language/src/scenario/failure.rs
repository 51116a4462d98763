//! Failures: what a replica does wrong, once, and the table of all of them.
//!
//! What a failure does to a message or to its replica is not known here, only what files, remarks and
//! outcomes say about it. Source: docs/protocol.md P10.

use std::fmt;

use bcr_protocol::message::MessageKind;
use borsh::{BorshDeserialize, BorshSerialize};

use crate::limits::DURATION_MS_MAX;

/// When a failure happens, once its trigger has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    AtOnce(Deed),
    /// It waits for an outgoing message.
    Sending(Awaited),
    /// It waits for an outgoing message, which the tail does not send under the same name.
    SendingByPosition {
        /// What it waits for at the tail.
        tail: Awaited,
        /// What it waits for elsewhere.
        elsewhere: Awaited,
    },
}

/// What happens at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The process stops.
    Crash,
    /// Nothing is done for a while.
    Sleep,
    /// The message is not handled.
    Drop,
    /// The head skips a slot.
    SkipSlot,
    /// An operation that nobody asked for is applied to the running state.
    Apply,
}

/// What an outgoing message may be that a failure waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A shuttle.
    Shuttle,
    /// A result.
    Result,
    /// A result or a result shuttle.
    AnyResult,
    /// A wedged message.
    Wedged,
    /// A completed checkpoint.
    CompletedCheckpoint,
    /// Any message.
    Any,
}

/// What the argument of a failure stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// How many entries of a history.
    Entries,
    /// How long, in ms.
    Milliseconds,
}

/// Declares the failures with their names, what their argument stands for, and when they happen.
macro_rules! failures {
    ($(
        $(#[$doc:meta])*
        $variant:ident $({ $(#[$of:meta])* $field:ident: $argument:ident })? = $name:literal, $when:expr;
    )*) => {
        /// What a replica does wrong, once (P10).
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            BorshSerialize,
            BorshDeserialize,
        )]
        pub enum Failure {
            $($(#[$doc])* $variant $({ $(#[$of])* $field: u64 })?,)*
        }

        impl Failure {
            /// All of them, in the order of docs/protocol.md P10; an argument is 0.
            pub const ALL: &[Self] = &[$(Self::$variant $({ $field: 0 })?,)*];

            /// Their names, in the same order.
            pub const NAMES: &[&str] = &[$($name,)*];

            /// Its name in a scenario file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant $({ $field: _ })? => $name,)*
                }
            }

            /// Its argument, if it takes one: what it stands for, and how many.
            #[must_use]
            pub const fn argument(self) -> Option<(Amount, u64)> {
                match self {
                    $(Self::$variant $({ $field })? => only(&[$((Amount::$argument, $field))?]),)*
                }
            }

            /// The same failure with another argument, if it takes one.
            #[must_use]
            pub const fn with_argument(self, value: u64) -> Self {
                match self {
                    $(Self::$variant $({ $field: _ })? => Self::$variant $({ $field: value })?,)*
                }
            }

            /// When it happens, once its trigger has come.
            #[must_use]
            pub const fn when(self) -> When {
                match self {
                    $(Self::$variant $({ $field: _ })? => $when,)*
                }
            }
        }
    };
}

failures! {
    /// The next shuttle's own statements name `get('x')`.
    ChangeOperation = "change_operation", When::Sending(Awaited::Shuttle);
    /// The next result's or result shuttle's own result statement has the hash of `OK`.
    ChangeResult = "change_result", When::Sending(Awaited::AnyResult);
    /// The next result or result shuttle lacks the head's result statement.
    DropResultStatement = "drop_result_stmt", When::Sending(Awaited::AnyResult);
    /// The process stops.
    Crash = "crash", When::AtOnce(Deed::Crash);
    /// The next wedged message leaves out the last entries.
    TruncateHistory {
        /// How many.
        entries: Entries
    } = "truncate_history", When::Sending(Awaited::Wedged);
    /// Nothing happens for a while.
    Sleep {
        /// How long, in ms.
        ms: Milliseconds
    } = "sleep", When::AtOnce(Deed::Sleep);
    /// The message is ignored.
    Drop = "drop", When::AtOnce(Deed::Drop);
    /// The head skips a slot.
    IncrementSlot = "increment_slot", When::AtOnce(Deed::SkipSlot);
    /// `put('a','a')` is applied to the running state.
    ExtraOperation = "extra_op", When::AtOnce(Deed::Apply);
    /// The next shuttle's own order statement has a bad signature.
    InvalidOrderSignature = "invalid_order_sig", When::Sending(Awaited::Shuttle);
    /// The next shuttle's (at the tail: result's) own result statement has a bad signature.
    InvalidResultSignature = "invalid_result_sig", When::SendingByPosition {
        tail: Awaited::Result,
        elsewhere: Awaited::Shuttle,
    };
    /// The next completed checkpoint lacks the first `t + 1` statements.
    DropCheckpointStatements = "drop_checkpt_stmts", When::Sending(Awaited::CompletedCheckpoint);
    /// The next message, whatever it is, is not sent.
    OmitSend = "omit_send", When::Sending(Awaited::Any);
}

impl Failure {
    /// The failure that scenario files call `name`; an argument is 0.
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }

    /// The outgoing message that it waits for, at a replica that is the tail or is not; `None` where it
    /// happens at once.
    #[must_use]
    pub const fn awaits(self, is_tail: bool) -> Option<Awaited> {
        match self.when() {
            When::AtOnce(_) => None,
            When::Sending(awaited) => Some(awaited),
            When::SendingByPosition { tail, .. } if is_tail => Some(tail),
            When::SendingByPosition { elsewhere, .. } => Some(elsewhere),
        }
    }

    /// Whether it makes its replica faulty, once it has changed anything: all but a sleep (P11).
    #[must_use]
    pub const fn is_fault(self) -> bool {
        self.sleeps_ms().is_none()
    }

    /// How long the replica sleeps, if that is the failure.
    #[must_use]
    pub const fn sleeps_ms(self) -> Option<u64> {
        match self.argument() {
            Some((Amount::Milliseconds, ms)) => Some(ms),
            Some((Amount::Entries, _)) | None => None,
        }
    }
}

/// The one of at most one.
const fn only(of: &[(Amount, u64)]) -> Option<(Amount, u64)> {
    match of {
        [] => None,
        [one, ..] => Some(*one),
    }
}

impl Awaited {
    /// Whether messages of this type are meant.
    #[must_use]
    pub const fn includes(self, message: MessageKind) -> bool {
        match self {
            Self::Shuttle => matches!(message, MessageKind::Shuttle),
            Self::Result => matches!(message, MessageKind::Result),
            Self::AnyResult => {
                matches!(message, MessageKind::Result | MessageKind::ResultShuttle)
            }
            Self::Wedged => matches!(message, MessageKind::Wedged),
            Self::CompletedCheckpoint => matches!(message, MessageKind::CompletedCheckpoint),
            Self::Any => true,
        }
    }

    /// What an outcome calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shuttle => "shuttle",
            Self::Result => "result",
            Self::AnyResult => "result or result_shuttle",
            Self::Wedged => "wedged message",
            Self::CompletedCheckpoint => "completed_checkpoint",
            Self::Any => "message",
        }
    }
}

impl Amount {
    /// What a message calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Milliseconds => "milliseconds",
        }
    }

    /// What it is where it is left out; `None` where it may not be.
    #[must_use]
    pub const fn default(self) -> Option<u64> {
        match self {
            Self::Entries => Some(1),
            Self::Milliseconds => None,
        }
    }

    /// The most that it may be.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Entries => u64::MAX,
            Self::Milliseconds => DURATION_MS_MAX,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument() {
            Some((_, value)) => write!(f, "{}({value})", self.name()),
            None => write!(f, "{}()", self.name()),
        }
    }
}
