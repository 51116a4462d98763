//! A small network of machines: FIFO links, no time. Timers are fired by hand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bcr_protocol::client::Client;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, ReplicaId, RequestId};
use bcr_protocol::machine::{Effect, Effects, Input, Machine, Timer};
use bcr_protocol::message::Message;
use bcr_protocol::olympus::Olympus;
use bcr_protocol::replica::Replica;

use crate::signing::{OLYMPUS, Signing};

/// How many messages a world delivers before it is taken to run for ever.
const DELIVERIES_MAX: usize = 100_000;

/// A message on a link.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) from: ProcessId,
    pub(crate) to: ProcessId,
    pub(crate) message: Message,
}

/// What becomes of a message as it is sent: none, itself or others.
pub(crate) type Spoiler = Box<dyn FnMut(&Envelope) -> Option<Vec<Message>>>;

pub(crate) struct World {
    pub(crate) signing: Signing,
    pub(crate) olympus: Olympus,
    pub(crate) clients: Vec<Box<dyn Machine>>,
    pub(crate) replicas: BTreeMap<ReplicaId, Replica>,
    pub(crate) events: Vec<(ProcessId, Event)>,
    pub(crate) timers: BTreeSet<(ProcessId, Timer)>,
    pub(crate) spoiler: Option<Spoiler>,
    stopped: BTreeSet<ProcessId>,
    held: BTreeSet<(ProcessId, ProcessId)>,
    queue: VecDeque<Envelope>,
}

impl World {
    /// A world with one client for each list of operations; nothing has started.
    pub(crate) fn new(signing: Signing, workloads: &[&[Operation]]) -> Self {
        let mut signing = signing;
        signing.clients = u32::try_from(workloads.len()).expect("few clients");
        let clients = (0..).zip(workloads).map(|(number, operations)| {
            let client: Client = signing.client(number, operations);
            Box::new(client) as Box<dyn Machine>
        });
        Self {
            olympus: signing.olympus(),
            clients: clients.collect(),
            replicas: BTreeMap::new(),
            events: Vec::new(),
            timers: BTreeSet::new(),
            spoiler: None,
            stopped: BTreeSet::new(),
            held: BTreeSet::new(),
            queue: VecDeque::new(),
            signing,
        }
    }

    /// Starts Olympus, and with it configuration 0, and the clients.
    pub(crate) fn start(&mut self) {
        self.step(OLYMPUS, Input::Start);
        for number in 0..self.signing.clients {
            self.step(crate::signing::client(number), Input::Start);
        }
    }

    /// Delivers what is not held back, in the order of sending, until nothing is left.
    pub(crate) fn run(&mut self) {
        for _ in 0..DELIVERIES_MAX {
            let Some(index) = self.queue.iter().position(|e| !self.is_held(e)) else {
                return;
            };
            self.deliver_at(index);
        }
        panic!("{DELIVERIES_MAX} deliveries and no end");
    }

    /// Delivers the first message of one link, chosen by `choice`; `false` where nothing waits.
    pub(crate) fn deliver_one(&mut self, choice: usize) -> bool {
        let mut firsts: BTreeMap<(ProcessId, ProcessId), usize> = BTreeMap::new();
        for (index, envelope) in self.queue.iter().enumerate() {
            if !self.is_held(envelope) {
                firsts.entry((envelope.from, envelope.to)).or_insert(index);
            }
        }
        let count = firsts.len();
        let Some(&index) = firsts.values().nth(choice % count.max(1)) else {
            return false;
        };
        self.deliver_at(index);
        true
    }

    /// Fires a timer that runs.
    pub(crate) fn fire(&mut self, process: ProcessId, timer: Timer) {
        assert!(
            self.timers.remove(&(process, timer)),
            "{timer} does not run at {process}"
        );
        self.step(process, Input::TimerFired(timer));
    }

    /// Fires a timer that does not run; answers what the process asks for, which nobody carries out.
    pub(crate) fn fire_late(&mut self, process: ProcessId, timer: Timer) -> Vec<Effect> {
        assert!(!self.timers.contains(&(process, timer)), "{timer} runs");
        self.ask(process, Input::TimerFired(timer))
    }

    /// Holds a link back from now on.
    pub(crate) fn hold(&mut self, from: ProcessId, to: ProcessId) {
        self.held.insert((from, to));
    }

    /// Lets a link flow again.
    pub(crate) fn release(&mut self, from: ProcessId, to: ProcessId) {
        self.held.remove(&(from, to));
    }

    /// Drops what waits on a link; answers it.
    pub(crate) fn discard(&mut self, from: ProcessId, to: ProcessId) -> Vec<Message> {
        let on_link = |e: &Envelope| e.from == from && e.to == to;
        let (dropped, kept) = self.queue.drain(..).partition(on_link);
        self.queue = kept;
        let dropped: VecDeque<Envelope> = dropped;
        dropped
            .into_iter()
            .map(|envelope| envelope.message)
            .collect()
    }

    /// Puts a message on a link, behind what is there.
    pub(crate) fn inject(&mut self, from: ProcessId, to: ProcessId, message: Message) {
        self.queue.push_back(Envelope { from, to, message });
    }

    /// Ends a process: it takes no more steps.
    pub(crate) fn crash(&mut self, process: ProcessId) {
        self.stopped.insert(process);
    }

    pub(crate) fn replica(&self, configuration: u32, position: u32) -> &Replica {
        &self.replicas[&ReplicaId {
            configuration: ConfigurationId(configuration),
            position: Position(position),
        }]
    }

    /// The results that clients accepted, in order.
    pub(crate) fn accepted(&self) -> Vec<(RequestId, String)> {
        let accepted = self.events.iter().filter_map(|(_, event)| match event {
            Event::Accepted {
                request, result, ..
            } => Some(((*request).into(), result.clone())),
            _ => None,
        });
        accepted.collect()
    }

    fn is_held(&self, envelope: &Envelope) -> bool {
        self.held.contains(&(envelope.from, envelope.to))
    }

    fn deliver_at(&mut self, index: usize) {
        let envelope = self.queue.remove(index).expect("an index into the queue");
        let Envelope { from, to, message } = envelope;
        self.step(to, Input::Deliver { from, message });
    }

    fn step(&mut self, process: ProcessId, input: Input) {
        if self.stopped.contains(&process) {
            return;
        }
        for effect in self.ask(process, input) {
            self.carry_out(process, effect);
        }
    }

    fn ask(&mut self, process: ProcessId, input: Input) -> Vec<Effect> {
        let mut effects = Effects::default();
        match process {
            ProcessId::Olympus => self.olympus.step(input, &mut effects),
            ProcessId::Client(client) => {
                self.clients[client.0 as usize].step(input, &mut effects);
            }
            ProcessId::Replica(replica) => {
                let replica = self.replicas.get_mut(&replica).expect("a started replica");
                replica.step(input, &mut effects);
            }
        }
        effects.drain().collect()
    }

    fn carry_out(&mut self, process: ProcessId, effect: Effect) {
        match effect {
            Effect::Send { to, message } if to == process => {
                let from = process;
                self.step(to, Input::Deliver { from, message });
            }
            Effect::Send { to, message } => {
                let envelope = Envelope {
                    from: process,
                    to,
                    message,
                };
                let spoiled = self.spoiler.as_mut().and_then(|spoil| spoil(&envelope));
                let messages = spoiled.unwrap_or_else(|| vec![envelope.message]);
                for message in messages {
                    self.inject(process, to, message);
                }
            }
            Effect::Redeliver { from, message } => {
                self.step(process, Input::Deliver { from, message });
            }
            Effect::SetTimer { timer, .. } => {
                self.timers.insert((process, timer));
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&(process, timer));
            }
            Effect::StartReplicas(configuration) => self.start_replicas(configuration),
            Effect::Stop => self.crash(process),
            Effect::Emit(event) => self.events.push((process, event)),
        }
    }

    fn start_replicas(&mut self, configuration: ConfigurationId) {
        let signing = self.signing.of(configuration.0);
        for position in 0..signing.n() {
            let replica = match configuration.0 {
                0 => signing.initial(position),
                _ => signing.pending(position),
            };
            let id = replica.id();
            self.replicas.insert(id, replica);
            self.step(ProcessId::Replica(id), Input::Start);
        }
    }
}

/// What effects amount to, one line each, without the events that only tell of ordinary work.
pub(crate) fn describe(effects: &[Effect]) -> Vec<String> {
    effects.iter().filter_map(describe_one).collect()
}

fn describe_one(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Send { to, message } => format!("{} to {to}", message.kind()),
        Effect::Redeliver { from, message } => format!("again {} from {from}", message.kind()),
        Effect::SetTimer { timer, after_ms } => format!("set {timer} {after_ms}"),
        Effect::CancelTimer(timer) => format!("cancel {timer}"),
        Effect::StartReplicas(configuration) => format!("start configuration {configuration}"),
        Effect::Stop => "stop".to_owned(),
        Effect::Emit(event) => return describe_event(event),
    })
}

fn describe_event(event: &Event) -> Option<String> {
    Some(match event {
        Event::Refused { reason, .. } => format!("refused: {reason}"),
        Event::Ignored { reason, .. } => format!("ignored: {reason}"),
        Event::Queued { .. } => "queued".to_owned(),
        Event::Suspected {
            suspect, reason, ..
        } => match suspect {
            Some(suspect) => format!("suspects {suspect}: {reason}"),
            None => format!("suspects nobody: {reason}"),
        },
        Event::Retransmitted { case, .. } => format!("case {case:?}"),
        Event::Divergence { suspect, .. } => format!("divergence of {suspect}"),
        Event::Accepted { result, .. } => format!("accepted {result}"),
        Event::Executed {
            slot,
            result,
            repeated,
            ..
        } => {
            let again = if *repeated { " again" } else { "" };
            format!("executed {slot}{again}: {result}")
        }
        Event::HistoryRefused {
            replica, reason, ..
        } => format!("history of {replica} refused: {reason}"),
        Event::Convicted { replica, .. } => format!("convicted {replica}"),
        Event::RuledOut {
            replica, reason, ..
        } => format!("ruled out {replica}: {reason}"),
        Event::SetAside { replica, .. } => format!("set aside {replica}"),
        Event::QuorumFormed { quorum, .. } => {
            let quorum: Vec<String> = quorum.iter().map(ToString::to_string).collect();
            format!("quorum {}", quorum.join(" "))
        }
        _ => return None,
    })
}
