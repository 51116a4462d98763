//! A long run: all of it is there, and no more is drawn than what is in sight.

use super::browser::Browser;
use super::run::of_text;

const REQUESTS: u64 = 300;

#[test]
fn a_long_run_draws_what_is_in_sight() {
    let Some(browser) = Browser::start(1200, 900) else {
        return;
    };
    let text = format!(
        "t = 1\nnum_client = 2\nworkload[0] = pseudorandom(1,{REQUESTS})\n\
         workload[1] = pseudorandom(2,{REQUESTS})\nclient_timeout = 1500\nhead_timeout = 1000\n\
         nonhead_timeout = 1000\ncheckpt_interval = 50\n\
         failures[0,1] = shuttle(1,150), crash()\n"
    );
    // Any schedule but the canonical one signs with the keyed hash, which is quick.
    let (result, page) = of_text("large", &text, "", 1);
    let messages = result.account().expect("it ran").outcome.messages;
    assert!(messages > 3600, "{messages} messages");
    browser.open(&page);
    // A page this long opens at what failed.
    let nodes = "return document.querySelectorAll('.canvas *').length";
    let crash = "return document.querySelectorAll('.mark.crashed').length";
    assert_eq!(browser.count(crash), 1);
    browser.click("#unfold");
    let shown = browser.count("return document.querySelector('.diagram').dataset.shown");
    assert_eq!(shown, messages, "nothing is cut off");
    assert!(
        browser.count(nodes) < 4000,
        "what is out of sight is not drawn"
    );
    let end = "const box = document.getElementById('diagram-scroller'); \
               box.scrollTop = box.scrollHeight; return box.scrollTop";
    assert!(
        browser.count(&end.replace("return box.scrollTop", "return Math.round(box.scrollTop)"))
            > 20_000
    );
    browser.settle();
    let last = "return document.querySelectorAll('.mark.run_ended').length";
    assert_eq!(
        browser.count(last),
        1,
        "the end is drawn once it is in sight"
    );
    assert!(browser.count(nodes) < 4000);
    browser.assert_quiet();
}
