//! Tests of `tree.rs`.

use super::*;

/// The tree in one line: scalars with the line and column of their first character.
fn outline(text: &str) -> String {
    let node = parse(text)
        .expect("the text is YAML")
        .expect("it holds something");
    let mut out = String::new();
    write(&node, text, &mut out);
    out
}

fn write(node: &Node, text: &str, out: &mut String) {
    match &node.kind {
        NodeKind::Nothing => out.push_str("nothing"),
        NodeKind::Scalar(scalar) => {
            let before = &text[..node.span.start];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            out.push_str(&format!("{scalar:?}@{line}:{column}"));
        }
        NodeKind::List(items) => {
            out.push('[');
            for item in items {
                write(item, text, out);
                out.push(' ');
            }
            out.push(']');
        }
        NodeKind::Map(entries) => {
            out.push('{');
            for Entry { key, value } in entries {
                write(key, text, out);
                out.push('=');
                write(value, text, out);
                out.push(' ');
            }
            out.push('}');
        }
    }
}

#[test]
fn plain_scalars_are_the_text_as_written() {
    for text in [
        "0123",
        "on",
        "~",
        "1.0",
        "1e3",
        "0x10",
        "null",
        "true",
        ".inf",
        "-5",
        "+7",
        "0b1",
        "1_000",
        "99999999999999999999999999999999999999999999",
        "star wars",
        "=",
        "2001-01-01",
        "é",
    ] {
        let node = parse(&format!("k: {text}")).unwrap().unwrap();
        let NodeKind::Map(entries) = node.kind else {
            panic!("{text}")
        };
        assert_eq!(
            entries[0].value.kind,
            NodeKind::Scalar(text.to_owned()),
            "{text}"
        );
        assert_eq!(entries[0].value.span, 3..3 + text.len(), "{text}");
    }
}

#[test]
fn every_scalar_knows_its_place() {
    let cases = [
        ("a: [b, 'c']", r#"{"a"@1:1=["b"@1:5 "c"@1:9 ] }"#),
        (
            "a:\n  - \"x\\ty\"\n  - z",
            r#"{"a"@1:1=["x\ty"@2:6 "z"@3:5 ] }"#,
        ),
        (
            "a: 'it''s'\nb: 'it''s'",
            r#"{"a"@1:1="it's"@1:5 "b"@2:1="it's"@2:5 }"#,
        ),
        ("{'a'}", r#"{"a"@1:3=nothing }"#),
        ("é: {ü: ö}", r#"{"é"@1:1={"ü"@1:5="ö"@1:8 } }"#),
        ("a:\nb: ''", r#"{"a"@1:1=nothing "b"@2:1=""@2:4 }"#),
        (
            "a: &x [1]\nb: *x\nc: d",
            r#"{"a"@1:1=["1"@1:8 ] "b"@2:1=["1"@1:8 ] "c"@3:1="d"@3:4 }"#,
        ),
        (
            "a: two\n  lines\nb: c",
            r#"{"a"@1:1="two lines"@1:4 "b"@3:1="c"@3:4 }"#,
        ),
        ("a: 1\r\na: 2\r\n", r#"{"a"@1:1="1"@1:4 "a"@2:1="2"@2:4 }"#),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn an_empty_collection_is_marked_where_it_stands() {
    let node = parse("a: []\nb: {}").unwrap().unwrap();
    let NodeKind::Map(entries) = node.kind else {
        panic!("a map")
    };
    assert_eq!(entries[0].value.span, 3..5);
    assert_eq!(entries[1].value.span, 9..11);
}

#[test]
fn nothing_but_comments_is_no_document() {
    assert_eq!(parse(""), Ok(None));
    assert_eq!(parse("# final: {}\n"), Ok(None));
}

#[test]
fn what_is_no_yaml_is_an_error_with_its_place() {
    let cases = [
        ("a: [1\nb: 2", 7),
        ("é: b: c", 5),
        ("a: 'b\n", 6),
        ("a: !t x", 3),
        ("a: b\n---\nc: d", 5),
    ];
    for (text, at) in cases {
        let error = parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {}", error.message);
        assert!(!error.message.contains(" at line "), "{}", error.message);
    }
}

#[test]
fn deep_nesting_and_scalars_that_cannot_be_found_take_linear_time() {
    let deep = "[".repeat(1_000_000);
    assert_eq!(parse(&deep).expect_err("too deep").at, NESTING_MAX);
    let text = format!("a: '{deep}'\nb: {{c: \"{deep}\"}}\n");
    assert!(parse(&text).is_ok(), "what is quoted is not nested");
    // Escaped, so that the text as read stands nowhere in the file.
    let unfindable = format!("a: [{}]", "\"\\x41\\x42\", ".repeat(100_000));
    assert!(parse(&unfindable).is_ok());
    let commented = format!("a:\n{}", "  - {  # why\n    }\n".repeat(50_000));
    assert!(parse(&commented).is_ok());
}
