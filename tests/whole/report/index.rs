//! The index of a suite.

use std::path::Path;

use bcr_harness::pictures::Folder;
use bcr_harness::tell::result::{Ending, Extent};

use super::browser::Browser;
use super::run::{examined, folder};

#[test]
fn the_index_lists_filters_and_links() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let names = [
        "lies/head/head_changes_operation_on_first_request",
        "crash/head_crashes_on_first_request",
        "basics/one_replica_serves_one_client",
    ];
    let folder = folder("index");
    let report = Folder::create(&folder).expect("a folder");
    let results =
        names.map(|name| examined(Path::new(&format!("../scenarios/{name}.conf")), 0, &report));
    report
        .keep_index(&results, Extent::Whole)
        .expect("an index");
    browser.open(&folder.join("index.html"));
    let rows = "return document.querySelectorAll('#scenarios tbody tr').length";
    assert_eq!(browser.count(rows), 3);
    browser.press("#search", "CRASH");
    assert_eq!(browser.count(rows), 1);
    browser.click("#clear");
    assert_eq!(browser.count(rows), 3);
    browser.click("#grid button.count");
    assert_eq!(browser.count(rows), 1, "one pair of trigger and failure");
    browser.click("#clear");
    browser.click("[data-name='crash/head_crashes_on_first_request'] th a");
    let title = browser.text("return document.querySelector('h1').textContent");
    assert_eq!(title, "Head crashes on first request");
    browser.assert_quiet();
}

#[test]
fn a_run_in_real_time_has_a_row_without_virtual_time() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let folder = folder("index_of_real_time");
    let report = Folder::create(&folder).expect("a folder");
    let path = Path::new("../scenarios/basics/one_replica_serves_one_client.conf");
    let mut result = examined(path, 0, &report);
    if let Ending::Examined(examined) = &mut result.ending {
        examined.account.outcome.virtual_time = None;
    }
    report
        .keep_index(&[result], Extent::Whole)
        .expect("an index");
    browser.open(&folder.join("index.html"));
    let time = "return document.querySelector('#scenarios tbody td:nth-child(9)').textContent";
    assert_eq!(browser.text(time), "–");
    browser.assert_quiet();
}

#[test]
fn an_index_of_a_call_that_did_not_end_says_so() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let folder = folder("index_incomplete");
    let report = Folder::create(&folder).expect("a folder");
    let path = Path::new("../scenarios/basics/one_replica_serves_one_client.conf");
    let results = [examined(path, 0, &report)];
    let said = "return document.querySelector('#incomplete')?.textContent ?? ''";
    let missing = "incomplete: 1 of 3 scenarios, as the call did not end";
    for (extent, expected) in [(Extent::Begun { of: 3 }, missing), (Extent::Whole, "")] {
        report.keep_index(&results, extent).expect("an index");
        browser.open(&folder.join("index.html"));
        assert_eq!(browser.text(said), expected);
        browser.assert_quiet();
    }
}
