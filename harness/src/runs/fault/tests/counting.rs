//! Which receipts count, and for which trigger (P9.1 to P9.3, P1.8).

use bcr_protocol::digest::Digest;
use bcr_protocol::identity::ProcessId;
use bcr_protocol::message::{CatchUp, GetRunningState, Message, MessageKind};

use super::{Chain, client, get, put, wrapped};
use crate::runs::process::Action;
use crate::trace::{HarnessEvent, TraceEvent};

/// How many messages a replica received, the last of which it crashed at.
fn crashes_after(chain: &Chain, position: u32) -> usize {
    let told = chain.told(position);
    let received = told.iter().filter(|line| line.starts_with("received"));
    let count = received.count();
    assert_eq!(
        told.last().map(String::as_str),
        Some("halt, crashed"),
        "{told:?}"
    );
    count
}

#[test]
fn receipts_are_counted_from_0_for_each_type_and_client() {
    // Client 0 asks twice, then client 1 twice. The head receives each request, its own shuttle and the
    // result shuttle; the tail a shuttle and its own result shuttle.
    for (position, failure, receipts) in [
        (0, "client_request(0,0), crash()", 1),
        (0, "client_request(0,1), crash()", 4),
        (0, "client_request(1,0), crash()", 7),
        (0, "client_request(1,1), crash()", 10),
        (0, "shuttle(0,0), crash()", 2),
        (0, "shuttle(1,1), crash()", 11),
        (0, "result_shuttle(1,0), crash()", 9),
        (1, "shuttle(0,1), crash()", 3),
        (1, "shuttle(1,0), crash()", 5),
        (1, "result_shuttle(0,0), crash()", 2),
        (2, "shuttle(1,1), crash()", 7),
        (2, "result_shuttle(0,0), crash()", 2),
        (2, "result_shuttle(1,1), crash()", 8),
    ] {
        let mut chain = Chain::new(position, failure);
        for (of, number) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            chain.request(of, number, &put("k", "v"));
        }
        assert_eq!(crashes_after(&chain, position), receipts, "{failure}");
    }
}

#[test]
fn the_originator_of_a_checkpoint_receives_its_own() {
    for (position, failure, receipts) in [
        (0, "checkpoint(0), crash()", 3),
        (1, "checkpoint(1), crash()", 6),
        (2, "checkpoint(0), crash()", 3),
        (2, "completed_checkpoint(0), crash()", 4),
        (1, "completed_checkpoint(0), crash()", 4),
        (0, "completed_checkpoint(1), crash()", 10),
    ] {
        let mut chain = Chain::with_checkpoints(position, failure);
        chain.request(0, 0, &put("k", "v"));
        chain.request(0, 1, &put("k", "v"));
        assert_eq!(crashes_after(&chain, position), receipts, "{failure}");
    }
}

#[test]
fn a_self_delivery_is_handled_at_once() {
    let mut chain = Chain::new(2, "");
    chain.request(0, 0, &put("k", "v"));
    assert_eq!(
        chain.told(2),
        [
            "received shuttle",
            "executed 0: OK",
            "sent result to client-0",
            "received result_shuttle",
            "sent result_shuttle to replica-0-1",
        ]
    );
}

#[test]
fn repeated_messages_of_olympus_count_each_time() {
    let history = Digest::of("a history");
    let of_olympus = |chain: &Chain, kind: MessageKind| {
        let (configuration, olympus) = (chain.configuration, ProcessId::Olympus);
        match kind {
            MessageKind::WedgeRequest => chain.wedge_request(),
            MessageKind::CatchUp => Message::CatchUp(chain.signed(
                olympus,
                CatchUp {
                    configuration,
                    history,
                    entries: Vec::new(),
                },
            )),
            _ => Message::GetRunningState(chain.signed(
                olympus,
                GetRunningState {
                    configuration,
                    history,
                },
            )),
        }
    };
    for kind in [
        MessageKind::WedgeRequest,
        MessageKind::CatchUp,
        MessageKind::GetRunningState,
    ] {
        let mut chain = Chain::new(1, &format!("{kind}(2), crash()"));
        for _ in 0..5 {
            let message = of_olympus(&chain, kind);
            chain.deliver(ProcessId::Olympus, 1, message);
        }
        assert_eq!(crashes_after(&chain, 1), 3, "{kind}");
    }
}

#[test]
fn retransmissions_and_what_is_dropped_or_refused_count_too() {
    // The same request again.
    let mut chain = Chain::new(1, "client_request(0,2), crash()");
    for _ in 0..4 {
        let message = chain.client_request(0, 0, &put("k", "v"));
        chain.deliver(client(0), 1, message);
    }
    assert_eq!(crashes_after(&chain, 1), 3);

    // One that the replica drops, the one after it.
    let mut chain = Chain::new(
        0,
        "client_request(0,0), drop(); client_request(0,1), crash()",
    );
    for _ in 0..2 {
        chain.request(0, 0, &put("k", "v"));
    }
    assert_eq!(crashes_after(&chain, 0), 2);

    // An authentic shuttle that is refused: replica 0 never sends the one of slot 1 first.
    let mut chain = Chain::new(1, "shuttle(0,1), crash()");
    let mut other = Chain::new(0, "");
    other.request(0, 0, &put("k", "v"));
    other.request(0, 1, &get("k"));
    for number in [1, 0] {
        let (head, sent) = (chain.at(0), other.sent(0, MessageKind::Shuttle));
        chain.deliver(head, 1, sent[number].message.clone());
    }
    assert_eq!(chain.told(1)[1], "refused: slot_skipped");
    assert_eq!(crashes_after(&chain, 1), 2);
}

#[test]
fn a_direct_request_counts_for_the_client_that_sent_it() {
    let mut chain = Chain::new(1, "client_request(1,0), crash()");
    // Client 0 and a replica pass on what client 1 has signed; neither of them is client 1.
    for from in [client(0), chain.at(0), client(1)] {
        let message = chain.client_request(1, 0, &get("k"));
        chain.deliver(from, 1, message);
    }
    assert_eq!(crashes_after(&chain, 1), 3);
}

#[test]
fn a_forwarded_request_counts_apart_from_a_direct_one() {
    let mut chain = Chain::new(0, "forwarded_request(0,1), crash()");
    for position in [1, 2, 1] {
        let message = chain.client_request(0, 0, &get("k"));
        chain.deliver(client(0), 0, message.clone());
        chain.deliver(client(0), position, message);
    }
    chain.links.retain(|(_, to, _)| *to == 0);
    chain.flow_some(2);
    // Three direct receipts, its own shuttle, two forwarded ones.
    assert_eq!(crashes_after(&chain, 0), 6);
}

#[test]
fn what_a_pending_replica_keeps_counts_when_it_is_handled_and_a_wedge_request_at_once() {
    let mut chain = Chain::pending(0, "client_request(0,1), drop(); wedge_request(0), sleep(3)");
    for (of, number) in [(0, 0), (1, 0), (0, 0)] {
        let message = chain.client_request(of, number, &get("k"));
        chain.deliver(client(of), 0, message);
    }
    let wedge_request = chain.wedge_request();
    chain.deliver(ProcessId::Olympus, 0, wedge_request);
    chain.handle(0, crate::runs::process::Occurrence::Woken);
    assert_eq!(
        chain.told(0),
        [
            "kept client_request",
            "kept client_request",
            "kept client_request",
            "received wedge_request",
            "applied sleep(3) to wedge_request",
            "slept 3",
            "sleeps 3",
            "ignored: not_addressed",
        ]
    );
    chain.forget();
    let new_configuration = chain.new_configuration();
    chain.deliver(ProcessId::Olympus, 0, new_configuration);
    assert_eq!(
        chain.told(0),
        [
            "received new_configuration",
            "received client_request",
            "received shuttle",
            "executed 7: ",
            "sent shuttle to replica-1-1",
            "received client_request",
            "received shuttle",
            "executed 8: ",
            "sent shuttle to replica-1-1",
            "received client_request",
            "applied drop() to client_request",
        ]
    );
    let sent: Vec<_> = chain
        .actions
        .iter()
        .filter_map(|(_, action)| match action {
            Action::Record(TraceEvent::Harness(HarnessEvent::Received { sent, .. })) => *sent,
            _ => None,
        })
        .collect();
    assert_eq!(sent, [4, 0, 1, 2], "each names the event that sent it");
}

#[test]
fn the_start_of_the_first_configuration_is_no_receipt_and_that_of_a_later_one_is() {
    let mut chain = Chain::pending(1, "new_configuration(0), crash()");
    chain.handle(1, crate::runs::process::Occurrence::Start);
    let new_configuration = chain.new_configuration();
    chain.deliver(ProcessId::Olympus, 1, new_configuration);
    assert_eq!(crashes_after(&chain, 1), 1);
}

#[test]
fn failures_of_another_replica_or_configuration_are_not_this_ones() {
    for (configuration, position) in [(0, 0), (0, 2), (1, 1)] {
        let mut chain = Chain::of(0, 100, 1, "");
        let failing = Chain::of(configuration, 100, position, "shuttle(0,0), crash()");
        let id = bcr_protocol::identity::ReplicaId {
            configuration: chain.configuration,
            position: bcr_protocol::identity::Position(1),
        };
        chain.replicas[1] = wrapped(&failing.setup, chain.setup.replica(id));
        chain.request(0, 0, &put("k", "v"));
        assert_eq!(chain.fates(), [""; 0]);
        assert_eq!(chain.sent(1, MessageKind::ResultShuttle).len(), 1);
    }
}
