//! Pages as text; how they look and behave is tested in a browser, below `tests/whole/report`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::place::place;
use super::{html, page};
use crate::cases::case::{Case, ReadOptions};
use crate::cases::examine::{KeepNothing, examine};
use crate::cases::find;
use crate::cases::options::{Options, Seeds};
use crate::expectation::EVENTS;
use crate::judge::Judged;
use crate::runs::machines::ChainReplication;
use crate::runs::simulated;
use crate::scenario::Failure;

fn case(name: &str) -> Case {
    let path = PathBuf::from(format!(
        "{}/../scenarios/{name}.conf",
        env!("CARGO_MANIFEST_DIR")
    ));
    let files = find::discover(&[path], None).expect("the scenario is there");
    Case::read(&files[0], &ReadOptions::default()).expect("the scenario is right")
}

#[test]
fn a_page_is_a_function_of_trace_and_outcome() {
    let case = case("lies/head/head_changes_operation_on_first_request");
    let options = Options {
        seeds: Seeds::Only(1),
        ..Options::default()
    };
    let examination = examine(&case, &ChainReplication, &options, &mut KeepNothing);
    let examination = examination;
    let first = page(&case, &examination.run);
    let again = simulated::run(
        &case.scenario,
        &ChainReplication,
        simulated::Options::seed(1),
    );
    let second = page(
        &case,
        &Judged {
            trace: again,
            ..examination.run
        },
    );
    assert!(first == second, "two pages of one run differ");
    assert_eq!(first.matches("<script").count(), 2, "the data and the code");
    let addresses: Vec<&str> = first.split("http").skip(1).collect();
    // The one address names the namespace of SVG; nobody fetches it.
    assert!(
        addresses
            .iter()
            .all(|rest| rest.starts_with("://www.w3.org/2000/svg") || rest.starts_with("-equiv"))
    );
}

/// The events that a script names in the types of their fields, in the cases of a `switch` and in sets.
fn events_named(script: &str) -> BTreeSet<&str> {
    let typed = script.split("* @property {{").skip(1);
    let typed = typed.filter_map(|rest| {
        rest.lines()
            .next()?
            .rsplit_once("}} ")
            .map(|(_, name)| name)
    });
    let cases = script.split("case \"").skip(1);
    let cases = cases.filter_map(|rest| rest.split_once("\":").map(|(name, _)| name));
    let sets = script.split("new Set([").skip(1);
    let sets = sets.filter_map(|rest| rest.split_once("])").map(|(set, _)| set));
    let members = sets.flat_map(|set| set.split('"').skip(1).step_by(2));
    typed.chain(cases).chain(members).collect()
}

#[test]
fn every_event_that_the_page_has_words_for_exists() {
    let named = events_named(include_str!("page/marks.js"));
    for form in ["activated", "caught_up", "refused", "sent", "slept"] {
        assert!(named.contains(form), "{form} is read");
    }
    let known: BTreeSet<&str> = EVENTS.iter().map(|(event, ..)| *event).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_page_has_words_for_every_failure() {
    let words = include_str!("page/words.js");
    for failure in Failure::NAMES {
        assert!(words.contains(&format!("\n  {failure}: \"")), "{failure}");
    }
}

#[test]
fn text_cannot_become_markup() {
    assert_eq!(
        html::escape("<a href='x'>\"&"),
        "&lt;a href=&#39;x&#39;&gt;&quot;&amp;"
    );
    let json = serde_json::to_string("</script><!--").expect("text is JSON");
    let embedded = html::embed(&json);
    assert!(!embedded.contains('<'));
    let back: String = serde_json::from_str(&embedded).expect("still JSON");
    assert_eq!(back, "</script><!--");
}

#[test]
fn a_page_lies_within_its_folder() {
    let cases = [
        ("lies/head_lies", "lies/head_lies"),
        ("/somewhere/else", "somewhere/else"),
        ("../up/./x", "up/x"),
        ("index", "index_"),
        ("..", "_"),
    ];
    for (name, expected) in cases {
        assert_eq!(place(name), expected, "{name}");
    }
}
