//! Mistakes in lines that are added to a good file.

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
        "lines behind other ends of lines",
        "# it's why\u{2028}failures[0,1] = shutle(0,0), drop()\u{c}# more\u{b}\u{85}failures[0,2] = \
         shuttle(0,0), drop() # it's\u{2029}failures[0,0] = shutle(0,0), drop()",
        &[
            (Error, ScenarioMistake::OddLineEnd),
            (Error, ScenarioMistake::UnknownTrigger),
            (Warning, ScenarioMistake::TrailingComment),
            (Error, ScenarioMistake::UnknownTrigger),
        ],
    ),
    (
        "a string with other ends of lines",
        "# a string\nworkload[3] = put('a\u{2028}b',\"it's\u{c}\")",
        &[(Warning, ScenarioMistake::SpareWorkload)],
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
