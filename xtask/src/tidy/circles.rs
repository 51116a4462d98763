//! No file leans on one that leans on it: what is read together would be one file.
//!
//! Tests are exempt: they surround what they test.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::finding::Finding;
use super::modules::arrow::{Arrow, arrows};
use super::modules::package::packages;
use super::tree::Tree;

/// For each file, the files that it leans on, and the first place of each.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Arrow<'a>>>;

/// Looks for circles in each target.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in packages(tree) {
        for root in &package.roots {
            let arrows = arrows(tree, root);
            found.extend(circles(&arrows).iter().map(|circle| finding(circle)));
        }
    }
    found
}

/// Circles, the shortest first, no two of which share an arrow; where there is none, there is no circle
/// at all.
fn circles<'a>(arrows: &'a [Arrow<'a>]) -> Vec<Vec<&'a Arrow<'a>>> {
    let mut graph = Graph::new();
    for arrow in arrows.iter().filter(|arrow| !arrow.is_test) {
        let targets = graph.entry(arrow.from).or_default();
        targets.entry(arrow.to).or_insert(arrow);
    }
    let mut found = pairs(&graph);
    for circle in &found {
        cut(&mut graph, circle);
    }
    while let Some(circle) = shortest(&mut graph) {
        cut(&mut graph, &circle);
        found.push(circle);
    }
    found
}

/// The circles of two files.
fn pairs<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a Arrow<'a>>> {
    let there = graph.values().flat_map(BTreeMap::values);
    there
        .filter(|arrow| arrow.from < arrow.to)
        .filter_map(|there| {
            let back = graph.get(there.to)?.get(there.from)?;
            Some(vec![*there, *back])
        })
        .collect()
}

/// Takes the arrows of a circle out of the graph.
fn cut(graph: &mut Graph<'_>, circle: &[&Arrow<'_>]) {
    for arrow in circle {
        if let Some(targets) = graph.get_mut(arrow.from) {
            targets.remove(arrow.to);
        }
    }
}

/// A shortest circle, after what belongs to none has left the graph.
fn shortest<'a>(graph: &mut Graph<'a>) -> Option<Vec<&'a Arrow<'a>>> {
    prune(graph);
    graph
        .keys()
        .filter_map(|file| through(graph, file))
        .min_by_key(Vec::len)
}

/// Takes out every file that leans on none that is left.
fn prune(graph: &mut Graph<'_>) {
    loop {
        let files: BTreeSet<&str> = graph.keys().copied().collect();
        for targets in graph.values_mut() {
            targets.retain(|target, _| files.contains(target));
        }
        graph.retain(|_, targets| !targets.is_empty());
        if graph.len() == files.len() {
            return;
        }
    }
}

/// A shortest circle through a file.
fn through<'a>(graph: &Graph<'a>, start: &str) -> Option<Vec<&'a Arrow<'a>>> {
    let mut reached: BTreeMap<&str, &Arrow> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for (target, arrow) in graph.get(file).into_iter().flatten() {
            if !reached.contains_key(target) {
                reached.insert(target, arrow);
                queue.push_back(target);
            }
        }
    }
    let mut circle = vec![*reached.get(start)?];
    while circle.last()?.from != start {
        circle.push(reached.get(circle.last()?.from)?);
    }
    circle.reverse();
    Some(circle)
}

fn finding(circle: &[&Arrow<'_>]) -> Finding {
    let steps: Vec<String> = circle
        .iter()
        .map(|arrow| format!("{}:{} names `{}`", arrow.from, arrow.line, arrow.path))
        .collect();
    let first = circle[0];
    let message = format!(
        "a circle of {} files: {}, which is in {}",
        circle.len(),
        steps.join(", "),
        first.from
    );
    Finding::problem(first.from, Some(first.line), message)
}

#[cfg(test)]
mod tests {
    use super::super::finding::said;
    use super::*;

    const MANIFEST: (&str, &str) = ("x/Cargo.toml", "[package]\nname = \"x\"\n");

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![MANIFEST];
        all.extend(files);
        said(check, &all)
    }

    #[test]
    fn a_circle_of_two_is_found_with_its_lines() {
        let files = [
            ("x/src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
            (
                "x/src/a.rs",
                "//! A.\nuse crate::b::{self, Two};\npub struct One;\n",
            ),
            ("x/src/b.rs", "pub struct Two(pub crate::a::One);\n"),
            ("x/src/c.rs", "use crate::a::One;\n"),
        ];
        assert_eq!(
            found(&files),
            [
                "x/src/a.rs:2: a circle of 2 files: x/src/a.rs:2 names `crate::b::Two`, \
              x/src/b.rs:1 names `crate::a::One`, which is in x/src/a.rs"
            ]
        );
    }

    #[test]
    fn a_circle_of_three_is_found() {
        let files = [
            (
                "x/src/main.rs",
                "mod a;\nmod b;\nmod c;\nfn main() { a::f() }\n",
            ),
            ("x/src/a.rs", "use super::b;\npub fn f() { b::f() }\n"),
            ("x/src/b.rs", "pub fn f() { crate::c::f() }\n"),
            ("x/src/c.rs", "pub fn f() -> [crate::a::X; 2] {}\n"),
        ];
        let found = found(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("a circle of 3 files"), "{found:?}");
    }

    #[test]
    fn a_circle_is_found_through_a_re_export() {
        let files = [
            ("x/src/lib.rs", "mod a;\nmod b;\n"),
            ("x/src/a.rs", "mod deep;\npub use deep::Deep as Shown;\n"),
            ("x/src/a/deep.rs", "use crate::b::f;\npub struct Deep;\n"),
            ("x/src/b.rs", "use crate::a;\npub fn f(x: a::Shown) {}\n"),
        ];
        assert_eq!(
            found(&files),
            [
                "x/src/a/deep.rs:1: a circle of 2 files: x/src/a/deep.rs:1 names `crate::b::f`, \
              x/src/b.rs:2 names `a::Shown`, which is in x/src/a/deep.rs"
            ]
        );
    }

    #[test]
    fn a_parent_and_a_child_that_need_each_other_are_a_circle() {
        let child = (
            "x/src/a/deep.rs",
            "use super::Thing;\npub struct Deep;\npub fn f() {}\n",
        );
        let lib = ("x/src/lib.rs", "mod a;\n");
        for parent in [
            "mod deep;\npub struct Thing;\nuse deep::f;\n",
            "mod deep;\npub struct Thing;\nfn g() { deep::f() }\n",
            "mod deep;\npub struct Thing(Deep);\npub use deep::Deep;\n",
            "mod deep;\npub struct Thing;\npub use self::deep::f;\nfn g() { f() }\n",
        ] {
            assert_eq!(
                found(&[lib, ("x/src/a.rs", parent), child]).len(),
                1,
                "{parent}"
            );
        }
    }

    #[test]
    fn a_table_of_contents_is_in_no_circle() {
        let files = [
            ("x/src/lib.rs", "mod a;\npub use a::*;\n"),
            (
                "x/src/a.rs",
                "mod one;\nmod two;\npub use one::{One, f};\npub use two::Two;\n",
            ),
            ("x/src/a/one.rs", "pub struct One;\npub fn f(x: One) {}\n"),
            // What it names is in its sibling, not in the parent that shows it.
            (
                "x/src/a/two.rs",
                "use super::One;\npub struct Two(super::super::One);\n",
            ),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn a_file_and_its_tests_are_no_circle() {
        let files = [
            ("x/src/lib.rs", "mod a;\nmod b;\n"),
            (
                "x/src/a.rs",
                "#[cfg(test)]\nmod tests;\npub struct One;\n#[cfg(test)]\nfn f() { tests::g() }\n",
            ),
            (
                "x/src/a/tests.rs",
                "use super::*;\nmod deep;\npub fn g() { deep::h() }\n",
            ),
            ("x/src/a/tests/deep.rs", "pub fn h() { crate::b::f() }\n"),
            (
                "x/src/b.rs",
                "use crate::a::One;\npub fn f() {}\n#[cfg(test)]\npub use crate::a::tests::g;\n",
            ),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn circles_that_share_files_are_all_found() {
        let files = [
            ("x/src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
            (
                "x/src/a.rs",
                "use crate::b::B; use crate::c::C;\npub struct A;\n",
            ),
            ("x/src/b.rs", "use crate::a::A;\npub struct B;\n"),
            ("x/src/c.rs", "use crate::a::A;\npub struct C;\n"),
        ];
        assert_eq!(found(&files).len(), 2);
    }
}
