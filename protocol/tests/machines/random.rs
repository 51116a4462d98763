//! Random worlds: any schedule, any timer at any moment, and in each configuration up to `t` replicas
//! that say whatever they can sign. What correct processes owe each other holds all the same (P11).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use bcr_protocol::bounds::REQUESTS_MAX;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::event::{Event, RequestRef};
use bcr_protocol::history::History;
use bcr_protocol::identity::{ConfigurationId, Position, ProcessId, ReplicaId, Slot};
use bcr_protocol::message::{Answer, ClientAnswer, Evidence, Message};
use bcr_protocol::proof::{SignedOrder, SignedRequest, SignedResult};
use bcr_protocol::running_state::RunningState;

use crate::signing::{OLYMPUS, Signing, append, get, put, spoiled};
use crate::world::{Envelope, World};

/// SplitMix64: small, and the same everywhere.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("less than a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.roll(from.len().max(1));
        from.get(index)
    }
}

/// The faulty replicas of every configuration, and the statements that they can repeat.
struct Adversary {
    signing: Signing,
    dice: Dice,
    seed: u64,
    requests: Vec<SignedRequest>,
    seen: Evidence,
}

impl Adversary {
    /// Up to `t` positions of a configuration: a function of seed and configuration alone.
    fn faulty(signing: &Signing, seed: u64, configuration: ConfigurationId) -> BTreeSet<Position> {
        let mut dice = Dice(seed ^ (u64::from(configuration.0) << 32) ^ 0xfa17);
        let n = signing.n() as usize;
        let position = |_| Position(u32::try_from(dice.roll(n)).expect("a position"));
        (0..signing.parameters.t).map(position).collect()
    }

    fn is_faulty(&self, replica: ReplicaId) -> bool {
        Self::faulty(&self.signing, self.seed, replica.configuration).contains(&replica.position)
    }

    /// Remembers every statement that passes, and spoils what faulty replicas send.
    fn intercept(&mut self, envelope: &Envelope) -> Option<Vec<Message>> {
        self.remember(&envelope.message);
        let ProcessId::Replica(replica) = envelope.from else {
            return None;
        };
        if !self.is_faulty(replica) {
            return None;
        }
        match self.dice.roll(8) {
            0 => Some(Vec::new()),
            1..=4 => None,
            _ => Some(vec![self.spoil(replica, &envelope.message)]),
        }
    }

    fn remember(&mut self, message: &Message) {
        let (order, results) = match message {
            Message::ClientRequest(request) => {
                if !self.requests.contains(request) {
                    self.requests.push(Arc::clone(request));
                }
                return;
            }
            Message::Shuttle(shuttle) => (&shuttle.order_proof, &shuttle.result_proof),
            Message::ResultShuttle(answer) => (&answer.order_proof, &answer.result_proof),
            Message::Result(result) => (&result.answer.order_proof, &result.answer.result_proof),
            Message::Checkpoint(c) | Message::CompletedCheckpoint(c) => {
                let statements = c.proof.statements.iter().cloned();
                self.seen.checkpoints.extend(statements);
                return;
            }
            _ => return,
        };
        self.seen.requests.push(Arc::clone(&order.request));
        self.seen.orders.extend(order.statements.iter().cloned());
        self.seen.results.extend(results.iter().cloned());
    }

    /// Old statements of anybody and new ones of the faulty replica's own.
    fn evidence(&mut self, replica: ReplicaId) -> Evidence {
        let mut evidence = Evidence::default();
        for _ in 0..REQUESTS_MAX {
            evidence
                .requests
                .extend(self.dice.pick(&self.seen.requests).cloned());
        }
        // With the two that are made up, as many as Olympus looks at.
        for _ in 0..self.signing.n() - 1 {
            evidence
                .orders
                .extend(self.dice.pick(&self.seen.orders).cloned());
            evidence
                .results
                .extend(self.dice.pick(&self.seen.results).cloned());
            evidence
                .checkpoints
                .extend(self.dice.pick(&self.seen.checkpoints).cloned());
        }
        let slot = evidence.orders.first().map_or(0, |order| order.body.slot.0);
        evidence.orders.extend(self.any_order(replica, Slot(slot)));
        evidence.orders.extend(evidence.orders.first().map(spoiled));
        evidence
            .results
            .extend(evidence.results.first().map(spoiled));
        let mut body = evidence.results.first().map(|result| result.body.clone());
        if let Some(body) = &mut body {
            body.operation = Arc::new(get("forged"));
            let forged = self.signing.sign(ProcessId::Replica(replica), body.clone());
            evidence.results.push(forged);
        }
        evidence
    }

    fn any_order(&mut self, replica: ReplicaId, slot: Slot) -> Option<SignedOrder> {
        let request = self.dice.pick(&self.requests)?;
        let signing = self.signing.of(replica.configuration.0);
        Some(signing.order(replica.position.0, slot.0, request))
    }

    /// Something that the replica can sign instead of what it should send.
    fn spoil(&mut self, replica: ReplicaId, message: &Message) -> Message {
        let signing = self.signing.of(replica.configuration.0);
        let (own, position) = (ProcessId::Replica(replica), replica.position.0);
        match message {
            Message::Shuttle(shuttle) => {
                let mut shuttle = (**shuttle).clone();
                let slot = shuttle.order_proof.slot;
                match self.dice.roll(5) {
                    // Another request in the same slot: what a head can do to its chain.
                    0 => {
                        if let Some(request) = self.dice.pick(&self.requests) {
                            shuttle.order_proof.request = Arc::clone(request);
                            shuttle.order_proof.statements.pop();
                            let order = signing.order(position, slot.0, request);
                            shuttle.order_proof.statements.push(order);
                            shuttle.result_proof.pop();
                            let result = signing.result(position, slot.0, request, "OK");
                            shuttle.result_proof.push(result);
                        }
                    }
                    1 => self.spoil_results(&signing, own, &mut shuttle.result_proof),
                    2 => drop(shuttle.order_proof.statements.pop()),
                    3 => shuttle.order_proof.slot = slot.next(),
                    _ => {
                        let statements = &mut shuttle.order_proof.statements;
                        let last = statements.last().map(spoiled);
                        statements.pop();
                        statements.extend(last);
                    }
                }
                Message::Shuttle(Arc::new(shuttle))
            }
            Message::ResultShuttle(answer) => {
                Message::ResultShuttle(Arc::new(self.spoil_answer(&signing, own, answer)))
            }
            Message::Result(result) => Message::Result(Arc::new(ClientAnswer {
                by: result.by,
                answer: Arc::new(self.spoil_answer(&signing, own, &result.answer)),
            })),
            Message::Checkpoint(checkpoint) | Message::CompletedCheckpoint(checkpoint) => {
                let mut spoilt = (**checkpoint).clone();
                for statement in &mut spoilt.proof.statements {
                    if statement.signer == own {
                        let state = RunningState::default().hash();
                        *statement = signing.vote(position, statement.body.slot.0, state);
                    }
                }
                let spoilt = Arc::new(spoilt);
                match message {
                    Message::Checkpoint(_) => Message::Checkpoint(spoilt),
                    _ => Message::CompletedCheckpoint(spoilt),
                }
            }
            Message::Wedged(wedged) => {
                let mut history: History = wedged.body.history.clone();
                match self.dice.roll(3) {
                    0 => drop(history.entries.pop()),
                    1 => history = History::default(),
                    _ => {
                        if let Some(entry) = history.entries.pop() {
                            let count = position;
                            let request = self.dice.pick(&self.requests);
                            let request = request.unwrap_or(&entry.request);
                            let mut proof = signing.order_proof(entry.slot.0, request, 0);
                            let before = entry.statements.iter().take(count as usize);
                            proof.statements = before.cloned().collect();
                            let order = signing.order(position, entry.slot.0, request);
                            proof.statements.push(order);
                            history.entries.push(Arc::new(proof));
                        }
                    }
                }
                signing.wedged(position, history)
            }
            Message::CaughtUp(report) => {
                let mut body = report.body.clone();
                body.state = RunningState::default().hash();
                for result in &mut body.results {
                    let mut statement = result.statement.body.clone();
                    result.result = "forged".to_owned();
                    statement.result = bcr_protocol::digest::Digest::of("forged");
                    result.statement = signing.sign(own, statement);
                }
                Message::CaughtUp(signing.sign(own, body))
            }
            Message::RunningState(transfer) => {
                signing.running_state(position, transfer.body.history, &RunningState::default())
            }
            Message::ReconfigurationRequest(_) => {
                let evidence = self.evidence(replica);
                signing.reconfiguration(own, evidence)
            }
            other => other.clone(),
        }
    }

    fn spoil_answer(&mut self, signing: &Signing, own: ProcessId, answer: &Answer) -> Answer {
        let mut answer = answer.clone();
        match self.dice.roll(3) {
            0 => answer.result = "forged".to_owned(),
            1 => drop(answer.order_proof.statements.pop()),
            _ => self.spoil_results(signing, own, &mut answer.result_proof),
        }
        answer
    }

    fn spoil_results(
        &mut self,
        signing: &Signing,
        own: ProcessId,
        results: &mut Vec<SignedResult>,
    ) {
        if self.dice.roll(3) == 0 {
            results.pop();
        }
        for statement in results {
            if statement.signer == own {
                let mut body = statement.body.clone();
                body.result = bcr_protocol::digest::Digest::of("forged");
                *statement = signing.sign(own, body);
            }
        }
    }
}

/// Every client writes and reads a key of its own, so that its results do not depend on the others.
fn workload(client: u32) -> (Vec<Operation>, Vec<&'static str>) {
    let key = format!("k{client}");
    let mut operations = vec![put(&key, "a")];
    operations.extend(["b", "c", "d", "e", "f"].map(|value| append(&key, value)));
    operations.extend([get(&key), append(&key, "g"), get(&key)]);
    let results = [
        "OK", "OK", "OK", "OK", "OK", "OK", "abcdef", "OK", "abcdefg",
    ];
    (operations, results.to_vec())
}

/// What a random world came to.
#[derive(Default)]
struct Tally {
    convictions: usize,
    reconfigurations: usize,
    accepted: usize,
    suspicions: usize,
}

/// Runs one world for so many steps and checks it.
fn run(seed: u64, t: u32, steps: usize, tally: &mut Tally) {
    let operations: Vec<Vec<Operation>> = (0..3).map(|client| workload(client).0).collect();
    let workloads: Vec<&[Operation]> = operations.iter().map(Vec::as_slice).collect();
    let mut world = World::new(Signing::new(t).with_interval(3), &workloads);
    let signing = world.signing.clone();
    let adversary = Rc::new(RefCell::new(Adversary {
        signing: signing.clone(),
        dice: Dice(seed ^ 0xad),
        seed,
        requests: Vec::new(),
        seen: Evidence::default(),
    }));
    let spoiler = Rc::clone(&adversary);
    world.spoiler = Some(Box::new(move |envelope| {
        spoiler.borrow_mut().intercept(envelope)
    }));
    world.start();
    let mut dice = Dice(seed);
    for _ in 0..steps {
        if dice.roll(40) == 0 || !world.deliver_one(dice.roll(1000)) {
            let timers: Vec<_> = world.timers.iter().copied().collect();
            if let Some(&(process, timer)) = dice.pick(&timers) {
                world.fire(process, timer);
            }
        }
        if dice.roll(200) == 0 {
            let configuration = world.olympus.configuration();
            for position in Adversary::faulty(&signing, seed, configuration) {
                let liar = ReplicaId {
                    configuration,
                    position,
                };
                let evidence = adversary.borrow_mut().evidence(liar);
                let own = ProcessId::Replica(liar);
                let asked = signing.of(configuration.0).reconfiguration(own, evidence);
                world.inject(own, OLYMPUS, asked);
            }
        }
    }
    check(&world, &adversary.borrow(), tally);
}

/// P11.1, P11.2, P11.4, P11.5, P11.7, as far as events show them.
fn check(world: &World, adversary: &Adversary, tally: &mut Tally) {
    let seed = adversary.seed;
    let mut executed: BTreeMap<(ConfigurationId, Slot), RequestRef> = BTreeMap::new();
    let mut next: BTreeMap<ReplicaId, Slot> = BTreeMap::new();
    let mut results: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (process, event) in &world.events {
        match (process, event) {
            (
                _,
                Event::Convicted {
                    configuration,
                    replica,
                    proof,
                },
            ) => {
                tally.convictions += 1;
                let convicted = ReplicaId {
                    configuration: *configuration,
                    position: *replica,
                };
                assert!(
                    adversary.is_faulty(convicted),
                    "seed {seed}: {convicted:?}: {proof:?}"
                );
            }
            (ProcessId::Replica(replica), Event::Executed { slot, request, .. }) => {
                if adversary.is_faulty(*replica) {
                    continue;
                }
                let known = executed
                    .entry((replica.configuration, *slot))
                    .or_insert(*request);
                assert_eq!(known, request, "seed {seed}: two requests in {slot}");
                let expected = next.insert(*replica, slot.next());
                assert!(
                    expected.is_none_or(|e| e == *slot),
                    "seed {seed}: a hole at {replica:?}"
                );
            }
            (ProcessId::Client(client), Event::Accepted { result, .. }) => {
                tally.accepted += 1;
                results.entry(client.0).or_default().push(result.clone());
            }
            (_, Event::QuorumFormed { .. }) => tally.reconfigurations += 1,
            (_, Event::Suspected { .. }) => tally.suspicions += 1,
            _ => {}
        }
    }
    for (client, results) in results {
        let (_, expected) = workload(client);
        assert_eq!(
            results,
            expected[..results.len()],
            "seed {seed}: client {client}"
        );
    }
}

/// P6.3, P11: no correct replica is ever convicted, correct replicas agree, and clients see each of
/// their requests take effect exactly once.
#[test]
fn correct_replicas_agree_and_are_never_convicted_in_random_worlds() {
    let mut tally = Tally::default();
    for seed in 0..120 {
        run(seed, 1, 1500, &mut tally);
    }
    for seed in 1000..1040 {
        run(seed, 2, 2500, &mut tally);
    }
    let Tally {
        convictions,
        reconfigurations,
        accepted,
        suspicions,
    } = tally;
    assert!(convictions > 100, "only {convictions} convictions");
    assert!(
        reconfigurations > 1000,
        "only {reconfigurations} reconfigurations"
    );
    assert!(accepted > 4000, "only {accepted} results accepted");
    assert!(suspicions > 1000, "only {suspicions} suspicions");
}
