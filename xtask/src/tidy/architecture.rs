//! `ARCHITECTURE.md` names every room, and no path that is gone; nor does any other document name code that
//! is gone.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

const MAP: &str = "ARCHITECTURE.md";

/// Checks the map against the tree.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(map) = tree.text(MAP) else {
        return vec![Finding::problem(
            MAP,
            None,
            "the map of the rooms is missing",
        )];
    };
    let rooms: BTreeSet<&str> = tree
        .folders()
        .into_iter()
        .filter(|folder| !folder.contains('/') && !folder.starts_with('.'))
        .collect();
    let mut found = Vec::new();
    for room in &rooms {
        if !names_room(map, room) {
            let message = format!("the room `{room}/` is not named here");
            found.push(Finding::problem(MAP, None, message));
        }
    }
    for (number, line) in map.lines().enumerate() {
        for path in candidates(line) {
            if is_path(path, &rooms) && !exists(tree, path) {
                let message = format!("there is no `{path}`");
                found.push(Finding::problem(MAP, Some(number + 1), message));
            }
        }
    }
    let documents = tree
        .files()
        .filter(|(path, _)| path.ends_with(".md") && *path != MAP);
    for (path, text) in documents {
        for (number, line) in text.lines().enumerate() {
            let code = candidates(line).filter(|path| path.contains("/src/"));
            for gone in code.filter(|path| is_path(path, &rooms) && !exists(tree, path)) {
                let message = format!("there is no `{gone}`");
                found.push(Finding::problem(path, Some(number + 1), message));
            }
        }
    }
    found
}

/// Whether the map has the room's name with a `/` after it, as a word.
fn names_room(map: &str, room: &str) -> bool {
    map.match_indices(&format!("{room}/")).any(|(at, _)| {
        let before = map[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || "/-_.".contains(letter))
    })
}

/// What may be a path on a line: code spans, targets of links, and the words of a drawn tree.
fn candidates(line: &str) -> impl Iterator<Item = &str> {
    let link = |piece: &'static str| line.split(piece).skip(1);
    let targets = link("](").filter_map(|rest| rest.split([')', '#']).next());
    let spans = line.split('`').skip(1).step_by(2);
    let is_drawn = !line.contains('`');
    let words = line.split_whitespace().filter(move |_| is_drawn);
    let bare = |path: &str| !path.is_empty() && !path.contains(char::is_whitespace);
    spans
        .chain(words.filter(|word| !word.contains("](")))
        .chain(targets)
        .filter(move |path| bare(path))
}

/// Whether a word is meant as a path of this tree: it starts in a room, or looks like a file or folder
/// and like nothing else. What a build or a run writes below `target/` is none.
fn is_path(word: &str, rooms: &BTreeSet<&str>) -> bool {
    let first = word.split('/').next().unwrap_or(word);
    let is_elsewhere = word.contains("://")
        || word.contains("::")
        || word.starts_with(['-', '/', '<'])
        || first == "target";
    let is_folder = word.len() > 1 && word.ends_with('/');
    let is_file = [".rs", ".md"]
        .iter()
        .any(|ending| word.len() > ending.len() && word.ends_with(ending));
    !is_elsewhere && (is_folder || is_file || (word.contains('/') && rooms.contains(first)))
}

/// Whether the tree has a path; of a pattern, the folder before its first wild card.
fn exists(tree: &Tree, path: &str) -> bool {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path.find(['*', '{', '<', '…']) {
        None => tree.has(path),
        Some(at) => match path[..at].rfind('/') {
            Some(end) => tree.has(&path[..end]),
            None => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::said;
    use super::*;

    fn problems(map: &str) -> Vec<String> {
        let files = [(MAP, map), ("protocol/src/lib.rs", ""), (".ci/run", "")];
        said(check, &files)
    }

    #[test]
    fn a_map_that_is_right_passes() {
        let map = "`protocol/` holds [lib](protocol/src/lib.rs#x), `lib.rs`, `src/*.rs`, `.ci/run`,\n\
                   `target/doc/`, `std::fs/`, `K/N`, `https://a.b/c.md`.\n";
        assert_eq!(problems(map), Vec::<String>::new());
    }

    #[test]
    fn a_path_that_is_gone_is_found() {
        let map = "protocol/\n`protocol/src/gone.rs` [x](harness/src/a.rs)\n    tools/ gone\n\
                   `protocol/old/*.rs`\n";
        let expected = [
            "ARCHITECTURE.md:2: there is no `protocol/src/gone.rs`",
            "ARCHITECTURE.md:2: there is no `harness/src/a.rs`",
            "ARCHITECTURE.md:3: there is no `tools/`",
            "ARCHITECTURE.md:4: there is no `protocol/old/*.rs`",
        ];
        assert_eq!(problems(map), expected);
    }

    #[test]
    fn code_that_is_gone_is_found_in_any_document() {
        let files = [
            (MAP, "protocol/"),
            ("protocol/src/lib.rs", ""),
            (
                "protocol/x.md",
                "see `protocol/src/lib.rs`, `y.rs`,\nand `protocol/src/gone.rs`\n",
            ),
        ];
        assert_eq!(
            said(check, &files),
            ["protocol/x.md:2: there is no `protocol/src/gone.rs`"]
        );
    }

    #[test]
    fn a_room_without_a_name_is_found() {
        let expected = ["ARCHITECTURE.md: the room `protocol/` is not named here"];
        assert_eq!(
            problems("the old-protocol/ room"),
            [
                expected[0],
                "ARCHITECTURE.md:1: there is no `old-protocol/`",
            ]
        );
        assert_eq!(problems("the protocol"), expected);
    }

    #[test]
    fn a_missing_map_is_found() {
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }
}
