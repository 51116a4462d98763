//! `--report`: a folder of pages.

use crate::{CALM, CALM_EXPECTED, Folder};

#[test]
fn a_report_has_an_index_and_for_each_scenario_a_page_and_a_text() {
    let folder = Folder::new("report");
    folder.scenario(
        "class/good",
        &format!("# Puts and gets.\n{CALM}"),
        Some(CALM_EXPECTED),
    );
    let expected = "final: {k: w}\nresults: {0: [OK, v]}\nweights: {final: 3, results: 2}\n";
    folder.scenario("class/poor", CALM, Some(expected));
    folder.scenario("class/wrong", "t = one\n", None);
    let call = folder.bcr(&["run", "scenarios", "--logs", "logs", "--report", "pages"]);
    assert_eq!(call.status, 2, "{}", call.stdout);
    assert!(
        call.stdout.contains("report: pages/class/poor.html"),
        "{}",
        call.stdout
    );
    let expected = [
        "good.html",
        "good.txt",
        "poor.html",
        "poor.txt",
        "wrong.txt",
    ];
    let mut expected: Vec<_> = expected.map(|name| format!("pages/class/{name}")).into();
    expected.push("pages/index.html".to_owned());
    assert_eq!(folder.files("pages"), expected);

    let good = folder.read("pages/class/good.txt");
    for part in [
        "verdict: pass",
        "Puts and gets.",
        "logs: logs/simulated/class/good",
        "workload[0]",
    ] {
        assert!(good.contains(part), "{part} in {good}");
    }
    assert!(!good.contains("points"), "nothing is weighed: {good}");
    let poor = folder.read("pages/class/poor.txt");
    for part in [
        "verdict: fail",
        "clause final broke",
        "points: ",
        "final                    0 of 3",
    ] {
        assert!(poor.contains(part), "{part} in {poor}");
    }
    let wrong = folder.read("pages/class/wrong.txt");
    assert!(
        wrong.contains("verdict: invalid") && wrong.contains("t = one"),
        "{wrong}"
    );
    let index = folder.read("pages/index.html");
    assert!(
        index.contains("class/poor"),
        "the index knows its scenarios"
    );
}

#[test]
fn a_report_that_cannot_be_written_is_a_mistake_of_the_call() {
    let folder = Folder::with_calm("report-unwritable");
    folder.write("taken", "a file, not a folder");
    let call = folder.bcr(&["run", "scenarios", "--report", "taken"]);
    assert_eq!(call.status, 2, "{}", call.stdout);
    assert!(
        call.stderr.contains("the report cannot be written"),
        "{}",
        call.stderr
    );
}
