//! The telling events of a run: which ones, and what each weighs.

use std::collections::BTreeSet;

use bcr_language::words::counted;
use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::history::HistoryId;
use bcr_protocol::identity::{ConfigurationId, Position};
use bcr_protocol::message::AnsweredBy;
use bcr_protocol::reason::Reason;

use crate::outcome::Outcome;
use crate::outcome::words::list;
use crate::tell::story::candidates::Candidates;
use crate::tell::words::{Telling, Topic, Weight, sentence, words};
use crate::trace::{Record, TraceEvent};

/// An event, told.
pub(super) struct Line {
    pub(super) n: u64,
    pub(super) weight: Weight,
    pub(super) text: String,
    topic: Option<Topic>,
}

impl Line {
    pub(super) fn new(record: &Record, what: impl Into<String>) -> Self {
        Self {
            n: record.n,
            weight: Weight::Symptom,
            text: format!("at {} ms: {}", record.at.as_ms(), what.into()),
            topic: None,
        }
    }

    /// Says that the event broke something.
    pub(super) fn break_by(&mut self, name: &str) {
        self.weight = Weight::Break;
        self.text.push_str(&format!(", and {name} is broken"));
    }
}

/// The telling events of `records`, in their order.
pub(super) fn chain(records: &[Record], outcome: &Outcome) -> Vec<Line> {
    let mut chain = Chain {
        invoked: outcome.requests.len(),
        ..Chain::default()
    };
    for record in records {
        chain.hear(record);
    }
    chain.finish()
}

#[derive(Default)]
struct Chain {
    lines: Vec<Line>,
    topics: BTreeSet<Topic>,
    /// What Olympus knows of the replicas of the configuration that it is ending.
    candidates: Candidates,
    answers: Vec<AnsweredBy>,
    last_answer: Option<Line>,
    invoked: usize,
}

impl Chain {
    fn hear(&mut self, record: &Record) {
        if let TraceEvent::Protocol(event) = &record.event {
            self.candidates.learn(event);
            if let Event::Suspected { reason, .. } = event {
                self.remove_cause(record, *reason);
            }
            if let Event::Accepted { by, .. } = event {
                self.answers.push(*by);
                self.last_answer = Some(Line::new(record, ""));
            }
            if let Event::QuorumFormed { configuration, .. } = event {
                self.remove_earlier_quorum(*configuration);
            }
        }
        self.add(record);
        if let TraceEvent::Protocol(Event::QuorumFormed {
            configuration,
            quorum,
            history,
            state,
            ..
        }) = &record.event
        {
            self.say_why_not(*configuration, quorum, (*history, *state));
        }
    }

    /// Adds a line for what is told, unless there is one about the same.
    fn add(&mut self, record: &Record) {
        let words = words(record);
        if let Some(Telling { weight, topic }) = &words.told
            && self.topics.insert(topic.clone())
        {
            self.lines.push(Line {
                weight: *weight,
                topic: Some(topic.clone()),
                ..Line::new(record, sentence(record, &words))
            });
        }
    }

    fn remove(&mut self, topic: &Topic) {
        self.topics.remove(topic);
        self.lines.retain(|line| line.topic.as_ref() != Some(topic));
    }

    /// A suspicion tells more than the refusal or the divergence that it comes from.
    fn remove_cause(&mut self, suspected: &Record, why: Reason) {
        let noticed = (suspected.at, suspected.process, why);
        let last = self.lines.last().and_then(|line| line.topic.clone());
        let cause = last.filter(|topic| {
            matches!(*topic, Topic::Refusal { at, by, reason, .. } if (at, by, reason) == noticed)
                || matches!(*topic, Topic::Divergence { at, by, .. } if (at, by, Reason::Divergence) == noticed)
        });
        if let Some(cause) = cause {
            self.remove(&cause);
        }
    }

    /// The last quorum of a configuration is the one that counts; what spoke against replicas is told
    /// with it.
    fn remove_earlier_quorum(&mut self, configuration: ConfigurationId) {
        self.remove(&Topic::Quorum(configuration));
        self.lines.retain(|line| {
            !matches!(&line.topic, Some(Topic::Evidence(ended, _)) if *ended == configuration)
        });
    }

    /// Lets the last line, which tells of a quorum, say what became of the other replicas.
    fn say_why_not(
        &mut self,
        configuration: ConfigurationId,
        quorum: &[Position],
        (history, state): (HistoryId, Digest),
    ) {
        let candidates = self.candidates.of(configuration);
        let tail = quorum.len().saturating_sub(1) * 2;
        let others = (0..).take(tail + 1).map(Position);
        let others = others.filter(|position| !quorum.contains(position));
        let why_not = |position| candidates.why_not(position, history, state);
        let others: Vec<String> = others.map(why_not).collect();
        if let Some(line) = self.lines.last_mut() {
            line.text.push_str(&format!("; {}", others.join("; ")));
        }
    }

    fn finish(mut self) -> Vec<Line> {
        if let Some(mut last) = self.last_answer {
            let count = |of: AnsweredBy| self.answers.iter().filter(|&&by| by == of).count();
            let by = [
                (count(AnsweredBy::Tail), "the tail"),
                (count(AnsweredBy::Cache), "a cache"),
                (count(AnsweredBy::Olympus), "olympus"),
            ];
            let by = by.iter().filter(|(count, _)| *count > 0);
            let by = by.map(|(count, who)| format!("{count} by {who}"));
            let count = self.answers.len();
            let verb = if count == 1 { "is" } else { "are" };
            let (of, by) = (counted(self.invoked, "request"), list(by));
            last.text
                .push_str(&format!("{count} of {of} {verb} answered: {by}"));
            last.weight = Weight::Reconfiguration;
            let after = |line: &Line| line.n > last.n;
            let index = self.lines.iter().position(after);
            self.lines.insert(index.unwrap_or(self.lines.len()), last);
        }
        self.lines
    }
}
