//! Any bytes as an expected file: it is read and compared with a scenario, without a panic or a hang, and
//! every place that is remarked upon is one of the file.

#![no_main]

use std::sync::OnceLock;

use bcr_harness::diagnostic::{Colour, SourceFile};
use bcr_harness::expectation::{check_against, read};
use bcr_harness::scenario::{self, Scenario};
use libfuzzer_sys::fuzz_target;

const SCENARIO: &str = "\
t = 1
num_client = 2
workload[0] = put('movie','star'); append('movie',' wars'); get('movie')
workload[1] = get('movie')
failures[0,1] = shuttle(0,1), drop(); wedge_request(0), truncate_history(1)
";

fn scenario() -> &'static Scenario {
    static SCENARIO_READ: OnceLock<Scenario> = OnceLock::new();
    SCENARIO_READ.get_or_init(|| {
        let reading = scenario::read(&SourceFile::new("fuzz.conf", SCENARIO), &[]);
        reading.scenario.expect("it has no error")
    })
}

fuzz_target!(|bytes: &[u8]| {
    let source = SourceFile::from_bytes("fuzz.yaml", bytes);
    let mut reading = read(&source);
    if let Some(expectation) = &reading.expectation {
        reading.diagnostics.extend(check_against(expectation, scenario()));
    }
    for diagnostic in &reading.diagnostics {
        assert!(source.text().get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
    }
    for diagnostic in reading.diagnostics.iter().take(8) {
        assert!(diagnostic.human(&source, Colour::None).ends_with('\n'));
        assert!(!diagnostic.github(&source).contains('\n'));
    }
});
