//! What a run that did not come to rest was waiting for, one sentence for each process.

use std::fmt::Display;

use bcr_language::words::counted;
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, ReplicaId};
use bcr_protocol::machine::Timer;

use crate::judge::facts::Facts;
use crate::judge::words::{the_replica, the_request};

/// How many processes are quoted whose transport said something.
const REPORTS_MAX: usize = 5;

/// The unanswered requests first, then Olympus where it is reconfiguring, then the replicas of the last
/// configuration, then what transports said last, which may be the reason of it all. Empty where every client
/// is done.
#[must_use]
pub(crate) fn waiting(facts: &Facts<'_>) -> Vec<String> {
    let clients = (0..facts.run.premises.clients).map(ClientId);
    let mut sentences: Vec<String> = clients
        .filter_map(|client| of_client(facts, client))
        .collect();
    if sentences.is_empty() {
        return sentences;
    }
    let configuration = facts.run.last_configuration();
    sentences.extend(of_olympus(facts, configuration));
    for position in (0..=facts.run.premises.tail().0).map(Position) {
        sentences.push(of_replica(
            facts,
            ReplicaId {
                configuration,
                position,
            },
        ));
    }
    let reports = facts.run.reports.iter().take(REPORTS_MAX);
    sentences.extend(reports.map(|(process, said)| {
        let (who, at) = (the_process(*process), said.at.as_ms());
        format!("{who} reported at {at} ms: {}", said.value)
    }));
    sentences
}

fn the_process(process: ProcessId) -> String {
    match process {
        ProcessId::Olympus => "olympus".to_owned(),
        ProcessId::Client(client) => format!("client {client}"),
        ProcessId::Replica(replica) => the_replica(replica),
    }
}

fn of_client(facts: &Facts<'_>, client: ClientId) -> Option<String> {
    let open = facts
        .run
        .requests_of(client)
        .find(|(_, request)| request.accepted.is_none());
    if let Some((id, request)) = open {
        return Some(format!(
            "client {client} waits for the result of {}, invoked at {} ms and sent {}",
            the_request(id, request.invoked.value),
            request.invoked.at.as_ms(),
            times(request.attempts),
        ));
    }
    if facts.run.done.contains(&client) {
        return None;
    }
    let made = facts.run.requests_of(client).count();
    Some(match facts.run.premises.requests.get(client.0 as usize) {
        Some(planned) => format!(
            "client {client} has made {made} of its {}",
            counted(*planned, "request")
        ),
        None => format!(
            "client {client} has made {} and is not done",
            counted(made, "request")
        ),
    })
}

fn of_olympus(facts: &Facts<'_>, configuration: ConfigurationId) -> Option<String> {
    let ending = facts.run.configurations.get(&configuration)?;
    ending.wedge_started?;
    let wedged = list(&ending.wedged);
    Some(match ending.quorums.last() {
        Some(quorum) => format!(
            "olympus has the quorum {} of configuration {configuration} and waits for the running state",
            list(quorum.value.members)
        ),
        None if is_in_grace(facts, configuration) => format!(
            "olympus has a quorum of equal reports of configuration {configuration} and gives the other replicas \
             `quorum_grace` to report: it has {}, and valid histories of replicas {wedged}",
            counted(ending.reports.len(), "report"),
        ),
        None => format!(
            "olympus waits for {} of configuration {configuration}: it has {}, and valid histories of \
             replicas {wedged}",
            counted(facts.run.premises.quorum(), "equal report"),
            counted(ending.reports.len(), "report"),
        ),
    })
}

/// Whether Olympus has a quorum and waits for those that are late.
fn is_in_grace(facts: &Facts<'_>, configuration: ConfigurationId) -> bool {
    let timers = facts.run.timers.get(&ProcessId::Olympus);
    timers.is_some_and(|timers| timers.contains(&Timer::Grace(configuration)))
}

fn of_replica(facts: &Facts<'_>, replica: ReplicaId) -> String {
    let who = the_replica(replica);
    let Some(of_replica) = facts.run.replicas.get(&replica) else {
        return format!("{who} has done nothing");
    };
    if let Some(crashed) = of_replica.crashed {
        return format!("{who} crashed at {} ms", crashed.at.as_ms());
    }
    let mode = of_replica.mode(replica);
    let executed = match of_replica.executed.last() {
        Some(last) => format!("executed last slot {}", last.value.slot),
        None => "executed nothing".to_owned(),
    };
    let timers: Vec<String> = facts
        .run
        .timers
        .get(&ProcessId::Replica(replica))
        .into_iter()
        .flatten()
        .map(|timer| match timer {
            Timer::Request(request) | Timer::Result(request) => {
                format!("the result shuttle of request {request}")
            }
            Timer::Wedge(_) | Timer::Grace(_) | Timer::State(..) => format!("timer {timer}"),
        })
        .collect();
    if timers.is_empty() {
        format!("{who} is {mode}, {executed} and waits for no timer")
    } else {
        format!(
            "{who} is {mode}, {executed} and waits for {}",
            timers.join(", ")
        )
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// `0, 2`; `none` where there are none.
fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() {
        return "none".to_owned();
    }
    items.join(", ")
}
