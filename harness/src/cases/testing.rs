//! A small scenario examined, for tests of what is said about runs.

use std::sync::Arc;

use crate::cases::case::{Case, Remarks};
use crate::cases::examine::{Examination, KeepNothing, examine};
use crate::cases::find::ScenarioFile;
use crate::cases::options::{Options, Seeds};
use crate::diagnostic::SourceFile;
use crate::runs::machines::ChainReplication;
use crate::trace::Micros;
use crate::{expectation, scenario};

/// Three requests of one client, `t = 1`, a checkpoint every two slots, and these failures.
pub(crate) fn small(failures: &str) -> String {
    format!(
        "t = 1\nnum_client = 1\nclient_timeout = 3000\nhead_timeout = 3000\n\
         nonhead_timeout = 3000\ncheckpt_interval = 2\n\
         workload[0] = put('k','v'); append('k','w'); get('k')\n{failures}\n"
    )
}

/// A scenario file examined under seed 0 alone.
pub(crate) fn examined(text: &str, expected: &str) -> (Case, Examination) {
    let case = case(text, expected);
    let options = Options {
        seeds: Seeds::Only(0),
        ..Options::default()
    };
    let examination = examine(&case, &ChainReplication, &options, &mut KeepNothing);
    (case, examination)
}

/// A scenario file with its expected file, read.
pub(crate) fn case(text: &str, expected: &str) -> Case {
    let text = SourceFile::new("x.conf", text);
    let reading = scenario::read(&text, &[]);
    let expected = SourceFile::new("x.yaml", expected);
    let expected_reading = expectation::read(&expected);
    let remarks = |source, diagnostics| Remarks {
        source: Arc::new(source),
        diagnostics,
    };
    Case {
        allowance: Micros(0),
        file: ScenarioFile {
            path: "x.conf".into(),
            name: "x".to_owned(),
            expected: "x.yaml".into(),
        },
        scenario: Arc::new(reading.scenario.expect("no mistakes")),
        expectation: expected_reading.expectation,
        has_expected_file: true,
        remarks: vec![remarks(text, Vec::new()), remarks(expected, Vec::new())],
    }
}
