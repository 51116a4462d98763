//! A bounded search for an order of the requests that explains the accepted results.
//!
//! Requests on different keys do not touch each other, and linearizability is local (Herlihy, Wing), so
//! that each key is searched alone. A client has one request outstanding, so that a state of the search
//! is how far each client has come, and the key's value; none is visited twice.
//!
//! Source: Wing, Gong, "Testing and Verifying Concurrent Objects", 1993; Lowe, "Testing for
//! linearizability", 2017.

use std::collections::{BTreeMap, BTreeSet};

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, RequestId};

use crate::judge::facts::Facts;
use crate::judge::finding::Finding;
use crate::judge::invariants::object::apply;

/// How many states all keys together may take: well under a second.
pub(super) const BUDGET: usize = 200_000;

/// Looks for an order, with at most `budget` states.
pub(super) fn explain(facts: &Facts<'_>, budget: usize) -> Finding {
    let mut left = budget;
    let mut undecided = None;
    for (key, calls) in by_key(facts) {
        match search(&calls, &mut left) {
            Conclusion::Order => {}
            Conclusion::Nothing(event) => {
                let detail =
                    format!("no order of the requests on '{key}' explains the accepted results");
                return Finding::broken(detail).at(event);
            }
            Conclusion::OutOfBudget => undecided = Some(key),
        }
    }
    undecided.map_or_else(Finding::held, |key| {
        Finding::undecided(format!(
            "the agreed history gives no answer, and the search for an order on '{key}' ended after \
             {budget} states"
        ))
    })
}

/// A request, the events of its invocation and answer, and the accepted result.
struct Invocation<'t> {
    operation: &'t Operation,
    invoked: u64,
    accepted: Option<(u64, &'t str)>,
}

impl Invocation<'_> {
    fn completed(&self) -> u64 {
        self.accepted.map_or(u64::MAX, |(completed, _)| completed)
    }
}

enum Conclusion {
    Order,
    /// None exists; the answer that could not be explained where the search came furthest.
    Nothing(Option<u64>),
    OutOfBudget,
}

/// Each key's requests: by client, in the order in which the client made them.
fn by_key<'t>(facts: &Facts<'t>) -> BTreeMap<&'t str, Vec<Vec<Invocation<'t>>>> {
    let mut keys: BTreeMap<&str, BTreeMap<ClientId, Vec<Invocation<'_>>>> = BTreeMap::new();
    for (&RequestId { client, .. }, request) in &facts.run.requests {
        let operation = request.invoked.value;
        let call = Invocation {
            operation,
            invoked: request.invoked.n,
            accepted: request
                .accepted
                .map(|accepted| (accepted.n, accepted.value.result)),
        };
        let of_key = keys.entry(operation.key()).or_default();
        of_key.entry(client).or_default().push(call);
    }
    keys.into_iter()
        .map(|(key, clients)| (key, clients.into_values().collect()))
        .collect()
}

/// How many requests of each client have taken effect, and the value that results.
type State = (Vec<usize>, Option<String>);

fn search(clients: &[Vec<Invocation<'_>>], budget: &mut usize) -> Conclusion {
    let start: State = (vec![0; clients.len()], None);
    let mut seen = BTreeSet::from([start.clone()]);
    let mut open = vec![start];
    let (mut furthest, mut blame) = (0, None);
    while let Some((taken, value)) = open.pop() {
        let Some(remaining) = budget.checked_sub(1) else {
            return Conclusion::OutOfBudget;
        };
        *budget = remaining;
        let next = |client: usize| clients[client].get(taken[client]);
        // What was invoked after this cannot come next: some request was answered before.
        let bound = (0..clients.len())
            .filter_map(next)
            .map(Invocation::completed)
            .min();
        let Some(bound) = bound.filter(|&bound| bound < u64::MAX) else {
            return Conclusion::Order;
        };
        let depth = 1 + taken.iter().sum::<usize>();
        if depth > furthest {
            (furthest, blame) = (depth, Some(bound));
        }
        for client in 0..clients.len() {
            let Some(call) = next(client).filter(|call| call.invoked < bound) else {
                continue;
            };
            let mut after = value.clone();
            let result = apply(call.operation, &mut after);
            if call
                .accepted
                .is_some_and(|(_, accepted)| accepted != result)
            {
                continue;
            }
            let mut state = (taken.clone(), after);
            state.0[client] += 1;
            if seen.insert(state.clone()) {
                open.push(state);
            }
        }
    }
    Conclusion::Nothing(blame)
}
