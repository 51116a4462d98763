//! Durability: a request whose result a client accepted is in the state of every later configuration.
//!
//! What a configuration starts from is what Olympus sent its replicas. It must have every accepted
//! request, and must be what the agreed history gives.
//!
//! Source: docs/protocol.md P7.7, P11.4.

use bcr_protocol::identity::{ClientId, ConfigurationId};
use bcr_protocol::message::NewConfiguration;

use crate::judge::facts::{At, Facts};
use crate::judge::finding::Finding;
use crate::judge::invariants::breaches::Breaches;
use crate::judge::invariants::replay::Replay;
use crate::judge::words::the_request;

pub(super) fn decide(facts: &Facts<'_>) -> Finding {
    let mut breaches = Breaches::default();
    let mut unknown = Vec::new();
    let mut replay = Replay::default();
    let mut entries = facts.agreed.entries.iter().peekable();
    for (&number, configuration) in &facts.run.configurations {
        if number == ConfigurationId::default() || configuration.started.is_none() {
            continue;
        }
        let Some(sent) = configuration.sent else {
            unknown.push(format!(
                "nobody was sent the state of configuration {number}"
            ));
            continue;
        };
        let new = At {
            n: sent.n,
            at: sent.at,
            value: &sent.value.body,
        };
        has_accepted(facts, &new, &mut breaches);
        is_vouched_for(facts, &new, &mut breaches);
        if facts.agreed.gaps.is_empty() {
            while let Some((&slot, entry)) =
                entries.next_if(|(slot, _)| **slot < new.value.first_slot)
            {
                replay.step(slot, entry.request, entry.operation);
            }
            is_replay(facts, &new, &replay, &mut breaches);
        }
    }
    breaches.finding(&unknown)
}

/// The state must have every request whose result a client accepted with a proof of an older
/// configuration.
fn has_accepted(facts: &Facts<'_>, new: &At<&NewConfiguration>, breaches: &mut Breaches) {
    let number = new.value.configuration;
    for client in (0..facts.run.premises.clients).map(ClientId) {
        let last = facts.run.requests_of(client).rev().find(|(_, request)| {
            request
                .accepted
                .is_some_and(|accepted| accepted.value.configuration < number)
        });
        let Some((id, request)) = last else {
            continue;
        };
        let held = new.value.state.last(client).map(|last| last.number);
        if held.is_none_or(|held| held < id.number) {
            breaches.add(new.n, || {
                format!(
                    "client {client} accepted the result of {}, and the state of configuration {number} \
                     is without it",
                    the_request(id, request.invoked.value)
                )
            });
        }
    }
}

/// The state must have the hash that the quorum reported, the message names and Olympus announced.
fn is_vouched_for(facts: &Facts<'_>, new: &At<&NewConfiguration>, breaches: &mut Breaches) {
    let number = new.value.configuration;
    let hash = new.value.state.hash();
    let started = facts
        .run
        .configurations
        .get(&number)
        .and_then(|facts| facts.started);
    let closing = number
        .0
        .checked_sub(1)
        .and_then(|old| facts.run.closing(ConfigurationId(old)));
    let is_equal = hash == new.value.state_hash
        && started.is_none_or(|started| started.value.1 == hash)
        && closing.is_none_or(|closing| closing.value.state == hash);
    if !is_equal {
        breaches.add(new.n, || {
            format!(
                "configuration {number} starts from a state whose hash is not the one that the quorum \
                 vouched for"
            )
        });
    }
}

fn is_replay(
    facts: &Facts<'_>,
    new: &At<&NewConfiguration>,
    replay: &Replay,
    breaches: &mut Breaches,
) {
    let (number, state) = (new.value.configuration, &new.value.state);
    if state.hash() == replay.hash() {
        return;
    }
    let client = (0..facts.run.premises.clients)
        .map(ClientId)
        .find(|client| state.last(*client) != replay.clients.get(client));
    let difference = replay
        .object
        .difference(state.dictionary())
        .or_else(|| client.map(|client| format!("the last request of client {client} is another")));
    breaches.add(new.n, || {
        format!(
            "configuration {number} does not start from what the agreed history gives: {}",
            difference.unwrap_or_else(|| "the hash is another".to_owned())
        )
    });
}
