//! Tests of `tree.rs`.

#![expect(
    clippy::disallowed_methods,
    reason = "reads the expected files of this repository"
)]

use std::fs;
use std::path::{Path, PathBuf};

use super::node::Entry;
use super::syntax::BRACKETS_MAX;
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
fn a_scalar_is_marked_without_what_surrounds_it() {
    let cases = [
        ("a: [b, 'c']", "c"),
        ("{'c' # it's\n : d}", "c"),
        ("a: 'it''s' # it's", "it''s"),
        (r#"a: "\"c\"" # it's"#, r#"\"c\""#),
        ("a: ''", "''"),
        ("a: &x c\nb: *x", "c"),
        ("a: &x # why\n  !!str c", "c"),
        ("a: &x 'c'", "c"),
        ("a: |\n  # c\n  d\n\nb: e", "# c\n  d"),
        ("a: |\n", "|"),
        ("a: 'c\n\n  d'", "c\n\n  d"),
        ("a: 日本 # why", "日本"),
    ];
    for (text, expected) in cases {
        let node = parse(text).expect(text).expect("it holds something");
        let shown: Vec<_> = leaves(&node)
            .iter()
            .map(|leaf| &text[leaf.span.clone()])
            .collect();
        assert!(shown.contains(&expected), "{text}: {shown:?}");
    }
}

#[test]
fn an_item_that_is_missing_is_marked_at_its_dash() {
    let text = "a:\n  -\n  - b\n  - # why\n";
    let node = parse(text).unwrap().unwrap();
    let nothing = leaves(&node)
        .into_iter()
        .filter(|leaf| leaf.kind == NodeKind::Nothing);
    let spans: Vec<_> = nothing.map(|leaf| leaf.span.clone()).collect();
    assert_eq!(spans, [5..6, 15..16]);
}

/// The scalars of a tree and what is missing in it, in the order of the file.
fn leaves(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Nothing | NodeKind::Scalar(_) => vec![node],
        NodeKind::List(items) => items.iter().flat_map(leaves).collect(),
        NodeKind::Map(entries) => {
            let entries = entries.iter();
            entries
                .flat_map(|entry| [leaves(&entry.key), leaves(&entry.value)].concat())
                .collect()
        }
    }
}

#[test]
fn what_is_no_yaml_is_an_error_with_its_place() {
    let cases = [
        ("a: [1\nb: 2", 7),
        ("é: b: c", 5),
        ("a: 'b\n", 3),
        ("a: !t x", 3),
        ("a: b\n---\nc: d", 5),
        ("a: b\n...\nc: d", 9),
        ("a: *x", 3),
        ("a: &x [*x]", 7),
        ("a: b\0c", 4),
        ("a: \u{7}", 3),
        ("a:\n\tb: c", 3),
        ("a: b\n\tc", 5),
        ("a: {\nb: c}", 5),
    ];
    for (text, at) in cases {
        let error = parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {}", error.message);
        assert!(!error.message.contains(" at line "), "{}", error.message);
    }
}

#[test]
fn a_tab_and_a_second_document_come_with_help() {
    for text in [
        "a:\n\tb: c",
        "a: b\n\tc",
        "a: {b:\tc}",
        "a: |\n\tb",
        "a: b\n---\n",
        "a: [\nb]",
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.help.is_some(), "{text}: {}", error.message);
    }
}

#[test]
fn aliases_that_stand_for_too_much_are_refused_before_they_cost_it() {
    let doubled = (1..40).map(|n| format!("k{n}: &k{n} [*k{}, *k{}]\n", n - 1, n - 1));
    let bomb = format!("k0: &k0 [a]\n{}", doubled.collect::<String>());
    let error = parse(&bomb).expect_err("it would be 2^40 lists");
    assert_eq!(error.message, "aliases stand for too much");
    let long = format!(
        "a: &x \"{}\"\nb: [{}]\n",
        "x".repeat(1_000_000),
        "*x, ".repeat(100_000)
    );
    assert!(parse(&long).is_err());
    let nested = (1..1_000).map(|n| format!("k{n}: &k{n} [*k{}]\n", n - 1));
    let deep = format!("k0: &k0 [a]\n{}", nested.collect::<String>());
    let error = parse(&deep).expect_err("it is as deep as it has lines");
    assert!(
        error.message.starts_with("this is nested"),
        "{}",
        error.message
    );
}

#[test]
fn every_expected_file_of_this_repository_is_read_as_another_reader_reads_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../expected");
    let files = yaml_files(&root);
    assert!(files.len() > 500, "only {} files", files.len());
    for path in files {
        let text = fs::read_to_string(&path).expect("a file that was just listed");
        let node = parse(&text).expect("it is YAML");
        let other: serde_yaml::Value = serde_yaml::from_str(&text).expect("it is YAML");
        if let Some(node) = node {
            compare(&node, &other, &text);
        }
    }
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files.extend(yaml_files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files
}

/// Compares a tree with what a reader of plain values found, and each scalar with what stands in its place.
fn compare(node: &Node, other: &serde_yaml::Value, text: &str) {
    match (&node.kind, other) {
        (NodeKind::List(items), serde_yaml::Value::Sequence(others)) => {
            assert_eq!(items.len(), others.len());
            items
                .iter()
                .zip(others)
                .for_each(|(item, other)| compare(item, other, text));
        }
        (NodeKind::Map(entries), serde_yaml::Value::Mapping(others)) => {
            assert_eq!(entries.len(), others.len());
            for (entry, (key, value)) in entries.iter().zip(others) {
                compare(&entry.key, key, text);
                compare(&entry.value, value, text);
            }
        }
        (NodeKind::Scalar(scalar), other) => {
            if let Some(other) = other.as_str() {
                assert_eq!(scalar, other);
            }
            let shown = &text[node.span.clone()];
            let shown = match text[..node.span.start].chars().next_back() {
                Some(quote @ ('"' | '\'')) => {
                    let quoted = format!("{quote}{shown}{quote}");
                    serde_yaml::from_str(&quoted).expect("it is a scalar")
                }
                _ if scalar.is_empty() && shown == "''" => String::new(),
                _ => shown.to_owned(),
            };
            assert_eq!(*scalar, shown);
        }
        (kind, other) => panic!("{kind:?} is no {other:?}"),
    }
}

#[test]
fn deep_nesting_and_scalars_that_cannot_be_found_take_linear_time() {
    let deep = "[".repeat(1_000_000);
    assert_eq!(parse(&deep).expect_err("too deep").at, BRACKETS_MAX);
    let text = format!("a: '{deep}'\nb: {{c: \"{deep}\"}}\n");
    assert!(parse(&text).is_ok(), "what is quoted is not nested");
    // Escaped, so that the text as read stands nowhere in the file.
    let unfindable = format!("a: [{}]", "\"\\x41\\x42\", ".repeat(100_000));
    assert!(parse(&unfindable).is_ok());
    let commented = format!("a:\n{}", "  - {  # why\n    }\n".repeat(50_000));
    assert!(parse(&commented).is_ok());
}
