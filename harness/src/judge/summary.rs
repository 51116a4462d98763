//! Fills an outcome from what a trace says happened.
//!
//! Source: docs/running.md.

use std::collections::BTreeMap;

use bcr_protocol::dictionary::Dictionary;
use bcr_protocol::identity::{ConfigurationId, Position, ReplicaId, RequestId};
use bcr_protocol::replica::Mode;

use crate::judge::evidence::evidence;
use crate::judge::facts::{ConfigurationFacts, Facts, ReplicaFacts, RequestFacts, SuspicionFacts};
use crate::judge::fate::fate;
use crate::outcome::{
    Budget, ConfigurationOutcome, ConvictionOutcome, InvariantOutcome, LastMode, Outcome,
    ReconfigurationOutcome, ReplicaOutcome, RequestOutcome, RuledOut, RunSpecification,
    SuspicionOutcome, Verdict,
};
use crate::runs::Runtime;
use crate::scenario::{Parameter, Scenario};

/// What a run is called and how it was made: what no trace says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heading {
    /// The scenario's name.
    pub(crate) scenario: String,
    /// The file, as given on the command line.
    pub(crate) file: String,
    /// The scenario's parameters, defaults filled in.
    pub(crate) parameters: BTreeMap<String, serde_json::Value>,
    /// How the run was made.
    pub(crate) specification: RunSpecification,
    /// How long it took on the wall clock, in milliseconds.
    pub(crate) wall_ms: f64,
}

/// Everything of an outcome that the trace decides.
///
/// Left to the caller: `verdict` (`Unknown` here), `schedules`, `starvation` and `clauses`.
#[must_use]
pub(crate) fn summarize(
    facts: &Facts<'_>,
    heading: Heading,
    invariants: Vec<InvariantOutcome>,
) -> Outcome {
    let configurations = facts.run.configurations.iter();
    let failures = facts.run.premises.failures.iter().zip(&facts.run.failures);
    let specification = heading.specification;
    Outcome {
        scenario: heading.scenario,
        file: heading.file,
        runtime: specification.runtime,
        seed: specification.seed,
        verdict: Verdict::Unknown,
        reason: facts.run.error.map(str::to_owned),
        starvation: None,
        ablation: None,
        schedules: Vec::new(),
        replay: specification.to_string(),
        parameters: heading.parameters,
        virtual_time: (specification.runtime == Runtime::Simulated).then_some(facts.run.last),
        run: specification,
        wall_ms: heading.wall_ms,
        messages: facts.run.messages,
        clauses: Vec::new(),
        invariants,
        budget: budget(facts),
        configurations: configurations
            .filter_map(|(&number, of)| configuration(facts, number, of))
            .collect(),
        requests: facts
            .run
            .requests
            .iter()
            .map(|(&id, of)| request(facts, id, of))
            .collect(),
        failures: failures
            .map(|(planned, happened)| fate(facts, planned, happened))
            .collect(),
        suspicions: facts
            .run
            .suspicions
            .iter()
            .map(SuspicionOutcome::from)
            .collect(),
        convictions: convictions(facts),
        final_dictionary: final_dictionary(facts),
        replicas: replicas(facts),
    }
}

/// The scenario's parameters under the names of its file, defaults filled in.
#[must_use]
pub(crate) fn parameters(scenario: &Scenario) -> BTreeMap<String, serde_json::Value> {
    let numbers = scenario.numbers();
    let name = (Parameter::TestCaseName, scenario.name.as_str().into());
    numbers
        .map(|(parameter, number)| (parameter, number.into()))
        .chain([name])
        .map(|(parameter, value)| (parameter.name().to_owned(), value))
        .collect()
}

fn budget(facts: &Facts<'_>) -> Vec<Budget> {
    let faulty = facts.run.faulty().into_iter();
    faulty
        .map(|(configuration, replicas)| Budget {
            configuration: configuration.0,
            faulty: numbers(&replicas),
            t: facts.run.premises.t,
        })
        .collect()
}

/// Nothing for a configuration that never started.
fn configuration(
    facts: &Facts<'_>,
    number: ConfigurationId,
    of: &ConfigurationFacts<'_>,
) -> Option<ConfigurationOutcome> {
    let started = of.started?;
    let mut outcome = ConfigurationOutcome {
        number: number.0,
        first_slot: started.value.0.0,
        started: started.at,
        reconfiguration: None,
        wedged: Vec::new(),
        ruled_out: Vec::new(),
        set_aside: Vec::new(),
        quorum: Vec::new(),
        state_from: None,
        checkpoints: checkpoints(facts, number),
    };
    if number != facts.run.last_configuration() {
        outcome.reconfiguration = of.requested.map(|requested| ReconfigurationOutcome {
            requested_by: requested.value.from.into(),
            reason: requested.value.reason,
            slot: requested.value.slot.map(|slot| slot.0),
            suspect: requested.value.suspect.map(|suspect| suspect.0),
            at: requested.at,
        });
        outcome.wedged = numbers(&of.wedged);
        outcome.ruled_out = ruled_out(of);
        outcome.set_aside = numbers(&of.set_aside);
        outcome.quorum = of
            .quorums
            .last()
            .map(|last| numbers(last.value.members))
            .unwrap_or_default();
        outcome.state_from = of.state.map(|state| state.value.replica.0);
    }
    Some(outcome)
}

/// Who could not be in the quorum, by position: who was ruled out (P6.3), and who told no history but an
/// invalid one (P7.2).
fn ruled_out(of: &ConfigurationFacts<'_>) -> Vec<RuledOut> {
    let refused = of
        .refused
        .iter()
        .filter(|(replica, _)| !of.wedged.contains(replica));
    let mut reasons: BTreeMap<_, _> = refused.collect();
    reasons.extend(&of.ruled_out);
    let ruled_out = reasons.into_iter().map(|(replica, reason)| RuledOut {
        replica: replica.0,
        why: *reason,
    });
    ruled_out.collect()
}

/// The slots whose proof some correct replica of the configuration completed.
fn checkpoints(facts: &Facts<'_>, number: ConfigurationId) -> Vec<u64> {
    let mut slots: Vec<u64> = facts
        .run
        .correct_in(number)
        .flat_map(|(_, of)| {
            of.checkpoints
                .iter()
                .map(|completed| completed.value.slot.0)
        })
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

fn request(facts: &Facts<'_>, id: RequestId, of: &RequestFacts<'_>) -> RequestOutcome {
    let accepted = of.accepted;
    RequestOutcome {
        client: id.client.0,
        id: id.number.0,
        operation: of.invoked.value.clone(),
        invoked: of.invoked.at,
        completed: accepted.map(|accepted| accepted.at),
        result: accepted.map(|accepted| accepted.value.result.to_owned()),
        slot: facts.agreed.slots.get(&id).map(|slot| slot.0),
        configuration: accepted.map(|accepted| accepted.value.configuration.0),
        answered_by: accepted.map(|accepted| accepted.value.by),
        attempts: accepted.map_or(of.attempts, |accepted| accepted.value.attempts),
    }
}

impl From<&SuspicionFacts<'_>> for SuspicionOutcome {
    fn from(suspicion: &SuspicionFacts<'_>) -> Self {
        Self {
            configuration: suspicion.suspect.configuration.0,
            replica: suspicion.suspect.position.0,
            by: suspicion.by.into(),
            reason: suspicion.reason,
            slot: suspicion.slot.map(|slot| slot.0),
            at: suspicion.at,
            event: suspicion.n,
        }
    }
}

fn convictions(facts: &Facts<'_>) -> Vec<ConvictionOutcome> {
    let convictions = facts.run.convictions.iter();
    convictions
        .map(|conviction| ConvictionOutcome {
            configuration: conviction.replica.configuration.0,
            replica: conviction.replica.position.0,
            evidence: evidence(conviction.proof),
            event: conviction.n,
        })
        .collect()
}

/// What all correct replicas of the last configuration that have a state hold; none where they differ.
fn final_dictionary(facts: &Facts<'_>) -> Option<BTreeMap<String, String>> {
    let last = facts.run.last_configuration();
    let mut dictionaries = facts
        .run
        .correct_in(last)
        .filter_map(|(_, of)| of.last)
        .filter(|state| state.value.mode != Mode::Pending)
        .map(|state| state.value.dictionary);
    let shared = dictionaries.next()?;
    dictionaries
        .all(|other| other == shared)
        .then(|| pairs(shared))
}

fn replicas(facts: &Facts<'_>) -> Vec<ReplicaOutcome> {
    let started = facts
        .run
        .configurations
        .iter()
        .filter(|(_, of)| of.started.is_some());
    let members = started.flat_map(|(&configuration, _)| {
        let positions = (0..=facts.run.premises.tail().0).map(Position);
        positions.map(move |position| ReplicaId {
            configuration,
            position,
        })
    });
    members.map(|replica| last_state(facts, replica)).collect()
}

fn last_state(facts: &Facts<'_>, replica: ReplicaId) -> ReplicaOutcome {
    let of = facts.run.replicas.get(&replica);
    let crashed = of.is_some_and(|of| of.crashed.is_some());
    let state = of.and_then(|of| of.last).filter(|_| !crashed);
    ReplicaOutcome {
        configuration: replica.configuration.0,
        replica: replica.position.0,
        mode: mode(replica, of),
        correct: facts.run.is_correct(replica),
        next_slot: state.map(|state| state.value.next_slot.0),
        dictionary: state.map(|state| pairs(state.value.dictionary)),
        state_hash: state.map(|state| state.value.hash),
    }
}

/// How the replica ended; where it left no last state, what its events say.
fn mode(replica: ReplicaId, of: Option<&ReplicaFacts<'_>>) -> LastMode {
    let Some(of) = of else {
        return ReplicaFacts::default().mode(replica).into();
    };
    if of.crashed.is_some() {
        LastMode::Crashed
    } else if of.terminated {
        LastMode::Terminated
    } else {
        of.last
            .map_or_else(|| of.mode(replica), |last| last.value.mode)
            .into()
    }
}

fn pairs(dictionary: &Dictionary) -> BTreeMap<String, String> {
    let pairs = dictionary.iter();
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn numbers<'p>(positions: impl IntoIterator<Item = &'p Position>) -> Vec<u32> {
    positions.into_iter().map(|position| position.0).collect()
}
