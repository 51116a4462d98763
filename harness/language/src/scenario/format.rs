//! The canonical layout of a scenario file.
//!
//! `name = value`, list items separated by `; ` and none behind the last, a pair's two halves by
//! `, `, no blanks at either end of a line, at most one empty line in a row. Comments and the lines
//! that say nothing stay where they are, and lines end as most of them do. Formatting a formatted file changes nothing, and what is
//! printed reads back as the same AST.

use super::ast::{Assignment, File, Line, Value};

/// Prints a file.
#[must_use]
pub fn format(file: &File) -> String {
    let mut out = String::new();
    for line in &file.lines {
        match line {
            Line::Blank => {}
            Line::Comment(text) => {
                out.push('#');
                out.push_str(&text.value);
            }
            Line::Assignment(assignment) => print_assignment(&mut out, assignment),
            Line::Ignored(text) => out.push_str(&text.value),
        }
        out.push_str(file.line_end.as_str());
    }
    out
}

/// The left side of an assignment: `failures[0,1]`.
pub(super) fn target(assignment: &Assignment) -> String {
    let name = &assignment.name.value;
    if assignment.indices.is_empty() {
        return name.clone();
    }
    let indices: Vec<&str> = assignment
        .indices
        .iter()
        .map(|i| i.value.as_str())
        .collect();
    format!("{name}[{}]", indices.join(","))
}

fn print_assignment(out: &mut String, assignment: &Assignment) {
    out.push_str(&target(assignment));
    out.push_str(" =");
    let items: Vec<String> = match &assignment.value {
        Value::Text(text) if text.value.is_empty() => Vec::new(),
        Value::Text(text) => vec![text.value.clone()],
        Value::Operations(calls) => calls.iter().map(|call| call.value.to_string()).collect(),
        Value::Failures(pairs) => pairs
            .iter()
            .map(|pair| format!("{}, {}", pair.trigger.value, pair.failure.value))
            .collect(),
    };
    if !items.is_empty() {
        out.push(' ');
        out.push_str(&items.join("; "));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scenario::ast::generate;
    use crate::scenario::grammar::parse;

    #[test]
    fn the_layout_is_canonical_and_loses_no_words() {
        let text = "\n\n  # title  \n#\n\n\n t=1\r\nworkload[ 0 ] = get( 'a' );put('b' , 'c') ;\n\
                    some words\nfailures[0,1]=shuttle(0,0),omit_send()\nx = \n\n";
        let expected = "# title\n#\n\nt = 1\nworkload[0] = get('a'); put('b','c')\nsome words\n\
                        failures[0,1] = shuttle(0,0), omit_send()\nx =\n";
        let formatted = format(&parse(text).file);
        assert_eq!(formatted, expected);
        assert_eq!(format(&parse(&formatted).file), expected);
        assert_eq!(format(&parse("").file), "");
    }

    #[test]
    fn lines_end_as_most_of_them_did() {
        let laid_out = "# title\r\n\r\nt = 1\r\nx = 2\r\n";
        assert_eq!(format(&parse(laid_out).file), laid_out);
        assert_eq!(format(&parse("t=1\r\nx = 2").file), "t = 1\r\nx = 2\r\n");
        assert_eq!(format(&parse("t=1\r\n\nx = 2\n").file), "t = 1\n\nx = 2\n");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same_file(file in generate::file()) {
            let printed = format(&file);
            let parsed = parse(&printed);
            prop_assert!(
                !parsed.diagnostics.iter().any(crate::diagnostic::Diagnostic::is_error),
                "{printed}\n{:?}", parsed.diagnostics
            );
            prop_assert_eq!(&parsed.file, &file);
            prop_assert_eq!(format(&parsed.file), printed);
        }

        #[test]
        fn formatting_twice_is_formatting_once(
            text in "([a-z#='\"\\[\\](),; \t\r\n‘“0-9]|workload\\[0\\] = |put\\('|\
                     failures\\[0,0\\] = |shuttle\\(0,0\\), drop\\(\\)){0,40}",
        ) {
            let once = format(&parse(&text).file);
            prop_assert_eq!(format(&parse(&once).file), once);
        }

        #[test]
        fn every_comment_survives_in_its_order(
            text in "([a-z#='\"\\[\\](),; \t\r\n0-9]|# [a-z'=;]{0,9}\n|workload\\[0\\] = get\\('a'\\)\n){0,40}",
        ) {
            let comments = |text: &str| -> Vec<String> {
                let lines = text.split(['\n', '\r']).map(str::trim);
                lines.filter(|line| line.starts_with('#')).map(str::to_owned).collect()
            };
            let formatted = format(&parse(&text).file);
            let mut kept = comments(&formatted).into_iter();
            // Those from behind a list have joined them.
            for comment in comments(&text) {
                prop_assert!(kept.any(|other| other == comment), "{comment} of\n{text}\nin\n{formatted}");
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = format(&parse(&text).file);
        }
    }
}
