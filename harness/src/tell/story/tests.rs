use crate::tell::testing;
use crate::tell::text;

/// The story and the difference of a run of three requests with these failures.
fn told(failures: &str, expected: &str) -> String {
    let (_, account) = testing::told(failures, expected);
    let explanation = text::explanation(&account);
    assert!(explanation.is_empty() || explanation.contains(&account.story.replace('\n', "\n  ")));
    let parts = [
        account.story,
        account.clients,
        account.difference,
        account.log_lines,
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// Failures, expected file, and what is told: story, clients, difference, lines of logs.
const STORIES: &[(&str, &str, &str)] = &[
    (
        "",
        "final: {k: vw}",
        "what happened:
at 12 ms: 3 of 3 requests are answered: 3 by the tail
client 0 saw `OK`, `OK`, `vw`",
    ),
    (
        "failures[0,0] = client_request(0,1), crash()",
        "final: {k: v, l: x}",
        "what happened until clause final broke:
at 5 ms: replica 0 (configuration 0) fails at client_request(0,1): crash()
at 3004 ms: client 0 has waited in vain for the result of request 0:1
at 6007 ms: replica 1 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6007 ms: replica 2 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6008 ms: olympus ends configuration 0, as replica 1 (configuration 0) asked: timeout
at 6112 ms: olympus takes replicas 1 and 2 for the quorum of configuration 0; replica 0 had told no history
at 6114 ms: olympus starts configuration 1 at slot 1
at 6123 ms: 3 of 3 requests are answered: 3 by the tail
at 6124 ms: replica 0 (configuration 1) ends active before slot 3, and clause final is broken
client 0 saw `OK`, `OK` (asked 4 times), `vw`
`k`: expected `v`, actual `vw` at replicas 0, 1 and 2
`l`: expected `x`, actual nothing at replicas 0, 1 and 2
replica-0-0.log: at_ms=5.0 process=replica-0-0 event=failure_applied n=33 plan=0 pair=\"client_request(0,1), crash()\" trigger=client_request(0,1) failure=crash() message=client_r …
client-0.log: at_ms=3004.0 process=client-0 event=timer_expired n=36 timer=request-0:1
replica-1-0.log: at_ms=6124.0 process=replica-1-0 event=final_dictionary n=221 mode=active next_slot=3 state_hash=d2f2fc9e4a1014f446b0db2301ee2d1e4eb3703c956212195a8b49a704d0891 …",
    ),
    (
        "failures[0,2] = shuttle(0,2), change_result()",
        "final: {k: vw}",
        "what happened:
at 11 ms: replica 2 (configuration 0) fails in a result message, after shuttle(0,2): change_result()
at 12 ms: client 0 suspects replica 2: contradictory_statements in slot 2
at 12 ms: 3 of 3 requests are answered: 3 by the tail
at 12 ms: replica 1 (configuration 0) suspects replica 2: result_mismatch in slot 2
at 13 ms: olympus ends configuration 0, as client 0 asked: contradictory_statements in slot 2, suspecting replica 2
at 17 ms: olympus convicts replica 2: its result contradicts that of t + 1 others
at 17 ms: olympus takes replicas 0 and 1 for the quorum of configuration 0; replica 2, which is convicted, agreed and was not needed
at 19 ms: olympus starts configuration 1 at slot 3
client 0 saw `OK`, `OK`, `vw`",
    ),
    (
        "failures[0,1] = shuttle(0,1), change_operation()",
        "reconfigurations: 0",
        "what happened, and clause reconfigurations broke:
at 6 ms: replica 1 (configuration 0) fails at shuttle(0,1): change_operation()
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_operation in slot 1
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_checkpoint_slot in slot 1
at 8 ms: olympus ends configuration 0, as replica 2 (configuration 0) asked: wrong_operation in slot 1, suspecting replica 1
at 12 ms: olympus convicts replica 1: it signed two orders for one slot
at 12 ms: olympus takes replicas 0 and 1 for the quorum of configuration 0; replica 2 agreed and was not needed
at 14 ms: olympus starts configuration 1 at slot 2
at 15 ms: client 0 accepts `OK` for request 0:1 from olympus
at 19 ms: 3 of 3 requests are answered: 2 by the tail and 1 by olympus
client 0 saw `OK`, `OK` from olympus, `vw` (asked 2 times)
replica-0-1.log: at_ms=6.0 process=replica-0-1 event=failure_applied n=45 plan=0 pair=\"shuttle(0,1), change_operation()\" trigger=shuttle(0,1) failure=change_operation() message= …
replica-0-2.log: at_ms=7.0 process=replica-0-2 event=suspected n=51 suspect=1 reason=wrong_operation slot=1 request_client=0 request=1
client-0.log: at_ms=19.0 process=client-0 event=accepted n=167 request_client=0 request=2 result=vw slot=2 configuration=1 by=tail from=replica-1-2 attempts=2",
    ),
    (
        "failures[0,1] = shuttle(0,1), change_operation()",
        "never: [{event: configuration_started, configuration: 1}]",
        "what happened until clause never broke:
at 4 ms: 1 of 3 requests is answered: 1 by the tail
at 6 ms: replica 1 (configuration 0) fails at shuttle(0,1): change_operation()
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_operation in slot 1
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_checkpoint_slot in slot 1
at 8 ms: olympus ends configuration 0, as replica 2 (configuration 0) asked: wrong_operation in slot 1, suspecting replica 1
at 12 ms: olympus convicts replica 1: it signed two orders for one slot
at 12 ms: olympus takes replicas 0 and 1 for the quorum of configuration 0; replica 2 agreed and was not needed
at 14 ms: olympus starts configuration 1 at slot 2, and clause never is broken
client 0 saw `OK`, `OK` from olympus, `vw` (asked 2 times)
replica-0-1.log: at_ms=6.0 process=replica-0-1 event=failure_applied n=45 plan=0 pair=\"shuttle(0,1), change_operation()\" trigger=shuttle(0,1) failure=change_operation() message= …
replica-0-2.log: at_ms=7.0 process=replica-0-2 event=suspected n=51 suspect=1 reason=wrong_operation slot=1 request_client=0 request=1
olympus.log: at_ms=14.0 process=olympus event=configuration_started n=115 configuration=1 slot=2 state=1bb2a697e98bccef68354b422c77b1a1d81cde768ef84305db340ab3560b2ef0",
    ),
    (
        "failures[0,1] = shuttle(0,1), extra_op()",
        "reconfigurations: 1",
        "what happened, and clause reconfigurations broke:
at 6 ms: replica 1 (configuration 0) fails at shuttle(0,1): extra_op()
at 7 ms: replica 2 (configuration 0) finds the state of replica 1 different at the checkpoint of slot 1
at 8 ms: replica 1 (configuration 0) finds the state of replica 1 different at the checkpoint of slot 1
at 9 ms: replica 0 (configuration 0) finds the state of replica 1 different at the checkpoint of slot 1
at 12 ms: 3 of 3 requests are answered: 3 by the tail
client 0 saw `OK`, `OK`, `vw`
replica-0-1.log: at_ms=6.0 process=replica-0-1 event=failure_applied n=43 plan=0 pair=\"shuttle(0,1), extra_op()\" trigger=shuttle(0,1) failure=extra_op() message=shuttle effect=t …
replica-0-2.log: at_ms=7.0 process=replica-0-2 event=divergence n=56 slot=1 suspect=1
client-0.log: at_ms=12.0 process=client-0 event=accepted n=93 request_client=0 request=2 result=vw slot=2 configuration=0 by=tail from=replica-0-2 attempts=1",
    ),
    (
        "failures[0,0] = shuttle(0,1), drop(); get_running_state(0), drop()",
        "final: {k: vw}",
        "what happened:
at 5 ms: replica 0 (configuration 0) fails at shuttle(0,1): drop()
at 3004 ms: client 0 has waited in vain for the result of request 0:1
at 6007 ms: replica 0 (configuration 0) asks for a reconfiguration: timeout in slot 1
at 6007 ms: replica 1 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6007 ms: replica 2 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6008 ms: olympus ends configuration 0, as replica 0 (configuration 0) asked: timeout in slot 1
at 6013 ms: replica 0 (configuration 0) fails at get_running_state(0): drop()
at 9012 ms: olympus takes replicas 1 and 2 for the quorum of configuration 0; replica 0 was set aside, as it kept silent
at 9014 ms: olympus starts configuration 1 at slot 1
at 9023 ms: 3 of 3 requests are answered: 3 by the tail
client 0 saw `OK`, `OK` (asked 5 times), `vw`",
    ),
    (
        "failures[0,0] = client_request(0,1), increment_slot()",
        "quorums: {0: [0, 1]}",
        "what happened until clause quorums broke:
at 4 ms: 1 of 3 requests is answered: 1 by the tail
at 5 ms: replica 0 (configuration 0) fails at client_request(0,1): increment_slot()
at 6 ms: replica 1 (configuration 0) suspects replica 0: slot_skipped in slot 2
at 7 ms: olympus ends configuration 0, as replica 1 (configuration 0) asked: slot_skipped in slot 2, suspecting replica 0
at 9 ms: olympus refuses a wedged message of replica 0 (configuration 0): history_hole
at 111 ms: olympus takes replicas 1 and 2 for the quorum of configuration 0; the history of replica 0 was refused (history_hole), and clause quorums is broken
client 0 saw `OK`, `OK` (asked 2 times), `vw`
replica-0-0.log: at_ms=5.0 process=replica-0-0 event=failure_applied n=33 plan=0 pair=\"client_request(0,1), increment_slot()\" trigger=client_request(0,1) failure=increment_slot( …
replica-0-1.log: at_ms=6.0 process=replica-0-1 event=suspected n=42 suspect=0 reason=slot_skipped slot=2 request_client=0 request=1
olympus.log: at_ms=111.0 process=olympus event=quorum_formed n=84 configuration=0 quorum.0=1 quorum.1=2 history=d6416aa431af11ae85a4f5faccf19c77e6184754c3ed4b9843eb5293f471f …",
    ),
    (
        "failures[0,1] = shuttle(0,1), drop(); wedge_request(0), truncate_history(1)",
        "convicted: {0: []}",
        "what happened until clause convicted broke:
at 4 ms: 1 of 3 requests is answered: 1 by the tail
at 6 ms: replica 1 (configuration 0) fails at shuttle(0,1): drop()
at 6 ms: replica 1 (configuration 0) suspects replica 0: wrong_checkpoint_slot in slot 1
at 7 ms: olympus ends configuration 0, as replica 1 (configuration 0) asked: wrong_checkpoint_slot in slot 1, suspecting replica 0
at 8 ms: replica 1 (configuration 0) fails in a wedged message, after wedge_request(0): truncate_history(1)
at 9 ms: olympus rules replica 1 out: order_withheld
at 9 ms: olympus convicts replica 1: its history lacks what it had ordered, and clause convicted is broken
client 0 saw `OK`, `OK` from olympus, `vw` (asked 2 times)
replica-0-1.log: at_ms=8.0 process=replica-0-1 event=failure_applied n=61 plan=1 pair=\"wedge_request(0), truncate_history(1)\" trigger=wedge_request(0) failure=truncate_history(1 …
olympus.log: at_ms=9.0 process=olympus event=ruled_out n=76 configuration=0 replica=1 reason=order_withheld
olympus.log: at_ms=9.0 process=olympus event=convicted n=77 configuration=0 replica=1 proof.kind=order_withheld proof.statement.signer=replica-0-1 proof.statement.body.confi …",
    ),
    (
        "failures[0,0] = client_request(0,1), crash()\nfailures[0,1] = wedge_request(0), crash()",
        "",
        "what happened until invariant liveness broke:
at 4 ms: 1 of 2 requests is answered: 1 by the tail
at 5 ms: replica 0 (configuration 0) fails at client_request(0,1): crash()
at 3004 ms: client 0 has waited in vain for the result of request 0:1
at 6007 ms: replica 1 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6007 ms: replica 2 (configuration 0) asks for a reconfiguration: timeout of request 0:1
at 6008 ms: olympus ends configuration 0, as replica 1 (configuration 0) asked: timeout
at 6009 ms: replica 1 (configuration 0) fails at wedge_request(0): crash()
at 60004 ms: the run ends, as nothing got done for too long, and invariant liveness is broken
client 0 saw `OK`, no answer (asked 20 times)
replica-0-1.log: at_ms=6009.0 process=replica-0-1 event=failure_applied n=82 plan=1 pair=\"wedge_request(0), crash()\" trigger=wedge_request(0) failure=crash() message=wedge_reque …
olympus.log: at_ms=60004.0 process=olympus event=run_ended n=473 end=deadline",
    ),
];

#[test]
fn stories_tell_what_happened() {
    for (failures, expected, story) in STORIES {
        assert_eq!(told(failures, expected), *story, "{failures}");
    }
}
