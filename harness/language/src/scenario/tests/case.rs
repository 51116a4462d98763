//! Files with mistakes, and what is said about them.

use super::*;

/// Mistakes in lines that are added to a good file.
pub(super) const ADDED: &[Case] = &[
    ("nothing", "", &[]),
    (
        "a parameter twice",
        "t = 1",
        &[(Error, ScenarioMistake::DuplicateParameter)],
    ),
    (
        "under its older name",
        "checkpoint_trigger = 4",
        &[(Error, ScenarioMistake::DuplicateParameter)],
    ),
    (
        "a replica twice",
        "failures[0,1] = shuttle(0,0), drop()\nfailures[ 0, 1] = shuttle(0,1), drop()",
        &[(Error, ScenarioMistake::DuplicateParameter)],
    ),
    (
        "a slip",
        "olympus_timeuot = 500",
        &[(Warning, ScenarioMistake::UnknownParameter)],
    ),
    (
        "older dialects",
        "multi_node = x\nhost_client[0] = y\ntest_case = 1",
        &[(Warning, ScenarioMistake::UnknownParameter); 3],
    ),
    (
        "a workload too many",
        "workload[3] = get('a')",
        &[(Warning, ScenarioMistake::SpareWorkload)],
    ),
    (
        "a slice that no value has",
        "workload[3] = slice('a','1,3')",
        &[
            (Warning, ScenarioMistake::SpareWorkload),
            (Error, ScenarioMistake::InvalidSlice),
        ],
    ),
    (
        "a line behind a lone carriage return",
        "# why\rfailures[0,1] = shutle(0,0), drop()",
        &[
            (Error, ScenarioMistake::LoneCarriageReturn),
            (Error, ScenarioMistake::UnknownTrigger),
        ],
    ),
    (
        "words",
        "some words",
        &[(Warning, ScenarioMistake::NoEquals)],
    ),
    (
        "a failure under half a name",
        "fail[0,1] = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::UnknownParameter)],
    ),
    (
        "two slips",
        "failurs[0,1] = shuttle(0,0), drop()\nFaillure = shuttle(0,0), drop()\nWORKLOADS = x",
        &[
            (Error, ScenarioMistake::UnknownParameter),
            (Error, ScenarioMistake::UnknownParameter),
            (Error, ScenarioMistake::UnknownParameter),
        ],
    ),
    (
        "any name with brackets",
        "timeout[3] = 5",
        &[(Error, ScenarioMistake::UnknownParameter)],
    ),
    (
        "a colon for the equals sign of a list",
        "failures[0,1]: shuttle(0,0), drop()\nfail[0,2]: shuttle(0,0), drop()\nFailure: shuttle(0,0), drop()",
        &[
            (Error, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "nothing for the equals sign of a list",
        "failures[0][1] shuttle(0,0), drop()\nworkload put('a','b')",
        &[
            (Error, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "words about failures",
        "failures are rare",
        &[(Warning, ScenarioMistake::NoEquals)],
    ),
    (
        "brackets for each index",
        "failures[0][1] = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::MalformedName)],
    ),
    (
        "a list over several lines",
        "failures[0,1] = shuttle(0,0), drop();\n# why\n\n  shuttle(0,1), drop();\n  shuttle(0,2), drop()\nwords",
        &[
            (Error, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::NoEquals),
            (Warning, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "a separator at the beginning of a line",
        "failures[0,1] = shuttle(0,0), drop()\n; shuttle(0,1), drop()",
        &[(Error, ScenarioMistake::NoEquals)],
    ),
    (
        "a list that begins on the next line",
        "failures[0,1] =\nshuttle(0,0), drop()\nhosts = a;\nb",
        &[
            (Error, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "an index where none belongs",
        "quorum_grace[0] = 1",
        &[(Error, ScenarioMistake::WrongIndex)],
    ),
    (
        "no index",
        "failures = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::WrongIndex)],
    ),
    (
        "one index of two",
        "failures[0] = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::WrongIndex)],
    ),
    (
        "an index that is a word",
        "failures[0,tail] = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::WrongIndex)],
    ),
    (
        "no such position",
        "failures[0,3] = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::IndexOutOfRange)],
    ),
    (
        "no such client",
        "failures[0,1] = shuttle(3,0), drop()",
        &[(Error, ScenarioMistake::IndexOutOfRange)],
    ),
    (
        "a client beyond all numbers",
        "failures[0,1] = shuttle(99999999999,0), drop()",
        &[(Error, ScenarioMistake::IndexOutOfRange)],
    ),
    (
        "no such trigger",
        "failures[0,1] = shutle(0,0), drop()",
        &[(Error, ScenarioMistake::UnknownTrigger)],
    ),
    (
        "no such failure",
        "failures[0,1] = shuttle(0,0), explode()",
        &[(Error, ScenarioMistake::UnknownFailure)],
    ),
    (
        "both",
        "failures[0,1] = shutle(0,0), explode()",
        &[
            (Error, ScenarioMistake::UnknownTrigger),
            (Error, ScenarioMistake::UnknownFailure),
        ],
    ),
    (
        "the wrong way round",
        "failures[0,1] = drop(), shuttle(0,0)",
        &[(Error, ScenarioMistake::UnknownTrigger)],
    ),
    (
        "too few arguments",
        "failures[0,1] = shuttle(0), drop()",
        &[(Error, ScenarioMistake::WrongArity)],
    ),
    (
        "too many arguments",
        "failures[0,1] = wedge_request(0,0), drop()",
        &[(Error, ScenarioMistake::WrongArity)],
    ),
    (
        "a failure with arguments",
        "failures[0,1] = shuttle(0,0), drop(1)",
        &[(Error, ScenarioMistake::WrongArity)],
    ),
    (
        "a word for a number",
        "failures[0,1] = shuttle(a,0), drop()",
        &[(Error, ScenarioMistake::WrongArgument)],
    ),
    (
        "a negative number",
        "failures[0,1] = shuttle(0,-1), drop()",
        &[(Error, ScenarioMistake::WrongArgument)],
    ),
    (
        "a number in quotes",
        "failures[0,1] = shuttle('0',0), drop()",
        &[(Error, ScenarioMistake::WrongArgument)],
    ),
    (
        "a number beyond all",
        "failures[0,1] = shuttle(0,99999999999999999999), drop()",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "a sleep for years",
        "failures[0,1] = shuttle(0,0), sleep(99999999999)",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "a sleep in seconds",
        "failures[0,1] = shuttle(0,0), sleep(5)",
        &[(Warning, ScenarioMistake::LooksLikeSeconds)],
    ),
    (
        "no failures",
        "failures[0,1] =",
        &[(Warning, ScenarioMistake::EmptyList)],
    ),
    (
        "a separator too many",
        "failures[0,1] = shuttle(0,0), drop();",
        &[(Warning, ScenarioMistake::TrailingSeparator)],
    ),
    (
        "how many entries is not said",
        "failures[0,1] = shuttle(0,0), drop(); wedge_request(0), truncate_history()",
        &[(Warning, ScenarioMistake::OmittedArgument)],
    ),
    (
        "indices of hosts without hosts",
        "client_hosts = 0",
        &[(Error, ScenarioMistake::MissingParameter)],
    ),
    ("hosts", "hosts = a; b;\nreplica_hosts = 0; 1; 1", &[]),
    (
        "an index of hosts",
        "hosts = a; b\nreplica_hosts = 0; 2",
        &[(Error, ScenarioMistake::IndexOutOfRange)],
    ),
    (
        "no hosts",
        "hosts = ;",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "a dictionary",
        "test_workload = {'k': 'it', \"l\" : \"it's\", }",
        &[],
    ),
    (
        "no dictionary",
        "test_workload = {'k': 1}",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "a key twice",
        "test_workload = {'k': '1', 'k': '2'}",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "a left side that is no name",
        "failures[0,0 = shuttle(0,0), drop()",
        &[(Error, ScenarioMistake::MalformedName)],
    ),
];

/// Mistakes in one line of a good file, which this one replaces.
pub(super) const REPLACED: &[Case] = &[
    (
        "no request at all",
        "w\nworkload[0] = pseudorandom(0,0)\nworkload[1] = pseudorandom(1,0)\nworkload[2] = pseudorandom(2,0)",
        &[
            (Error, ScenarioMistake::NoRequests),
            (Warning, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "a required number is missing",
        "t",
        &[
            (Warning, ScenarioMistake::NoEquals),
            (Error, ScenarioMistake::MissingParameter),
        ],
    ),
    (
        "a required number is empty",
        "t =",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "words for a number",
        "t = one",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "a unit",
        "head_timeout = 3000 ms",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "a sign",
        "head_timeout = +3000",
        &[(Error, ScenarioMistake::BadValue)],
    ),
    (
        "too many replicas",
        "t = 101",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "too many clients",
        "num_client = 10001",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "no clients",
        "num_client = 0",
        &[(Error, ScenarioMistake::TooSmall)],
    ),
    (
        "no interval",
        "checkpt_interval = 0",
        &[(Error, ScenarioMistake::TooSmall)],
    ),
    (
        "a timeout for years",
        "head_timeout = 99999999999999999999",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "a timeout in seconds",
        "head_timeout = 30",
        &[(Warning, ScenarioMistake::LooksLikeSeconds)],
    ),
    (
        "no timeout",
        "head_timeout = 0",
        &[(Warning, ScenarioMistake::ZeroTimeout)],
    ),
    (
        "a comment behind a number",
        "t = 1 # tolerated",
        &[(Warning, ScenarioMistake::TrailingComment)],
    ),
    (
        "a separator behind a number",
        "t = 1;",
        &[(Warning, ScenarioMistake::TrailingSeparator)],
    ),
    (
        "the older name",
        "checkpt_interval\ncheckpoint_trigger = 3",
        &[(Warning, ScenarioMistake::NoEquals)],
    ),
    (
        "a default",
        "client_timeout",
        &[
            (Warning, ScenarioMistake::NoEquals),
            (Warning, ScenarioMistake::DefaultUsed),
        ],
    ),
    (
        "a workload is missing",
        "workload[1]",
        &[
            (Error, ScenarioMistake::MissingParameter),
            (Error, ScenarioMistake::NoEquals),
        ],
    ),
    (
        "an empty workload",
        "workload[2] =",
        &[(Warning, ScenarioMistake::EmptyList)],
    ),
    (
        "no such operation",
        "workload[2] = putt('a','b')",
        &[(Error, ScenarioMistake::UnknownOperation)],
    ),
    (
        "an operation with too little",
        "workload[2] = put('a')",
        &[(Error, ScenarioMistake::WrongArity)],
    ),
    (
        "no invocation",
        "workload[2] = get",
        &[(Error, ScenarioMistake::MalformedCall)],
    ),
    (
        "a missing quote",
        "workload[2] = put('a,'b')",
        &[(Warning, ScenarioMistake::MendedQuote)],
    ),
    (
        "quotes that may be missing anywhere",
        "workload[2] = put('a,b,c)",
        &[(Error, ScenarioMistake::AmbiguousQuotes)],
    ),
    (
        "a seed in quotes",
        "workload[2] = pseudorandom('1',2)",
        &[(Error, ScenarioMistake::WrongArgument)],
    ),
    (
        "too many requests",
        "workload[2] = pseudorandom(1,10000001)",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
    (
        "too many in all",
        "workload[2] = pseudorandom(1,9999999)",
        &[(Error, ScenarioMistake::TooLarge)],
    ),
];

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
