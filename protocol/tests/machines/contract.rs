//! The contract that `Machine` states: what a driver and a machine owe each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::event::Event;
use bcr_protocol::history::History;
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, Slot};
use bcr_protocol::machine::{Effect, Effects, Input, Machine, Timer};
use bcr_protocol::message::{
    Answer, AnsweredBy, ClientAnswer, Configuration, ConfigurationQuery, ErrorStatement, Evidence,
    Message, OlympusResult, Terminate,
};
use bcr_protocol::replica::{Mode, Replica};
use bcr_protocol::running_state::RunningState;

use crate::signing::{
    OLYMPUS, Signing, append, client, deliver, deliver_fully, get, id, put, spoiled, step,
};
use crate::world::{World, describe};

/// A run with a crashed tail, through a whole reconfiguration with its grace and a silent replica;
/// `between` sees the world after every delivery.
fn reconfigured(mut between: impl FnMut(&mut World)) -> World {
    let mut world = World::new(
        Signing::new(1),
        &[&[put("k", "v"), append("k", "!"), get("k")]],
    );
    world.start();
    let mut run = |world: &mut World| {
        between(world);
        while world.deliver_one(0) {
            between(world);
        }
    };
    let replica = |position| ProcessId::replica(ConfigurationId(0), Position(position));
    world.crash(replica(2));
    run(&mut world);
    world.fire(client(0), Timer::Request(id(0, 0)));
    run(&mut world);
    world.fire(replica(0), Timer::Result(id(0, 0)));
    run(&mut world);
    world.fire(OLYMPUS, Timer::Wedge(ConfigurationId(0)));
    run(&mut world);
    world.hold(OLYMPUS, replica(0));
    world.fire(OLYMPUS, Timer::Grace(ConfigurationId(0)));
    run(&mut world);
    world.fire(OLYMPUS, Timer::State(ConfigurationId(0), Position(0)));
    run(&mut world);
    world.release(OLYMPUS, replica(0));
    run(&mut world);
    assert_eq!(world.olympus.configuration(), ConfigurationId(1));
    assert_eq!(world.accepted().len(), 3);
    world
}

/// Every timer that the processes of `reconfigured` could have.
fn every_timer() -> Vec<Timer> {
    let requests = (0..3).map(|number| id(0, number));
    let configurations = (0..3).map(ConfigurationId);
    let of_requests = requests.flat_map(|of| [Timer::Request(of), Timer::Result(of)]);
    let of_configurations = configurations.flat_map(|of| {
        let states = (0..3).map(move |position| Timer::State(of, Position(position)));
        [Timer::Wedge(of), Timer::Grace(of)]
            .into_iter()
            .chain(states)
    });
    of_requests.chain(of_configurations).collect()
}

/// Inputs: `Start` comes first. Olympus and clients begin, and a replica waits for others.
#[test]
fn each_machine_takes_its_start() {
    let signing = Signing::new(1);
    assert_eq!(
        describe(&step(&mut signing.olympus(), Input::Start)),
        ["start configuration 0"]
    );
    assert_eq!(
        describe(&step(&mut signing.client(0, &[get("k")]), Input::Start)),
        ["client_request to replica-0-0", "set request-0:0 3000"]
    );
    for replica in [signing.initial(0), signing.of(1).pending(0)] {
        let mut started = replica.clone();
        assert_eq!(step(&mut started, Input::Start), []);
        assert!(started == replica);
    }
}

/// Effects: a step only adds to them.
#[test]
fn a_step_appends_to_what_was_asked_for_before() {
    let signing = Signing::new(1);
    let mut effects = Effects::default();
    effects.push(Effect::Stop);
    signing.client(0, &[]).step(Input::Start, &mut effects);
    let effects: Vec<Effect> = effects.drain().collect();
    assert_eq!(effects, [Effect::Stop, Effect::Emit(Event::Done)]);
}

/// P9.2, P1.8: what a machine sends itself is handled before the next message that it had kept.
#[test]
fn what_is_handed_back_comes_before_the_next_effect() {
    let signing = Signing::new(1).of(1);
    let mut head = signing.pending(0);
    for of in 0..2 {
        let request = signing.request(of, 0, &put("k", "v"));
        deliver(&mut head, client(of), Message::ClientRequest(request));
    }
    let new = signing.new_configuration(7, &RunningState::default());
    assert_eq!(
        describe(&deliver_fully(&mut head, OLYMPUS, new)),
        [
            "executed 7: OK",
            "shuttle to replica-1-1",
            "executed 8: OK",
            "shuttle to replica-1-1",
        ]
    );
}

/// Timers: one that runs is set again without being cancelled, and starts anew (P7.7).
#[test]
fn a_timer_that_runs_is_set_again() {
    let signing = Signing::new(1);
    let mut machine = signing.client(0, &[get("k")]);
    step(&mut machine, Input::Start);
    let next = signing.of(1);
    let news = signing.sign(
        OLYMPUS,
        Configuration {
            configuration: next.configuration,
            chain: next.chain(),
        },
    );
    let effects = deliver(&mut machine, OLYMPUS, Message::Configuration(news));
    assert_eq!(
        describe(&effects),
        ["client_request to replica-1-0", "set request-0:0 3000"]
    );
}

/// Timers: at any moment, of any process, one that does not run asks for nothing when it fires.
#[test]
fn a_timer_that_does_not_run_is_harmless_to_every_machine() {
    let timers = every_timer();
    let mut fired = BTreeSet::new();
    let world = reconfigured(|world| {
        let replicas: Vec<_> = world.replicas.keys().copied().collect();
        let replicas = replicas.into_iter().map(ProcessId::Replica);
        for process in [OLYMPUS, client(0)].into_iter().chain(replicas) {
            for timer in &timers {
                if !world.timers.contains(&(process, *timer)) {
                    let effects = world.fire_late(process, *timer);
                    assert_eq!(effects, [], "{timer} at {process}");
                    fired.insert((process, *timer));
                }
            }
        }
    });
    let processes = 2 + world.replicas.len();
    assert_eq!(fired.len(), processes * timers.len());
}

/// Timers: what is cancelled was set before and not cancelled since.
#[test]
fn only_a_timer_that_was_set_is_cancelled() {
    let world = reconfigured(|_| {});
    let mut set = BTreeSet::new();
    for (process, event) in &world.events {
        match event {
            Event::TimerSet { timer, .. } => drop(set.insert((*process, *timer))),
            Event::TimerCancelled { timer } => {
                assert!(set.remove(&(*process, *timer)), "{timer} at {process}");
            }
            _ => {}
        }
    }
}

/// Values: the same inputs have the same effects.
#[test]
fn equal_inputs_have_equal_effects() {
    let (one, other) = (reconfigured(|_| {}), reconfigured(|_| {}));
    assert_eq!(one.events, other.events);
    assert_eq!(one.timers, other.timers);
    assert!(one.replicas == other.replicas);
}

/// Values: a clone is the same machine from then on, and neither knows of the other.
#[test]
fn a_clone_goes_its_own_way() {
    let signing = Signing::new(1);
    let original = signing.initial(0);
    let request = || Message::ClientRequest(signing.request(0, 0, &put("k", "v")));
    let (mut one, mut other) = (original.clone(), original.clone());
    let effects = deliver_fully(&mut one, client(0), request());
    assert!(one != original);
    assert!(other == original);
    assert_eq!(deliver_fully(&mut other, client(0), request()), effects);
    assert!(one == other);
    let mut olympus = signing.olympus();
    let copy = olympus.clone();
    let accusation = signing.reconfiguration(signing.at(1), Evidence::default());
    deliver(&mut olympus, signing.at(1), accusation);
    assert!(olympus.is_reconfiguring());
    assert!(!copy.is_reconfiguring());
}

/// Stop: it is the last effect of its step, in every mode.
#[test]
fn nothing_follows_a_stop() {
    let (first, next) = (Signing::new(1), Signing::new(1).of(1));
    let mut immutable = first.initial(0);
    deliver(&mut immutable, OLYMPUS, first.wedge_request());
    for (signing, mut replica) in [
        (&first, first.initial(0)),
        (&first, immutable),
        (&next, next.pending(0)),
    ] {
        let configuration = signing.configuration;
        let terminate = signing.sign(OLYMPUS, Terminate { configuration });
        let effects = deliver(&mut replica, OLYMPUS, Message::Terminate(terminate));
        assert_eq!(
            effects,
            [Effect::Emit(Event::Terminated), Effect::Stop],
            "{}",
            replica.mode()
        );
    }
}

/// All statements of an answer, whatever they are.
fn evidence_of(answer: &Answer) -> Evidence {
    Evidence {
        requests: vec![Arc::clone(&answer.order_proof.request)],
        orders: answer.order_proof.statements.clone(),
        results: answer.result_proof.clone(),
        checkpoints: Vec::new(),
    }
}

/// Messages of every type with absurd content, signed by those who should sign it, each with a sender.
fn absurd(signing: &Signing) -> Vec<(ProcessId, Message)> {
    let (most, none) = (u64::MAX, Digest::of(""));
    let mut messages = Vec::new();
    for (slot, number) in [(0, most), (most, 0), (most, most), (0, 0)] {
        let request = signing.request(0, number, &append("k", "!"));
        let mut shuttle = signing.shuttle(slot, &request, "", 7);
        let mut answer = signing.answer(slot, &request, "");
        let mut votes = signing.checkpoint(slot, &[none; 7]);
        for _ in 0..2 {
            let entry = || Arc::new(shuttle.order_proof.clone());
            let history = History {
                checkpoint: Some(Arc::new(votes.proof.clone())),
                entries: vec![entry(), entry()],
            };
            let id = history.id(signing.configuration);
            for position in [0, 1, 2] {
                let from = signing.at(position);
                let report = signing.caught_up(position, id, none, &[(&request, "")]);
                let client_answer = ClientAnswer {
                    by: AnsweredBy::Cache,
                    answer: Arc::new(answer.clone()),
                };
                messages.extend(
                    [
                        Message::ForwardedRequest(Arc::clone(&request)),
                        Message::Shuttle(Arc::new(shuttle.clone())),
                        Message::ResultShuttle(Arc::new(answer.clone())),
                        Message::Result(Arc::new(client_answer)),
                        Message::Checkpoint(Arc::new(votes.clone())),
                        Message::CompletedCheckpoint(Arc::new(votes.clone())),
                        signing.reconfiguration(from, evidence_of(&answer)),
                        signing.wedged(position, history.clone()),
                        Message::CaughtUp(signing.sign(from, report)),
                        signing.running_state(position, id, &RunningState::default()),
                        Message::Error(signing.sign(
                            from,
                            ErrorStatement {
                                configuration: signing.configuration,
                                request: request.body.id,
                            },
                        )),
                    ]
                    .map(|message| (from, message)),
                );
            }
            // The second time: nothing at all where there should be statements.
            shuttle.order_proof.statements.clear();
            shuttle.result_proof.clear();
            answer.order_proof.statements.clear();
            answer.result_proof.clear();
            votes.proof.statements.clear();
        }
        messages.push((client(0), Message::ClientRequest(spoiled(&request))));
        messages.push((client(0), Message::ClientRequest(request)));
    }
    let strangers = [
        ProcessId::replica(ConfigurationId(u32::MAX), Position(u32::MAX)),
        ProcessId::replica(signing.configuration, Position(u32::MAX)),
        client(u32::MAX),
    ];
    let by_strangers: Vec<_> = strangers
        .iter()
        .flat_map(|from| messages.iter().map(|(_, message)| (*from, message.clone())))
        .collect();
    messages.extend(by_strangers);
    messages
}

/// What only Olympus sends, which is never faulty, here said by somebody else.
fn usurped(signing: &Signing) -> Vec<(ProcessId, Message)> {
    let (configuration, from) = (signing.configuration, signing.at(1));
    let result = OlympusResult {
        configuration,
        request: id(0, 0),
        slot: Slot(u64::MAX),
        result: String::new(),
        proof: Vec::new(),
    };
    let news = Configuration {
        configuration: ConfigurationId(u32::MAX),
        chain: Vec::new(),
    };
    [
        Message::OlympusResult(signing.sign(from, result)),
        Message::Configuration(signing.sign(from, news)),
        Message::Terminate(signing.sign(from, Terminate { configuration })),
    ]
    .map(|message| (from, message))
    .to_vec()
}

/// Messages: whatever comes, a machine does not panic, and says what it makes of it.
#[test]
fn no_message_makes_a_machine_panic_or_is_dropped_in_silence() {
    fn heed(machine: &mut impl Machine, messages: &[(ProcessId, Message)], name: &str) {
        for (from, message) in messages {
            let effects = deliver(machine, *from, message.clone());
            assert!(
                !effects.is_empty(),
                "{name}: {} from {from}",
                message.kind()
            );
        }
    }
    // Every slot closes a checkpoint, so that the absurd ones do.
    let signing = Signing::new(1).with_interval(1);
    let messages: Vec<_> = absurd(&signing)
        .into_iter()
        .chain(usurped(&signing))
        .collect();
    for position in 0..3 {
        let mut immutable = signing.initial(position);
        deliver(&mut immutable, OLYMPUS, signing.wedge_request());
        let replicas: [(Replica, Mode); 3] = [
            (signing.pending(position), Mode::Pending),
            (signing.initial(position), Mode::Active),
            (immutable, Mode::Immutable),
        ];
        for (mut replica, mode) in replicas {
            assert_eq!(replica.mode(), mode);
            heed(&mut replica, &messages, mode.as_str());
        }
    }
    let mut waiting = signing.client(0, &[put("k", "v")]);
    step(&mut waiting, Input::Start);
    heed(&mut waiting, &messages, "client");
    let mut olympus = signing.olympus();
    heed(&mut olympus, &messages, "Olympus");
    assert!(olympus.is_reconfiguring());
    heed(&mut olympus, &messages, "Olympus, wedging");
    let query = ConfigurationQuery::NewerThan(ConfigurationId(u32::MAX));
    deliver(&mut olympus, client(0), Message::ConfigurationQuery(query));
}
