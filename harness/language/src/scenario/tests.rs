//! Whole files: each kind of mistake, and what is read.

mod added;
mod linted;
mod properties;
mod replaced;

use std::collections::BTreeSet;

use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, Position};

use self::added::ADDED;
use self::linted::LINTED;
use self::replaced::REPLACED;
use super::{Reading, ScenarioMistake, parse_failure_reference, read, reformat};
use crate::diagnostic::Severity::{self, Error, Note, Warning};
use crate::diagnostic::{Colour, Diagnostic, SourceFile, Subject};

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

type Remark = (Severity, ScenarioMistake);

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
    let invalid = reading.diagnostics.iter().any(Diagnostic::is_decisive);
    assert_eq!(reading.scenario.is_none(), invalid, "{case}");
}

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
    let mut seen: BTreeSet<ScenarioMistake> = cases
        .flat_map(|(_, _, remarks)| remarks.iter().map(|(_, kind)| *kind))
        .collect();
    // It has a test of its own.
    seen.insert(ScenarioMistake::TooMany);
    let all: BTreeSet<ScenarioMistake> = ScenarioMistake::ALL.iter().copied().collect();
    assert_eq!(seen, all);
    let codes: BTreeSet<&str> = ScenarioMistake::ALL
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    assert_eq!(codes.len(), all.len(), "two kinds share a code");
}

#[test]
fn the_example_of_the_specification_is_read() {
    let reading = reading_of(SPECIFICATION);
    // `shuttle(1,3)` is the fourth of a client with three requests.
    let expected = [
        (Warning, ScenarioMistake::MendedQuote),
        (Note, ScenarioMistake::MessageNumber),
    ];
    check("specification", &reading, &expected);
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.name, "test1");
    assert_eq!((scenario.parameters.t, scenario.clients), (1, 3));
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
    check(
        "defaults",
        &reading,
        &[(Warning, ScenarioMistake::DefaultUsed)],
    );
    let scenario = reading.scenario.expect("it has no error");
    let parameters = &scenario.parameters;
    assert_eq!(scenario.name, "stem");
    assert_eq!(parameters.client_timeout_ms, 3_000);
    assert_eq!(parameters.head_timeout_ms, 3_000);
    assert_eq!(parameters.nonhead_timeout_ms, 3_000);
    assert_eq!(parameters.olympus_timeout_ms, 3_000);
    assert_eq!(parameters.quorum_grace_ms, 100);
    assert_eq!(parameters.checkpoint_interval, 100);
    let reading = reading_of(&replaced("nonhead_timeout = 700"));
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.parameters.olympus_timeout_ms, 700);
}

#[test]
fn a_file_that_says_nothing_gets_one_message() {
    let expected = [(Error, ScenarioMistake::MissingParameter)];
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
    let parameters = &scenario.parameters;
    assert_eq!((parameters.t, parameters.checkpoint_interval), (2, 7));
    assert_eq!(scenario.parameters.olympus_timeout_ms, 900);
    assert_eq!(scenario.failures[0].trigger_text, "shuttle(1,0)");
    assert_eq!(scenario.failures[1].replica, Position(4));

    let reading = with(&[("failures[0,1]", "")]);
    check("an empty list", &reading, &[]);
    let scenario = reading.scenario.expect("it has no error");
    assert_eq!(scenario.failures, []);

    let cases: [(&str, &str, ScenarioMistake); 6] = [
        ("t", "101", ScenarioMistake::TooLarge),
        ("t", "two", ScenarioMistake::BadValue),
        ("tt", "2", ScenarioMistake::UnknownParameter),
        ("", "2", ScenarioMistake::MalformedName),
        ("t", "2\nx = 3", ScenarioMistake::MalformedName),
        (
            "failures[0,1]",
            "shuttle(0,0)",
            ScenarioMistake::MalformedCall,
        ),
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
    assert_eq!(
        (last.severity, last.code),
        (Error, ScenarioMistake::TooMany.into())
    );
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
fn a_slice_that_no_value_has_is_an_error_that_can_be_excused() {
    let reading = reading_of(&replaced(
        "workload[1] = get('a'); slice('a','[1:3]'); slice('a','9:12')",
    ));
    check("slice", &reading, &[(Error, ScenarioMistake::InvalidSlice)]);
    let found = &reading.diagnostics[0];
    assert_eq!(found.fix.as_deref(), Some("'1:3'"));
    let subject = Subject::Request {
        client: 1,
        request: 1,
    };
    assert_eq!(found.about, Some(subject));
    assert!(
        reading.scenario.is_some(),
        "the expected file may excuse it"
    );
}

#[test]
fn what_may_outgrow_a_message_is_refused_where_it_stands() {
    let text = |length: usize| "x".repeat(length);
    let put = |length: usize| format!("put('k','{}')", text(length));
    let puts = |count: usize| vec![put(60_000); count].join("; ");
    let file = |t: u32, interval: u64, workload: &str| {
        format!(
            "t = {t}\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
             nonhead_timeout = 3000\ncheckpt_interval = {interval}\nworkload[0] = {workload}\n"
        )
    };
    let several = |count: usize| {
        let puts = (0..count).map(|key| format!("put('{key}','{}')", text(60_000)));
        puts.collect::<Vec<_>>().join("; ")
    };
    let cases: [(String, Option<&str>); 10] = [
        (file(1, 10, &put(65_536)), None),
        (file(1, 10, &put(65_537)), Some("'xxx")),
        (
            file(1, 10, &format!("get('{}')", text(65_537))),
            Some("'xxx"),
        ),
        // (2n + 1) times the operation.
        (file(40, 10, &put(60_000)), None),
        (file(60, 10, &put(60_000)), Some("put(")),
        // (n + 1) times each operation since the checkpoint.
        (file(1, 20, &puts(50)), None),
        (file(1, 40, &puts(60)), Some("checkpt_interval")),
        (file(1, 1_000_000_000, &puts(60)), Some("checkpt_interval")),
        // All that is kept at once.
        (file(1, 2, &several(200)), None),
        (file(1, 2, &several(220)), Some("put(")),
    ];
    for (index, (text, place)) in cases.iter().enumerate() {
        let reading = reading_of(text);
        let errors = reading.diagnostics.iter().filter(|found| found.is_error());
        let places: Vec<_> = errors
            .map(|found| (found.code.as_str(), &text[found.span.start..]))
            .collect();
        match place {
            None => assert_eq!(places.len(), 0, "case {index}"),
            Some(place) => {
                assert_eq!(places.len(), 1, "case {index}");
                assert!(places[0].1.starts_with(place), "case {index}");
                assert_eq!(places[0].0, "too-large", "case {index}");
            }
        }
    }
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
