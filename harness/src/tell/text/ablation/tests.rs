use crate::cases::examine::{KeepNothing, examine};
use crate::cases::options::{Options, Seeds};
use crate::runs::machines::ChainReplication;
use crate::tell::result::{Account, Stories};
use crate::tell::testing::told;
use crate::tell::text;

/// What is said of the failures of a run of three requests.
fn explained(failures: &str, expected: &str) -> String {
    let (case, _) = told(failures, expected);
    let options = Options {
        seeds: Seeds::Only(0),
        asks_for_causes: true,
        ..Options::default()
    };
    let examination = examine(&case, &ChainReplication, &options, &mut KeepNothing);
    let examination = examination;
    text::ablation(&Account::new(&case, &examination, None, Stories::Failing))
}

/// Failures, expected file, and what is said.
const EXPLANATIONS: &[(&str, &str, &str)] = &[
    ("", "", ""),
    // One in each configuration, and one that never comes.
    (
        "failures[0,0] = client_request(0,1), crash()\nfailures[1,2] = shuttle(0,0), change_result()\n\
         failures[0,1] = wedge_request(4), crash()",
        "",
        "  what each failure did, found by running without it:
  failures[0,0] client_request(0,1), crash() (line 8) caused a reconfiguration; without it
    configuration 0 does not end
  failures[1,2] shuttle(0,0), change_result() (line 9) was masked: everything comes to the same without it
  failures[0,1] wedge_request(4), crash() (line 10) was not applied
  configuration 0 ended because of failures[0,0] client_request(0,1), crash()
",
    ),
    // Either of both suffices.
    (
        "failures[0,1] = shuttle(0,1), invalid_order_sig()\nfailures[0,2] = shuttle(0,1), crash()",
        "",
        "  what each failure did, found by running without it:
  failures[0,1] shuttle(0,1), invalid_order_sig() (line 8) was masked: everything comes to the same without it
  failures[0,2] shuttle(0,1), crash() (line 9) was felt; without it
    configuration 0 ends as replica 2 asked for bad_order_signature (suspecting 1), not as replica 0 asked for timeout
    replica 1 of configuration 0 is suspected
  configuration 0 ends whichever one failure is left out: others suffice
",
    ),
    // What breaks a clause.
    (
        "failures[0,2] = shuttle(0,2), change_result()\nfailures[0,0] = shuttle(0,0), sleep(5)",
        "reconfigurations: 0",
        "  what each failure did, found by running without it:
  failures[0,2] shuttle(0,2), change_result() (line 8) caused a reconfiguration; without it
    clause reconfigurations holds
    configuration 0 does not end
    replica 2 of configuration 0 is not convicted
    replica 2 of configuration 0 is not suspected
  failures[0,0] shuttle(0,0), sleep(5) (line 9) was masked: everything comes to the same without it
  configuration 0 ended because of failures[0,2] shuttle(0,2), change_result()
",
    ),
];

#[test]
fn each_failure_is_told_by_what_differs_without_it() {
    for (failures, expected, said) in EXPLANATIONS {
        assert_eq!(explained(failures, expected), *said, "{failures}");
    }
}
