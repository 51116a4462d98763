//! Failures that cannot happen or change nothing, and what is said about them.

use super::*;

/// Failures that cannot happen, or change nothing.
pub(super) const LINTED: &[Case] = &[
    (
        "all that can happen",
        "failures[0,0] = client_request(0,9), crash()\nfailures[1,0] = new_configuration(0), sleep(9999)",
        &[],
    ),
    (
        "forwarded requests away from the head",
        "failures[0,1] = forwarded_request(0,0), crash()",
        &[(Warning, ScenarioMistake::NeverReceived)],
    ),
    (
        "the start of configuration 0",
        "failures[0,1] = new_configuration(0), crash()",
        &[(Warning, ScenarioMistake::NeverReceived)],
    ),
    (
        "a second start",
        "failures[0,1] = shuttle(0,0), drop()\nfailures[1,0] = new_configuration(1), crash()",
        &[(Warning, ScenarioMistake::NeverReceived)],
    ),
    (
        "a client without requests",
        "failures[0,1] = shuttle(2,0), crash()",
        &[(Warning, ScenarioMistake::NeverReceived)],
    ),
    (
        "a wedge without a cause",
        "failures[0,1] = wedge_request(0), crash()",
        &[(Warning, ScenarioMistake::NeverReceived)],
    ),
    (
        "a wedge whose cause has no effect",
        "failures[0,1] = wedge_request(0), crash(); shuttle(0,0), increment_slot()",
        &[
            (Warning, ScenarioMistake::NeverReceived),
            (Warning, ScenarioMistake::NoEffect),
        ],
    ),
    (
        "a slot away from the head",
        "failures[0,1] = shuttle(0,0), increment_slot()",
        &[(Warning, ScenarioMistake::NoEffect)],
    ),
    (
        "no entries",
        "failures[0,1] = shuttle(0,0), truncate_history(0)",
        &[(Warning, ScenarioMistake::NoEffect)],
    ),
    (
        "no sleep",
        "failures[0,1] = shuttle(0,0), sleep(0)",
        &[(Warning, ScenarioMistake::NoEffect)],
    ),
    (
        "a history that nobody asks for",
        "failures[0,1] = shuttle(0,0), truncate_history(1)",
        &[(Warning, ScenarioMistake::NeverSent)],
    ),
    (
        "a history that another failure brings",
        "failures[0,1] = shuttle(0,0), truncate_history(1); shuttle(0,1), drop()",
        &[],
    ),
    (
        "statements that the head never sends",
        "failures[0,0] = checkpoint(0), drop_checkpt_stmts()",
        &[(Warning, ScenarioMistake::NeverSent)],
    ),
    (
        "a shuttle that the tail never sends",
        "failures[0,2] = shuttle(0,0), change_operation(); shuttle(0,1), invalid_order_sig()",
        &[
            (Warning, ScenarioMistake::NeverSent),
            (Warning, ScenarioMistake::NeverSent),
        ],
    ),
    (
        "a result that the tail does send",
        "failures[0,2] = shuttle(0,0), invalid_result_sig()",
        &[],
    ),
    (
        "messages beyond the last",
        "failures[0,1] = shuttle(1,3), crash()",
        &[(Warning, ScenarioMistake::MessageNumber)],
    ),
    (
        "which another failure may bring",
        "failures[0,1] = shuttle(1,3), crash(); shuttle(0,0), drop()",
        &[(Note, ScenarioMistake::MessageNumber)],
    ),
    (
        "requests away from the head",
        "failures[0,1] = client_request(0,0), crash()",
        &[(Warning, ScenarioMistake::MessageNumber)],
    ),
    (
        "which need a retransmission",
        "failures[0,1] = client_request(0,0), crash()\nfailures[0,0] = client_request(0,0), drop()",
        &[
            (Note, ScenarioMistake::MessageNumber),
            (Warning, ScenarioMistake::TooManyFaulty),
        ],
    ),
    (
        "the last checkpoint",
        "failures[0,1] = checkpoint(2), drop(); completed_checkpoint(2), sleep(9999)",
        &[],
    ),
    (
        "one checkpoint more",
        "failures[0,1] = checkpoint(3), drop()",
        &[(Warning, ScenarioMistake::MessageNumber)],
    ),
    (
        "a second catch-up",
        "failures[0,1] = shuttle(0,0), drop(); catch_up(1), crash()",
        &[(Note, ScenarioMistake::MessageNumber)],
    ),
    (
        "the state of one that is not asked first",
        "failures[0,2] = shuttle(0,0), drop(); get_running_state(0), crash()",
        &[(Note, ScenarioMistake::MessageNumber)],
    ),
    (
        "a configuration that nothing brings about",
        "failures[1,0] = shuttle(0,0), crash()",
        &[(Warning, ScenarioMistake::UnreachedConfiguration)],
    ),
    (
        "a gap between configurations",
        "failures[0,0] = shuttle(0,0), crash()\nfailures[2,0] = shuttle(0,0), crash()",
        &[(Warning, ScenarioMistake::UnreachedConfiguration)],
    ),
    (
        "a cause that cannot happen",
        "failures[0,1] = shuttle(2,0), crash()\nfailures[1,0] = shuttle(0,0), crash()",
        &[
            (Warning, ScenarioMistake::NeverReceived),
            (Warning, ScenarioMistake::UnreachedConfiguration),
        ],
    ),
    (
        "too many replicas",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[0,1] = shuttle(0,0), drop()",
        &[(Warning, ScenarioMistake::TooManyFaulty)],
    ),
    (
        "which only sleep",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[0,1] = shuttle(0,0), sleep(9999)",
        &[],
    ),
    (
        "after a crash",
        "failures[0,1] = shuttle(0,1), drop(); shuttle(0,0), crash()",
        &[(Warning, ScenarioMistake::AfterCrash)],
    ),
    (
        "at the crash itself",
        "failures[0,1] = shuttle(0,1), extra_op(); shuttle(0,1), crash()",
        &[],
    ),
    (
        "another message that follows",
        "failures[0,1] = shuttle(0,1), crash(); result_shuttle(0,1), drop()",
        &[(Warning, ScenarioMistake::AfterCrash)],
    ),
    (
        "another message that need not follow",
        "failures[0,1] = shuttle(0,1), crash(); result_shuttle(0,0), drop(); shuttle(1,2), drop()",
        &[],
    ),
    (
        "everything after the start",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[1,1] = new_configuration(0), crash(); shuttle(0,0), drop()",
        &[(Warning, ScenarioMistake::AfterCrash)],
    ),
    (
        "a sleep that nobody notices",
        "failures[0,1] = shuttle(0,0), sleep(500)",
        &[(Note, ScenarioMistake::ShortSleep)],
    ),
    (
        "one that Olympus notices",
        "failures[0,1] = shuttle(0,0), drop(); wedge_request(0), sleep(500)",
        &[],
    ),
];
