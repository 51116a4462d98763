//! An arrow from room to room points to an earlier one, in tests too.
//!
//! The order stands in `ARCHITECTURE.md`, in a line for each library, lowest room first:
//!
//! ```text
//! bcr-harness: trace ← runs ← outcome ← judge
//! ```
//!
//! A room is a module of the crate's root. Rooms with a comma between them stand side by side: neither
//! names the other. A line that ends with `←` or a comma goes on in the next.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::modules::arrow::{Arrow, arrows};
use super::modules::package::{Package, packages};
use super::tree::Tree;

const MAP: &str = "ARCHITECTURE.md";

/// Checks every library of the workspace.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in packages(tree) {
        let root = format!("{}src/lib.rs", package.folder);
        if !package.roots.contains(&root) {
            continue;
        }
        let map = tree.text(MAP).unwrap_or_default();
        let Some(order) = Order::read(map, package.name) else {
            let message = format!(
                "has no line `{}: lowest room ← … ← highest room`",
                package.name
            );
            found.push(Finding::problem(MAP, None, message));
            continue;
        };
        found.extend(strangers(tree, &package, &order));
        found.extend(upward(&arrows(tree, &root), &order));
    }
    found
}

/// The rooms of a crate and their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Order<'a> {
    /// The line of the map where it begins, 1-based.
    line: usize,
    /// For each room, how many steps it stands above the lowest.
    steps: BTreeMap<&'a str, usize>,
    /// Rooms that are listed again.
    repeated: Vec<&'a str>,
}

impl<'a> Order<'a> {
    /// The order that the map states for a crate.
    fn read(map: &'a str, name: &str) -> Option<Self> {
        let mut lines = map.lines().enumerate().map(|(at, line)| (at, line.trim()));
        let (at, mut line) = lines.find_map(|(at, line)| {
            Some((at, line.strip_prefix(name)?.strip_prefix(':')?.trim()))
        })?;
        let mut order = Self {
            line: at + 1,
            ..Self::default()
        };
        let mut step = 0;
        loop {
            for (number, rooms) in line.split('←').enumerate() {
                step += usize::from(number > 0);
                let rooms = rooms.split(',').map(str::trim);
                for room in rooms.filter(|room| !room.is_empty()) {
                    if order.steps.insert(room, step).is_some() {
                        order.repeated.push(room);
                    }
                }
            }
            if !line.ends_with(['←', ',']) {
                return Some(order);
            }
            (_, line) = lines.next()?;
        }
    }
}

/// What is a room in the tree or in the order alone, or in the order twice.
fn strangers(tree: &Tree, package: &Package<'_>, order: &Order<'_>) -> Vec<Finding> {
    let source = format!("{}src/", package.folder);
    let rooms: BTreeSet<&str> = tree
        .files()
        .filter_map(|(path, _)| path.strip_prefix(&source))
        .filter(|inside| !matches!(*inside, "lib.rs" | "main.rs") && !inside.starts_with("bin/"))
        .filter_map(|inside| inside.split(['/', '.']).next())
        .collect();
    let mut found = Vec::new();
    for room in rooms.iter().filter(|room| !order.steps.contains_key(*room)) {
        let message = format!(
            "the line `{}` of {MAP} does not know this room",
            package.name
        );
        found.push(Finding::problem(&format!("{source}{room}"), None, message));
    }
    for room in order.steps.keys().filter(|room| !rooms.contains(*room)) {
        let message = format!("there is no room `{room}` in {source}");
        found.push(Finding::problem(MAP, Some(order.line), message));
    }
    for room in &order.repeated {
        let message = format!("lists the room `{room}` twice");
        found.push(Finding::problem(MAP, Some(order.line), message));
    }
    found
}

/// The arrows to a room that does not come earlier, each once a line.
fn upward(arrows: &[Arrow<'_>], order: &Order<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for arrow in arrows {
        let [Some(from), Some(to)] = arrow.rooms else {
            continue;
        };
        let (Some(lower), Some(upper)) = (order.steps.get(from), order.steps.get(to)) else {
            continue;
        };
        if from == to || lower > upper {
            continue;
        }
        let place = if lower == upper {
            "stands beside it"
        } else {
            "comes later"
        };
        let message = format!(
            "`{from}` may not name `{to}`, which {place}: `{}` is in {}",
            arrow.path, arrow.to
        );
        let is_known = found
            .last()
            .is_some_and(|last| last.path == arrow.from && last.line == Some(arrow.line));
        if !is_known {
            found.push(Finding::problem(arrow.from, Some(arrow.line), message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::finding::said;
    use super::*;

    const MANIFEST: (&str, &str) = ("harness/Cargo.toml", "[package]\nname = \"bcr-harness\"\n");
    const LIB: (&str, &str) = (
        "harness/src/lib.rs",
        "pub mod trace;\npub mod judge;\npub mod suite;\n",
    );
    const ORDER: &str = "# Map\n\n    bcr-harness: trace ← judge ←\n      suite\n";

    fn found(map: &str, files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![MANIFEST, LIB, (MAP, map)];
        for room in [
            "harness/src/trace.rs",
            "harness/src/judge.rs",
            "harness/src/suite.rs",
        ] {
            if !files.iter().any(|(path, _)| *path == room) {
                all.push((room, "pub struct Thing;\npub fn act() {}\n"));
            }
        }
        all.extend(files);
        said(check, &all)
    }

    #[test]
    fn arrows_to_earlier_rooms_pass() {
        let code = "use crate::trace::Thing;\nuse crate::judge;\nfn f() { judge::act(); }\n";
        assert_eq!(
            found(ORDER, &[("harness/src/suite.rs", code)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_arrow_up_by_an_import_is_found() {
        let code = "//! A.\n\nuse crate::{\n    suite::Thing,\n};\n";
        assert_eq!(
            found(ORDER, &[("harness/src/judge.rs", code)]),
            [
                "harness/src/judge.rs:4: `judge` may not name `suite`, which comes later: \
              `crate::suite::Thing` is in harness/src/suite.rs"
            ]
        );
    }

    #[test]
    fn an_arrow_up_by_a_path_in_code_is_found() {
        for code in [
            "fn f() { crate::suite::act() }",
            "fn f() { super::suite::act() }",
            "use crate::suite; fn f() { suite::act() }",
            "use crate as all; fn f(x: &all::suite::Thing) {}",
            "impl crate::suite::Thing {}",
            "pub use crate::suite::Thing;",
            "use crate::suite::*;",
        ] {
            assert_eq!(
                found(ORDER, &[("harness/src/trace.rs", code)]).len(),
                1,
                "{code}"
            );
        }
    }

    #[test]
    fn an_arrow_up_from_a_module_within_a_room_and_from_a_test_is_found() {
        let files = [
            (
                "harness/src/trace.rs",
                "mod deep;\n#[cfg(test)]\nmod tests { use crate::judge::Thing; }\n",
            ),
            (
                "harness/src/trace/deep.rs",
                "use super::super::suite::act;\n",
            ),
        ];
        let places: Vec<String> = found(ORDER, &files)
            .iter()
            .filter_map(|finding| finding.split(": ").next().map(str::to_owned))
            .collect();
        assert_eq!(
            places,
            ["harness/src/trace.rs:3", "harness/src/trace/deep.rs:1"]
        );
    }

    #[test]
    fn an_arrow_up_hides_behind_no_re_export() {
        let lib = "pub mod trace;\npub mod judge;\npub mod suite;\npub use suite::Thing as Item;\n";
        let files = [
            ("harness/src/lib.rs", lib),
            ("harness/src/trace.rs", "use crate::Item;\n"),
        ];
        assert_eq!(found(ORDER, &files[1..]), Vec::<String>::new());
        let mut all = vec![MANIFEST, (MAP, ORDER), ("harness/src/judge.rs", "")];
        all.push(("harness/src/suite.rs", "pub struct Thing;\n"));
        all.extend(files);
        assert_eq!(check(&Tree::of(&all)).len(), 1);
    }

    #[test]
    fn rooms_side_by_side_do_not_name_each_other() {
        let order = "bcr-harness: trace, judge,\nsuite\n";
        let code = "use crate::trace::Thing;\n";
        assert_eq!(
            found(order, &[("harness/src/suite.rs", code)]),
            [
                "harness/src/suite.rs:1: `suite` may not name `trace`, which stands beside it: \
              `crate::trace::Thing` is in harness/src/trace.rs"
            ]
        );
    }

    #[test]
    fn a_room_that_the_order_does_not_know_is_found() {
        let files = [
            ("harness/src/attic/box.rs", ""),
            ("harness/src/bin/bcr.rs", ""),
        ];
        assert_eq!(
            found(ORDER, &files),
            [
                "harness/src/attic: the line `bcr-harness` of ARCHITECTURE.md does not know this room"
            ]
        );
    }

    #[test]
    fn an_order_that_lists_what_is_gone_or_lists_it_twice_is_found() {
        assert_eq!(
            found("bcr-harness: trace ← cellar ← judge ← suite ← trace", &[]),
            [
                "ARCHITECTURE.md:1: there is no room `cellar` in harness/src/",
                "ARCHITECTURE.md:1: lists the room `trace` twice",
            ]
        );
        assert_eq!(
            found("bcr-harness-x: trace", &[]),
            ["ARCHITECTURE.md: has no line `bcr-harness: lowest room ← … ← highest room`"]
        );
    }
}
