//! Every number that a file may have: its largest value is taken, and one more is an error at its place.

use bcr_harness::diagnostic::{Diagnostic, SourceFile};
use bcr_harness::settings::Settings;
use bcr_harness::{expectation, scenario};

/// Which kind of file.
#[derive(Clone, Copy, Debug)]
enum File {
    Scenario,
    Expected,
    Settings,
}

const U32: u64 = u32::MAX as u64;

/// A line of a file, in which `#` stands for a number, and the largest number.
const NUMBERS: &[(File, &str, u64)] = &[
    (File::Scenario, "t = #", 100),
    (File::Scenario, "num_client = #", 10_000),
    (File::Scenario, "client_timeout = #", 1_000_000_000),
    (File::Scenario, "head_timeout = #", 1_000_000_000),
    (File::Scenario, "nonhead_timeout = #", 1_000_000_000),
    (File::Scenario, "olympus_timeout = #", 1_000_000_000),
    (File::Scenario, "quorum_grace = #", 1_000_000_000),
    (File::Scenario, "checkpt_interval = #", 1_000_000_000),
    (File::Scenario, "workload[#] = get('a')", U32),
    (File::Scenario, "workload[0] = pseudorandom(#,1)", u64::MAX),
    (File::Scenario, "workload[0] = pseudorandom(0,#)", 1_000_000),
    (
        File::Scenario,
        "failures[#,0] = shuttle(0,0), drop()",
        1_000_000,
    ),
    (File::Scenario, "failures[0,#] = shuttle(0,0), drop()", U32),
    (File::Scenario, "failures[0,0] = shuttle(#,0), drop()", U32),
    (
        File::Scenario,
        "failures[0,0] = shuttle(0,#), drop()",
        u64::MAX,
    ),
    (
        File::Scenario,
        "failures[0,0] = wedge_request(#), drop()",
        u64::MAX,
    ),
    (
        File::Scenario,
        "failures[0,0] = shuttle(0,0), sleep(#)",
        1_000_000_000,
    ),
    (
        File::Scenario,
        "failures[0,0] = wedge_request(0), truncate_history(#)",
        u64::MAX,
    ),
    (File::Expected, "schedules: #", 1_000_000),
    (File::Expected, "weights: {unanswered: #}", 1_000_000),
    (File::Expected, "results: {#: [OK]}", 9_999),
    (File::Expected, "unanswered: [[#, 0]]", 9_999),
    (File::Expected, "unanswered: [[0, #]]", 999_999),
    (File::Expected, "reconfigurations: #", 1_000_000),
    (File::Expected, "reconfigurations: {at_least: #}", 1_000_000),
    (File::Expected, "reconfigurations: {at_most: #}", 1_000_000),
    (File::Expected, "quorums: {#: [0]}", 1_000_000),
    (File::Expected, "suspects: {0: [#]}", u64::MAX),
    (File::Expected, "convicted: {0: {excludes: [#]}}", u64::MAX),
    (File::Expected, "checkpoints: {0: [#]}", u64::MAX),
    (File::Expected, "answered_by: {#: {0: tail}}", 9_999),
    (File::Expected, "answered_by: {0: {#: tail}}", 999_999),
    (File::Expected, "completed_within_ms: {#: 1}", 9_999),
    (File::Expected, "completed_within_ms: {0: #}", 1_000_000_000),
    (
        File::Expected,
        "completed_within_ms: {0: {at_least: #}}",
        1_000_000_000,
    ),
    (File::Expected, "recovered_within_ms: #", 1_000_000_000),
    (
        File::Expected,
        "recovered_within_ms: {at_most: #}",
        1_000_000_000,
    ),
    (
        File::Expected,
        "never: [{event: executed, slot: #}]",
        1_000_000_000_000,
    ),
    (
        File::Expected,
        "never: [{event: executed, replica: #}]",
        200,
    ),
    (
        File::Expected,
        "never: [{event: executed, configuration: #}]",
        1_000_000,
    ),
    (
        File::Expected,
        "never: [{event: invoked, client: #}]",
        9_999,
    ),
    (
        File::Expected,
        "never: [{event: invoked, request: #}]",
        999_999,
    ),
    (File::Settings, "schedules = #", 1_000_000),
    (File::Settings, "deadline_ms = #", 1_000_000_000),
    (File::Settings, "real_time_allowance_ms = #", 1_000_000_000),
    (File::Settings, "time_limit_ms = #", 1_000_000_000),
    (File::Settings, "trace_limit_mib = #", 1 << 20),
];

const SCENARIO: &str = "t = 1\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
                        nonhead_timeout = 3000\ncheckpt_interval = 10\nworkload[0] = get('a')\n";

/// The errors of a file, and its text.
fn errors(file: File, line: &str) -> (String, Vec<Diagnostic>) {
    let text = match file {
        File::Scenario => {
            let key = line.split(['=', '#']).next().unwrap_or_default().trim();
            let others = SCENARIO.lines().filter(|other| !other.starts_with(key));
            others
                .chain([line])
                .map(|line| format!("{line}\n"))
                .collect()
        }
        File::Expected | File::Settings => format!("{line}\n"),
    };
    let source = SourceFile::new("file", text.clone());
    let found = match file {
        File::Scenario => scenario::read(&source, &[]).diagnostics,
        File::Expected => expectation::read(&source).diagnostics,
        File::Settings => Settings::parse(&source).err().unwrap_or_default(),
    };
    let errors = found.into_iter().filter(Diagnostic::is_error);
    (text, errors.collect())
}

#[test]
fn one_more_than_the_largest_number_is_an_error_at_its_place() {
    for (file, line, most) in NUMBERS {
        let filled = |number: u128| line.replace('#', &number.to_string());
        let too_large = [u128::from(*most) + 1, u128::MAX];
        let about = |number: u128, found: &Diagnostic, text: &str| {
            text[found.span.clone()].contains(&number.to_string())
        };
        let most = u128::from(*most);
        let (text, found) = errors(*file, &filled(most));
        // What there is not so many of is another mistake, and so is a workload that nobody has.
        let others = ["index-out-of-range", "missing-parameter", "no-requests"];
        let is_other = |found: &&Diagnostic| others.contains(&found.code.as_str());
        let about_it = found.iter().filter(|found| !is_other(found));
        let about_it: Vec<_> = about_it.filter(|found| about(most, found, &text)).collect();
        assert!(about_it.is_empty(), "{line} with {most}: {about_it:#?}");
        for number in too_large {
            let (text, found) = errors(*file, &filled(number));
            assert!(
                found.iter().any(|found| about(number, found, &text)),
                "{line} with {number}: {found:#?}"
            );
        }
    }
}

#[test]
fn no_time_is_longer_than_the_longest_by_a_fraction() {
    let (_, found) = errors(File::Expected, "recovered_within_ms: 1000000000.001");
    assert_eq!(found.len(), 1);
    let (_, found) = errors(File::Expected, "recovered_within_ms: 1000000000.000");
    assert_eq!(found.len(), 0);
}
