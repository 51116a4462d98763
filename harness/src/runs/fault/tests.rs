//! The wrapper, driven message by message: a chain of three wrapped replicas, one of which fails.
//!
//! Source: docs/protocol.md P9, P10.

mod counting;
mod foreign;
mod immediate;
mod spoiling;

use std::collections::VecDeque;
use std::sync::Arc;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::Event;
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, ReplicaId, RequestId, RequestNumber, Slot,
};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{Message, MessageKind, NewConfiguration, WedgeRequest, Wedged};
use bcr_protocol::running_state::RunningState;
use bcr_protocol::signature::Scheme;
use bcr_protocol::statement::{Request, Signed, Statement};

use super::{FaultyReplica, ReplicaUnderTest};
use crate::diagnostic::SourceFile;
use crate::runs::process::{Action, Arrival, Halt, Occurrence, Process};
use crate::runs::setup::Setup;
use crate::runs::simulated::run_secret;
use crate::scenario;
use crate::trace::{HarnessEvent, TraceEvent};

/// A message that a replica sent, and whether a failure changed it.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    by: u32,
    to: ProcessId,
    message: Message,
    spoiled: bool,
}

/// A chain of three. Messages between its replicas wait until the chain flows.
struct Chain {
    setup: Setup,
    configuration: ConfigurationId,
    replicas: Vec<Box<dyn Process>>,
    actions: Vec<(u32, Action)>,
    links: VecDeque<(ProcessId, u32, Message)>,
    arrivals: u64,
}

impl Chain {
    /// Configuration 0, where `replica` has `failures`, as a scenario file writes them.
    fn new(replica: u32, failures: &str) -> Self {
        Self::of(0, 100, replica, failures)
    }

    /// The same with a checkpoint after every slot.
    fn with_checkpoints(replica: u32, failures: &str) -> Self {
        Self::of(0, 1, replica, failures)
    }

    /// Configuration 1, which has not been told its state yet.
    fn pending(replica: u32, failures: &str) -> Self {
        Self::of(1, 100, replica, failures)
    }

    fn of(configuration: u32, interval: u64, replica: u32, failures: &str) -> Self {
        let mut text = format!("t = 1\nnum_client = 2\ncheckpt_interval = {interval}\n");
        text.push_str("workload[0] = get('x')\nworkload[1] = get('x')\n");
        text.push_str("client_timeout = 3000\nhead_timeout = 1000\nnonhead_timeout = 2000\n");
        if !failures.is_empty() {
            text.push_str(&format!(
                "failures[{configuration},{replica}] = {failures}\n"
            ));
        }
        let reading = scenario::read(&SourceFile::new("chain.conf", text), &[]);
        let scenario = reading.scenario.expect("a scenario without mistakes");
        let setup = Setup::new(Arc::new(scenario), Scheme::KeyedHash, run_secret(0));
        let configuration = ConfigurationId(configuration);
        let replica = |position| {
            let position = Position(position);
            let id = ReplicaId {
                configuration,
                position,
            };
            wrapped(&setup, setup.replica(id))
        };
        Self {
            replicas: (0..3).map(replica).collect(),
            setup,
            configuration,
            actions: Vec::new(),
            links: VecDeque::new(),
            arrivals: 0,
        }
    }

    fn at(&self, position: u32) -> ProcessId {
        ProcessId::replica(self.configuration, Position(position))
    }

    /// Hands an occurrence to a replica and puts what it sends to others on their links.
    fn handle(&mut self, to: u32, occurrence: Occurrence) {
        let mut actions = Vec::new();
        self.replicas[to as usize].handle(occurrence, &mut actions);
        let from = self.at(to);
        for action in actions {
            if let Action::Send {
                to: ProcessId::Replica(replica),
                message,
                ..
            } = &action
            {
                let link = (from, replica.position.0, message.clone());
                self.links.push_back(link);
            }
            self.actions.push((to, action));
        }
    }

    /// A message arrives; the numbers of the events by which messages were sent are 0, 1, 2, …
    fn deliver(&mut self, from: ProcessId, to: u32, message: Message) {
        let sent = Some(self.arrivals);
        self.arrivals += 1;
        let arrival = Arrival {
            from,
            sent,
            message,
        };
        self.handle(to, Occurrence::Arrived(arrival));
    }

    /// Delivers what is on the links, in the order of sending.
    fn flow(&mut self) {
        while let Some((from, to, message)) = self.links.pop_front() {
            self.deliver(from, to, message);
        }
    }

    /// Delivers the first `count` messages that are on the links, and no more.
    fn flow_some(&mut self, count: usize) {
        for _ in 0..count {
            let (from, to, message) = self.links.pop_front().expect("as many messages");
            self.deliver(from, to, message);
        }
    }

    /// A client's request reaches the head and goes down the chain and back.
    fn request(&mut self, of: u32, number: u64, operation: &Operation) {
        let message = self.client_request(of, number, operation);
        self.deliver(client(of), 0, message);
        self.flow();
    }

    fn client_request(&self, of: u32, number: u64, operation: &Operation) -> Message {
        let body = Request {
            id: RequestId {
                client: ClientId(of),
                number: RequestNumber(number),
            },
            operation: Arc::new(operation.clone()),
        };
        Message::ClientRequest(self.signed(client(of), body))
    }

    fn wedge_request(&self) -> Message {
        let configuration = self.configuration;
        Message::WedgeRequest(self.signed(ProcessId::Olympus, WedgeRequest { configuration }))
    }

    fn new_configuration(&self) -> Message {
        let state = RunningState::default();
        let body = NewConfiguration {
            configuration: self.configuration,
            chain: (0..3).map(|p| self.setup.public_key(self.at(p))).collect(),
            parameters: self.setup.scenario.parameters.clone(),
            first_slot: Slot(7),
            state_hash: state.hash(),
            state,
        };
        Message::NewConfiguration(self.signed(ProcessId::Olympus, body))
    }

    fn signed<T: Statement>(&self, process: ProcessId, body: T) -> Arc<Signed<T>> {
        Arc::new(self.setup.signer(process).sign(body))
    }

    /// Whether the signature is that of the claimed signer's real key.
    fn is_good<T: Statement>(&self, signed: &Signed<T>) -> bool {
        let key = self.setup.public_key(signed.signer);
        key.verifies(&signed.body.signed_bytes(), &signed.signature)
    }

    /// Everything that was sent, in order.
    fn all_sent(&self) -> Vec<Sent> {
        let sent = self.actions.iter().filter_map(|(by, action)| match action {
            Action::Send {
                to,
                message,
                spoiled,
            } => Some(Sent {
                by: *by,
                to: *to,
                message: message.clone(),
                spoiled: *spoiled,
            }),
            _ => None,
        });
        sent.collect()
    }

    /// What one replica sent of one type.
    fn sent(&self, by: u32, kind: MessageKind) -> Vec<Sent> {
        let mut sent = self.all_sent();
        sent.retain(|sent| sent.by == by && sent.message.kind() == kind);
        sent
    }

    /// What one replica received from itself.
    fn self_deliveries(&self, position: u32) -> Vec<Message> {
        let itself = self.at(position);
        let received = self.actions.iter().filter_map(|(_, action)| match action {
            Action::Record(TraceEvent::Harness(HarnessEvent::Received {
                from,
                sent: None,
                content,
            })) if *from == itself => Some(content.clone()),
            _ => None,
        });
        received.collect()
    }

    /// A replica's history, as it tells it when it is wedged.
    fn wedged(&mut self, position: u32) -> Arc<Signed<Wedged>> {
        let wedge_request = self.wedge_request();
        self.deliver(ProcessId::Olympus, position, wedge_request);
        let sent = self.sent(position, MessageKind::Wedged).pop();
        match sent.map(|sent| sent.message) {
            Some(Message::Wedged(wedged)) => wedged,
            other => panic!("no wedged message but {other:?}"),
        }
    }

    /// What became of the failures, in order.
    fn fates(&self) -> Vec<String> {
        let fates = self.actions.iter().filter_map(|(_, action)| match action {
            Action::Record(TraceEvent::Harness(event)) => fate(event),
            _ => None,
        });
        fates.collect()
    }

    /// What a replica did, a few words for each action; most events of its machine are left out.
    fn told(&self, position: u32) -> Vec<String> {
        let own = self.actions.iter().filter(|(by, _)| *by == position);
        own.filter_map(|(_, action)| tell(action)).collect()
    }

    /// Forgets what was done so far.
    fn forget(&mut self) {
        self.actions.clear();
    }

    fn dictionary(&self, position: u32) -> Vec<(String, String)> {
        match self.replicas[position as usize].final_dictionary() {
            Some(HarnessEvent::FinalDictionary { dictionary, .. }) => {
                let pairs = dictionary.iter();
                pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
            }
            other => panic!("no dictionary but {other:?}"),
        }
    }
}

/// The layer around a replica of the chain.
fn wrapped<S: ReplicaUnderTest + 'static>(setup: &Setup, replica: S) -> Box<dyn Process> {
    let signer = setup.signer(ProcessId::Replica(replica.id()));
    let failures = &setup.scenario.failures;
    Box::new(FaultyReplica::new(replica, signer, failures, 1))
}

fn fate(event: &HarnessEvent) -> Option<String> {
    match event {
        HarnessEvent::FailureArmed {
            failure, message, ..
        } => Some(format!("armed {failure} by {message}")),
        HarnessEvent::FailureApplied {
            failure,
            message,
            effect,
            ..
        } => {
            let in_vain = if *effect { "" } else { " in vain" };
            Some(format!("applied {failure} to {message}{in_vain}"))
        }
        _ => None,
    }
}

fn tell(action: &Action) -> Option<String> {
    Some(match action {
        Action::Send { to, message, .. } => format!("sent {} to {to}", message.kind()),
        Action::SetTimer { timer, after_ms } => format!("set {timer} {after_ms}"),
        Action::CancelTimer(timer) => format!("cancelled {timer}"),
        Action::StartReplicas(configuration) => format!("started {configuration}"),
        Action::Sleep(ms) => format!("sleeps {ms}"),
        Action::Halt(Halt::Crashed) => "halt, crashed".to_owned(),
        Action::Halt(Halt::Terminated) => "halt, terminated".to_owned(),
        Action::Record(TraceEvent::Harness(event)) => match event {
            HarnessEvent::Received { content, .. } => format!("received {}", content.kind()),
            HarnessEvent::Slept { ms } => format!("slept {ms}"),
            HarnessEvent::Crashed => "crashed".to_owned(),
            HarnessEvent::FinalDictionary { mode, .. } => format!("final dictionary, {mode}"),
            other => return fate(other),
        },
        Action::Record(TraceEvent::Protocol(event)) => match event {
            Event::Queued { message, .. } => format!("kept {message}"),
            Event::Refused { reason, .. } => format!("refused: {reason}"),
            Event::Ignored { reason, .. } => format!("ignored: {reason}"),
            Event::TimerExpired { timer } => format!("expired {timer}"),
            Event::Executed { slot, result, .. } => format!("executed {slot}: {result}"),
            _ => return None,
        },
    })
}

fn client(number: u32) -> ProcessId {
    ProcessId::Client(ClientId(number))
}

fn timer(client: u32, number: u64) -> Timer {
    Timer::Result(RequestId {
        client: ClientId(client),
        number: RequestNumber(number),
    })
}

fn put(key: &str, value: &str) -> Operation {
    let (key, value) = (key.to_owned(), value.to_owned());
    Operation::Put { key, value }
}

fn get(key: &str) -> Operation {
    let key = key.to_owned();
    Operation::Get { key }
}
