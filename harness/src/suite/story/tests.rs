use crate::suite::testing::examined;
use crate::suite::text;

/// The story and the difference of a run of three requests with these failures.
fn told(failures: &str, expected: &str) -> String {
    let (_, examination) = examined(failures, expected);
    let explanation = text::explanation(&examination);
    assert!(
        explanation.is_empty() || explanation.contains(&examination.story.replace('\n', "\n  "))
    );
    format!("{}\n{}", examination.story, examination.difference)
}

const CRASH: &str = "failures[0,0] = client_request(0,1), crash()";

/// Failures, expected file, story and difference.
const STORIES: &[(&str, &str, &str)] = &[
    (
        "",
        "final: {k: vw}",
        "what happened:
at 12 ms: 3 of 3 requests are answered: 3 by the tail
",
    ),
    (
        CRASH,
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
`k`: expected `v`, actual `vw` at replicas 0, 1 and 2
`l`: expected `x`, actual nothing at replicas 0, 1 and 2",
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
at 17 ms: olympus takes replicas 0 and 1 for the quorum of configuration 0; replica 2 was not needed
at 19 ms: olympus starts configuration 1 at slot 3
",
    ),
    (
        "failures[0,1] = shuttle(0,1), change_operation()",
        "reconfigurations: 0",
        "what happened until clause reconfigurations broke:
at 4 ms: 1 of 3 requests are answered: 1 by the tail
at 6 ms: replica 1 (configuration 0) fails at shuttle(0,1): change_operation()
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_operation in slot 1
at 7 ms: replica 2 (configuration 0) suspects replica 1: wrong_checkpoint_slot in slot 1
at 8 ms: olympus ends configuration 0, as replica 2 (configuration 0) asked: wrong_operation in slot 1, suspecting replica 1
at 12 ms: olympus convicts replica 1: it signed two orders for one slot
at 12 ms: olympus takes replicas 0 and 1 for the quorum of configuration 0; replica 2 was not needed
at 14 ms: olympus starts configuration 1 at slot 2, and clause reconfigurations is broken
",
    ),
];

#[test]
fn stories_tell_what_happened() {
    for (failures, expected, story) in STORIES {
        assert_eq!(told(failures, expected), *story, "{failures}");
    }
}
