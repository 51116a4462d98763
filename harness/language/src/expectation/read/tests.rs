use super::*;
use crate::diagnostic::Severity;
use crate::expectation::{Bounds, FieldTest};
use crate::words::Micros;

/// The example of the design, whole.
const EVERY_CLAUSE: &str = include_str!("every_clause.yaml");

fn read_text(text: &str) -> Reading {
    read(&SourceFile::new("x.yaml", text))
}

fn good(text: &str) -> Expectation {
    let reading = read_text(text);
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.expectation.expect("no diagnostic is an error")
}

#[test]
fn the_example_of_the_design_is_read() {
    let expectation = good(EVERY_CLAUSE);
    // `final_any_of` and `final_unchecked` cannot stand beside `final`.
    let present = expectation.clauses.present();
    let present: Vec<_> = present.map(|(_, value)| value.key()).collect();
    let all = ClauseKey::ALL.iter().copied();
    let expected: Vec<_> = all
        .filter(|key| !matches!(key, ClauseKey::FinalAnyOf | ClauseKey::FinalUnchecked))
        .collect();
    assert_eq!(present, expected);
    assert_eq!(
        expectation.schedules.map(|schedules| schedules.value),
        Some(8)
    );
    assert!(
        expectation
            .canonical
            .is_some_and(|c| c.value.answered_by.is_some())
    );
}

#[test]
fn scalars_are_the_text_as_written() {
    let text = "final: {0123: on, ~: 1.0, e: '', q: \"any\"}\nresults: {0: [any, [any], 0123, ~, [on, 1e3], '']}";
    let clauses = good(text).clauses;
    let dictionary = clauses.final_dictionary.expect("there").value;
    let entries: Vec<_> = dictionary
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        entries,
        [("0123", "on"), ("e", ""), ("q", "any"), ("~", "1.0")]
    );
    let one_of =
        |texts: &[&str]| ResultTest::OneOf(texts.iter().map(|t| (*t).to_owned()).collect());
    let results: Vec<_> = clauses.results.expect("there").value[&0]
        .value
        .iter()
        .map(|r| r.value.clone())
        .collect();
    assert_eq!(
        results,
        [
            ResultTest::Any,
            one_of(&["any"]),
            one_of(&["0123"]),
            one_of(&["~"]),
            one_of(&["on", "1e3"]),
            one_of(&[""])
        ],
    );
}

#[test]
fn a_number_may_be_given_by_its_bounds() {
    let clauses = good("reconfigurations: {at_least: 1}\nrecovered_within_ms: {at_least: 1.5, at_most: 900}\ncompleted_within_ms: {0: 20}").clauses;
    assert_eq!(
        clauses.reconfigurations.map(|c| c.value),
        Some(Bounds {
            at_least: Some(1),
            at_most: None
        })
    );
    assert_eq!(
        clauses.recovered_within.map(|c| c.value),
        Some(Bounds {
            at_least: Some(Micros(1500)),
            at_most: Some(Micros(900_000))
        })
    );
    assert_eq!(
        clauses.completed_within.map(|c| c.value[&0].value),
        Some(Bounds {
            at_least: None,
            at_most: Some(Micros(20_000))
        })
    );
}

#[test]
fn a_bare_list_means_exactly_these() {
    let clauses = good("quorums: {0: [1, 2]}\ncheckpoints: {0: []}").clauses;
    let quorum = &clauses.quorums.expect("there").value[&0].value;
    assert_eq!(quorum.is, Some([1, 2].into()));
    assert_eq!(
        clauses.checkpoints.expect("there").value[&0].value.is,
        Some([].into())
    );
}

#[test]
fn patterns_keep_their_fields_in_order() {
    let clauses =
        good("order: [{event: quorum_formed, quorum: [1, 2], at_ms: {at_most: 9.5}}]").clauses;
    let text = |text: &str| FieldTest::Text(text.to_owned());
    let order = clauses.order.expect("there").value;
    assert_eq!(order[0].event, "quorum_formed");
    assert_eq!(
        order[0].fields,
        [
            (
                "quorum".to_owned(),
                FieldTest::List(vec![text("1"), text("2")])
            ),
            (
                "at_ms".to_owned(),
                FieldTest::Bounds(Bounds {
                    at_least: None,
                    at_most: Some(9.5)
                })
            ),
        ]
    );
}

#[test]
fn an_empty_file_expects_nothing() {
    assert_eq!(good("# nothing yet\n"), Expectation::default());
}

#[test]
fn the_place_of_a_clause_is_its_key() {
    let text = "schedules: 3\nfinal: {k: v}\ncanonical:\n  never: [{event: crashed}]\n";
    let expectation = good(text);
    let shown = |clause: &str| {
        let name = clause.parse().expect("a clause");
        expectation.span_of(name).map(|span| &text[span])
    };
    assert_eq!(shown("final"), Some("final"));
    assert_eq!(shown("canonical.never"), Some("never"));
    assert_eq!(shown("never"), None);
}

/// Severity-error code, line, column of every diagnostic.
fn mistakes(text: &str) -> Vec<(&'static str, usize, usize)> {
    let source = SourceFile::new("x.yaml", text);
    let reading = read(&source);
    assert_eq!(
        reading.expectation.is_none(),
        reading
            .diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    );
    let place = |diagnostic: &Diagnostic| {
        let location = source.location(diagnostic.span.start);
        (diagnostic.code.as_str(), location.line, location.column)
    };
    reading.diagnostics.iter().map(place).collect()
}

#[test]
fn mistakes_have_a_kind_and_a_place() {
    use ExpectedMistake::*;
    let cases: &[(&str, ExpectedMistake, usize, usize)] = &[
        ("final: {k: v", Syntax, 1, 13),
        ("a: b: c", Syntax, 1, 5),
        ("# why\rnever: []", Syntax, 1, 6),
        ("schedules: 1\r\n# why\u{2028}never: []", Syntax, 2, 6),
        ("final: {k: 'a\u{2029}b'}", Syntax, 1, 14),
        ("# a\u{85}b", Syntax, 1, 4),
        ("# a\u{b}b", Syntax, 1, 4),
        ("# a\u{c}b", Syntax, 1, 4),
        ("[final]", WrongShape, 1, 2),
        ("finall: {}", UnknownKey, 1, 1),
        ("final: {}\nschedules: 1\nfinal: {}", RepeatedKey, 3, 1),
        ("final: {k: v, k: w}", RepeatedKey, 1, 15),
        ("final: [k]", WrongShape, 1, 9),
        ("final:", WrongShape, 1, 1),
        ("final: {k: [v]}", WrongShape, 1, 13),
        ("final: {k: }", WrongShape, 1, 9),
        ("final: {[k]: v}", WrongShape, 1, 10),
        ("final_any_of: []", Empty, 1, 15),
        ("final_any_of: [{k: v}, w]", WrongShape, 1, 24),
        ("final_unchecked:", WrongShape, 1, 1),
        ("results: {0: OK}", WrongShape, 1, 14),
        ("results: {}", Empty, 1, 10),
        ("results: {0: [OK, {a: b}]}", WrongShape, 1, 20),
        ("results: {0: [[]]}", Empty, 1, 15),
        ("results: {x: [OK]}", BadNumber, 1, 11),
        ("results: {0: [OK], 00: [OK]}", RepeatedKey, 1, 20),
        ("unanswered: [[1, 2], 3]", WrongShape, 1, 22),
        ("unanswered: [[1, 2, 3]]", WrongShape, 1, 15),
        ("unanswered: [[1, -2]]", BadNumber, 1, 18),
        ("unanswered: [[1, 2], [1, 2]]", RepeatedItem, 1, 23),
        ("reconfigurations: some", BadNumber, 1, 19),
        ("reconfigurations: {at_leest: 1}", UnknownKey, 1, 20),
        ("reconfigurations: {}", Empty, 1, 19),
        (
            "reconfigurations: {at_least: 2, at_most: 1}",
            Contradiction,
            1,
            20,
        ),
        ("quorums: {0: {has: [1]}}", UnknownKey, 1, 15),
        ("quorums: {0: 1}", WrongShape, 1, 14),
        ("quorums: {0: {}}", Empty, 1, 14),
        ("quorums: {0: [1, 1]}", RepeatedItem, 1, 18),
        ("quorums: {0: {includes: []}}", Empty, 1, 15),
        (
            "suspects: {0: {is: [1], excludes: [2]}}",
            Contradiction,
            1,
            16,
        ),
        (
            "suspects: {0: {includes: [1], excludes: [1]}}",
            Contradiction,
            1,
            16,
        ),
        (
            "suspects: {0: {includes_any: [1], excludes: [1]}}",
            Contradiction,
            1,
            16,
        ),
        ("convicted: {0: [a]}", BadNumber, 1, 17),
        ("checkpoints: {0: [1], 0: [2]}", RepeatedKey, 1, 23),
        ("answered_by: {0: {5: zeus}}", UnknownWord, 1, 22),
        ("answered_by: {0: {5: tail, 5: cache}}", RepeatedKey, 1, 28),
        ("completed_within_ms: {0: 1.2345}", BadNumber, 1, 26),
        ("recovered_within_ms: -1", BadNumber, 1, 22),
        ("order: []", Empty, 1, 8),
        ("order: [{event: crash}]", UnknownEvent, 1, 17),
        ("order: [{configuration: 0}]", MissingKey, 1, 10),
        ("order: [{event: crashed, slot: 1}]", UnknownField, 1, 26),
        (
            "order: [{event: crashed, replica: 0, replica: 1}]",
            RepeatedKey,
            1,
            38,
        ),
        ("never: [{event: ordered, slot: x}]", UnknownWord, 1, 32),
        (
            "never: [{event: sent, message: shutle}]",
            UnknownWord,
            1,
            32,
        ),
        ("never: [{event: sent, to: replica-1}]", UnknownWord, 1, 27),
        (
            "never: [{event: suspected, reason: bad_sig}]",
            UnknownWord,
            1,
            36,
        ),
        ("never: [crashed]", WrongShape, 1, 9),
        ("not_applied: [\"crash()\"]", BadFailure, 1, 16),
        (
            "no_effect: \"failures[0,0] shuttle(0,0), crash()\"",
            WrongShape,
            1,
            13,
        ),
        ("may_not_apply: []", Empty, 1, 16),
        ("outside_promise: {broke: [durability]}", UnknownKey, 1, 19),
        ("outside_promise: {broken: [durable]}", UnknownWord, 1, 28),
        ("outside_promise: {}", Empty, 1, 18),
        (
            "outside_promise: {held: [state, state]}",
            RepeatedItem,
            1,
            33,
        ),
        (
            "outside_promise: {broken: [state], held: [state]}",
            Contradiction,
            1,
            1,
        ),
        ("runtimes: [simulator]", UnknownWord, 1, 12),
        ("runtimes: [tcp, tcp]", RepeatedItem, 1, 17),
        ("runtimes: {because: slow}", MissingKey, 1, 12),
        ("runtimes: {only: []}", Empty, 1, 18),
        ("weights: {finale: 3}", UnknownKey, 1, 11),
        ("weights: {final: heavy}\nfinal: {}", BadNumber, 1, 18),
        ("weights: {final: 3}", IdleWeight, 1, 1),
        ("schedules: many", BadNumber, 1, 12),
        ("canonical: {schedules: 3}", UnknownKey, 1, 13),
        ("canonical: {final: {}, final: {}}", RepeatedKey, 1, 24),
        ("canonical: {}", Empty, 1, 1),
        ("final: {}\nfinal_any_of: [{}]", Contradiction, 2, 1),
        (
            "canonical: {final: {}, final_unchecked: why}",
            Contradiction,
            1,
            24,
        ),
        (
            "results: {0: [OK]}\nunanswered: [[0, 0]]",
            Contradiction,
            2,
            15,
        ),
        (
            "answered_by: {0: {0: tail}}\nunanswered: [[0, 0]]",
            Contradiction,
            2,
            15,
        ),
        (
            "completed_within_ms: {0: 9}\nunanswered: [[0, 0]]",
            Contradiction,
            2,
            15,
        ),
        (
            "reconfigurations: 1\nsuspects: {2: [0]}",
            Contradiction,
            2,
            12,
        ),
        (
            "reconfigurations: 1\nquorums: {1: [0, 1]}",
            Contradiction,
            2,
            11,
        ),
        (
            "never: [{event: crashed}]\norder: [{event: crashed, replica: 0}]",
            Contradiction,
            1,
            10,
        ),
        (
            "not_applied: [\"failures[0,0] shuttle(0,0), crash()\"]\nno_effect: [\"failures[0, 0] shuttle(0, 0),crash()\"]",
            Contradiction,
            2,
            14,
        ),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, kind, line, column)| {
            (
                text,
                mistakes(text),
                [(kind.code().as_str(), *line, *column)],
            )
        })
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "text, found, expected: {wrong:#?}");
    let unseen: Vec<_> = ExpectedMistake::ALL
        .iter()
        .filter(|kind| !cases.iter().any(|(_, seen, ..)| seen == *kind))
        .collect();
    // These need the scenario.
    assert_eq!(unseen, [&OutOfRange, &WrongCount, &UnknownFailure]);
}

#[test]
fn all_mistakes_of_a_file_are_reported_at_once() {
    let text = "finall: {}\nresults: {0: OK, x: [OK]}\nquorums: {0: {has: [a]}}\nnever: [{event: crash}, {event: sent, colour: red}]\n";
    let codes: Vec<_> = mistakes(text)
        .iter()
        .map(|(code, line, _)| (*code, *line))
        .collect();
    assert_eq!(
        codes,
        [
            (ExpectedMistake::UnknownKey.code().as_str(), 1),
            (ExpectedMistake::WrongShape.code().as_str(), 2),
            (ExpectedMistake::BadNumber.code().as_str(), 2),
            (ExpectedMistake::UnknownKey.code().as_str(), 3),
            (ExpectedMistake::UnknownEvent.code().as_str(), 4),
            (ExpectedMistake::UnknownField.code().as_str(), 4),
        ]
    );
}

#[test]
fn an_unknown_key_names_the_nearest_or_all_that_are_allowed() {
    let only = |text: &str| {
        let mut reading = read_text(text);
        assert_eq!(reading.diagnostics.len(), 1, "{:?}", reading.diagnostics);
        reading.diagnostics.remove(0)
    };
    assert_eq!(only("finall: {}").fix.as_deref(), Some("final"));
    let strange = only("colour: {}");
    assert_eq!(strange.fix, None);
    let help = strange.help.expect("it lists the keys");
    for key in ClauseKey::NAMES.iter().chain(FileKey::NAMES) {
        assert!(help.contains(&format!("`{key}`")), "{key}");
    }
    let misplaced = only("canonical: {schedules: 3, final: {}}");
    let help = misplaced.help.expect("it says where");
    assert!(help.contains("top level"), "{help}");
}

#[test]
fn hostile_files_take_linear_time() {
    let failures = (0..20_000).map(|n| format!("  - \"failures[0,1] shuttle(0,{n}), drop()\"\n"));
    let pattern = "  - {event: crashed, replica: 1}\n".repeat(20_000);
    let numbers: Vec<String> = (0..50_000).map(|n| n.to_string()).collect();
    let texts = [
        format!("not_applied:\n{}", failures.collect::<String>()),
        format!("never:\n{pattern}order:\n{pattern}"),
        format!("checkpoints: {{0: [{}]}}\n", numbers.join(", ")),
        "k: 1\n".repeat(50_000),
    ];
    for text in texts {
        assert!(read_text(&text).diagnostics.len() <= 1_001);
    }
}

#[test]
fn a_mangled_file_is_read_with_places_that_exist() {
    const DAMAGES: [&str; 9] = ["", "é", "\n", "'", "[", "}", ":", "&a ", "- "];
    for (index, (at, found)) in EVERY_CLAUSE.char_indices().enumerate() {
        let (before, after) = (&EVERY_CLAUSE[..at], &EVERY_CLAUSE[at + found.len_utf8()..]);
        for middle in DAMAGES.iter().skip(index % 3).step_by(3) {
            let text = format!("{before}{middle}{after}");
            for diagnostic in read_text(&text).diagnostics {
                assert!(
                    text.get(diagnostic.span.clone()).is_some(),
                    "{text}: {diagnostic:?}"
                );
            }
        }
        let _ = read_text(before);
    }
}

#[test]
fn numbers_have_a_limit() {
    for text in [
        "schedules: 4294967296",
        "final: {}\nweights: {final: 4294967295}",
    ] {
        let codes: Vec<_> = read_text(text).diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [ExpectedMistake::BadNumber.code()], "{text}");
    }
    good("schedules: 1000000");
}

#[test]
fn a_pattern_names_timers_and_modes_that_there_are() {
    for pattern in [
        "{event: timer_set, timer: nap-0}",
        "{event: final_dictionary, mode: asleep}",
    ] {
        let codes: Vec<_> = read_text(&format!("never: [{pattern}]"))
            .diagnostics
            .iter()
            .map(|found| found.code)
            .collect();
        assert_eq!(codes, [ExpectedMistake::UnknownWord.code()], "{pattern}");
    }
    good("never: [{event: timer_set, timer: wedge-0}, {event: final_dictionary, mode: immutable}]");
}
