//! One process of a run: its machine, its links, its timers and what it records.
//!
//! It takes what has arrived, handles it to the end, hands the runner what it recorded, and only then
//! lets its messages go: a message that arrives anywhere is in the runner's hands as sent, whatever
//! happens to its sender. Handing over and sending never wait for anybody.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::task::{Context, Poll};
use std::time::Duration;

use bcr_protocol::identity::{ConfigurationId, ProcessId};
use bcr_protocol::message::Message;
use bcr_protocol::signature::PublicKey;
use tokio::sync::mpsc::UnboundedReceiver;
use tracing::{debug, trace};

use super::agenda::Agenda;
use super::alarm::Alarm;
use super::clock::Clock;
use super::link::{Inbox, Incoming, Links};
use super::notice::{Chunk, Command, Entry, Notice, ProcessEnd, What};
use super::sampler::Sampler;
use crate::runs::process::{self, Action, Arrival, Occurrence, Process};
use crate::runs::verbosity::RUN;
use crate::trace::{HarnessEvent, Micros, TraceEvent};

/// How many messages are handled before what they led to goes out.
const BATCH_MAX: usize = 64;
/// How long a process that halts waits for its peers to have what it sent before.
const FLUSH_MAX: Duration = Duration::from_millis(500);

/// Where a process's notices go.
pub(super) trait Notices {
    /// Hands one over, at once and in order.
    fn give(&mut self, notice: Notice);
}

/// A process of a run.
pub(super) struct Node<N> {
    process: Box<dyn Process>,
    /// Its first event.
    settings: HarnessEvent,
    links: Links,
    inbox: Inbox,
    commands: UnboundedReceiver<Command>,
    notices: N,
    clock: Clock,
    agenda: Agenda,
    sampler: Sampler,
    alarm: Alarm,
    /// How many entries it has recorded.
    recorded: u64,
    chunk: Chunk,
    arrived: BTreeMap<ProcessId, u64>,
    outgoing: Vec<(ProcessId, Vec<u8>)>,
    wanted: Vec<ConfigurationId>,
    actions: Vec<Action>,
    ending: Option<ProcessEnd>,
}

/// What a process is made of.
pub(super) struct NodeParts<N> {
    pub(super) process: Box<dyn Process>,
    pub(super) settings: BTreeMap<String, String>,
    pub(super) links: Links,
    pub(super) inbox: Inbox,
    pub(super) commands: UnboundedReceiver<Command>,
    pub(super) notices: N,
    pub(super) clock: Clock,
}

/// What wakes a process up.
enum Wake {
    Told(Option<Command>),
    Arrived(Incoming),
    Due,
}

impl<N: Notices> Node<N> {
    /// Puts a process together. Call within a tokio runtime.
    pub(super) fn new(parts: NodeParts<N>) -> Self {
        Self {
            process: parts.process,
            settings: HarnessEvent::Settings {
                settings: parts.settings,
            },
            links: parts.links,
            inbox: parts.inbox,
            commands: parts.commands,
            notices: parts.notices,
            clock: parts.clock,
            agenda: Agenda::default(),
            sampler: Sampler::start(parts.clock.now()),
            alarm: Alarm::default(),
            recorded: 0,
            chunk: Chunk::default(),
            arrived: BTreeMap::new(),
            outgoing: Vec::new(),
            wanted: Vec::new(),
            actions: Vec::new(),
            ending: None,
        }
    }

    /// Lives until it halts, fails or is told to finish; says why it ended. `None`: the runner is gone.
    pub(super) async fn run(mut self) -> Option<ProcessEnd> {
        self.notices.give(Notice::Listening(self.links.address()));
        while let Some(command) = self.commands.recv().await {
            match command {
                Command::Start => {
                    debug!(target: RUN, "starts");
                    // Waiting to be started is no delay.
                    self.sampler = Sampler::start(self.clock.now());
                    self.record(self.settings.clone().into());
                    self.handle(Occurrence::Start);
                    self.hand_over();
                    return self.live().await;
                }
                Command::Gather => {
                    self.links.connected().await;
                    self.notices.give(Notice::Gathered);
                }
                // What has not started has no state.
                Command::Finish => self.ending = Some(ProcessEnd::Finished),
                command => self.obey(command),
            }
            if self.ending.is_some() {
                return self.end().await;
            }
        }
        None
    }

    async fn live(&mut self) -> Option<ProcessEnd> {
        while self.ending.is_none() {
            match poll_fn(|context| self.poll_wake(context)).await {
                Wake::Told(None) => return None,
                Wake::Told(Some(command)) => self.obey(command),
                Wake::Arrived(incoming) => self.take_in(incoming),
                Wake::Due => {}
            }
            self.fire();
            self.hand_over();
        }
        self.end().await
    }

    /// What has arrived goes before what is due: on a busy machine a timer must not expire though the
    /// answer is there.
    fn poll_wake(&mut self, context: &mut Context<'_>) -> Poll<Wake> {
        if let Poll::Ready(command) = self.commands.poll_recv(context) {
            return Poll::Ready(Wake::Told(command));
        }
        if let Poll::Ready(incoming) = self.inbox.poll_receive(context) {
            return Poll::Ready(Wake::Arrived(incoming));
        }
        let beat = self.sampler.next();
        let due = self.agenda.next().map_or(beat, |at| at.min(beat));
        self.alarm
            .poll(self.clock.moment(due), context)
            .map(|()| Wake::Due)
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Learn(peer) => match PublicKey::ed25519(&peer.key) {
                Some(key) => {
                    self.links.learn(peer.process, peer.address, key);
                    if peer.is_near {
                        self.links.connect(peer.process);
                    }
                }
                None => self.fail(format!("{} has a key that is none", peer.process)),
            },
            Command::Forget(peer) => self.links.forget(peer),
            Command::Sweep(number) => self.notices.give(Notice::Swept(number)),
            Command::Finish => {
                if let Some(state) = self.process.final_dictionary() {
                    self.record(state.into());
                }
                self.ending = Some(ProcessEnd::Finished);
            }
            Command::Gather | Command::Start => self.fail("started twice".to_owned()),
        }
    }

    /// Handles what has arrived, at most a batch of it.
    fn take_in(&mut self, first: Incoming) {
        let mut next = Some(first);
        for _ in 0..BATCH_MAX {
            let Some(incoming) = next else {
                break;
            };
            match incoming {
                Incoming::Frame { from, bytes } => self.arrive(from, &bytes),
                Incoming::Report(report) => {
                    let text = report.to_string();
                    self.record(HarnessEvent::Diagnostic { text }.into());
                }
            }
            if self.ending.is_some() {
                break;
            }
            next = self.inbox.try_receive();
        }
    }

    fn arrive(&mut self, from: ProcessId, frame: &[u8]) {
        *self.arrived.entry(from).or_default() += 1;
        match borsh::from_slice::<(u64, Message)>(frame) {
            Ok((sent, message)) => self.handle(Occurrence::Arrived(Arrival {
                from,
                sent: Some(sent),
                message,
            })),
            Err(error) => {
                let discarded = HarnessEvent::Discarded {
                    from,
                    message: None,
                    reason: format!("a frame that is no message: {error}"),
                };
                self.record(discarded.into());
            }
        }
    }

    /// Handles what is due by now; what that makes due waits for the next turn.
    fn fire(&mut self) {
        let now = self.clock.now();
        self.sampler.look(now);
        while self.ending.is_none() {
            let Some((due, occurrence)) = self.agenda.take(now) else {
                break;
            };
            self.sampler.note(due, now);
            self.handle(occurrence);
        }
    }

    fn handle(&mut self, occurrence: Occurrence) {
        let mut actions = std::mem::take(&mut self.actions);
        let handled = process::handle(self.process.as_mut(), occurrence, &mut actions);
        for action in actions.drain(..) {
            self.act(action);
        }
        self.actions = actions;
        if let Err(why) = handled {
            self.fail(why);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Send {
                to,
                message,
                spoiled,
            } => self.send(to, message, spoiled),
            Action::SetTimer { timer, after_ms } => {
                self.agenda.set(timer, self.after_ms(after_ms));
            }
            Action::CancelTimer(timer) => self.agenda.cancel(timer),
            Action::StartReplicas(configuration) => self.wanted.push(configuration),
            Action::Sleep(ms) => self.agenda.wake(self.after_ms(ms)),
            Action::Halt(how) => {
                let is_flushed = false;
                self.ending = Some(ProcessEnd::Halted { how, is_flushed });
            }
            Action::Record(event) => self.record(event),
        }
    }

    /// Records that a message was sent, and lets it go later. One that no link carries is not sent, and the
    /// process lives on: whoever waits for it has timers.
    fn send(&mut self, to: ProcessId, message: Message, spoiled: bool) {
        let frame = borsh::to_vec(&(self.recorded, &message)).expect("memory takes everything");
        let (length, limit) = (frame.len(), self.links.frame_bytes());
        if length > limit {
            let kind = message.kind();
            let text =
                format!("{kind} to {to} not sent: a frame of {length} bytes, the limit is {limit}");
            return self.record(HarnessEvent::Diagnostic { text }.into());
        }
        self.outgoing.push((to, frame));
        let content = message;
        self.record(
            HarnessEvent::Sent {
                to,
                spoiled,
                content,
            }
            .into(),
        );
    }

    fn record(&mut self, event: TraceEvent) {
        let what = match event {
            TraceEvent::Harness(HarnessEvent::Received {
                from,
                sent: Some(sent),
                ..
            }) => What::Received { from, sent },
            event => What::Event(event),
        };
        self.recorded += 1;
        let at = self.clock.now();
        self.chunk.entries.push(Entry { at, what });
    }

    /// Reports what was recorded, then lets the messages go.
    fn hand_over(&mut self) {
        let arrived = std::mem::take(&mut self.arrived);
        self.chunk.arrived.extend(arrived);
        if !self.chunk.is_empty() {
            let mut chunk = std::mem::take(&mut self.chunk);
            chunk.timers = self.agenda.timers();
            chunk.is_asleep = self.agenda.is_asleep();
            trace!(target: RUN, recorded = chunk.entries.len(), timers = chunk.timers, "hands over");
            self.notices.give(Notice::Chunk(chunk));
        }
        for configuration in self.wanted.drain(..) {
            self.notices.give(Notice::StartReplicas(configuration));
        }
        let outgoing = std::mem::take(&mut self.outgoing);
        for (to, frame) in outgoing {
            if let Err(error) = self.links.send(to, frame) {
                self.fail(format!("cannot send to {to}: {error}"));
            }
        }
    }

    fn fail(&mut self, why: String) {
        self.ending = Some(ProcessEnd::Failed(why));
    }

    /// Hands over what is left. One that halts sees to it that what it sent before arrives, as it would
    /// if the messages were on their way already.
    async fn end(&mut self) -> Option<ProcessEnd> {
        self.hand_over();
        let mut ending = self.ending.take();
        if let Some(ProcessEnd::Halted { is_flushed, .. }) = &mut ending {
            *is_flushed = self.flush().await;
        }
        if let Some(ending) = &ending {
            debug!(target: RUN, ?ending, "ends");
            self.notices.give(Notice::Late(self.sampler.lateness()));
            self.notices.give(Notice::Ended(ending.clone()));
        }
        ending
    }

    async fn flush(&mut self) -> bool {
        let links = self.links.clone();
        let mut flushed = Box::pin(links.flushed());
        let mut late = Box::pin(tokio::time::sleep(FLUSH_MAX));
        poll_fn(|context| {
            while let Poll::Ready(Some(command)) = self.commands.poll_recv(context) {
                match command {
                    // Only these can matter to what is on its way.
                    command @ (Command::Learn(_) | Command::Forget(_)) => self.obey(command),
                    Command::Gather | Command::Start | Command::Sweep(_) | Command::Finish => {}
                }
            }
            if flushed.as_mut().poll(context).is_ready() {
                return Poll::Ready(true);
            }
            late.as_mut().poll(context).map(|()| false)
        })
        .await
    }

    fn after_ms(&self, ms: u64) -> Micros {
        let now = self.clock.now();
        Micros(now.0.saturating_add(Micros::from_ms(ms).0))
    }
}
