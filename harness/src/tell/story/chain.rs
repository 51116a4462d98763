//! The telling events of a run: which ones, and what each weighs.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::history::HistoryId;
use bcr_protocol::identity::{ConfigurationId, Position};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::AnsweredBy;
use bcr_protocol::reason::Reason;

use crate::outcome::Outcome;
use crate::outcome::words::list;
use crate::tell::story::ending::Ending;
use crate::tell::story::sentence::sentence;
use crate::trace::{HarnessEvent, Record, RunEnd, TraceEvent};

/// An event, told.
pub(super) struct Line {
    pub(super) n: u64,
    pub(super) weight: Weight,
    pub(super) text: String,
    key: String,
}

/// How much an event tells; the first is never left out before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Break,
    Failure,
    Reconfiguration,
    Suspicion,
    Symptom,
}

impl Line {
    pub(super) fn new(record: &Record, what: impl Into<String>) -> Self {
        Self {
            n: record.n,
            weight: Weight::Symptom,
            text: format!("at {} ms: {}", record.at.as_ms(), what.into()),
            key: String::new(),
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
        match &record.event {
            TraceEvent::Harness(event) => chain.on_harness(record, event),
            TraceEvent::Protocol(event) => chain.on_event(record, event),
        }
    }
    chain.finish()
}

#[derive(Default)]
struct Chain {
    lines: Vec<Line>,
    keys: BTreeSet<String>,
    /// What Olympus knows of the configuration that it is ending.
    endings: BTreeMap<ConfigurationId, Ending>,
    answers: Vec<AnsweredBy>,
    last_answer: Option<Line>,
    invoked: usize,
}

impl Chain {
    /// Adds a line, unless there is one with its key.
    fn add(&mut self, record: &Record, weight: Weight, key: String) {
        if self.keys.insert(key.clone()) {
            let line = Line::new(record, sentence(record));
            self.lines.push(Line {
                weight,
                key,
                ..line
            });
        }
    }

    fn remove(&mut self, key: &str) {
        self.keys.remove(key);
        self.lines.retain(|line| line.key != key);
    }

    fn on_harness(&mut self, record: &Record, event: &HarnessEvent) {
        match event {
            HarnessEvent::FailureApplied { plan, effect, .. } => {
                let weight = if *effect {
                    Weight::Failure
                } else {
                    Weight::Suspicion
                };
                self.add(record, weight, format!("failure {plan}"));
            }
            HarnessEvent::RunEnded { end } if *end != RunEnd::AtRest => {
                self.add(record, Weight::Reconfiguration, "end".to_owned());
            }
            HarnessEvent::Settings { .. }
            | HarnessEvent::Sent { .. }
            | HarnessEvent::Received { .. }
            | HarnessEvent::Diagnostic { .. }
            | HarnessEvent::Discarded { .. }
            | HarnessEvent::FailureArmed { .. }
            | HarnessEvent::Slept { .. }
            | HarnessEvent::Crashed
            | HarnessEvent::FinalDictionary { .. }
            | HarnessEvent::RunEnded { .. } => {}
        }
    }

    fn on_event(&mut self, record: &Record, event: &Event) {
        let who = record.process;
        match event {
            Event::Refused { from, reason, .. } => {
                self.add(record, Weight::Symptom, noticed(record, *reason, from));
            }
            Event::Divergence { suspect, .. } => {
                let key = noticed(record, Reason::Divergence, suspect);
                self.add(record, Weight::Suspicion, key);
            }
            Event::Suspected {
                suspect, reason, ..
            } => self.on_suspected(record, *suspect, *reason),
            Event::TimerExpired {
                timer: Timer::Request(request),
            } => self.add(record, Weight::Symptom, format!("timer {request}")),
            Event::Accepted { by, request, .. } => {
                self.on_accepted(record, *by, format!("{who} {}", request.request));
            }
            Event::ReconfigurationRequested { configuration, .. } => {
                let key = format!("requested {configuration}");
                self.add(record, Weight::Reconfiguration, key);
            }
            Event::ConfigurationStarted { configuration, .. }
                if *configuration != ConfigurationId(0) =>
            {
                let key = format!("started {configuration}");
                self.add(record, Weight::Reconfiguration, key);
            }
            Event::Convicted {
                configuration,
                replica,
                ..
            } => {
                let ending = self.endings.entry(*configuration).or_default();
                ending.convicted.insert(*replica);
                let key = format!("convicted {configuration} {replica}");
                self.add(record, Weight::Suspicion, key);
            }
            Event::QuorumFormed {
                configuration,
                quorum,
                history,
                state,
                ..
            } => self.on_quorum(record, *configuration, quorum, (*history, *state)),
            Event::CatchUpStarted {
                configuration,
                replica,
                history,
                ..
            } => {
                let ending = self.endings.entry(*configuration).or_default();
                ending.asked.insert((*replica, *history));
            }
            Event::ReportAccepted {
                configuration,
                replica,
                history,
                state,
            } => {
                let ending = self.endings.entry(*configuration).or_default();
                ending.reported.insert((*replica, *history), *state);
            }
            other => self.on_evidence(record, other),
        }
    }

    /// A suspicion tells more than the refusal or the divergence that it comes from.
    fn on_suspected(&mut self, record: &Record, suspect: Option<Position>, reason: Reason) {
        let cause = self.lines.last().filter(|line| {
            let start = format!("noticed {} {} {reason} ", record.at.0, record.process);
            line.key.starts_with(&start)
        });
        if let Some(cause) = cause.map(|line| line.key.clone()) {
            self.remove(&cause);
        }
        let suspect = suspect.map(|suspect| suspect.to_string());
        let key = format!("suspected {} {reason} {suspect:?}", record.process);
        self.add(record, Weight::Suspicion, key);
    }

    fn on_accepted(&mut self, record: &Record, by: AnsweredBy, request: String) {
        self.answers.push(by);
        match by {
            AnsweredBy::Tail => {}
            AnsweredBy::Cache | AnsweredBy::Olympus => {
                self.add(record, Weight::Symptom, format!("accepted {request}"));
            }
        }
        self.last_answer = Some(Line::new(record, ""));
    }

    /// What Olympus learns of the replicas of a configuration that ends: told with the quorum.
    fn on_evidence(&mut self, record: &Record, event: &Event) {
        let endings = &mut self.endings;
        let (configuration, replica) = match event {
            Event::HistoryAccepted {
                configuration,
                replica,
                ..
            } => {
                endings
                    .entry(*configuration)
                    .or_default()
                    .valid
                    .insert(*replica);
                return;
            }
            Event::HistoryRefused {
                configuration,
                replica,
                reason,
            } => {
                let ending = endings.entry(*configuration).or_default();
                ending.refused.insert(*replica, *reason);
                (configuration, replica)
            }
            Event::RuledOut {
                configuration,
                replica,
                reason,
            } => {
                let ending = endings.entry(*configuration).or_default();
                ending.ruled_out.entry(*replica).or_insert(*reason);
                (configuration, replica)
            }
            Event::SetAside {
                configuration,
                replica,
            } => {
                endings
                    .entry(*configuration)
                    .or_default()
                    .set_aside
                    .insert(*replica);
                (configuration, replica)
            }
            _ => return,
        };
        let key = format!("evidence {configuration} {replica}");
        self.add(record, Weight::Symptom, key);
    }

    /// The last quorum of a configuration is the one that counts, and says what became of the others.
    fn on_quorum(
        &mut self,
        record: &Record,
        configuration: ConfigurationId,
        quorum: &[Position],
        (history, state): (HistoryId, Digest),
    ) {
        let key = format!("quorum {configuration}");
        self.remove(&key);
        let evidence = format!("evidence {configuration} ");
        self.lines.retain(|line| !line.key.starts_with(&evidence));
        self.add(record, Weight::Reconfiguration, key);
        let ending = self.endings.entry(configuration).or_default();
        let tail = quorum.len().saturating_sub(1) * 2;
        let others = (0..).take(tail + 1).map(Position);
        let others = others.filter(|position| !quorum.contains(position));
        let why_not = |position| ending.why_not(position, history, state);
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
            let (of, by) = (self.invoked, list(by));
            last.text
                .push_str(&format!("{count} of {of} requests are answered: {by}"));
            last.weight = Weight::Reconfiguration;
            let after = |line: &Line| line.n > last.n;
            let index = self.lines.iter().position(after);
            self.lines.insert(index.unwrap_or(self.lines.len()), last);
        }
        self.lines
    }
}

/// The key of what a process noticed about somebody.
fn noticed(record: &Record, reason: Reason, about: &impl ToString) -> String {
    let (at, who, about) = (record.at.0, record.process, about.to_string());
    format!("noticed {at} {who} {reason} {about}")
}
