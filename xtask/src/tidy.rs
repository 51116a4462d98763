//! `cargo xtask tidy`: the house rules that a program can check.
//!
//! Each check is one function over a [`Tree`] in memory, with unit tests that plant a violation.

mod architecture;
mod arrows;
mod circles;
mod citations;
mod finding;
mod length;
mod meaning;
mod module_docs;
mod modules;
mod names;
mod reasons;
mod rooms;
mod source;
mod tree;
mod unfinished;

use std::path::Path;
use std::process::ExitCode;

use finding::{Finding, Severity};
use tree::Tree;

/// A check.
type Check = fn(&Tree) -> Vec<Finding>;

/// Every check, under the name that its findings bear.
const CHECKS: &[(&str, Check)] = &[
    ("architecture", architecture::check),
    ("arrows", arrows::check),
    ("circles", circles::check),
    ("citations", citations::check),
    ("length", length::check),
    ("meaning", meaning::check),
    ("module-docs", module_docs::check),
    ("names", names::check),
    ("reasons", reasons::check),
    ("rooms", rooms::check),
    ("unfinished", unfinished::check),
];

/// Checks the tree and prints what is found.
///
/// # Errors
/// The tree cannot be read.
pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    Ok(if is_tidy(root)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks the tree, prints what is found, notes first, and says whether there is no problem.
///
/// # Errors
/// The tree cannot be read.
pub(crate) fn is_tidy(root: &Path) -> anyhow::Result<bool> {
    let tree = Tree::read(root)?;
    let mut found: Vec<(&str, Finding)> = Vec::new();
    for (name, check) in CHECKS {
        found.extend(check(&tree).into_iter().map(|finding| (*name, finding)));
    }
    found.sort_by_key(|(_, finding)| finding.severity);
    for (name, finding) in &found {
        println!("{}[{name}] {finding}", finding.severity);
    }
    let problems = found
        .iter()
        .filter(|(_, finding)| finding.severity == Severity::Problem)
        .count();
    println!(
        "tidy: {problems} problems, {} notes",
        found.len().saturating_sub(problems)
    );
    Ok(problems == 0)
}
