//! What there is to say of an event: the forms that words come in.

use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, RequestId, RequestNumber};
use bcr_protocol::reason::Reason;

use super::sign::Sign;
use crate::trace::Micros;

/// How an event is told.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// What it is, in one character.
    pub(crate) sign: Sign,
    /// What it is in a few words, without where it happens.
    pub(super) brief: Brief,
    /// Who did what, without when; none where the event's name has to do.
    pub(super) sentence: Option<String>,
    /// Its line in a story; none where it has none of its own.
    pub(crate) told: Option<Telling>,
}

/// An event in a few words.
#[derive(Clone, Debug)]
pub(super) enum Brief {
    /// Its name, then its telling fields.
    Name,
    /// These words, then its telling fields.
    Lead(String),
    /// These words alone.
    Whole(String),
}

/// A line in a story.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    /// How much it tells.
    pub(crate) weight: Weight,
    /// What it is about; what has been told is not told again.
    pub(crate) topic: Topic,
}

/// How much an event tells; the first is never left out before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// It broke what the story is about.
    Break,
    /// A failure happened.
    Failure,
    /// A configuration or the run ends, or begins.
    Reconfiguration,
    /// Somebody is suspected.
    Suspicion,
    /// Something is not as it should be.
    Symptom,
}

/// What a line in a story is about. Of several events with one topic the first is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// What a client takes from anybody but the tail.
    Accepted(ProcessId, RequestNumber),
    /// A conviction.
    Convicted(ConfigurationId, Position),
    /// A state that differs.
    Divergence {
        /// When it was noticed.
        at: Micros,
        /// By whom.
        by: ProcessId,
        /// Whose state.
        suspect: Position,
    },
    /// The end of the run.
    End,
    /// What speaks against a replica whose configuration ends.
    Evidence(ConfigurationId, Position),
    /// A configured failure, by its index.
    Failure(usize),
    /// A quorum.
    Quorum(ConfigurationId),
    /// A message refused.
    Refusal {
        /// When.
        at: Micros,
        /// By whom.
        by: ProcessId,
        /// Why.
        reason: Reason,
        /// Whose message.
        from: ProcessId,
    },
    /// A reconfiguration asked for.
    Requested(ConfigurationId),
    /// A configuration that starts.
    Started(ConfigurationId),
    /// A suspicion: whose, why and of whom.
    Suspected(ProcessId, Reason, Option<Position>),
    /// A client that waits.
    Waited(RequestId),
}

impl Words {
    pub(super) const fn new(sign: Sign) -> Self {
        Self {
            sign,
            brief: Brief::Name,
            sentence: None,
            told: None,
        }
    }

    pub(super) fn with_brief(self, brief: Brief) -> Self {
        Self { brief, ..self }
    }

    pub(super) fn with_sentence(self, sentence: impl Into<String>) -> Self {
        let sentence = Some(sentence.into());
        Self { sentence, ..self }
    }

    pub(super) fn told(self, weight: Weight, topic: Topic) -> Self {
        let told = Some(Telling { weight, topic });
        Self { told, ..self }
    }
}
