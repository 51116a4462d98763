//! A run to judge, made by hand, and its judgement.

use super::*;

/// A run and what it came to; every test changes what it is about.
pub(super) struct World {
    pub(super) outcome: Outcome,
    pub(super) trace: Trace,
}

/// `t = 1`. The head of configuration 0 fails, configuration 1 takes over, client 0 gets both its
/// answers: the first from the tail, the second from Olympus.
pub(super) fn world() -> World {
    let replica = |configuration, position| {
        ProcessId::replica(ConfigurationId(configuration), Position(position))
    };
    let client = ProcessId::Client(ClientId(0));
    let request = |number| RequestRef {
        request_client: ClientId(0),
        request: RequestNumber(number),
    };
    let invoked = |number| Event::Invoked {
        request: request(number),
        operation: Operation::Get {
            key: "k".to_owned(),
        }
        .into(),
    };
    let accepted = |number, by, from| Event::Accepted {
        request: request(number),
        result: "OK".to_owned(),
        slot: Slot(number),
        configuration: ConfigurationId(0),
        by,
        from,
        attempts: 1,
    };
    let digest = bcr_protocol::digest::Digest::of("");
    let events: Vec<(u64, ProcessId, TraceEvent)> = vec![
        (0, client, invoked(0).into()),
        (
            4,
            client,
            accepted(0, AnsweredBy::Tail, replica(0, 2)).into(),
        ),
        (4, client, invoked(1).into()),
        (
            5,
            replica(0, 0),
            HarnessEvent::FailureApplied {
                plan: 0,
                pair: "client_request(0,1), change_operation()".to_owned(),
                trigger: "client_request(0,1)".to_owned(),
                failure: "change_operation()".to_owned(),
                message: MessageKind::Shuttle,
                effect: true,
            }
            .into(),
        ),
        (
            6,
            ProcessId::Olympus,
            Event::ReconfigurationRequested {
                configuration: ConfigurationId(0),
                replica: Some(Position(1)),
                from: replica(0, 1),
                reason: Reason::WrongOperation,
                suspect: Some(Position(0)),
                slot: Some(Slot(1)),
            }
            .into(),
        ),
        (
            7,
            ProcessId::Olympus,
            Event::WedgeStarted {
                configuration: ConfigurationId(0),
            }
            .into(),
        ),
        (
            9,
            ProcessId::Olympus,
            Event::QuorumFormed {
                configuration: ConfigurationId(0),
                quorum: vec![Position(1), Position(2)],
                history: digest,
                checkpoint: None,
                entries: Vec::new(),
                state: digest,
            }
            .into(),
        ),
        (
            12,
            ProcessId::Olympus,
            Event::ConfigurationStarted {
                configuration: ConfigurationId(1),
                slot: Slot(2),
                state: digest,
            }
            .into(),
        ),
        (
            14,
            client,
            accepted(1, AnsweredBy::Olympus, ProcessId::Olympus).into(),
        ),
        (
            14,
            replica(1, 0),
            Event::CheckpointCompleted {
                slot: Slot(1),
                state: digest,
            }
            .into(),
        ),
        (
            15,
            ProcessId::Olympus,
            HarnessEvent::run_ended(RunEnd::AtRest).into(),
        ),
    ];
    let record = |(n, (ms, process, event))| Record {
        n,
        at: Micros::from_ms(ms),
        wall_us: 0,
        process,
        event,
    };
    let trace = Trace {
        records: (0..).zip(events).map(record).collect(),
    };
    World {
        outcome: outcome(),
        trace,
    }
}

pub(super) fn outcome() -> Outcome {
    let configuration = |number, quorum: &[u32], checkpoints: &[u64]| ConfigurationOutcome {
        number,
        first_slot: 0,
        started: Micros(0),
        reconfiguration: None,
        wedged: Vec::new(),
        ruled_out: Vec::new(),
        set_aside: Vec::new(),
        quorum: quorum.to_vec(),
        state_from: None,
        checkpoints: checkpoints.to_vec(),
    };
    let request = |id, completed, by| RequestOutcome {
        client: 0,
        id,
        operation: Operation::Get {
            key: "k".to_owned(),
        },
        invoked: Micros::from_ms(if id == 0 { 0 } else { 4 }),
        completed: Some(Micros::from_ms(completed)),
        result: Some(format!("v{id}")),
        slot: Some(id),
        configuration: Some(0),
        answered_by: Some(by),
        attempts: 1,
    };
    let replica = |configuration, replica| ReplicaOutcome {
        configuration,
        replica,
        mode: if configuration == 0 {
            LastMode::Immutable
        } else {
            LastMode::Active
        },
        correct: (configuration, replica) != (0, 0),
        next_slot: Some(2),
        dictionary: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        state_hash: None,
    };
    let suspicion = |replica, accuser, event| SuspicionOutcome {
        configuration: 0,
        replica,
        by: ProcessOutcome::Replica(Position(accuser)),
        reason: Reason::WrongOperation,
        slot: None,
        at: Micros::from_ms(6),
        event,
    };
    let failure = |replica, status, effect| FailureOutcome {
        configured: ConfiguredFailure {
            reference: FailureReference {
                configuration: ConfigurationId(0),
                replica: Position(replica),
                trigger: trigger(TriggerKind::ClientRequest, 1),
                failure: Failure::ChangeOperation,
            },
            trigger_text: "client_request(0, 1)".to_owned(),
            failure_text: "change_operation()".to_owned(),
            line: 1,
        },
        status,
        effect,
        at: None,
        event: Some(3),
        note: String::new(),
    };
    Outcome {
        scenario: "x".to_owned(),
        file: "x.conf".to_owned(),
        runtime: Runtime::Simulated,
        seed: 0,
        verdict: Verdict::Pass,
        reason: None,
        starvation: None,
        ablation: None,
        schedules: Vec::new(),
        replay: String::new(),
        run: RunSpecification::simulated("x.conf", 0, Scheme::Ed25519),
        parameters: BTreeMap::new(),
        virtual_time: Some(Micros::from_ms(15)),
        wall_ms: 0.0,
        messages: 0,
        clauses: Vec::new(),
        invariants: Invariant::ALL
            .iter()
            .map(|name| invariant(name.as_str(), Some(true)))
            .collect(),
        budget: vec![Budget {
            configuration: 0,
            faulty: vec![0],
            t: 1,
        }],
        configurations: vec![configuration(0, &[1, 2], &[]), configuration(1, &[], &[1])],
        requests: vec![
            request(0, 4, AnsweredBy::Tail),
            request(1, 14, AnsweredBy::Olympus),
        ],
        failures: vec![
            failure(0, FailureStatus::Applied, true),
            failure(1, FailureStatus::Armed, false),
            failure(2, FailureStatus::Applied, false),
        ],
        // The faulty head accuses replica 2: worth nothing.
        suspicions: vec![suspicion(2, 0, 2), suspicion(0, 1, 4)],
        convictions: vec![ConvictionOutcome {
            configuration: 0,
            replica: 0,
            evidence: String::new(),
            event: 6,
        }],
        final_dictionary: None,
        replicas: (0..2)
            .flat_map(|c| (0..3).map(move |r| (c, r)))
            .map(|(c, r)| replica(c, r))
            .collect(),
    }
}

pub(super) fn invariant(name: &str, held: Option<bool>) -> InvariantOutcome {
    InvariantOutcome {
        name: name.parse().expect("an invariant"),
        held,
        detail: String::new(),
        event: None,
    }
}

pub(super) fn expectation(text: &str) -> Expectation {
    let reading = read(&SourceFile::new("x.yaml", text));
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.expectation.expect("no diagnostic is an error")
}

pub(super) fn evaluated(text: &str, world: &World) -> Vec<ClauseOutcome> {
    evaluate(
        &expectation(text),
        &world.outcome,
        &world.trace,
        Terms::Canonical,
    )
}

pub(super) fn broken(clauses: &[ClauseOutcome]) -> Vec<&ClauseOutcome> {
    clauses
        .iter()
        .filter(|clause| clause.status == ClauseStatus::Broken)
        .collect()
}

/// A change that changes nothing.
pub(super) const fn nothing(_: &mut World) {}
