//! The protocol knows no clock, file, socket, thread, environment, runtime or hash order.
//!
//! The lints of `clippy.toml` ban what is called; this bans what is named, types and imports too.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::source::{Source, is_name, lines_with_word};
use super::tree::Tree;

const ROOM: &str = "protocol/src/";
/// Modules of the standard library, by any path.
const MODULES: [&str; 5] = ["env", "fs", "net", "thread", "time"];
const WORDS: [&str; 3] = ["HashMap", "HashSet", "tokio"];

/// Reads the protocol's code, its tests included.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, _, source) in tree.rust().filter(|(path, ..)| path.starts_with(ROOM)) {
        for (line, name) in impurities(source) {
            let message = format!("`{name}` has no place in the protocol");
            found.push(Finding::problem(path, Some(line), message));
        }
    }
    found
}

/// What is named, each once a line.
fn impurities(source: &Source) -> BTreeSet<(usize, String)> {
    let code = &source.code;
    let mut found = BTreeSet::new();
    for word in WORDS {
        found.extend(
            lines_with_word(code, word)
                .into_iter()
                .map(|line| (line, word.into())),
        );
    }
    for root in ["std", "core"] {
        for module in MODULES {
            let path = format!("{root}::{module}");
            let lines = lines_with_word(code, &path);
            found.extend(lines.into_iter().map(|line| (line, path.clone())));
        }
        let group = format!("{root}::{{");
        for (at, _) in code.match_indices(&group) {
            for (offset, segment) in first_segments(&code[at + group.len()..]) {
                if MODULES.contains(&segment) {
                    let line = code[..at + group.len() + offset].matches('\n').count() + 1;
                    found.insert((line, format!("{root}::{segment}")));
                }
            }
        }
    }
    found
}

/// The first name of each member of a group of imports, with its place behind the opening brace.
fn first_segments(group: &str) -> Vec<(usize, &str)> {
    let mut segments = Vec::new();
    let mut depth = 0_usize;
    let mut is_first = true;
    let mut letters = group.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_first = true,
            _ if is_name(letter) && is_first => {
                let mut end = at + letter.len_utf8();
                while let Some((next, letter)) = letters.next_if(|(_, letter)| is_name(*letter)) {
                    end = next + letter.len_utf8();
                }
                segments.push((at, &group[at..end]));
                is_first = false;
            }
            _ => {}
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of(&[("protocol/src/a.rs", text)]))
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn every_door_to_the_outside_is_found() {
        for code in [
            "use std::fs;",
            "use std::{collections::BTreeMap, net::TcpStream};",
            "use std::{fmt::{self, Debug}, thread};",
            "let t = core::time::Duration::ZERO;",
            "std::env::var(\"x\")",
            "use std::collections::HashMap;",
            "x: &HashSet<u8>",
            "tokio::spawn(x)",
        ] {
            assert_eq!(found(code).len(), 1, "{code}");
        }
        assert_eq!(
            found("//! A.\nuse std::{\n    fmt,\n    time::Instant,\n};\n"),
            ["protocol/src/a.rs:4: `std::time` has no place in the protocol"]
        );
    }

    #[test]
    fn words_in_comments_text_and_other_names_are_free() {
        let code = "// tokio\nlet x = \"HashMap\";\nuse std::{fmt, mem};\nuse crate::time;\n\
                    fn std_time(my_tokio: u8) {}\nuse std::iter::{once, repeat};\n";
        assert_eq!(found(code), Vec::<String>::new());
        let tree = Tree::of(&[("harness/src/a.rs", "use std::fs;")]);
        assert_eq!(check(&tree), []);
    }
}
