//! A wedged replica follows histories on copies of its state (P7.4, P7.5, P4.6).

use std::sync::Arc;

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::Slot;
use bcr_protocol::message::{CatchUp, CaughtUp, Message, StateTransfer};
use bcr_protocol::replica::Replica;
use bcr_protocol::statement::Signed;

use crate::signing::{
    OLYMPUS, SCHEMES, Signing, append, client, deliver, get, id, put, sent, spoiled,
};
use crate::world::describe;

/// The middle replica, wedged after slots 0 and 1: requests 0 and 1 of client 0.
fn wedged(signing: &Signing) -> Replica {
    let mut replica = signing.initial(1);
    for (slot, operation) in (0..).zip([put("k", "v"), append("k", "!")]) {
        let request = signing.request(0, slot, &operation);
        let shuttle = Message::Shuttle(Arc::new(signing.shuttle(slot, &request, "OK", 1)));
        deliver(&mut replica, signing.at(0), shuttle);
    }
    deliver(&mut replica, OLYMPUS, signing.wedge_request());
    assert_eq!(replica.next_slot(), Slot(2));
    replica
}

fn report(replica: &mut Replica, message: Message) -> Arc<Signed<CaughtUp>> {
    let sent = sent(&deliver(replica, OLYMPUS, message));
    let [(OLYMPUS, Message::CaughtUp(report))] = &sent[..] else {
        panic!("one report: {sent:?}");
    };
    Arc::clone(report)
}

fn transferred(replica: &mut Replica, message: Message) -> Arc<Signed<StateTransfer>> {
    let sent = sent(&deliver(replica, OLYMPUS, message));
    let [(OLYMPUS, Message::RunningState(transfer))] = &sent[..] else {
        panic!("one state: {sent:?}");
    };
    Arc::clone(transfer)
}

/// The requests that a report answers, with slot and result.
fn answered(report: &CaughtUp) -> Vec<(u32, u64, u64, &str)> {
    let one = |result: &'_ bcr_protocol::message::CaughtUpResult| {
        let body = &result.statement.body;
        (body.request.client.0, body.request.number.0, body.slot.0)
    };
    let results = report.results.iter();
    results
        .map(|r| (one(r).0, one(r).1, one(r).2, r.result.as_str()))
        .collect()
}

/// P7.4: two different catch_ups in a row start from the same wedged state, which never changes.
#[test]
fn each_catch_up_is_applied_to_a_copy_of_the_wedged_state() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let mut replica = wedged(&signing);
        let before = replica.state().clone();
        let [one, other, none] = ["one", "other", "none"].map(Digest::of);
        let longer = signing.request(0, 2, &append("k", "one"));
        let second = signing.request(1, 0, &get("k"));
        let different = signing.request(0, 2, &append("k", "other"));
        let first = report(
            &mut replica,
            signing.catch_up(one, &[(2, &longer), (3, &second)]),
        );
        let then = report(&mut replica, signing.catch_up(other, &[(2, &different)]));
        let last = report(&mut replica, signing.catch_up(none, &[]));
        assert_eq!(answered(&first.body), [(0, 2, 2, "OK"), (1, 0, 3, "v!one")]);
        assert_eq!(answered(&then.body), [(0, 2, 2, "OK")]);
        assert_eq!(answered(&last.body), [(0, 1, 1, "OK")]);
        assert_eq!(last.body.state, before.hash());
        assert_ne!(first.body.state, then.body.state);
        assert_eq!((replica.state(), replica.next_slot()), (&before, Slot(2)));
        for (report, history, key) in [(&first, one, "v!one"), (&then, other, "v!other")] {
            assert_eq!(report.signer, signing.at(1));
            assert_eq!(report.body.history, history);
            for result in &report.body.results {
                assert_eq!(result.statement.body.history, history);
                assert!(signing.keyring().is_signed(&result.statement));
            }
            let transfer = transferred(&mut replica, signing.get_running_state(history));
            assert_eq!(transfer.body.state.hash(), report.body.state);
            assert_eq!(transfer.body.state.dictionary().get("k"), Some(key));
        }
        let again = report(
            &mut replica,
            signing.catch_up(one, &[(2, &longer), (3, &second)]),
        );
        assert_eq!(again, first, "a repeated catch_up is answered again");
    }
}

/// P4.6 ⚑: in a catch_up a stale entry takes its slot and changes nothing, not the remembered request
/// either; a repeated one yields the recorded result; one ahead is refused.
#[test]
fn a_catch_up_applies_stale_and_repeated_entries_without_effect() {
    let signing = Signing::new(1);
    let stale = signing.request(0, 0, &put("k", "v"));
    let repeated = signing.request(0, 1, &append("k", "!"));
    let next = signing.request(0, 2, &append("k", "?"));
    let ahead = signing.request(0, 3, &get("k"));
    let history = Digest::of("history");
    let before = wedged(&signing).state().hash();

    let mut replica = wedged(&signing);
    let entries = [(2, &stale), (3, &repeated)];
    let followed = report(&mut replica, signing.catch_up(history, &entries));
    assert_eq!(followed.body.state, before);
    assert_eq!(answered(&followed.body), [(0, 1, 1, "OK")]);

    let mut replica = wedged(&signing);
    let entries = [(2, &stale), (3, &next), (4, &repeated)];
    let followed = report(&mut replica, signing.catch_up(history, &entries));
    assert_eq!(answered(&followed.body), [(0, 2, 3, "OK")]);
    let transfer = transferred(&mut replica, signing.get_running_state(history));
    assert_eq!(transfer.body.state.dictionary().get("k"), Some("v!?"));

    let entries: [&[_]; 2] = [
        &[(2, &ahead)],
        &[(2, &next), (3, &signing.request(0, 4, &get("k")))],
    ];
    for entries in entries {
        let mut replica = wedged(&signing);
        let effects = deliver(&mut replica, OLYMPUS, signing.catch_up(history, entries));
        assert_eq!(describe(&effects), ["refused: request_ahead"]);
        let effects = deliver(&mut replica, OLYMPUS, signing.get_running_state(history));
        assert_eq!(
            describe(&effects),
            ["ignored: not_addressed"],
            "nothing is remembered"
        );
    }
}

/// P7.4: the entries must follow from the replica's own slot, signed by their clients.
#[test]
fn a_catch_up_with_holes_or_unsigned_requests_is_refused() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let next = signing.request(0, 2, &get("k"));
        let other = signing.request(1, 0, &get("k"));
        let by_another = signing.sign(client(1), next.body.clone());
        let history = Digest::of("history");
        let cases: [(&str, &[_]); 5] = [
            ("a slot left out", &[(3, &next)]),
            ("a slot that it has", &[(1, &next)]),
            ("a hole in between", &[(2, &next), (4, &other)]),
            ("bad client signature", &[(2, &spoiled(&next))]),
            ("signed by another client", &[(2, &by_another)]),
        ];
        for (description, entries) in cases {
            let mut replica = wedged(&signing);
            let effects = deliver(&mut replica, OLYMPUS, signing.catch_up(history, entries));
            assert_eq!(
                describe(&effects),
                ["refused: bad_catch_up"],
                "{description}"
            );
        }
    }
}

/// P7.4, P1.5: only Olympus's signature, this configuration, and an immutable replica.
#[test]
fn only_olympus_makes_a_replica_catch_up_or_give_its_state_away() {
    let signing = Signing::new(1);
    let history = Digest::of("history");
    let body = CatchUp {
        configuration: signing.configuration,
        history,
        entries: Vec::new(),
    };
    let good = signing.sign(OLYMPUS, body.clone());
    let forged = [spoiled(&good), signing.sign(signing.at(0), body)];
    for message in forged {
        let effects = deliver(&mut wedged(&signing), OLYMPUS, Message::CatchUp(message));
        assert_eq!(describe(&effects), ["refused: bad_signature"]);
    }
    let other = signing.of(1);
    for message in [
        other.catch_up(history, &[]),
        other.get_running_state(history),
    ] {
        let effects = deliver(&mut wedged(&signing), OLYMPUS, message);
        assert_eq!(describe(&effects), ["ignored: other_configuration"]);
    }
    for message in [
        signing.catch_up(history, &[]),
        signing.get_running_state(history),
    ] {
        let effects = deliver(&mut signing.initial(1), OLYMPUS, message);
        assert_eq!(
            describe(&effects),
            ["ignored: not_addressed"],
            "while active"
        );
    }
}

/// P7.4: clients whose last request lies in an earlier configuration are left out.
#[test]
fn a_report_names_only_clients_served_in_this_configuration() {
    let signing = Signing::new(1);
    let old = wedged(&signing).state().clone();
    assert!(old.last(id(0, 0).client).is_some());
    let next = signing.of(1);
    let mut replica = next.pending(1);
    deliver(&mut replica, OLYMPUS, next.new_configuration(2, &old));
    deliver(&mut replica, OLYMPUS, next.wedge_request());
    let [nothing, repeated, fresh] = ["nothing", "repeated", "fresh"].map(Digest::of);
    let last = next.request(0, 1, &append("k", "!"));
    let other = next.request(1, 0, &get("k"));
    let reports: [(Digest, &[_], Vec<_>); 3] = [
        (nothing, &[], vec![]),
        (repeated, &[(2, &last)], vec![(0, 1, 1, "OK")]),
        (fresh, &[(2, &other)], vec![(1, 0, 2, "v!")]),
    ];
    for (history, entries, expected) in reports {
        let report = report(&mut replica, next.catch_up(history, entries));
        assert_eq!(answered(&report.body), expected);
    }
}
