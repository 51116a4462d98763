//! Records of every kind for tests: one event of each variant, one message of each kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use bcr_protocol::dictionary::{Dictionary, Operation};
use bcr_protocol::digest::Digest;
use bcr_protocol::event::{Event, Misbehaviour, RequestRef, RetransmissionCase};
use bcr_protocol::history::{History, OrderedRequest};
use bcr_protocol::identity::{
    ClientId, ConfigurationId, Position, ProcessId, RequestId, RequestNumber, Slot,
};
use bcr_protocol::machine::Timer;
use bcr_protocol::message::{
    Answer, AnsweredBy, CatchUp, CaughtUp, CaughtUpResult, Checkpoint, ClientAnswer, Configuration,
    ConfigurationQuery, ErrorStatement, Evidence, GetRunningState, Message, MessageKind,
    NewConfiguration, OlympusResult, ReconfigurationRequest, Shuttle, StateTransfer, Suspicion,
    Terminate, WedgeRequest, Wedged,
};
use bcr_protocol::parameters::Parameters;
use bcr_protocol::proof::{
    CheckpointProof, OrderProof, SignedCheckpoint, SignedOrder, SignedRequest, SignedResult,
};
use bcr_protocol::reason::Reason;
use bcr_protocol::replica::Mode;
use bcr_protocol::running_state::RunningState;
use bcr_protocol::signature::{RunSecret, Scheme};
use bcr_protocol::statement::{
    CaughtUpStatement, CheckpointStatement, OrderStatement, Request, ResultStatement, Signed,
    Signer, Statement,
};

use super::{HarnessEvent, Micros, Record, RunEnd, Trace, TraceEvent};

const CONFIGURATION: ConfigurationId = ConfigurationId(1);
const SLOT: Slot = Slot(4);
const STATE: Digest = Digest([0xab; 32]);
const REQUEST: RequestId = RequestId {
    client: ClientId(2),
    number: RequestNumber(3),
};
const REFERENCE: RequestRef = RequestRef {
    request_client: REQUEST.client,
    request: REQUEST.number,
};

pub(crate) const OLYMPUS: ProcessId = ProcessId::Olympus;
pub(crate) const CLIENT: ProcessId = ProcessId::Client(ClientId(2));
pub(crate) const HEAD: ProcessId = ProcessId::replica(CONFIGURATION, Position(0));
pub(crate) const TAIL: ProcessId = ProcessId::replica(CONFIGURATION, Position(2));

/// A trace with an event of every variant, and a message of every kind sent, received and
/// delivered to its own sender.
pub(crate) fn trace() -> Trace {
    let mut trace = Trace::default();
    for message in messages() {
        let sent = Some(push(&mut trace, HEAD, send(TAIL, message.clone())));
        push(&mut trace, TAIL, receive(HEAD, sent, message.clone()));
        push(&mut trace, TAIL, receive(TAIL, None, message));
    }
    let events = protocol_events().into_iter().map(TraceEvent::Protocol);
    for event in events.chain(harness_events().into_iter().map(TraceEvent::Harness)) {
        push(&mut trace, process_of(&event), event);
    }
    trace
}

/// Appends an event and answers its number.
pub(crate) fn push(trace: &mut Trace, process: ProcessId, event: impl Into<TraceEvent>) -> u64 {
    let n = trace.records.len() as u64;
    trace.records.push(Record {
        n,
        at: Micros(n * 1_234),
        wall_us: 0,
        process,
        event: event.into(),
    });
    n
}

pub(crate) fn send(to: ProcessId, content: Message) -> HarnessEvent {
    HarnessEvent::Sent {
        to,
        spoiled: false,
        content,
    }
}

pub(crate) fn receive(from: ProcessId, sent: Option<u64>, content: Message) -> HarnessEvent {
    HarnessEvent::Received {
        from,
        sent,
        content,
    }
}

/// Where an event of this kind happens; a replica's where several kinds of process have it.
fn process_of(event: &TraceEvent) -> ProcessId {
    match event {
        TraceEvent::Protocol(
            Event::Invoked { .. }
            | Event::Accepted { .. }
            | Event::ClientError { .. }
            | Event::Done,
        ) => CLIENT,
        TraceEvent::Protocol(
            Event::ReconfigurationRequested { .. }
            | Event::WedgeStarted { .. }
            | Event::HistoryAccepted { .. }
            | Event::HistoryRefused { .. }
            | Event::CatchUpStarted { .. }
            | Event::ReportAccepted { .. }
            | Event::QuorumFormed { .. }
            | Event::StateReceived { .. }
            | Event::ConfigurationStarted { .. }
            | Event::Convicted { .. }
            | Event::RuledOut { .. }
            | Event::SetAside { .. },
        ) => OLYMPUS,
        TraceEvent::Protocol(_) | TraceEvent::Harness(_) => HEAD,
    }
}

/// Lists one value of each variant. A variant without a value does not compile, nor does a value in
/// another's place pass.
macro_rules! one_of_each {
    ($type:ident { $($variant:ident $fields:tt,)* }) => {{
        let is_listed = |value: &$type| match value { $($type::$variant { .. } => {})* };
        let values = vec![$(one_of_each!(@value $type $variant $fields)),*];
        values.iter().for_each(is_listed);
        values
    }};
    (@value $type:ident $variant:ident ()) => { $type::$variant };
    (@value $type:ident $variant:ident ($value:expr)) => { $type::$variant($value) };
    (@value $type:ident $variant:ident { $($fields:tt)* }) => { $type::$variant { $($fields)* } };
}

/// One event of each variant of [`HarnessEvent`].
fn harness_events() -> Vec<HarnessEvent> {
    one_of_each!(HarnessEvent {
        Settings { settings: BTreeMap::from([("client timeout".to_owned(), String::new())]) },
        Sent { to: TAIL, spoiled: true, content: Message::ForwardedRequest(request()) },
        Received { from: TAIL, sent: None, content: Message::ClientRequest(request()) },
        Discarded { from: TAIL, message: Some(MessageKind::Shuttle), reason: "not a \"peer\"".to_owned() },
        Diagnostic { text: "connection closed".to_owned() },
        FailureArmed {
            plan: 1,
            pair: "shuttle(0,1), change_result()".to_owned(),
            trigger: "shuttle(0,1)".to_owned(),
            failure: "change_result()".to_owned(),
            message: MessageKind::Shuttle,
        },
        FailureApplied {
            plan: 0,
            pair: "client_request(2,1), crash()".to_owned(),
            trigger: "client_request(2,1)".to_owned(),
            failure: "crash()".to_owned(),
            message: MessageKind::ClientRequest,
            effect: true,
        },
        Slept { ms: 5 },
        Crashed (),
        FinalDictionary {
            mode: Mode::Active,
            next_slot: SLOT,
            state_hash: STATE,
            dictionary: [("k\n".to_owned(), "=\u{1f980}".to_owned())].into_iter().collect::<Dictionary>(),
        },
        RunEnded { end: RunEnd::Error, reason: Some("client-0: it ended unexpectedly".to_owned()), lateness: None },
    })
}

/// One event of each variant of [`Event`].
fn protocol_events() -> Vec<Event> {
    let (configuration, replica, slot) = (CONFIGURATION, Position(1), SLOT);
    let (request, reason, from, history) = (REFERENCE, Reason::Timeout, TAIL, STATE);
    let timer = Timer::State(configuration, replica);
    let operation = operation();
    one_of_each!(Event {
        Refused { message: MessageKind::Result, from, reason, slot: Some(slot), request: Some(request) },
        Ignored { message: MessageKind::Wedged, from, reason, slot: None, request: None },
        TimerSet { timer: Timer::Request(REQUEST), after_ms: 7 },
        TimerCancelled { timer },
        TimerExpired { timer },
        Invoked { request, operation: operation.clone() },
        Accepted {
            request,
            result: "star wars".to_owned(),
            slot,
            configuration: ConfigurationId(0),
            by: AnsweredBy::Cache,
            from,
            attempts: 2,
        },
        ClientError { from, request },
        Done (),
        Queued { message: MessageKind::Shuttle, from },
        Activated { slot, state: STATE },
        Ordered { slot, request },
        Executed { slot, request, operation, result: String::new(), repeated: false },
        Cached { slot, request },
        Retransmitted {
            case: RetransmissionCase::Forwarded,
            message: MessageKind::ClientRequest,
            from,
            request,
            slot: None,
        },
        Suspected { suspect: Some(replica), reason, slot: Some(slot), request: None },
        Divergence { slot, suspect: replica },
        CheckpointStarted { slot },
        CheckpointCompleted { slot, state: STATE },
        Wedged { checkpoint: None, entries: 3 },
        CaughtUp { history, entries: 1, state: STATE },
        Terminated (),
        ReconfigurationRequested {
            configuration,
            replica: Some(replica),
            from,
            reason,
            suspect: None,
            slot: Some(slot),
        },
        WedgeStarted { configuration },
        HistoryAccepted { configuration, replica, history, checkpoint: Some(slot), entries: 0 },
        HistoryRefused { configuration, replica, reason },
        CatchUpStarted { configuration, replica, history, entries: 2 },
        ReportAccepted { configuration, replica, history, state: STATE },
        QuorumFormed {
            configuration,
            quorum: vec![Position(0), replica],
            history,
            checkpoint: None,
            entries: vec![ordered()],
            state: STATE,
        },
        StateReceived { configuration, replica },
        ConfigurationStarted { configuration, slot, state: STATE },
        Convicted { configuration, replica, proof: convictions().remove(0) },
        RuledOut { configuration, replica, reason },
        SetAside { configuration, replica },
    })
    .into_iter()
    .chain(convictions().into_iter().map(|proof| Event::Convicted {
        configuration,
        replica,
        proof,
    }))
    .collect()
}

fn convictions() -> Vec<Misbehaviour> {
    one_of_each!(Misbehaviour {
        TwoOrders { first: order(), second: order() },
        WrongOperation { request: request(), statement: order() },
        TwoResults { first: result(), second: result() },
        ContradictedResult { statement: result(), quorum: vec![result(), result()] },
        ContradictedCheckpoint { statement: checkpoint(), quorum: vec![checkpoint()] },
        OrderWithheld { statement: order(), wedged: signed(HEAD, wedged()) },
    })
}

/// One message of each variant of [`Message`].
fn messages() -> Vec<Message> {
    let (configuration, history, state) = (CONFIGURATION, STATE, STATE);
    let body = CaughtUpStatement {
        configuration,
        history,
        slot: SLOT,
        request: REQUEST,
        operation: operation(),
        result: STATE,
    };
    let statement = signed(TAIL, body);
    let caught_up = CaughtUpResult {
        result: "OK".to_owned(),
        statement: statement.clone(),
    };
    let olympus_result = OlympusResult {
        configuration,
        request: REQUEST,
        slot: SLOT,
        result: "OK".to_owned(),
        proof: vec![statement],
    };
    one_of_each!(Message {
        ClientRequest (request()),
        ForwardedRequest (request()),
        Shuttle (Arc::new(Shuttle { configuration, order_proof: order_proof(), result_proof: vec![result()] })),
        ResultShuttle (answer()),
        Result (Arc::new(ClientAnswer { by: AnsweredBy::Tail, answer: answer() })),
        Error (signed(TAIL, ErrorStatement { configuration, request: REQUEST })),
        Checkpoint (collected()),
        CompletedCheckpoint (collected()),
        ReconfigurationRequest (reconfiguration_request()),
        WedgeRequest (signed(OLYMPUS, WedgeRequest { configuration })),
        Wedged (signed(HEAD, wedged())),
        CatchUp (signed(OLYMPUS, CatchUp { configuration, history, entries: vec![ordered()] })),
        CaughtUp (signed(HEAD, CaughtUp { configuration, history, state, results: vec![caught_up] })),
        GetRunningState (signed(OLYMPUS, GetRunningState { configuration, history })),
        RunningState (signed(HEAD, StateTransfer { configuration, history, state: running_state() })),
        NewConfiguration (signed(OLYMPUS, new_configuration())),
        ConfigurationQuery (ConfigurationQuery::NewerThan(configuration)),
        Configuration (signed(OLYMPUS, Configuration { configuration, chain: vec![] })),
        OlympusResult (signed(OLYMPUS, olympus_result)),
        Terminate (signed(OLYMPUS, Terminate { configuration })),
    })
}

fn signed<T: Statement>(signer: ProcessId, body: T) -> Arc<Signed<T>> {
    let key = RunSecret([7; 32]).key(Scheme::KeyedHash, signer);
    Arc::new(Signer::new(signer, key).sign(body))
}

fn operation() -> Arc<Operation> {
    Arc::new(Operation::Put {
        key: "movie".to_owned(),
        value: "star \"wars\"".to_owned(),
    })
}

pub(crate) fn request() -> SignedRequest {
    signed(
        CLIENT,
        Request {
            id: REQUEST,
            operation: operation(),
        },
    )
}

fn order() -> SignedOrder {
    let body = OrderStatement {
        configuration: CONFIGURATION,
        slot: SLOT,
        request: REQUEST,
        operation: operation(),
    };
    signed(HEAD, body)
}

fn result() -> SignedResult {
    let body = ResultStatement {
        configuration: CONFIGURATION,
        slot: SLOT,
        request: REQUEST,
        operation: operation(),
        result: Digest::of("OK"),
    };
    signed(HEAD, body)
}

fn checkpoint() -> SignedCheckpoint {
    let body = CheckpointStatement {
        configuration: CONFIGURATION,
        slot: SLOT,
        state: STATE,
    };
    signed(HEAD, body)
}

fn ordered() -> OrderedRequest {
    OrderedRequest {
        slot: SLOT,
        request: request(),
    }
}

fn order_proof() -> OrderProof {
    OrderProof {
        slot: SLOT,
        request: request(),
        statements: vec![order()],
    }
}

fn checkpoint_proof() -> CheckpointProof {
    CheckpointProof {
        slot: SLOT,
        statements: vec![checkpoint()],
    }
}

fn answer() -> Arc<Answer> {
    Arc::new(Answer {
        configuration: CONFIGURATION,
        result: "OK".to_owned(),
        order_proof: order_proof(),
        result_proof: vec![result()],
    })
}

fn collected() -> Arc<Checkpoint> {
    Arc::new(Checkpoint {
        configuration: CONFIGURATION,
        proof: checkpoint_proof(),
    })
}

fn wedged() -> Wedged {
    Wedged {
        configuration: CONFIGURATION,
        history: History {
            checkpoint: Some(Arc::new(checkpoint_proof())),
            entries: vec![Arc::new(order_proof())],
        },
    }
}

fn reconfiguration_request() -> Arc<ReconfigurationRequest> {
    let body = Suspicion {
        configuration: CONFIGURATION,
        reason: Reason::WrongOperation,
        suspect: Some(Position(0)),
        slot: Some(SLOT),
        request: Some(REQUEST),
    };
    Arc::new(ReconfigurationRequest {
        signed: signed(TAIL, body).as_ref().clone(),
        evidence: Evidence {
            requests: vec![request()],
            orders: vec![order()],
            results: vec![result()],
            checkpoints: vec![checkpoint()],
        },
    })
}

/// A state with a client in it, whose number is a key of a JSON object.
fn running_state() -> RunningState {
    let first = RequestId {
        number: RequestNumber(0),
        ..REQUEST
    };
    let mut state = RunningState::default();
    let outcome = state
        .evaluate(first, &operation())
        .expect("a first request");
    state.commit(Slot(0), first, &operation(), outcome);
    state
}

fn new_configuration() -> NewConfiguration {
    let key = |scheme, process| RunSecret([7; 32]).key(scheme, process).public();
    NewConfiguration {
        configuration: CONFIGURATION,
        chain: vec![key(Scheme::Ed25519, HEAD), key(Scheme::KeyedHash, TAIL)],
        parameters: Parameters {
            t: 1,
            checkpoint_interval: 10,
            client_timeout_ms: 3000,
            head_timeout_ms: 3000,
            nonhead_timeout_ms: 3000,
            olympus_timeout_ms: 3000,
            quorum_grace_ms: 100,
        },
        first_slot: SLOT,
        state: running_state(),
        state_hash: running_state().hash(),
    }
}
