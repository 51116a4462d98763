//! A replica with code of its own, over real links: what it sends costs the others little, and changes
//! nothing but who is suspected.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::Event;
use bcr_protocol::history::History;
use bcr_protocol::identity::{ConfigurationId, Position, RequestNumber, Slot};
use bcr_protocol::message::{
    Answer, AnsweredBy, ClientAnswer, Evidence, Message, ReconfigurationRequest, Shuttle,
    Suspicion, Wedged,
};
use bcr_protocol::proof::CheckpointProof;
use bcr_protocol::reason::Reason;
use bcr_protocol::statement::{CheckpointStatement, OrderStatement, Signed, Signer};

use super::*;
use crate::runs::process::Arrival;

/// What a link carries in one frame.
const FRAME_BYTES: usize = 16 << 20;
/// What one of its statements is padded with: a build for tests takes long to encrypt a whole frame.
const PADDING_BYTES: usize = 1 << 20;
/// As many statements as nobody needs.
const MANY: u32 = 500;

/// The protocol, but for replica 1 of the first configuration.
struct Attacked;

impl Machines for Attacked {
    fn olympus(&self, setup: &Setup) -> Box<dyn Process> {
        ChainReplication.olympus(setup)
    }

    fn client(&self, setup: &Setup, client: ClientId) -> Box<dyn Process> {
        ChainReplication.client(setup, client)
    }

    fn replica(&self, setup: &Setup, replica: ReplicaId) -> Box<dyn Process> {
        let correct = ChainReplication.replica(setup, replica);
        if replica.configuration != ConfigurationId(0) || replica.position != Position(1) {
            return correct;
        }
        Box::new(Attacker {
            correct,
            signer: setup.signer(ProcessId::Replica(replica)),
            shuttles: 0,
        })
    }
}

/// A replica that does as it should, and more.
struct Attacker {
    correct: Box<dyn Process>,
    signer: Signer,
    shuttles: u32,
}

impl Process for Attacker {
    fn handle(&mut self, occurrence: Occurrence, actions: &mut Vec<Action>) {
        let attacks = match &occurrence {
            Occurrence::Arrived(Arrival { message, .. }) => match message {
                Message::Shuttle(shuttle) => {
                    self.shuttles += 1;
                    match self.shuttles {
                        1 => self.on_olympus_and_client(shuttle),
                        2 => self.on_tail(shuttle),
                        _ => Vec::new(),
                    }
                }
                Message::WedgeRequest(_) => self.on_wedging(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        actions.extend(attacks.into_iter().map(|(to, message)| Action::Send {
            to,
            message,
            spoiled: true,
        }));
        self.correct.handle(occurrence, actions);
    }

    fn final_dictionary(&self) -> Option<HarnessEvent> {
        self.correct.final_dictionary()
    }
}

impl Attacker {
    /// Order statements of its own, each for another slot, more than prove anything, and an answer with
    /// more statements than there are replicas.
    fn on_olympus_and_client(&self, shuttle: &Shuttle) -> Vec<(ProcessId, Message)> {
        let order = self.signer.sign(order_statement(shuttle, operation(0)));
        let suspicion = Suspicion {
            configuration: shuttle.configuration,
            reason: Reason::Timeout,
            suspect: None,
            slot: None,
            request: None,
        };
        // Badly signed, so that nobody is wedged for it.
        let mut signed = self.signer.sign(suspicion);
        signed.signature = signed.signature.spoiled();
        let request = ReconfigurationRequest {
            signed,
            evidence: Evidence {
                orders: strangers(&order),
                ..Evidence::default()
            },
        };
        let mut order_proof = shuttle.order_proof.clone();
        order_proof.statements = strangers(&order);
        let client = order_proof.request.signer;
        let answer = Answer {
            configuration: shuttle.configuration,
            result: String::new(),
            order_proof,
            result_proof: Vec::new(),
        };
        let answer = ClientAnswer {
            by: AnsweredBy::Tail,
            answer: Arc::new(answer),
        };
        let request = Message::ReconfigurationRequest(Arc::new(request));
        let answer = Message::Result(Arc::new(answer));
        let attacks = [(ProcessId::Olympus, request), (client, answer)];
        attacks.iter().cycle().take(40).cloned().collect()
    }

    /// A shuttle with a large statement that nobody signed, and one that no frame holds.
    fn on_tail(&self, shuttle: &Shuttle) -> Vec<(ProcessId, Message)> {
        let tail = ProcessId::replica(shuttle.configuration, Position(2));
        let padded = |bytes: usize| {
            let mut shuttle = shuttle.clone();
            let order = order_statement(&shuttle, operation(bytes));
            let mut order = self.signer.sign(order);
            order.signature = order.signature.spoiled();
            shuttle.order_proof.statements.push(Arc::new(order));
            Message::Shuttle(Arc::new(shuttle))
        };
        let around = borsh::object_length(&padded(0)).expect("memory");
        let too_much = FRAME_BYTES - around - 8 + 1;
        vec![(tail, padded(too_much)), (tail, padded(PADDING_BYTES))]
    }

    /// A checkpoint proof by replicas that do not exist.
    fn on_wedging(&self) -> Vec<(ProcessId, Message)> {
        let vote = self.signer.sign(CheckpointStatement {
            configuration: ConfigurationId(0),
            slot: Slot(0),
            state: bcr_protocol::digest::Digest::of("state"),
        });
        let proof = CheckpointProof {
            slot: Slot(0),
            statements: strangers(&vote),
        };
        let wedged = Wedged {
            configuration: ConfigurationId(0),
            history: History {
                checkpoint: Some(Arc::new(proof)),
                entries: Vec::new(),
            },
        };
        let wedged = Message::Wedged(Arc::new(self.signer.sign(wedged)));
        vec![(ProcessId::Olympus, wedged); 10]
    }
}

fn operation(bytes: usize) -> Arc<Operation> {
    Arc::new(Operation::Get {
        key: "k".repeat(bytes),
    })
}

fn order_statement(shuttle: &Shuttle, operation: Arc<Operation>) -> OrderStatement {
    OrderStatement {
        configuration: shuttle.configuration,
        slot: shuttle.order_proof.slot,
        request: shuttle.order_proof.request.body.id,
        operation,
    }
}

/// The statement in the names of replicas that do not exist.
fn strangers<T: Clone>(statement: &Signed<T>) -> Vec<Arc<Signed<T>>> {
    let named = |position| {
        let signer = ProcessId::replica(ConfigurationId(0), Position(position));
        Arc::new(Signed {
            signer,
            ..statement.clone()
        })
    };
    (3..MANY).map(named).collect()
}

/// What clients accepted, and the dictionary in the end.
#[derive(Debug, Default, PartialEq)]
struct Essence {
    results: BTreeMap<(ClientId, RequestNumber), String>,
    dictionary: Vec<(String, String)>,
}

fn essence(trace: &Trace) -> Essence {
    let mut essence = Essence::default();
    for record in &trace.records {
        match &record.event {
            TraceEvent::Protocol(Event::Accepted {
                request, result, ..
            }) => {
                let id = (request.request_client, request.request);
                essence.results.insert(id, result.clone());
            }
            TraceEvent::Harness(HarnessEvent::FinalDictionary { dictionary, .. }) => {
                let pairs = dictionary.iter();
                let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
                essence.dictionary = pairs.collect();
            }
            TraceEvent::Protocol(_) | TraceEvent::Harness(_) => {}
        }
    }
    essence
}

/// P1.9, P6.4: large messages and long lists, at everybody; the tail, which refuses one, accuses in a small
/// message.
#[test]
fn what_a_faulty_replica_sends_changes_nothing_but_who_is_suspected() {
    let appends = "; append('k','v')".repeat(9);
    let text = format!(
        "t = 1\nnum_client = 2\nclient_timeout = 20000\nhead_timeout = 20000\n\
         nonhead_timeout = 20000\nworkload[0] = put('k',''){appends}\nworkload[1] = put('a','b')\n"
    );
    let scenario = scenario(&text);
    let calm = run(&scenario, &ChainReplication, options(Processes::Tasks));
    let trace = run(&scenario, &Attacked, options(Processes::Tasks));
    let expected = essence(&calm);
    assert_eq!(expected.results.len(), 11);
    assert_eq!(essence(&trace), expected);
    assert_eq!(ended(&trace), (RunEnd::AtRest, None));

    let mut refused = BTreeMap::new();
    let mut unsent = Vec::new();
    let mut accusations = Vec::new();
    for record in &trace.records {
        match &record.event {
            TraceEvent::Protocol(Event::Refused { reason, .. } | Event::Ignored { reason, .. }) => {
                *refused.entry((record.process, *reason)).or_insert(0) += 1
            }
            TraceEvent::Harness(HarnessEvent::Sent {
                content: content @ Message::ReconfigurationRequest(request),
                ..
            }) if request.signed.body.suspect == Some(Position(1)) => {
                accusations.push(borsh::object_length(content).expect("memory"));
            }
            TraceEvent::Protocol(Event::Convicted { replica, .. }) => {
                panic!("replica {replica} is convicted of nothing that it signed");
            }
            TraceEvent::Harness(HarnessEvent::Diagnostic { text }) => unsent.push(text.clone()),
            TraceEvent::Protocol(_) | TraceEvent::Harness(_) => {}
        }
    }
    assert!(!accusations.is_empty(), "the tail accuses it");
    assert!(
        accusations.iter().all(|bytes| *bytes < 10_000),
        "{accusations:?} bytes"
    );
    for process in [ProcessId::Olympus, ProcessId::Client(ClientId(0))] {
        assert!(
            refused.contains_key(&(process, Reason::Oversized)),
            "{process}"
        );
        assert!(
            refused.contains_key(&(process, Reason::Exhausted)),
            "{process}"
        );
    }
    let is_unsent = |text: &String| {
        text.starts_with("shuttle to replica-0-2 not sent: a frame of 16777217 bytes")
    };
    assert!(unsent.iter().any(is_unsent), "{unsent:?}");
}
