//! Mistakes in lines that take the place of good ones.

use super::*;

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
