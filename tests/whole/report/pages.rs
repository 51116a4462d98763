//! The page of a run.

#![expect(clippy::disallowed_methods, reason = "a page is a file")]

use std::fs;
use std::path::{Path, PathBuf};

use bcr_harness::outcome::{Outcome, Verdict};
use bcr_harness::tell::result::ScenarioResult;

use super::browser::{Browser, DOWN, ENTER, ESCAPE};
use super::run::{of_repository, of_text};

/// High enough for a small run to be in sight as a whole.
const HIGH: u32 = 9000;

fn outcome(result: &ScenarioResult) -> &Outcome {
    &result.account().expect("it ran").outcome
}

/// Opens the page of a scenario of the repository in a window that shows all of it.
fn opened(name: &str) -> Option<(Browser, Outcome)> {
    let browser = Browser::start(1400, HIGH)?;
    let (result, page) = of_repository(name);
    browser.open(&page);
    Some((browser, outcome(&result).clone()))
}

/// How many elements `selector` means.
fn elements(browser: &Browser, selector: &str) -> u64 {
    browser.count(&format!(
        "return document.querySelectorAll('{selector}').length"
    ))
}

const DRAWN: &str = "return document.querySelector('.diagram').dataset.shown";
const LET_THROUGH: &str = "return document.querySelector('.diagram').dataset.sent";

#[test]
fn the_picture_of_a_byzantine_head_has_all_its_arrows_failures_and_bands() {
    let Some((browser, outcome)) = opened("lies/head/head_changes_operation_on_first_request")
    else {
        return;
    };
    assert_eq!(outcome.messages, 42, "the known run");
    assert_eq!(elements(&browser, ".arrow"), outcome.messages);
    assert_eq!(elements(&browser, ".arrow.spoiled"), 1);
    assert_eq!(elements(&browser, ".mark.failure_applied"), 1);
    assert_eq!(elements(&browser, ".band"), 2);
    assert_eq!(elements(&browser, ".mark.refused"), 1);
    assert_eq!(elements(&browser, ".mark.convicted"), 1);
    assert_eq!(elements(&browser, ".mark.quorum_formed"), 1);
    assert_eq!(elements(&browser, ".life.immutable"), 3);
    assert_eq!(elements(&browser, ".bar"), 3, "operations of the client");
    let faulty = "return document.querySelector('.name.faulty .first').textContent";
    assert!(browser.text(faulty).contains("replica 0"));
    let causes = browser.text("return document.getElementById('ablation').textContent");
    assert!(
        causes.contains("Configuration 0 ended because of client_request(0,0)"),
        "{causes}"
    );
    let story = browser.text("return document.getElementById('story').textContent");
    assert!(story.contains("suspects replica 0"), "{story}");
    browser.assert_quiet();
}

#[test]
fn a_failing_run_shows_what_broke_and_leads_to_it() {
    let Some(browser) = Browser::start(1400, 1000) else {
        return;
    };
    let text = "t = 1\nnum_client = 1\nworkload[0] = put('movie','star'); get('movie')\n\
                client_timeout = 1500\nhead_timeout = 1000\nnonhead_timeout = 1000\n\
                checkpt_interval = 100\nfailures[0,1] = shuttle(0,1), crash()\n";
    let expected = "final: {movie: star trek}\nconvicted: {0: [1]}\n";
    let (result, page) = of_text("failing", text, expected, 0);
    assert_eq!(outcome(&result).verdict, Verdict::Fail);
    browser.open(&page);
    let decided = browser.text("return document.querySelector('.card.decided').textContent");
    assert!(decided.contains("clause final broke"), "{decided}");
    assert_eq!(elements(&browser, "#clauses tr.broken"), 2);
    assert_eq!(elements(&browser, ".life.crashed"), 1);
    let story = browser.text("return document.getElementById('story').textContent");
    for part in ["client 0 saw", "replica-0-1.log: ", "event=failure_applied"] {
        assert!(story.contains(part), "{part} in {story}");
    }
    let differences =
        browser.text("return document.querySelector('#story .callout.bad').textContent");
    assert!(differences.contains("star trek"), "{differences}");
    let event = browser.text("return document.querySelector('#failures .event-link').hash");
    browser.click("#failures .event-link");
    let selected = browser.text("return document.querySelector('.canvas .selected').dataset.n");
    assert_eq!(format!("#event-{selected}"), event);
    assert_eq!(
        browser.text("return document.getElementById('replay').textContent"),
        outcome(&result).replay
    );
    browser.assert_quiet();
}

/// Forty requests without a failure.
fn calm(name: &str) -> (ScenarioResult, PathBuf) {
    let text = "t = 1\nnum_client = 2\nworkload[0] = pseudorandom(1,20)\n\
                workload[1] = pseudorandom(2,20)\nclient_timeout = 1500\nhead_timeout = 1000\n\
                nonhead_timeout = 1000\ncheckpt_interval = 10\n";
    of_text(name, text, "", 0)
}

#[test]
fn usual_rounds_fold_and_unfold_and_none_is_left_out_in_silence() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let (result, page) = calm("folding");
    browser.open(&page);
    let all = outcome(&result).messages;
    let folded = browser.count(DRAWN);
    assert!(
        0 < folded && folded < all / 2,
        "{folded} of {all} are drawn"
    );
    let status = browser.text("return document.getElementById('diagram-status').textContent");
    let told = format!(
        "{folded} of {all} messages drawn, {} in 1 fold",
        all - folded
    );
    assert_eq!(status, told);
    let state = "return document.querySelector('.fold').getAttribute('aria-expanded')";
    assert_eq!(browser.text(state), "false");
    browser.click(".fold");
    assert_eq!(browser.text(state), "true");
    assert_eq!(browser.count(DRAWN), all);
    browser.press_focused(ENTER);
    assert_eq!(browser.text(state), "false", "the fold has kept the focus");
    assert_eq!(browser.count(DRAWN), folded);
    browser.click("#unfold");
    assert_eq!(browser.count(DRAWN), all);
    browser.click("#fold");
    assert_eq!(browser.count(DRAWN), folded);
    browser.assert_quiet();
}

#[test]
fn filters_let_through_what_they_name() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let (result, page) = calm("filters");
    browser.open(&page);
    let requests = 40;
    assert_eq!(outcome(&result).requests.len(), requests);
    let cases = [
        ("#filter-kind", "shuttle", 2 * 40),
        ("#filter-kind", "checkpoint", 2 * 4),
        // A request, two shuttles, two result shuttles, a result.
        ("#filter-request", "1:3", 6),
        ("#filter-client", "1", 6 * 20),
        // The chain's part of one request: the client's own message has no slot.
        ("#filter-slot", "7", 5),
        // What client 0 sends and gets.
        ("#filter-process", "client-0", 2 * 20),
    ];
    for (field, value, expected) in cases {
        browser.choose(field, value);
        assert_eq!(browser.count(LET_THROUGH), expected, "{field} {value}");
        browser.click("#clear");
        assert_eq!(browser.count(LET_THROUGH), outcome(&result).messages);
    }
    browser.choose("#log-process", "client-1");
    browser.choose("#log-name", "accepted");
    assert_eq!(
        browser.count("return document.getElementById('log').dataset.shown"),
        20
    );
    browser.assert_quiet();
}

#[test]
fn an_arrow_opens_the_whole_message() {
    let Some((browser, _)) = opened("lies/head/head_changes_operation_on_first_request") else {
        return;
    };
    browser.click(".arrow.spoiled .label");
    let detail = "return document.querySelector('.detail').textContent";
    let text = browser.text(detail);
    for part in [
        "shuttle from replica 0",
        "order proof",
        "signature",
        "get",
        "movie",
        "spoiled",
    ] {
        assert!(part == "spoiled" || text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("A failure changed this message"), "{text}");
    browser.press_focused(ESCAPE);
    assert_eq!(
        browser.run("return document.querySelector('.detail').hidden"),
        true
    );
    browser.assert_quiet();
}

#[test]
fn the_diagram_obeys_the_keyboard() {
    let Some((browser, _)) = opened("crash/head_crashes_on_first_request") else {
        return;
    };
    browser.press("#diagram-scroller", DOWN);
    let selected = "return Number(document.querySelector('.canvas .selected').dataset.n)";
    let first = browser.count(selected);
    browser.press_focused(DOWN);
    let second = browser.count(selected);
    assert!(second > first, "{first}, then {second}");
    browser.press_focused(ENTER);
    let shown = "return Number(document.querySelector('.detail:not([hidden])').dataset.event)";
    assert_eq!(browser.count(shown), second);
    browser.press_focused(ESCAPE);
    let focused = "return document.activeElement.id";
    assert_eq!(
        browser.text(focused),
        "diagram-scroller",
        "the focus is back"
    );
    browser.assert_quiet();
}

#[test]
fn an_event_that_the_page_has_no_words_for_is_drawn_and_told_by_its_name_and_values() {
    let Some((browser, _)) = opened("lies/head/head_changes_operation_on_first_request") else {
        return;
    };
    let drawn = elements(&browser, ".mark.convicted");
    assert_eq!(drawn, 1, "the page has words for it");
    let page = browser.text("return location.pathname");
    let text = fs::read_to_string(&page).expect("the page is there");
    let renamed = text.replace("\"convicted\",{", "\"found_out\",{");
    let unknown = Path::new(&page).with_extension("unknown.html");
    fs::write(&unknown, renamed).expect("a page");
    browser.open(&unknown);
    assert_eq!(elements(&browser, ".mark.found_out.dot circle"), drawn);
    let told = browser.text(
        "const mark = document.querySelector('.mark.found_out'); \
         mark.dispatchEvent(new PointerEvent('pointermove', { bubbles: true })); \
         return document.querySelector('.tip').textContent",
    );
    assert!(
        told.contains("Olympus: found out: configuration 0, replica 0"),
        "{told}"
    );
    browser.assert_quiet();
}

#[test]
fn markup_of_a_scenario_stays_text() {
    let Some(browser) = Browser::start(1200, HIGH) else {
        return;
    };
    let evil = "<img src=x onerror=window.evil=1>";
    let text = format!(
        "# A description with {evil} and </script><script>window.evil=1</script>\n\
         test_case_name = {evil}\nt = 1\nnum_client = 1\nclient_timeout = 1500\n\
         head_timeout = 1000\nnonhead_timeout = 1000\ncheckpt_interval = 100\n\
         workload[0] = put('{evil}','</script><script>window.evil=1</script>'); \
         put('<!--','<b>x</b>'); put('__proto__','y'); get('{evil}')\n\
         failures[0,0] = client_request(0,1), extra_op()\n"
    );
    let (_, page) = of_text("markup", &text, "final: {'<!--': '<u>no</u>'}\n", 0);
    browser.open(&page);
    assert_eq!(browser.run("return window.evil === undefined"), true);
    assert_eq!(
        elements(
            &browser,
            "body img, body u, body script:not(#data) ~ script ~ script"
        ),
        0
    );
    let whole = browser.text("return document.body.innerText");
    for part in [
        evil,
        "</script><script>window.evil=1</script>",
        "<b>x</b>",
        "__proto__",
    ] {
        assert!(whole.contains(part), "{part} is shown as text");
    }
    browser.click(".arrow .label");
    browser.press_focused(ESCAPE);
    browser.assert_quiet();
}

#[test]
fn a_phone_needs_no_sideways_scrolling() {
    let Some(browser) = Browser::start(360, 740) else {
        return;
    };
    for name in [
        "lies/head/head_changes_operation_on_first_request",
        "clients/twelve_clients_put_one_key",
    ] {
        let (_, page) = of_repository(name);
        browser.open(&page);
        let width = browser.count("return document.documentElement.scrollWidth");
        assert!(width <= 360, "{name} is {width} wide");
        browser.assert_quiet();
    }
}

#[test]
fn the_theme_can_be_chosen() {
    let Some((browser, _)) = opened("basics/one_replica_serves_one_client") else {
        return;
    };
    let colour = "return getComputedStyle(document.body).backgroundColor";
    let before = browser.text(colour);
    browser.click("#theme");
    assert_ne!(browser.text(colour), before);
    browser.click("#theme");
    assert_eq!(browser.text(colour), before);
    browser.assert_quiet();
}

#[test]
fn a_page_keeps_its_names_to_itself() {
    let Some((browser, _)) = opened("basics/one_replica_serves_one_client") else {
        return;
    };
    let known =
        "return [typeof MODULES, typeof readRun, typeof Diagram, typeof h, typeof start].join()";
    assert_eq!(browser.text(known), ["undefined"; 5].join(","));
    browser.assert_quiet();
}
