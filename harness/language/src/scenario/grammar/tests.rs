//! Tests of `grammar.rs`.

use super::*;
use crate::scenario::format::format;

fn codes(parsed: &Parsed) -> Vec<&'static str> {
    let codes = parsed.diagnostics.iter().map(|d| d.code.as_str());
    codes.collect()
}

#[test]
fn what_is_sloppy_is_read_as_it_was_meant() {
    use ScenarioMistake::{MendedQuote, NoEquals, TrailingComment, TrailingSeparator};
    // Description, line, the line as it is printed, warnings.
    let cases: &[(&str, &str, &str, &[ScenarioMistake])] = &[
        (
            "blanks are free",
            "failures [ 1 ,2 ]=\tshuttle ( 0 , 1 ) ,drop( ) ; wedge_request(0),sleep(5)\r\n",
            "failures[1,2] = shuttle(0,1), drop(); wedge_request(0), sleep(5)",
            &[],
        ),
        (
            "a list may end in a separator",
            "workload[0] = get('a');",
            "workload[0] = get('a')",
            &[TrailingSeparator],
        ),
        (
            "or hold an empty item",
            "workload[0] = get('a');; get('b')",
            "workload[0] = get('a'); get('b')",
            &[TrailingSeparator],
        ),
        (
            "quotes enclose anything",
            "workload[0] = put('a;b)=#,', \"it's\")",
            "workload[0] = put('a;b)=#,',\"it's\")",
            &[],
        ),
        (
            "one quote is missing",
            "workload[2] = put('jedi,'luke skywalker'); slice('jedi','0:4')",
            "workload[2] = put('jedi','luke skywalker'); slice('jedi','0:4')",
            &[MendedQuote],
        ),
        (
            "two quotes are missing",
            "workload[2] = put('jedi,'luke skywalker); slice('jedi','0:4')",
            "workload[2] = put('jedi','luke skywalker'); slice('jedi','0:4')",
            &[MendedQuote],
        ),
        (
            "the last quote is missing",
            "workload[0] = get('a); get('b)",
            "workload[0] = get('a'); get('b')",
            &[MendedQuote, MendedQuote],
        ),
        (
            "no quotes at all",
            "workload[0] = put(a, b c); slice(a,0:1)",
            "workload[0] = put('a','b c'); slice('a','0:1')",
            &[MendedQuote, MendedQuote],
        ),
        (
            "typographic quotes",
            "workload[0] = put(‘a’, “b's”); get('c’)",
            "workload[0] = put('a',\"b's\"); get('c')",
            &[MendedQuote, MendedQuote],
        ),
        (
            "a mended argument may hold what ends an item",
            "workload[0] = put('a,'b);c'); get('x')",
            "workload[0] = put('a','b);c'); get('x')",
            &[MendedQuote],
        ),
        (
            "a comment behind a list",
            "failures[0,0] = shuttle(0,0), drop() # why",
            "# why\nfailures[0,0] = shuttle(0,0), drop()",
            &[TrailingComment],
        ),
        (
            "text is text",
            "test_case_name = it's (a; b) # c",
            "test_case_name = it's (a; b) # c",
            &[],
        ),
        (
            "a line without an equals sign",
            "just some words",
            "just some words",
            &[NoEquals],
        ),
    ];
    for (case, text, printed, kinds) in cases {
        let parsed = parse(text);
        assert_eq!(format(&parsed.file).trim_end(), *printed, "{case}");
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(codes(&parsed), kinds, "{case}");
        assert!(
            !parsed.diagnostics.iter().any(Diagnostic::is_error),
            "{case}"
        );
    }
}

#[test]
fn what_has_no_single_reading_is_an_error_at_its_place() {
    let cases = [
        (
            "two readings",
            "workload[0] = put('a,b,c)",
            ScenarioMistake::AmbiguousQuotes,
            14..25,
        ),
        (
            "no arguments list",
            "failures[0,0] = shuttle(0,0), crash",
            ScenarioMistake::MalformedCall,
            30..35,
        ),
        (
            "no failure",
            "failures[0,0] = shuttle(0,0)",
            ScenarioMistake::MalformedCall,
            28..28,
        ),
        (
            "a third half",
            "failures[0,0] = shuttle(0,0), crash(), drop()",
            ScenarioMistake::MalformedCall,
            37..38,
        ),
        (
            "no separator",
            "workload[0] = get('a') get('b')",
            ScenarioMistake::MalformedCall,
            23..26,
        ),
        (
            "an open index",
            "failures[0,0 = shuttle(0,0), drop()",
            ScenarioMistake::MalformedName,
            13..14,
        ),
        ("no name", " = 3", ScenarioMistake::MalformedName, 1..2),
        (
            "several words",
            "the tail = 3",
            ScenarioMistake::MalformedName,
            4..8,
        ),
        (
            "an argument is missing",
            "workload[0] = put(,'b')",
            ScenarioMistake::MalformedCall,
            18..19,
        ),
    ];
    for (case, text, kind, span) in cases {
        let parsed = parse(text);
        assert_eq!(codes(&parsed), [kind.as_str()], "{case}");
        assert_eq!(parsed.diagnostics[0].span, span, "{case}");
        assert!(parsed.diagnostics[0].is_error(), "{case}");
    }
}

#[test]
fn an_ambiguity_shows_every_reading() {
    let parsed = parse("workload[0] = put('a,b,c)");
    assert_eq!(
        parsed.diagnostics[0].help.as_deref(),
        Some("write `put('a','b,c')` or `put('a,b','c')`")
    );
}

#[test]
fn all_mistakes_of_a_file_are_found_at_once() {
    let parsed = parse(
        "failures[0,0] = shuttle(0,0); drop(), ; client_request(0,0), crash()\nt 3 = 1\n\
         workload[0] = get('a'; put('k','v')\n",
    );
    let expected = [
        ScenarioMistake::MalformedCall,
        ScenarioMistake::MalformedName,
        ScenarioMistake::MalformedCall,
    ];
    assert_eq!(codes(&parsed), expected.map(ScenarioMistake::as_str));
    assert_eq!(
        format(&parsed.file),
        "failures[0,0] = client_request(0,0), crash()\nt 3 = 1\nworkload[0] = put('k','v')\n"
    );
}

#[test]
fn hostile_lines_take_linear_time() {
    let count = 20_000;
    let lines = [
        format!("workload[0] = {}", "put('a; ".repeat(count)),
        format!("workload[0] = {}", "put('a,'b); ".repeat(count)),
        format!("workload[0] = {}", "put(,); ".repeat(count)),
        format!("workload[0] = {}", "(".repeat(count)),
        format!("workload[0] = {}", ";".repeat(count)),
        format!("workload[0] = {}", "put('a,b,c,d,e,f,g); ".repeat(count)),
        format!("failures{}", "[0,".repeat(count)),
        format!(
            "failures[0,0] = {}",
            "shuttle(0,0), drop(); x".repeat(count)
        ),
        format!("workload[0] = put({}'b)", "a,".repeat(count)),
        "=\n".repeat(count),
        "\n#\n".repeat(count),
    ];
    for line in lines {
        let parsed = parse(&line);
        assert!(parsed.file.lines.len() <= 2 * count);
    }
}
