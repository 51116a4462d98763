//! Planned failures: which replica, at which message, does what.
//!
//! Source: docs/protocol.md P9 and P10.

pub(super) mod read;

use std::fmt;

use bcr_protocol::identity::{ClientId, ConfigurationId, Position};
use borsh::{BorshDeserialize, BorshSerialize};

use super::ast::Spanned;
use super::grammar;
use read::{Mistakes, digits, failure, trigger};

/// The longest sleep and the longest timeout, in ms: about eleven days.
pub(super) const DURATION_MAX: u64 = 1_000_000_000;

/// One `trigger, failure` pair of the file.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PlannedFailure {
    /// The configuration of the replica that fails.
    pub configuration: ConfigurationId,
    /// Its position in the chain.
    pub replica: Position,
    /// When it fails.
    pub trigger: Trigger,
    /// How it fails.
    pub failure: Failure,
    /// The trigger as the file writes it.
    pub trigger_text: String,
    /// The failure as the file writes it.
    pub failure_text: String,
    /// Both, with what stands between them, as the file writes it.
    pub pair_text: String,
    /// The line of the file, from 1.
    pub line: u32,
}

/// A planned failure as an expected file names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FailureReference {
    /// The configuration.
    pub configuration: ConfigurationId,
    /// The position in the chain.
    pub replica: Position,
    /// When it fails.
    pub trigger: Trigger,
    /// How it fails.
    pub failure: Failure,
}

/// The receipt of a message, numbered from 0 by each replica, for each type and, where there is a
/// client, for each client (P9.1).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
#[expect(
    missing_docs,
    reason = "client and message mean the same in every variant"
)]
pub enum Trigger {
    /// A request directly from the client.
    ClientRequest { client: ClientId, message: u64 },
    /// A request of the client, forwarded by another replica.
    ForwardedRequest { client: ClientId, message: u64 },
    /// A shuttle for a request of the client.
    Shuttle { client: ClientId, message: u64 },
    /// A result shuttle for a request of the client.
    ResultShuttle { client: ClientId, message: u64 },
    /// A wedge request.
    WedgeRequest { message: u64 },
    /// The start message from Olympus.
    NewConfiguration { message: u64 },
    /// A checkpoint.
    Checkpoint { message: u64 },
    /// A completed checkpoint.
    CompletedCheckpoint { message: u64 },
    /// A request for the running state.
    GetRunningState { message: u64 },
    /// A catch-up.
    CatchUp { message: u64 },
}

/// What a replica does wrong, once (P10).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum Failure {
    /// The next shuttle's own statements name `get('x')`.
    ChangeOperation,
    /// The next result's or result shuttle's own result statement has the hash of `OK`.
    ChangeResult,
    /// The next result or result shuttle lacks the head's result statement.
    DropResultStatement,
    /// The process stops.
    Crash,
    /// The next wedged message leaves out the last entries.
    TruncateHistory {
        /// How many.
        entries: u64,
    },
    /// Nothing happens for a while.
    Sleep {
        /// How long, in ms.
        ms: u64,
    },
    /// The message is ignored.
    Drop,
    /// The head skips a slot.
    IncrementSlot,
    /// `put('a','a')` is applied to the running state.
    ExtraOperation,
    /// The next shuttle's own order statement has a bad signature.
    InvalidOrderSignature,
    /// The next shuttle's (at the tail: result's) own result statement has a bad signature.
    InvalidResultSignature,
    /// The next completed checkpoint lacks the first `t + 1` statements.
    DropCheckpointStatements,
    /// The next message, whatever it is, is not sent.
    OmitSend,
}

impl PlannedFailure {
    /// Whether `reference` names this failure. Twins in one file match the same reference.
    #[must_use]
    pub fn is_named_by(&self, reference: &FailureReference) -> bool {
        self.reference() == *reference
    }

    /// How an expected file names it.
    #[must_use]
    pub fn reference(&self) -> FailureReference {
        FailureReference {
            configuration: self.configuration,
            replica: self.replica,
            trigger: self.trigger,
            failure: self.failure,
        }
    }
}

/// Reads `failures[1,0] new_configuration(1), crash()`, as expected files name a failure.
///
/// # Errors
/// What was expected and found, where the text is not of this form or names no trigger or failure.
pub fn parse_failure_reference(text: &str) -> Result<FailureReference, String> {
    let (indices, pair) = grammar::reference(text)?;
    let index = |at: usize| -> Result<u32, String> {
        let word: &Spanned<String> = indices.get(at).ok_or("expected `failures[c,r]`")?;
        digits(&word.value)
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| format!("expected a number as index, found `{}`", word.value))
    };
    if indices.len() > 2 {
        return Err("expected `failures[c,r]`, found a third index".to_owned());
    }
    Ok(FailureReference {
        configuration: ConfigurationId(index(0)?),
        replica: Position(index(1)?),
        trigger: trigger(&pair.trigger).map_err(in_words)?,
        failure: failure(&pair.failure).map_err(in_words)?.0,
    })
}

/// Mistakes where there is no place to show each at: what, and what to do about it.
fn in_words(mistakes: Mistakes) -> String {
    let words = mistakes.into_iter().map(|mistake| match mistake.help {
        Some(help) => format!("{}; {help}", mistake.message),
        None => mistake.message,
    });
    words.collect::<Vec<_>>().join("; ")
}

impl Trigger {
    /// Every trigger's name, in the order of the specification.
    pub const NAMES: [&str; 10] = [
        "client_request",
        "forwarded_request",
        "shuttle",
        "result_shuttle",
        "wedge_request",
        "new_configuration",
        "checkpoint",
        "completed_checkpoint",
        "get_running_state",
        "catch_up",
    ];

    /// Its name, which is that of the message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientRequest { .. } => "client_request",
            Self::ForwardedRequest { .. } => "forwarded_request",
            Self::Shuttle { .. } => "shuttle",
            Self::ResultShuttle { .. } => "result_shuttle",
            Self::WedgeRequest { .. } => "wedge_request",
            Self::NewConfiguration { .. } => "new_configuration",
            Self::Checkpoint { .. } => "checkpoint",
            Self::CompletedCheckpoint { .. } => "completed_checkpoint",
            Self::GetRunningState { .. } => "get_running_state",
            Self::CatchUp { .. } => "catch_up",
        }
    }

    /// Whose messages are counted; `None` where they are not counted per client.
    #[must_use]
    pub const fn client(self) -> Option<ClientId> {
        match self {
            Self::ClientRequest { client, .. }
            | Self::ForwardedRequest { client, .. }
            | Self::Shuttle { client, .. }
            | Self::ResultShuttle { client, .. } => Some(client),
            Self::WedgeRequest { .. }
            | Self::NewConfiguration { .. }
            | Self::Checkpoint { .. }
            | Self::CompletedCheckpoint { .. }
            | Self::GetRunningState { .. }
            | Self::CatchUp { .. } => None,
        }
    }

    /// Which of them, from 0.
    #[must_use]
    pub const fn message(self) -> u64 {
        match self {
            Self::ClientRequest { message, .. }
            | Self::ForwardedRequest { message, .. }
            | Self::Shuttle { message, .. }
            | Self::ResultShuttle { message, .. }
            | Self::WedgeRequest { message }
            | Self::NewConfiguration { message }
            | Self::Checkpoint { message }
            | Self::CompletedCheckpoint { message }
            | Self::GetRunningState { message }
            | Self::CatchUp { message } => message,
        }
    }
}

impl Failure {
    /// Every failure's name, in the order of docs/protocol.md P10.
    pub const NAMES: [&str; 13] = [
        "change_operation",
        "change_result",
        "drop_result_stmt",
        "crash",
        "truncate_history",
        "sleep",
        "drop",
        "increment_slot",
        "extra_op",
        "invalid_order_sig",
        "invalid_result_sig",
        "drop_checkpt_stmts",
        "omit_send",
    ];

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChangeOperation => "change_operation",
            Self::ChangeResult => "change_result",
            Self::DropResultStatement => "drop_result_stmt",
            Self::Crash => "crash",
            Self::TruncateHistory { .. } => "truncate_history",
            Self::Sleep { .. } => "sleep",
            Self::Drop => "drop",
            Self::IncrementSlot => "increment_slot",
            Self::ExtraOperation => "extra_op",
            Self::InvalidOrderSignature => "invalid_order_sig",
            Self::InvalidResultSignature => "invalid_result_sig",
            Self::DropCheckpointStatements => "drop_checkpt_stmts",
            Self::OmitSend => "omit_send",
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.client() {
            Some(client) => write!(f, "{}({client},{})", self.name(), self.message()),
            None => write!(f, "{}({})", self.name(), self.message()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TruncateHistory { entries } => write!(f, "truncate_history({entries})"),
            Self::Sleep { ms } => write!(f, "sleep({ms})"),
            other => write!(f, "{}()", other.name()),
        }
    }
}

impl fmt::Display for FailureReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "failures[{},{}] {}, {}",
            self.configuration, self.replica, self.trigger, self.failure
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_prints_as_it_is_written() {
        let words = Trigger::NAMES.map(|name| match trigger_of(name, "(3,4)") {
            Ok(trigger) => trigger,
            Err(_) => trigger_of(name, "(4)").expect("one argument, if not two"),
        });
        for trigger in words {
            assert_eq!(trigger.message(), 4);
            for failure in Failure::NAMES {
                let arguments = match failure {
                    "sleep" | "truncate_history" => "(7)",
                    _ => "()",
                };
                let text = format!("failures[1,2] {trigger}, {failure}{arguments}");
                let reference = parse_failure_reference(&text).expect("it is well formed");
                assert_eq!(reference.to_string(), text);
            }
        }
    }

    fn trigger_of(name: &str, arguments: &str) -> Result<Trigger, String> {
        let text = format!("failures[0,0] {name}{arguments}, drop()");
        parse_failure_reference(&text).map(|reference| reference.trigger)
    }

    #[test]
    fn references_compare_as_parsed() {
        let one = parse_failure_reference(" failures [ 1,0 ]  new_configuration( 01 ),crash( )");
        let other = parse_failure_reference("failures[1,0] new_configuration(1), crash()");
        assert!(one.is_ok());
        assert_eq!(one, other);
    }

    #[test]
    fn what_is_no_reference_says_why() {
        let cases = [
            ("", "expected a parameter name, found the end of the line"),
            (
                "failures[0] shuttle(0,0), drop()",
                "expected `failures[c,r]`",
            ),
            (
                "failures[0,x] shuttle(0,0), drop()",
                "expected a number as index, found `x`",
            ),
            (
                "workload[0,0] shuttle(0,0), drop()",
                "expected `failures[c,r]`, found `workload`",
            ),
            (
                "failures[0,0] shuttle(0), drop()",
                "shuttle takes 2 arguments (client, message), found 1; both count from 0: the client, \
                 then which of its messages",
            ),
            (
                "failures[0,0] shuttle(0,0), dorp()",
                "unknown failure `dorp`; did you mean `drop`?",
            ),
            (
                "failures[0,0] shuttle(0,0), drop(); x",
                "unexpected `;` after the pair",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(
                parse_failure_reference(text),
                Err(message.to_owned()),
                "{text}"
            );
        }
    }
}
