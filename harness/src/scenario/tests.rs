//! Whole files: each kind of mistake, and what is read.

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::Colour;
use crate::diagnostic::Severity::{self, Error, Note, Warning};

/// The example of the format's specification, word for word.
const SPECIFICATION: &str = include_str!("tests/specification.conf");

/// A file without remarks, for three clients with ten, three and no requests; what a case adds
/// comes last.
const SETTINGS: &str = "\
t = 1
num_client = 3
client_timeout = 3000
head_timeout = 3000
nonhead_timeout = 3000
checkpt_interval = 4
workload[0] = pseudorandom(1,10)
workload[1] = put('a','b'); append('a','c'); get('a')
workload[2] = pseudorandom(1,0)
";

type Remark = (Severity, Kind);

/// Description, lines behind [`SETTINGS`], what is remarked in file order.
type Case = (&'static str, &'static str, &'static [Remark]);

fn reading_of(text: &str) -> Reading {
    read(&SourceFile::new("folder/stem.conf", text), &[])
}

fn reading_with(lines: &str) -> Reading {
    reading_of(&format!("{SETTINGS}{lines}\n"))
}

/// A file in which lines that begin with the same words as `line` are replaced by it.
fn replaced(line: &str) -> String {
    let target = line.split(['=', '\n']).next().unwrap_or(line);
    let others = SETTINGS.lines().filter(|other| !other.starts_with(target));
    others.map(|other| format!("{other}\n")).collect::<String>() + line + "\n"
}

fn remarks(reading: &Reading) -> Vec<(Severity, &'static str)> {
    let remarks = reading.diagnostics.iter();
    remarks.map(|d| (d.severity, d.code.as_str())).collect()
}

#[track_caller]
fn check(case: &str, reading: &Reading, expected: &[Remark]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(severity, kind)| (*severity, kind.as_str()))
        .collect();
    assert_eq!(remarks(reading), expected, "{case}: {reading:#?}");
    let invalid = reading.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(reading.scenario.is_none(), invalid, "{case}");
}

/// Mistakes in lines that are added to a good file.
const ADDED: &[Case] = &[
    ("nothing", "", &[]),
    (
        "a parameter twice",
        "t = 1",
        &[(Error, Kind::DuplicateParameter)],
    ),
    (
        "under its older name",
        "checkpoint_trigger = 4",
        &[(Error, Kind::DuplicateParameter)],
    ),
    (
        "a replica twice",
        "failures[0,1] = shuttle(0,0), drop()\nfailures[ 0, 1] = shuttle(0,1), drop()",
        &[(Error, Kind::DuplicateParameter)],
    ),
    (
        "a slip",
        "olympus_timeuot = 500",
        &[(Warning, Kind::UnknownParameter)],
    ),
    (
        "older dialects",
        "multi_node = x\nhost_client[0] = y\ntest_case = 1",
        &[(Warning, Kind::UnknownParameter); 3],
    ),
    (
        "a workload too many",
        "workload[3] = get('a')",
        &[(Warning, Kind::SpareWorkload)],
    ),
    ("words", "some words", &[(Warning, Kind::NoEquals)]),
    (
        "an index where none belongs",
        "quorum_grace[0] = 1",
        &[(Error, Kind::WrongIndex)],
    ),
    (
        "no index",
        "failures = shuttle(0,0), drop()",
        &[(Error, Kind::WrongIndex)],
    ),
    (
        "one index of two",
        "failures[0] = shuttle(0,0), drop()",
        &[(Error, Kind::WrongIndex)],
    ),
    (
        "an index that is a word",
        "failures[0,tail] = shuttle(0,0), drop()",
        &[(Error, Kind::WrongIndex)],
    ),
    (
        "no such position",
        "failures[0,3] = shuttle(0,0), drop()",
        &[(Error, Kind::IndexOutOfRange)],
    ),
    (
        "no such client",
        "failures[0,1] = shuttle(3,0), drop()",
        &[(Error, Kind::IndexOutOfRange)],
    ),
    (
        "a client beyond all numbers",
        "failures[0,1] = shuttle(99999999999,0), drop()",
        &[(Error, Kind::IndexOutOfRange)],
    ),
    (
        "no such trigger",
        "failures[0,1] = shutle(0,0), drop()",
        &[(Error, Kind::UnknownTrigger)],
    ),
    (
        "no such failure",
        "failures[0,1] = shuttle(0,0), explode()",
        &[(Error, Kind::UnknownFailure)],
    ),
    (
        "both",
        "failures[0,1] = shutle(0,0), explode()",
        &[(Error, Kind::UnknownTrigger), (Error, Kind::UnknownFailure)],
    ),
    (
        "the wrong way round",
        "failures[0,1] = drop(), shuttle(0,0)",
        &[(Error, Kind::UnknownTrigger)],
    ),
    (
        "too few arguments",
        "failures[0,1] = shuttle(0), drop()",
        &[(Error, Kind::WrongArity)],
    ),
    (
        "too many arguments",
        "failures[0,1] = wedge_request(0,0), drop()",
        &[(Error, Kind::WrongArity)],
    ),
    (
        "a failure with arguments",
        "failures[0,1] = shuttle(0,0), drop(1)",
        &[(Error, Kind::WrongArity)],
    ),
    (
        "a word for a number",
        "failures[0,1] = shuttle(a,0), drop()",
        &[(Error, Kind::WrongArgument)],
    ),
    (
        "a negative number",
        "failures[0,1] = shuttle(0,-1), drop()",
        &[(Error, Kind::WrongArgument)],
    ),
    (
        "a number in quotes",
        "failures[0,1] = shuttle('0',0), drop()",
        &[(Error, Kind::WrongArgument)],
    ),
    (
        "a number beyond all",
        "failures[0,1] = shuttle(0,99999999999999999999), drop()",
        &[(Error, Kind::TooLarge)],
    ),
    (
        "a sleep for years",
        "failures[0,1] = shuttle(0,0), sleep(99999999999)",
        &[(Error, Kind::TooLarge)],
    ),
    (
        "a sleep in seconds",
        "failures[0,1] = shuttle(0,0), sleep(5)",
        &[(Warning, Kind::LooksLikeSeconds)],
    ),
    (
        "no failures",
        "failures[0,1] =",
        &[(Warning, Kind::EmptyList)],
    ),
    (
        "a separator too many",
        "failures[0,1] = shuttle(0,0), drop();",
        &[(Warning, Kind::TrailingSeparator)],
    ),
    (
        "how many entries is not said",
        "failures[0,1] = shuttle(0,0), drop(); wedge_request(0), truncate_history()",
        &[(Warning, Kind::OmittedArgument)],
    ),
    (
        "indices of hosts without hosts",
        "client_hosts = 0",
        &[(Error, Kind::MissingParameter)],
    ),
    ("hosts", "hosts = a; b;\nreplica_hosts = 0; 1; 1", &[]),
    (
        "an index of hosts",
        "hosts = a; b\nreplica_hosts = 0; 2",
        &[(Error, Kind::IndexOutOfRange)],
    ),
    ("no hosts", "hosts = ;", &[(Error, Kind::BadValue)]),
    (
        "a dictionary",
        "test_workload = {'k': 'it', \"l\" : \"it's\", }",
        &[],
    ),
    (
        "no dictionary",
        "test_workload = {'k': 1}",
        &[(Error, Kind::BadValue)],
    ),
    (
        "a key twice",
        "test_workload = {'k': '1', 'k': '2'}",
        &[(Error, Kind::BadValue)],
    ),
    (
        "a left side that is no name",
        "failures[0,0 = shuttle(0,0), drop()",
        &[(Error, Kind::MalformedName)],
    ),
];

/// Mistakes in one line of a good file, which this one replaces.
const REPLACED: &[Case] = &[
    (
        "a required number is missing",
        "t",
        &[(Warning, Kind::NoEquals), (Error, Kind::MissingParameter)],
    ),
    (
        "a required number is empty",
        "t =",
        &[(Error, Kind::BadValue)],
    ),
    ("words for a number", "t = one", &[(Error, Kind::BadValue)]),
    (
        "a unit",
        "head_timeout = 3000 ms",
        &[(Error, Kind::BadValue)],
    ),
    ("a sign", "head_timeout = +3000", &[(Error, Kind::BadValue)]),
    ("too many replicas", "t = 101", &[(Error, Kind::TooLarge)]),
    (
        "too many clients",
        "num_client = 10001",
        &[(Error, Kind::TooLarge)],
    ),
    ("no clients", "num_client = 0", &[(Error, Kind::TooSmall)]),
    (
        "no interval",
        "checkpt_interval = 0",
        &[(Error, Kind::TooSmall)],
    ),
    (
        "a timeout for years",
        "head_timeout = 99999999999999999999",
        &[(Error, Kind::TooLarge)],
    ),
    (
        "a timeout in seconds",
        "head_timeout = 30",
        &[(Warning, Kind::LooksLikeSeconds)],
    ),
    (
        "no timeout",
        "head_timeout = 0",
        &[(Warning, Kind::ZeroTimeout)],
    ),
    (
        "a comment behind a number",
        "t = 1 # tolerated",
        &[(Warning, Kind::TrailingComment)],
    ),
    (
        "a separator behind a number",
        "t = 1;",
        &[(Warning, Kind::TrailingSeparator)],
    ),
    (
        "the older name",
        "checkpt_interval\ncheckpoint_trigger = 3",
        &[(Warning, Kind::NoEquals)],
    ),
    (
        "a default",
        "client_timeout",
        &[(Warning, Kind::NoEquals), (Warning, Kind::DefaultUsed)],
    ),
    (
        "a workload is missing",
        "workload[1]",
        &[(Error, Kind::MissingParameter), (Warning, Kind::NoEquals)],
    ),
    (
        "an empty workload",
        "workload[2] =",
        &[(Warning, Kind::EmptyList)],
    ),
    (
        "no such operation",
        "workload[2] = putt('a','b')",
        &[(Error, Kind::UnknownOperation)],
    ),
    (
        "an operation with too little",
        "workload[2] = put('a')",
        &[(Error, Kind::WrongArity)],
    ),
    (
        "no invocation",
        "workload[2] = get",
        &[(Error, Kind::MalformedCall)],
    ),
    (
        "a missing quote",
        "workload[2] = put('a,'b')",
        &[(Warning, Kind::MendedQuote)],
    ),
    (
        "quotes that may be missing anywhere",
        "workload[2] = put('a,b,c)",
        &[(Error, Kind::AmbiguousQuotes)],
    ),
    (
        "a seed in quotes",
        "workload[2] = pseudorandom('1',2)",
        &[(Error, Kind::WrongArgument)],
    ),
    (
        "too many requests",
        "workload[2] = pseudorandom(1,10000001)",
        &[(Error, Kind::TooLarge)],
    ),
    (
        "too many in all",
        "workload[2] = pseudorandom(1,9999999)",
        &[(Error, Kind::TooLarge)],
    ),
];

/// Failures that cannot happen, or change nothing.
const LINTED: &[Case] = &[
    (
        "all that can happen",
        "failures[0,0] = client_request(0,9), crash()\nfailures[1,0] = new_configuration(0), sleep(9999)",
        &[],
    ),
    (
        "forwarded requests away from the head",
        "failures[0,1] = forwarded_request(0,0), crash()",
        &[(Warning, Kind::NeverReceived)],
    ),
    (
        "the start of configuration 0",
        "failures[0,1] = new_configuration(0), crash()",
        &[(Warning, Kind::NeverReceived)],
    ),
    (
        "a second start",
        "failures[0,1] = shuttle(0,0), drop()\nfailures[1,0] = new_configuration(1), crash()",
        &[(Warning, Kind::NeverReceived)],
    ),
    (
        "a client without requests",
        "failures[0,1] = shuttle(2,0), crash()",
        &[(Warning, Kind::NeverReceived)],
    ),
    (
        "a wedge without a cause",
        "failures[0,1] = wedge_request(0), crash()",
        &[(Warning, Kind::NeverReceived)],
    ),
    (
        "a wedge whose cause has no effect",
        "failures[0,1] = wedge_request(0), crash(); shuttle(0,0), increment_slot()",
        &[(Warning, Kind::NeverReceived), (Warning, Kind::NoEffect)],
    ),
    (
        "a slot away from the head",
        "failures[0,1] = shuttle(0,0), increment_slot()",
        &[(Warning, Kind::NoEffect)],
    ),
    (
        "no entries",
        "failures[0,1] = shuttle(0,0), truncate_history(0)",
        &[(Warning, Kind::NoEffect)],
    ),
    (
        "no sleep",
        "failures[0,1] = shuttle(0,0), sleep(0)",
        &[(Warning, Kind::NoEffect)],
    ),
    (
        "a history that nobody asks for",
        "failures[0,1] = shuttle(0,0), truncate_history(1)",
        &[(Warning, Kind::NeverSent)],
    ),
    (
        "a history that another failure brings",
        "failures[0,1] = shuttle(0,0), truncate_history(1); shuttle(0,1), drop()",
        &[],
    ),
    (
        "statements that the head never sends",
        "failures[0,0] = checkpoint(0), drop_checkpt_stmts()",
        &[(Warning, Kind::NeverSent)],
    ),
    (
        "a shuttle that the tail never sends",
        "failures[0,2] = shuttle(0,0), change_operation(); shuttle(0,1), invalid_order_sig()",
        &[(Warning, Kind::NeverSent), (Warning, Kind::NeverSent)],
    ),
    (
        "a result that the tail does send",
        "failures[0,2] = shuttle(0,0), invalid_result_sig()",
        &[],
    ),
    (
        "messages beyond the last",
        "failures[0,1] = shuttle(1,3), crash()",
        &[(Warning, Kind::MessageNumber)],
    ),
    (
        "which another failure may bring",
        "failures[0,1] = shuttle(1,3), crash(); shuttle(0,0), drop()",
        &[(Note, Kind::MessageNumber)],
    ),
    (
        "requests away from the head",
        "failures[0,1] = client_request(0,0), crash()",
        &[(Warning, Kind::MessageNumber)],
    ),
    (
        "which need a retransmission",
        "failures[0,1] = client_request(0,0), crash()\nfailures[0,0] = client_request(0,0), drop()",
        &[(Note, Kind::MessageNumber), (Warning, Kind::TooManyFaulty)],
    ),
    (
        "the last checkpoint",
        "failures[0,1] = checkpoint(2), drop(); completed_checkpoint(2), sleep(9999)",
        &[],
    ),
    (
        "one checkpoint more",
        "failures[0,1] = checkpoint(3), drop()",
        &[(Warning, Kind::MessageNumber)],
    ),
    (
        "a second catch-up",
        "failures[0,1] = shuttle(0,0), drop(); catch_up(1), crash()",
        &[(Note, Kind::MessageNumber)],
    ),
    (
        "the state of one that is not asked first",
        "failures[0,2] = shuttle(0,0), drop(); get_running_state(0), crash()",
        &[(Note, Kind::MessageNumber)],
    ),
    (
        "a configuration that nothing brings about",
        "failures[1,0] = shuttle(0,0), crash()",
        &[(Warning, Kind::UnreachedConfiguration)],
    ),
    (
        "a gap between configurations",
        "failures[0,0] = shuttle(0,0), crash()\nfailures[2,0] = shuttle(0,0), crash()",
        &[(Warning, Kind::UnreachedConfiguration)],
    ),
    (
        "a cause that cannot happen",
        "failures[0,1] = shuttle(2,0), crash()\nfailures[1,0] = shuttle(0,0), crash()",
        &[
            (Warning, Kind::NeverReceived),
            (Warning, Kind::UnreachedConfiguration),
        ],
    ),
    (
        "too many replicas",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[0,1] = shuttle(0,0), drop()",
        &[(Warning, Kind::TooManyFaulty)],
    ),
    (
        "which only sleep",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[0,1] = shuttle(0,0), sleep(9999)",
        &[],
    ),
    (
        "after a crash",
        "failures[0,1] = shuttle(0,1), drop(); shuttle(0,0), crash()",
        &[(Warning, Kind::AfterCrash)],
    ),
    (
        "at the crash itself",
        "failures[0,1] = shuttle(0,1), extra_op(); shuttle(0,1), crash()",
        &[],
    ),
    (
        "another message that follows",
        "failures[0,1] = shuttle(0,1), crash(); result_shuttle(0,1), drop()",
        &[(Warning, Kind::AfterCrash)],
    ),
    (
        "another message that need not follow",
        "failures[0,1] = shuttle(0,1), crash(); result_shuttle(0,0), drop(); shuttle(1,2), drop()",
        &[],
    ),
    (
        "everything after the start",
        "failures[0,0] = shuttle(0,0), drop()\nfailures[1,1] = new_configuration(0), crash(); shuttle(0,0), drop()",
        &[(Warning, Kind::AfterCrash)],
    ),
    (
        "a sleep that nobody notices",
        "failures[0,1] = shuttle(0,0), sleep(500)",
        &[(Note, Kind::ShortSleep)],
    ),
    (
        "one that Olympus notices",
        "failures[0,1] = shuttle(0,0), drop(); wedge_request(0), sleep(500)",
        &[],
    ),
];

#[test]
fn every_mistake_has_its_kind_and_severity() {
    for (case, lines, expected) in ADDED.iter().chain(LINTED) {
        check(case, &reading_with(lines), expected);
    }
    for (case, line, expected) in REPLACED {
        check(case, &reading_of(&replaced(line)), expected);
    }
}

#[test]
fn every_kind_has_a_case() {
    let cases = ADDED.iter().chain(LINTED).chain(REPLACED);
    let mut seen: BTreeSet<Kind> = cases
        .flat_map(|(_, _, remarks)| remarks.iter().map(|(_, kind)| *kind))
        .collect();
    // It has a test of its own.
    seen.insert(Kind::TooMany);
    let all: BTreeSet<Kind> = Kind::ALL.iter().copied().collect();
    assert_eq!(seen, all);
    let codes: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(codes.len(), all.len(), "two kinds share a code");
}

#[test]
fn the_example_of_the_specification_is_read() {
    let reading = reading_of(SPECIFICATION);
    // `shuttle(1,3)` is the fourth of a client with three requests.
    let expected = [(Warning, Kind::MendedQuote), (Note, Kind::MessageNumber)];
    check("specification", &reading, &expected);
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.name, "test1");
    assert_eq!((scenario.t, scenario.clients), (1, 3));
    assert_eq!(scenario.workloads[0].len(), 5);
    let texts = |list: &[Operation]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        texts(&scenario.workloads[2]),
        [
            "put('jedi','luke skywalker')",
            "slice('jedi','0:4')",
            "get('jedi')"
        ]
    );
    let failures: Vec<String> = scenario
        .failures
        .iter()
        .map(|f| {
            let texts = format!("{}, {}", f.trigger_text, f.failure_text);
            assert_eq!(texts, format!("{}, {}", f.trigger, f.failure));
            format!("{},{}: {texts}", f.configuration, f.replica)
        })
        .collect();
    assert_eq!(
        failures,
        [
            "0,0: client_request(2,1), crash()",
            "1,2: result_shuttle(0,1), drop()",
            "1,2: shuttle(1,3), omit_send()",
        ]
    );
    assert!(scenario.description.starts_with("test case name."));
}

#[test]
fn defaults_are_those_of_the_manual() {
    let reading = reading_of("t = 0\nnum_client = 1\nworkload[0] = get('a')\n");
    check("defaults", &reading, &[(Warning, Kind::DefaultUsed)]);
    let scenario = reading.scenario.expect("it has no error");
    let parameters = scenario.parameters();
    assert_eq!(scenario.name, "stem");
    assert_eq!(parameters.client_timeout_ms, 3_000);
    assert_eq!(parameters.head_timeout_ms, 3_000);
    assert_eq!(parameters.nonhead_timeout_ms, 3_000);
    assert_eq!(parameters.olympus_timeout_ms, 3_000);
    assert_eq!(parameters.quorum_grace_ms, 100);
    assert_eq!(parameters.checkpoint_interval, 100);
    let reading = reading_of(&replaced("nonhead_timeout = 700"));
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.olympus_timeout_ms, 700);
}

#[test]
fn a_file_that_says_nothing_gets_one_message() {
    let expected = [(Error, Kind::MissingParameter)];
    check("empty", &reading_of(""), &expected);
    check("blank", &reading_of("\r\n \t\n"), &expected);
    check("comments", &reading_of("# t = 1\n"), &expected);
}

#[test]
fn texts_and_lines_are_those_of_the_file() {
    let reading = reading_with(
        "# why\r\n\tfailures[0,1] = shuttle( 0 ,01 ) ,\tdrop( )  ; shuttle(0,2),crash()\r",
    );
    let scenario = reading.scenario.expect("it has no error");
    let first = &scenario.failures[0];
    assert_eq!(first.trigger_text, "shuttle( 0 ,01 )");
    assert_eq!(first.failure_text, "drop( )");
    assert_eq!(first.line, 11);
    let reference = parse_failure_reference("failures[0,1] shuttle(0,1), drop()");
    let reference = reference.expect("it is well formed");
    assert!(first.is_named_by(&reference));
    assert!(!scenario.failures[1].is_named_by(&reference));
}

#[test]
fn messages_teach() {
    let cases = [
        (
            "failures[0,1] = shuttle(0), drop()",
            "shuttle takes 2 arguments (client, message), found 1 (P9.1)",
        ),
        (
            "failures[0,3] = shuttle(0,0), drop()",
            "replica 3 does not exist: with t = 1 the positions are 0 to 2 (P1.1)",
        ),
        (
            "failures[0,1] = shuttle(3,0), drop()",
            "client 3 does not exist: with num_client = 3 the clients are 0 to 2",
        ),
        ("t = 2", "`t` is given twice, in line 1 and in line 10"),
        (
            "failures[0,1] = checkpoint(3), drop()",
            "without failures replica 1 receives 3 checkpoint messages, numbered 0 to 2: the clients' requests fill 13 slots, \
             and a checkpoint is taken every 4, and nothing else in this file could bring more (P9.1)",
        ),
    ];
    for (lines, message) in cases {
        assert_eq!(reading_with(lines).diagnostics[0].text(), message);
    }
    let slip = &reading_with("failures[0,1] = shutle(0,0), drop()").diagnostics[0];
    assert_eq!(slip.help.as_deref(), Some("did you mean `shuttle`?"));
    assert_eq!(slip.fix.as_deref(), Some("shuttle"));
}

#[test]
fn overrides_take_the_place_of_parameters() {
    let source = SourceFile::new(
        "a.conf",
        format!("{SETTINGS}failures[0,1] = shuttle(0,0), drop()\n"),
    );
    let with = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        read(&source, &pairs)
    };
    let reading = with(&[
        ("t", "2"),
        ("checkpoint_trigger", "7"),
        ("olympus_timeout", "900"),
        ("failures[ 0,1 ]", "shuttle( 1,0), crash()"),
        ("failures[0,4]", "shuttle(0,0),drop()"),
    ]);
    check("good", &reading, &[]);
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!((scenario.t, scenario.checkpoint_interval), (2, 7));
    assert_eq!(scenario.olympus_timeout_ms, 900);
    assert_eq!(scenario.failures[0].trigger_text, "shuttle(1,0)");
    assert_eq!(scenario.failures[1].replica, Position(4));

    let reading = with(&[("failures[0,1]", "")]);
    check("an empty list", &reading, &[]);
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.failures, []);

    let cases: [(&str, &str, Kind); 6] = [
        ("t", "101", Kind::TooLarge),
        ("t", "two", Kind::BadValue),
        ("tt", "2", Kind::UnknownParameter),
        ("", "2", Kind::MalformedName),
        ("t", "2\nx = 3", Kind::MalformedName),
        ("failures[0,1]", "shuttle(0,0)", Kind::MalformedCall),
    ];
    for (name, value, kind) in cases {
        let reading = with(&[(name, value)]);
        check(name, &reading, &[(Error, kind)]);
        let message = &reading.diagnostics[0].message;
        assert!(message.starts_with("`--set "), "{message}");
        // It is shown without a panic wherever it was put.
        let _ = reading.diagnostics[0].human(&source, Colour::None);
    }
}

#[test]
fn too_many_mistakes_are_counted() {
    let text = "x = 1\n".repeat(5_000) + "failures[0,0] = nonsense(0), crash()\n";
    let reading = reading_of(&text);
    assert_eq!(reading.diagnostics.len(), 1_001);
    let last = reading.diagnostics.last().expect("there are many");
    assert_eq!((last.severity, last.code), (Error, Kind::TooMany.into()));
    assert!(reading.scenario.is_none());
}

#[test]
fn formatting_loses_no_words() {
    let format = |text: &str| reformat(&SourceFile::new("a.conf", text));
    assert_eq!(format("t=1"), Ok("t = 1\n".to_owned()));
    let unknown = "failures[0,0] = shutle(0), explode()\n";
    assert_eq!(format(unknown), Ok(unknown.to_owned()));
    for text in ["workload[0] = get('a'), get('b')", "t 1 = 2"] {
        assert_eq!(
            format(text).map_err(|errors| errors.len()),
            Err(1),
            "{text}"
        );
    }
    let source = SourceFile::from_bytes("a.conf", b"# \xff\n");
    assert!(reformat(&source).is_err());
}

#[test]
fn hosts_are_repeated_where_they_are_too_few() {
    let reading = reading_with("hosts = a; b; c\nclient_hosts = 1; 0");
    let hosts = reading.scenario.and_then(|scenario| scenario.hosts);
    let hosts = hosts.expect("there are hosts");
    let clients = [0, 1, 2].map(|client| hosts.of_client(ClientId(client)));
    assert_eq!(clients, ["b", "a", "b"]);
    assert_eq!(hosts.of_replica(Position(2)), "a");
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let source = SourceFile::from_bytes("a.conf", b"t = 1\nx = \xfe\n");
    let reading = read(&source, &[]);
    assert_eq!(remarks(&reading), [(Error, "not-utf8")]);
    assert_eq!(reading.scenario, None);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            lines in proptest::collection::vec("[a-z]{1,3} = [0-9]{0,3}|failures\\[[0-2],[0-4]\\] = .{0,30}|\
                workload\\[[0-2]\\] = .{0,30}|(shuttle|crash|put|get)\\(.{0,10}\\)?|.{0,20}", 0..8),
        ) {
            let source = SourceFile::new("a.conf", lines.join("\n"));
            let reading = read(&source, &[]);
            let invalid = reading.diagnostics.iter().any(Diagnostic::is_error);
            prop_assert_eq!(reading.scenario.is_none(), invalid);
            for diagnostic in &reading.diagnostics {
                prop_assert!(source.text().get(diagnostic.span.clone()).is_some());
                let _ = (diagnostic.human(&source, Colour::None), diagnostic.github(&source));
            }
        }
    }
}
